"""Larger disks: in place where Azure can, else while the machine is off."""

from __future__ import annotations

from modalities.azure.express import calls, disks
from modalities.azure.express.board import Board
from modalities.azure.express.power import GOING, is_off, start, stop, tell_of_stop
from modalities.contract import Unsupported
from modalities.resource import Kind, Resource
from modalities.step import Effect, Expect, Irreversible, Step

SMALL = 4095
"""GiB up to which a data disk has one kind of cache; it passes that only while its machine is
deallocated (learn.microsoft.com/azure/virtual-machines/expand-disks, "Expand without downtime").
"""
SETTLED_WITHIN = 60.0


def grow(board: Board, disk: Resource, gib: int) -> None:
    """Make the disk larger; it cannot become smaller. No step where it is that large.

    The disk that a machine starts from grows while that is off: it is stopped, and started again
    where it ran. Raises Unsupported.
    """
    now = disk.attributes.get("gib")
    if now == gib:
        board.note(f"disk {disk.name} has {gib} GiB already")
        return
    if isinstance(now, int) and gib < now:
        raise Unsupported(
            f"disk {disk.name} has {now} GiB and cannot become smaller; make a new one of "
            f"{gib} GiB and copy what is needed"
        )
    disks.check_size(gib)
    vm = board.get(Kind.VM, disk.attributes.get("attached_to"))
    outage = vm is not None and not is_off(vm) and _wants_rest(disk, now, gib)
    ran = vm is not None and vm.attributes.get("state") in GOING
    if vm is not None and outage:
        tell_of_stop(board, vm)
        stop(board, vm, f"{vm.name} is off for some minutes while disk {disk.name} grows")
    _grow(board, disk, now if isinstance(now, int) else None, gib)
    if vm is not None and outage and ran:
        start(board, board.get(Kind.VM, vm.id) or vm)


def _wants_rest(disk: Resource, now: object, gib: int) -> bool:
    """Whether Azure grows it only while its machine is deallocated."""
    passes = isinstance(now, int) and now <= SMALL < gib
    return bool(disk.attributes.get("boot")) or passes


def _grow(board: Board, disk: Resource, now: int | None, gib: int) -> None:
    vm = board.get(Kind.VM, disk.attributes.get("attached_to"))
    step = board.add(
        Step(
            id=board.name_step("grow disk", disk.name),
            effect=Effect.UPDATE,
            action=calls.patch(disk.id, {"properties": {"diskSizeGB": gib}}),
            why=f"make disk {disk.name} larger: {now} to {gib} GiB",
            changes=board.refs(disk),
            uses=board.refs(vm) if vm is not None else (),
            expects=(Expect(Kind.DISK, disk.id, "is", "gib", gib, SETTLED_WITHIN),),
            undo=Irreversible("a disk cannot be made smaller again"),
            before={"gib": now},
            after={"gib": gib},
        )
    )
    board.advise(
        "info", f"grow the file system on {disk.name} too; Azure leaves it as it is", step.id
    )
    board.revise(disk, gib=gib)
