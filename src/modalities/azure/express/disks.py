"""Managed disks: made, put on machines and taken off."""

from __future__ import annotations

from typing import Any

from modalities import wanted
from modalities.azure import ids
from modalities.azure.express import bodies, calls, names, sizes
from modalities.azure.express.board import Board
from modalities.contract import Unresolved, Unsupported
from modalities.resource import Kind, Link, Resource
from modalities.selecting import one
from modalities.step import Effect, Expect, Reversal, Step

DEFAULT_GIB = 32
DEFAULT_TYPE = "StandardSSD_LRS"
"""Any size of machine takes it; az's own default, Premium_LRS, only some."""

TYPES = {
    type.casefold(): type
    for type in (
        *("Standard_LRS", "StandardSSD_LRS", "StandardSSD_ZRS", "Premium_LRS", "Premium_ZRS"),
        *("PremiumV2_LRS", "UltraSSD_LRS"),
    )
}
WORDS = {
    "ssd": "StandardSSD_LRS",
    "standard ssd": "StandardSSD_LRS",
    "hdd": "Standard_LRS",
    "standard": "Standard_LRS",
    "magnetic": "Standard_LRS",
    "premium": "Premium_LRS",
    "premium ssd": "Premium_LRS",
    "ultra": "UltraSSD_LRS",
}
FOREIGN = {"gp3": "ssd", "gp2": "ssd", "io1": "premium", "io2": "premium", "st1": "hdd"}
"""Types of AWS, by the words for what is like them here."""

NO_BOOT = frozenset({"PremiumV2_LRS", "UltraSSD_LRS"})
LARGEST = 32767
"""GiB of a managed disk; of Ultra and Premium v2 twice that, which is not asked for here."""

ATTACHED_WITHIN = 120.0


def native_type(board: Board, word: str | None) -> str:
    """Azure's name for a disk type. Raises Unsupported."""
    asked = (word or DEFAULT_TYPE).strip().casefold()
    neutral = FOREIGN.get(asked)
    found = TYPES.get(asked) or WORDS.get(neutral or asked)
    if found is None:
        raise Unsupported(f"Azure has no disk type {word}; it has {', '.join(TYPES.values())}")
    if neutral is not None:
        board.note(f"{word} is a disk type of AWS; {found} is like it")
    return found


def check_size(gib: int) -> None:
    """Raises Unsupported."""
    if not 1 <= gib <= LARGEST:
        raise Unsupported(f"a managed disk has 1 to {LARGEST} GiB, not {gib}")


def new_disk(board: Board, want: wanted.Disk) -> Resource:
    """Make the disk and, where it names a machine, attach it there.

    Raises Unresolved where its name is taken or there is no such machine, Unsupported for
    types and sizes there are not.
    """
    vm = one(board.world, Kind.VM, want.attach_to) if want.attach_to else None
    type = native_type(board, want.type)
    gib = want.gib or DEFAULT_GIB
    check_size(gib)
    name = want.name or _next_name(board, vm)
    board.refuse_existing(Kind.DISK, name)
    names.check(Kind.DISK, name)
    zone = _zone(want, vm)
    for said, what in ((want.gib, f"{gib} GiB"), (want.type, type)):
        if said is None:
            board.note(f"disk {name}: {what}")
    if want.name is None:
        board.note(f"name of the disk: {name}")
    disk = board.create(
        Kind.DISK,
        name,
        {
            "location": board.region,
            "sku": {"name": type},
            "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": gib},
            **({"zones": [zone]} if zone else {}),
        },
        f"make disk {name} ({gib} GiB {type})",
        tags=board.tags(want.tags),
        attributes={
            "gib": gib,
            "type": type,
            "zone": zone,
            "attached_to": None,
            "state": "available",
            "region": board.region,
        },
        shown={"gib": gib, "type": type, **({"zone": zone} if zone else {})},
        checks={"gib": gib, "type": type},
    )
    if vm is not None:
        attach(board, disk, vm)
        board.advise("info", f"disk {name} is empty: make a file system on it before use")
    return disk


def _next_name(board: Board, vm: Resource | None) -> str:
    stem, number = (f"{vm.name}-data" if vm else "disk"), 1
    while board.world.named(Kind.DISK, f"{stem}-{number}"):
        number += 1
    return f"{stem}-{number}"


def _zone(want: wanted.Disk, vm: Resource | None) -> str | None:
    """That of the machine: Azure attaches a zone's disks in that zone alone."""
    wish = names.zone(want.zone)
    has = vm.attributes.get("zone") if vm else wish
    if vm is not None and wish not in (None, has):
        where = f"in zone {has}" if has else "in no zone"
        raise Unsupported(f"{vm.name} is {where}: a disk in zone {wish} cannot be attached to it")
    return str(has) if has else None


