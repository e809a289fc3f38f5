"""Disks: made, attached, taken off and grown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from modalities import wanted
from modalities.action import TOKEN
from modalities.aws import volumes
from modalities.aws.attributes import devices
from modalities.aws.express import network
from modalities.aws.express.board import Board
from modalities.aws.express.calls import ec2, labelled
from modalities.contract import Unresolved, Unsupported
from modalities.resource import Kind, Link, Resource
from modalities.selecting import one
from modalities.step import Effect, Expect, Irreversible, Reversal, Step

AVAILABLE_WITHIN = 300.0
ATTACHED_WITHIN = 120.0

LETTERS = "fghijklmnop"
"""Of device names for data disks (EC2 user guide, "Device names for volumes")."""

DEVICE = re.compile(r"^(/dev/)?(xvd|sd)")


def new_disk(board: Board, want: wanted.Disk) -> Resource:
    """Make the disk and, where it names a machine, attach it there.

    Raises Unresolved where its name is taken or there is no such machine, Unsupported for
    types and sizes there are not.
    """
    vm = one(board.world, Kind.VM, want.attach_to) if want.attach_to else None
    type = volumes.native_type(want.type)
    gib = want.gib or max(volumes.DEFAULT_GIB, volumes.LIMITS[type][0])
    volumes.check_size(type, gib)
    name = want.name or _next_name(board, vm)
    board.refuse_existing(Kind.DISK, name)
    zone = _zone(board, want, vm)
    for said, what in ((want.gib, f"{gib} GiB"), (want.type, type), (want.name, name)):
        if said is None:
            board.note(f"disk {name}: {what}" if what != name else f"name of the disk: {name}")
    iops = volumes.iops_for(type, gib)
    tags = board.tags(name, want.tags)
    disk = board.create(
        Kind.DISK,
        name,
        ec2(
            "CreateVolume",
            AvailabilityZone=zone,
            Size=gib,
            VolumeType=type,
            ClientToken=TOKEN,
            TagSpecifications=labelled("volume", tags),
            **({"Iops": iops} if iops else {}),
        ),
        "VolumeId",
        lambda id: ec2("DeleteVolume", VolumeId=id),
        f"make disk {name} ({gib} GiB {type})",
        tags=tags,
        attributes={"gib": gib, "type": type, "zone": zone, "attached_to": None},
        shown={"gib": gib, "type": type, "zone": zone},
        checks={"gib": gib, "type": type},
    )
    if vm is not None:
        attach(board, disk, vm, fresh=True)
        board.advise("info", f"disk {name} is empty: make a file system on it before use")
    return disk


def _next_name(board: Board, vm: Resource | None) -> str:
    stem, number = (f"{vm.name}-data" if vm else "disk"), 1
    while board.world.named(Kind.DISK, f"{stem}-{number}"):
        number += 1
    return f"{stem}-{number}"


def _zone(board: Board, want: wanted.Disk, vm: Resource | None) -> str:
    if vm is None:
        zone = want.zone or network.zones(board)[0]
        if want.zone is None:
            board.note(f"zone of the disk: {zone}")
        return zone
    zone = str(vm.attributes.get("zone"))
    if want.zone not in (None, zone):
        raise Unsupported(f"{vm.name} is in {zone}: a disk in {want.zone} cannot be attached to it")
    return zone


def attach(
    board: Board,
    disk: Resource,
    vm: Resource,
    *,
    device: str | None = None,
    fresh: bool = False,
    needs: tuple[str, ...] = (),
) -> None:
    """Attach the disk to the machine at ``device`` or the next free name; no step where it is.

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
    device = device or _free_device(vm)
    me, machine = board.value(disk.id), board.value(vm.id)
    if fresh:
        _await_available(board, disk)
    board.add(
        Step(
            id=board.name_step("attach disk", disk.name, "to", vm.name),
            effect=Effect.UPDATE,
            action=ec2("AttachVolume", VolumeId=me, InstanceId=machine, Device=device),
            why=f"attach disk {disk.name} to {vm.name} as {device}",
            changes=board.refs(disk, vm),
            needs=(*needs, *board.changed_by(vm)),
            expects=held_by(me, machine, device, within=ATTACHED_WITHIN),
            undo=(
                Reversal(
                    ec2("DetachVolume", VolumeId=me, InstanceId=machine, Device=device),
                    Effect.UPDATE,
                    f"take disk {disk.name} off {vm.name} again",
                    let_go(me, within=ATTACHED_WITHIN),
                ),
            ),
            before={"attached_to": None},
            after={"attached_to": vm.name, "device": device},
        )
    )
    note_attached(board, disk, vm, device)


def _goes_again(disk: Resource, me: Any, machine: Any, device: str) -> tuple[Reversal, ...]:
    """What is attached stays when its machine is deleted. A disk that went with its machine is
    told to again."""
    if not disk.attributes.get("delete_with_vm"):
        return ()
    block = {"DeviceName": device, "Ebs": {"DeleteOnTermination": True}}
    return (
        Reversal(
            ec2("ModifyInstanceAttribute", InstanceId=machine, BlockDeviceMappings=[block]),
            Effect.UPDATE,
            f"let {disk.name} go with its machine again when that is deleted",
            (Expect(Kind.DISK, me, "is", "delete_with_vm", True, ATTACHED_WITHIN),),
        ),
    )


