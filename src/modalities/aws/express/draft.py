"""From wanted changes to AWS calls. Nothing is sent but what a draft has to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from modalities.aws.express import (
    addresses,
    create,
    delete,
    diagnostics,
    disks,
    groups,
    ports,
    power,
    resize,
    spot,
    tags,
)
from modalities.aws.express.asked import Asked
from modalities.aws.express.board import Board
from modalities.change import (
    Attach,
    Change,
    Create,
    Delete,
    Detach,
    Operate,
    Resize,
    SetDiagnostics,
    SetPort,
    SetPower,
    SetPriority,
    SetTags,
)
from modalities.contract import Draft, Unresolved, Unsupported
from modalities.prices.table import Prices
from modalities.resource import Kind, Resource, World
from modalities.target import Identity, Target
from modalities.wanted import Disk


def express(
    changes: Sequence[Change],
    world: World,
    target: Target,
    identity: Identity,
    label: str,
    asked: Asked,
    prices: Prices,
) -> Draft:
    """The steps that bring ``changes`` about from ``world``; none where all is so already.

    ``label`` is the run's and marks what is made (tag ``cloudops:run``). Raises Unresolved
    where a name is not there or means several, Unsupported where AWS has no such thing; what
    ``asked`` raises goes through.
    """
    region = identity.region or target.region
    board = Board(world=world, region=region, label=label, asked=asked, prices=prices)
    for change in changes:
        if not isinstance(change, Delete):
            _express(board, change)
    deletions = [change for change in changes if isinstance(change, Delete)]
    if deletions:
        delete.delete(board, deletions)
    return board.draft()


def _express(board: Board, change: Change) -> None:
    match change:
        case Create():
            create.create(board, change)
        case Attach():
            _attach(board, change)
        case Detach():
            _detach(board, change)
        case Delete():
            delete.delete(board, [change])
        case SetPower():
            power.set_power(board, change)
        case Resize():
            resize.resize(board, change)
        case SetTags():
            tags.set_tags(board, change)
        case SetPort():
            ports.set_port(board, change)
        case SetPriority():
            spot.set_priority(board, change)
        case SetDiagnostics():
            diagnostics.set_diagnostics(board, change)
        case Operate():
            raise Unsupported(f"{change.words}: only the SDK takes AWS's own operations")
        case _:
            assert_never(change)


def _attach(board: Board, change: Attach) -> None:
    """Raises Unresolved, Unsupported."""
    vm = board.only(change.to, Kind.VM)
    if vm.kind is not Kind.VM:
        raise Unsupported(f"disks, addresses and interfaces are attached to a VM, not to {vm.ref}")
    if isinstance(change.what, Disk):
        disks.new_disk(board, _for(change.what, vm))
        return
    for resource in board.select(change.what, None if change.what.names else Kind.DISK):
        vm = board.get(Kind.VM, vm.id) or vm
        match resource.kind:
            case Kind.DISK:
                disks.attach(board, resource, vm)
            case Kind.PUBLIC_IP:
                addresses.give(board, resource, vm)
            case Kind.NIC:
                addresses.plug(board, resource, vm)
            case Kind.SECURITY_GROUP:
                guards = groups.groups_of(board, vm)
                if resource in guards:
                    board.note(f"security group {resource.name} guards {vm.name} already")
                else:
                    why = f"let security group {resource.name} guard {vm.name} too"
                    groups.set_groups(board, vm, [*guards, resource], why)
            case _:
                raise Unsupported(f"{resource.ref} cannot be attached to a VM")


def _for(disk: Disk, vm: Resource) -> Disk:
    """The wanted disk, for this machine by its id: its name may be another's too."""
    return replace(disk, attach_to=vm.id)


def _detach(board: Board, change: Detach) -> None:
    """Raises Unresolved, Unsupported."""
    source = board.only(change.source, Kind.VM) if change.source else None
    for resource in _detached(board, change, source):
        match resource.kind:
            case Kind.DISK:
                disks.detach(board, resource, source)
            case Kind.PUBLIC_IP:
                addresses.take(board, resource, source)
            case Kind.NIC:
                addresses.unplug(board, resource, source)
            case Kind.SECURITY_GROUP if source is not None:
                _unguard(board, resource, source)
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


def _unguard(board: Board, group: Resource, vm: Resource) -> None:
    guards = groups.groups_of(board, vm)
    if group not in guards:
        board.note(f"security group {group.name} does not guard {vm.name}")
    elif len(guards) == 1:
        raise Unresolved(f"{group.name} is the only security group of {vm.name}: it needs another")
    else:
        rest = [g for g in guards if g.id != group.id]
        groups.set_groups(board, vm, rest, f"take security group {group.name} off {vm.name}")