def attach(board: Board, disk: Resource, vm: Resource) -> None:
    """Attach the disk to the machine, where Azure finds room; no step where it is.

    Raises Unsupported where it is attached elsewhere.
    """
    held = disk.attributes.get("attached_to")
    if held == vm.id:
        board.note(f"disk {disk.name} is attached to {vm.name} already")
        return
    if held is not None:
        holder = board.get(Kind.VM, held)
        raise Unsupported(
            f"disk {disk.name} is attached to {holder.name if holder else held}: detach it first"
        )
    size = vm.attributes.get("size")
    sizes.require_premium(board, size, str(disk.attributes.get("type")))
    sizes.require_room(board, size, len(data_disks(board, vm)), vm.name)
    board.add(
        Step(
            id=board.name_step("attach disk", disk.name, "to", vm.name),
            effect=Effect.UPDATE,
            action=_attach(vm, {"diskId": disk.id}),
            why=f"attach disk {disk.name} to {vm.name}",
            changes=board.refs(disk, vm),
            expects=held_by(disk, vm, within=ATTACHED_WITHIN),
            undo=(
                Reversal(
                    _detach(vm, disk),
                    Effect.UPDATE,
                    f"take disk {disk.name} off {vm.name} again",
                    let_go(disk, within=ATTACHED_WITHIN),
                ),
            ),
            before={"attached_to": None},
            after={"attached_to": vm.name},
        )
    )
    note_attached(board, disk, vm)


def _attach(vm: Resource, entry: dict[str, Any]) -> Any:
    return calls.post(vm.id, "attachDetachDataDisks", {"dataDisksToAttach": [entry]})


def _detach(vm: Resource, disk: Resource) -> Any:
    told = {"dataDisksToDetach": [{"diskId": disk.id}]}
    return calls.post(vm.id, "attachDetachDataDisks", told)


def held_by(disk: Resource, vm: Resource, within: float = 0.0) -> tuple[Expect, ...]:
    return (Expect(Kind.DISK, disk.id, "is", "attached_to", vm.id, within),)


def free(disk: Resource, within: float = 0.0) -> Expect:
    """The disk is there and nobody holds it."""
    return Expect(Kind.DISK, disk.id, "is", "state", "available", within)


def let_go(disk: Resource, within: float) -> tuple[Expect, ...]:
    """The same, as the counterpart of ``held_by``: one that another machine has by now is neither
    as it was nor as it will be."""
    return free(disk, within), Expect(Kind.DISK, disk.id, "is", "attached_to", None, within)


def note_attached(board: Board, disk: Resource, vm: Resource) -> None:
    board.revise(disk, attached_to=vm.id, delete_with_vm=False, state="in-use")
    vm = board.get(Kind.VM, vm.id) or vm
    listed = vm.attributes.get("disks")
    board.revise(
        vm,
        (*vm.links, Link("uses", Kind.DISK, disk.id)),
        disks=[*(listed if isinstance(listed, list) else ()), disk.id],
    )


def detach(board: Board, disk: Resource, source: Resource | None) -> None:
    """Take the disk off its machine; no step where it is on none.

    Raises Unsupported for the disk a machine starts from, Unresolved where another holds it,
    CloudError.
    """
    held = disk.attributes.get("attached_to")
    if held is None:
        board.note(f"disk {disk.name} is not attached to anything")
        return
    vm = board.get(Kind.VM, held)
    if vm is None:
        raise Unresolved(f"disk {disk.name} is attached to {held}, which is not there")
    if source is not None and source.id != vm.id:
        raise Unresolved(f"disk {disk.name} is attached to {vm.name}, not to {source.name}")
    if disk.attributes.get("boot"):
        raise Unsupported(f"{vm.name} starts from disk {disk.name}: Azure never takes that off")
    running = vm.attributes.get("state") != "stopped"
    if running:
        board.advise(
            "warning",
            f"unmount {disk.name} on {vm.name} first: what is not written yet would be lost",
        )
    device = disk.attributes.get("device")
    board.add(
        Step(
            id=board.name_step("detach disk", disk.name, "from", vm.name),
            effect=Effect.UPDATE,
            action=_detach(vm, disk),
            why=f"take disk {disk.name} off {vm.name}",
            changes=board.refs(disk, vm),
            expects=let_go(disk, within=ATTACHED_WITHIN),
            undo=(
                Reversal(
                    _attach(vm, {"diskId": disk.id, **_how(board, disk, vm)}),
                    Effect.UPDATE,
                    f"attach disk {disk.name} to {vm.name} again",
                    held_by(disk, vm, within=ATTACHED_WITHIN),
                ),
            ),
            before={"attached_to": vm.name, "device": device},
            after={"attached_to": None},
            disrupts=f"{vm.name} loses disk {disk.name}" if running else "",
        )
    )
    board.revise(disk, attached_to=None, device=None, delete_with_vm=False, state="available")
    vm = board.get(Kind.VM, vm.id) or vm
    listed = vm.attributes.get("disks")
    board.revise(
        vm,
        tuple(x for x in vm.links if x.id != disk.id),
        disks=[id for id in (listed if isinstance(listed, list) else ()) if id != disk.id],
    )


def _how(board: Board, disk: Resource, vm: Resource) -> dict[str, Any]:
    """How the machine holds the disk: its LUN, and what the machine does with it."""
    if board.made_here(disk) or board.made_here(vm):
        return {}
    for entry in bodies.items(board.document(vm), "properties.storageProfile.dataDisks"):
        if ids.same(str(bodies.at(entry, "managedDisk.id", "")), disk.id):
            known = ("lun", "caching", "deleteOption", "writeAcceleratorEnabled")
            return {name: entry[name] for name in known if name in entry}
    return {}


def data_disks(board: Board, vm: Resource) -> tuple[Resource, ...]:
    """What is attached to a machine beside the disk it starts from."""
    mine = (d for d in board.world.of(Kind.DISK) if d.attributes.get("attached_to") == vm.id)
    return tuple(d for d in mine if not d.attributes.get("boot"))
