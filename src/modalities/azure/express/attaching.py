"""What is put on machines, and taken off them."""

from __future__ import annotations

from dataclasses import replace

from modalities.azure.express import addresses, disks, guarding, interfaces
from modalities.azure.express.board import Board
from modalities.change import Attach, Detach
from modalities.contract import Unsupported
from modalities.resource import Kind, Resource
from modalities.wanted import Disk


def attach(board: Board, change: Attach) -> None:
    """Raises Unresolved, Unsupported, CloudError."""
    vm = board.only(change.to, Kind.VM)
    if vm.kind is not Kind.VM:
        raise Unsupported(f"disks, addresses and interfaces are attached to a VM, not to {vm.ref}")
    if isinstance(change.what, Disk):
        disks.new_disk(board, replace(change.what, attach_to=vm.id))
        return
    for resource in board.select(change.what, None if change.what.names else Kind.DISK):
        vm = board.get(Kind.VM, vm.id) or vm
        match resource.kind:
            case Kind.DISK:
                disks.attach(board, resource, vm)
            case Kind.PUBLIC_IP:
                addresses.give(board, resource, vm)
            case Kind.NIC:
                interfaces.plug(board, resource, vm)
            case Kind.SECURITY_GROUP:
                guarding.guard(board, vm, resource)
            case _:
                raise Unsupported(f"{resource.ref} cannot be attached to a VM")


def detach(board: Board, change: Detach) -> None:
    """Raises Unresolved, Unsupported, CloudError."""
    source = board.only(change.source, Kind.VM) if change.source else None
    for resource in _detached(board, change, source):
        match resource.kind:
            case Kind.DISK:
                disks.detach(board, resource, source)
            case Kind.PUBLIC_IP:
                addresses.take(board, resource, source)
            case Kind.NIC:
                interfaces.unplug(board, resource, source)
            case Kind.SECURITY_GROUP if source is not None:
                guarding.unguard(board, source, resource)
            case _:
                raise Unsupported(f"{resource.ref} cannot be detached")


def _detached(board: Board, change: Detach, source: Resource | None) -> tuple[Resource, ...]:
    """``the disks of web-1`` are those that can be detached: not the one it starts from."""
    found = board.select(change.what, None if change.what.names else Kind.DISK)
    if source is None or change.what.names:
        return found
    return tuple(
        r
        for r in found
        if r.attributes.get("attached_to") == source.id
        and not r.attributes.get("boot")
        and not r.attributes.get("primary")
    )
