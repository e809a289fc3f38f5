"""Machines of another size, and larger disks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from modalities.azure.express import calls, growing, sizes
from modalities.azure.express.board import Board
from modalities.azure.express.power import GOING, is_off, start, stop, tell_of_stop
from modalities.change import Resize
from modalities.contract import Unsupported
from modalities.receipt import CloudError
from modalities.resource import Kind, Resource
from modalities.step import Effect, Expect, Reversal, Step

RESIZED_WITHIN = 300.0

FEATURES = re.compile(r"(?:standard|basic)_[a-z]+\d+(?:-\d+)?([a-z]*)(?:_.*)?", re.IGNORECASE)
"""The small letters after the number of cores: s takes premium disks, p is an ARM processor
(learn.microsoft.com/azure/virtual-machines/vm-naming-conventions)."""


def resize(board: Board, change: Resize) -> None:
    """Raises Unresolved, Unsupported, CloudError."""
    disk = None if change.what.names else Kind.DISK
    for resource in board.select(change.what, Kind.VM if change.gib is None else disk):
        resource = board.get(resource.kind, resource.id) or resource
        if resource.kind is Kind.VM and change.gib is not None:
            _grow_root(board, resource, change.gib)
        elif resource.kind is Kind.VM:
            size = sizes.chosen(board, change.size, change.vcpus, change.memory_gib)
            if size is None:
                raise Unsupported(
                    "say to which size, such as Standard_D2s_v5, or how many vCPU and GB"
                )
            resize_vm(board, resource, size)
        elif resource.kind is Kind.DISK and change.gib is not None:
            growing.grow(board, resource, change.gib)
        else:
            raise Unsupported(f"{resource.ref} has no such size to change")


def _grow_root(board: Board, vm: Resource, gib: int) -> None:
    disk = board.get(Kind.DISK, vm.attributes.get("root_disk"))
    if disk is None:
        raise Unsupported(f"{vm.name} has no disk that can be made larger; name the disk")
    board.note(f"disk: {disk.name}, which {vm.name} starts from")
    growing.grow(board, disk, gib)


def resize_vm(board: Board, vm: Resource, size: str) -> None:
    """One change where the hardware it is on has the size, which restarts it; else it is
    deallocated, changed, and started again where it ran. No step where it has the size.

    Raises Unsupported for a size that it could not run on.
    """
    now = str(vm.attributes.get("size"))
    if now.casefold() == size.casefold():
        board.note(f"{vm.name} is a {size} already")
        return
    refuse_size(board, vm, size)
    ran = vm.attributes.get("state") in GOING
    here = ran and _at_hand(board, vm, size)
    if not here and not is_off(vm):
        board.note(f"the hardware that {vm.name} is on has no {size}: it is stopped for it")
        tell_of_stop(board, vm)
        stop(board, vm, f"{vm.name} is off for some minutes while its size changes")
    board.add(
        Step(
            id=board.name_step("resize", vm.name),
            effect=Effect.UPDATE,
            action=calls.patch(vm.id, _body(size)),
            why=f"make VM {vm.name} a {size}",
            changes=board.refs(vm),
            expects=(Expect(Kind.VM, vm.id, "is", "size", size, RESIZED_WITHIN),),
            undo=(
                Reversal(
                    calls.patch(vm.id, _body(now)),
                    Effect.UPDATE,
                    f"make {vm.name} a {now} again",
                    (Expect(Kind.VM, vm.id, "is", "size", now, RESIZED_WITHIN),),
                ),
            ),
            before={"size": now},
            after={"size": size},
            disrupts=f"{vm.name} restarts with its new size" if here else "",
        )
    )
    vm = board.revise(vm, size=size)
    if ran and not here:
        start(board, vm)


def refuse_size(board: Board, vm: Resource, size: str) -> None:
    """Raises Unsupported where what the machine consists of would not run on the size."""
    now = str(vm.attributes.get("size"))
    kinds = [sizes.architecture_of(board, s) for s in (now, size)]
    if kinds[0] != kinds[1]:
        raise Unsupported(
            f"{vm.name} runs on {kinds[0]} and {size} is {kinds[1]}: its disk would not start there"
        )
    premium = [d.name for d in board.world.of(Kind.DISK) if _needs_premium(d, vm)]
    if premium and not takes_premium(size):
        raise Unsupported(
            f"{size} takes no premium disks, and {', '.join(premium)} of {vm.name} is one; a size "
            "with the letter s does, such as Standard_D2s_v5"
        )
    if vm.attributes.get("spot") and not sold_as_spot(size):
        raise Unsupported(f"{vm.name} is a Spot machine, and Azure sells no {size} as Spot")


def _needs_premium(disk: Resource, vm: Resource) -> bool:
    own = disk.attributes.get("attached_to") == vm.id
    return own and str(disk.attributes.get("type")).startswith(("Premium", "Ultra"))


def takes_premium(size: str) -> bool:
    found = FEATURES.fullmatch(size)
    return found is None or "s" in found[1].casefold()


def sold_as_spot(size: str) -> bool:
    """B-series and promotional sizes are not
    (learn.microsoft.com/azure/virtual-machines/spot-vms, "Limitations")."""
    return not re.match(r"(standard|basic)_b|basic_|.*promo", size, re.IGNORECASE)


def _at_hand(board: Board, vm: Resource, size: str) -> bool:
    """Whether the hardware that a running machine is on has the size, as Azure itself tells;
    where it does not tell, no."""
    if board.changed_by(vm) or board.made_here(vm):
        return False
    try:
        told = board.look(f"{vm.id}/vmSizes")
    except CloudError:
        return False
    rows = told.get("value")
    names = [r.get("name") for r in rows if isinstance(r, Mapping)] if rows else []
    return size.casefold() in {str(name).casefold() for name in names}


def _body(size: str) -> dict[str, Any]:
    return {"properties": {"hardwareProfile": {"vmSize": size}}}