def held_by(disk: Any, vm: Any, device: str, within: float = 0.0) -> tuple[Expect, ...]:
    return (
        Expect(Kind.DISK, disk, "is", "attached_to", vm, within),
        Expect(Kind.DISK, disk, "is", "device", device, within),
    )


def free(disk: Any, within: float = 0.0) -> Expect:
    """The disk is there and nobody holds it."""
    return Expect(Kind.DISK, disk, "is", "state", "available", within)


def let_go(disk: Any, within: float) -> tuple[Expect, ...]:
    """The same, as the counterpart of ``held_by``: one that another machine has by now is neither
    as it was nor as it will be."""
    return free(disk, within), Expect(Kind.DISK, disk, "is", "attached_to", None, within)


def note_attached(board: Board, disk: Resource, vm: Resource, device: str) -> None:
    board.revise(disk, attached_to=vm.id, device=device, delete_with_vm=False, state="in-use")
    vm = board.get(Kind.VM, vm.id) or vm
    links = (*vm.links, Link("uses", Kind.DISK, disk.id))
    board.revise(vm, links, devices={**devices(vm), device: disk.id})


def _await_available(board: Board, disk: Resource) -> None:
    """A new disk can be attached as soon as it is available."""
    board.expect(disk.id, free(board.value(disk.id), within=AVAILABLE_WITHIN))


def _free_device(vm: Resource) -> str:
    """``/dev/sdf`` to ``/dev/sdp``; Windows has names of its own. Raises Unsupported."""
    used = {DEVICE.sub("", device) for device in devices(vm)}
    start = "xvd" if vm.attributes.get("platform") == "windows" else "/dev/sd"
    for letter in LETTERS:
        if letter not in used:
            return start + letter
    raise Unsupported(f"{vm.name} has {len(LETTERS)} data disks: no device name is free")


def detach(board: Board, disk: Resource, source: Resource | None) -> None:
    """Take the disk off its machine; no step where it is on none.

    Raises Unsupported for the disk a machine starts from, Unresolved where another holds it.
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
    running = vm.attributes.get("state") != "stopped"
    if disk.attributes.get("boot") and running:
        raise Unsupported(f"{vm.name} runs from disk {disk.name}: stop {vm.name} first")
    device = str(disk.attributes.get("device"))
    me, machine = board.value(disk.id), board.value(vm.id)
    if running:
        board.advise(
            "warning",
            f"unmount {disk.name} on {vm.name} first: what is not written yet would be lost",
        )
    board.add(
        Step(
            id=board.name_step("detach disk", disk.name, "from", vm.name),
            effect=Effect.UPDATE,
            action=ec2("DetachVolume", VolumeId=me, InstanceId=machine, Device=device),
            why=f"take disk {disk.name} ({device}) off {vm.name}",
            changes=board.refs(disk, vm),
            expects=let_go(me, within=ATTACHED_WITHIN),
            undo=(
                Reversal(
                    ec2("AttachVolume", VolumeId=me, InstanceId=machine, Device=device),
                    Effect.UPDATE,
                    f"attach disk {disk.name} to {vm.name} again",
                    held_by(me, machine, device, within=ATTACHED_WITHIN),
                ),
                *_goes_again(disk, me, machine, device),
            ),
            before={"attached_to": vm.name, "device": device},
            after={"attached_to": None},
            disrupts=f"{vm.name} loses disk {disk.name}" if running else "",
        )
    )
    note_detached(board, disk, vm)


def note_detached(board: Board, disk: Resource, vm: Resource) -> None:
    board.revise(disk, attached_to=None, device=None, delete_with_vm=False, state="available")
    vm = board.get(Kind.VM, vm.id) or vm
    links = tuple(x for x in vm.links if x.id != disk.id)
    board.revise(vm, links, devices={d: id for d, id in devices(vm).items() if id != disk.id})


def data_disks(board: Board, vm: Resource) -> tuple[Resource, ...]:
    """What is attached to a machine beside the disk it starts from, by device."""
    root = vm.attributes.get("root_device")
    ids = [id for device, id in sorted(devices(vm).items()) if device != root]
    found: Iterable[Resource | None] = (board.get(Kind.DISK, id) for id in ids)
    return tuple(d for d in found if d is not None)


def grow(board: Board, disk: Resource, gib: int) -> None:
    """Make the disk larger; it cannot become smaller. No step where it is that large.

    Raises Unsupported.
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
    volumes.check_size(str(disk.attributes.get("type") or volumes.DEFAULT_TYPE), gib)
    me = board.value(disk.id)
    step = board.add(
        Step(
            id=board.name_step("grow disk", disk.name),
            effect=Effect.UPDATE,
            action=ec2("ModifyVolume", VolumeId=me, Size=gib),
            why=f"make disk {disk.name} larger: {now} to {gib} GiB",
            changes=board.refs(disk),
            needs=board.changed_by(disk),
            expects=(Expect(Kind.DISK, me, "is", "gib", gib),),
            undo=Irreversible("a disk cannot be made smaller again"),
            before={"gib": now},
            after={"gib": gib},
        )
    )
    board.advise(
        "info", f"grow the file system on {disk.name} too; AWS leaves it as it is", step.id
    )
    board.revise(disk, gib=gib)
