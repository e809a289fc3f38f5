"""Judges of U1, U2 and U3: one machine changed, and nothing else touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from sandbox.gym.case import Case, Judgement, sorted_out, vanished
from sandbox.gym.difference import Difference
from sandbox.gym.inventory import name_of, tags_of
from sandbox.gym.sources import Item

WEB = "web-1"
SMALL_DISK = 32
"""GiB, where the prompt states no size."""

UNSAID = f"{WEB} is destroyed and made again"

Allowed: TypeAlias = Callable[[Difference], bool]


def disk_attached(case: Case) -> Judgement:
    """U1: the same machine has one more disk of the stated size."""
    vm = _only(case.after.named("instance", WEB))
    disks = case.added("volume")
    missed = [*_kept(case), *_one_disk(case, disks, vm)]
    mine = {disk["VolumeId"] for disk in disks[:1]}
    return _judged(
        case,
        missed,
        lambda d: d.id in mine or _changed(d, "instance", {"BlockDeviceMappings"}),
    )


def diagnosed(case: Case) -> Judgement:
    """U2: detailed monitoring, the nearest counterpart of boot diagnostics, is on; and the
    agent said that this is what it does."""
    vm = _only(case.after.named("instance", WEB))
    missed = [*_kept(case)]
    if vm is not None and vm["Monitoring"]["State"] not in ("enabled", "pending"):
        missed.append(f"detailed monitoring of {WEB} is {vm['Monitoring']['State']}")
    if not missed and "monitoring" not in case.told.said:
        missed.append("it was not said that detailed monitoring stands in for boot diagnostics")
    return _judged(case, missed, lambda d: _changed(d, "instance", {"Monitoring"}))


def turned_spot(case: Case) -> Judgement:
    """U3: a spot machine in the place of the other, alike, with its data disk; and the user was
    warned that the machine is destroyed and made again."""
    old = _only(case.before.named("instance", WEB))
    new = _only(case.after.named("instance", WEB))
    missed = [*_alike(old, new), *_data_kept(case, new)]
    judgement = _judged(case, missed, lambda d: _replaced(d, case, old, new))
    unwarned = () if warned(case) or not _gone(case, old) else (UNSAID,)
    return Judgement(
        missed=judgement.missed,
        unwanted=judgement.unwanted,
        left_over=judgement.left_over,
        unwarned=unwarned,
    )


def _judged(case: Case, missed: list[str], allowed: Allowed) -> Judgement:
    permitted = [d for d in case.differences if allowed(d)]
    unwanted, left_over = sorted_out(case.differences, permitted)
    return Judgement(
        missed=tuple(missed),
        unwanted=unwanted,
        left_over=left_over,
        unwarned=tuple(vanished(case)),
    )


def _only(found: list[Item]) -> Item | None:
    return found[0] if len(found) == 1 else None


def _changed(difference: Difference, kind: str, members: set[str]) -> bool:
    """Only those members, of the machine that is meant."""
    return (
        difference.what == "changed"
        and (difference.kind, difference.name) == (kind, WEB)
        and set(difference.members) <= members
    )


def _kept(case: Case) -> Iterator[str]:
    """The machine is the same one, and runs."""
    before, after = (_only(i.named("instance", WEB)) for i in (case.before, case.after))
    if after is None or before is None or before["InstanceId"] != after["InstanceId"]:
        yield f"{WEB} is not the machine it was"
    elif after["State"]["Name"] != "running":
        yield f"{WEB} is {after['State']['Name']}"


def _one_disk(case: Case, disks: list[Item], vm: Item | None) -> Iterator[str]:
    wanted = case.wanted
    if len(disks) != 1:
        yield f"{len(disks)} disks were made, not one"
        return
    (disk,) = disks
    attached = [a["InstanceId"] for a in disk.get("Attachments", ())]
    if vm is None or attached != [vm["InstanceId"]]:
        yield f"the new disk is not attached to {WEB}"
    if disk["Size"] != (wanted.gib or SMALL_DISK):
        yield f"the new disk has {disk['Size']} GiB, not {wanted.gib or SMALL_DISK}"
    if wanted.ssd and disk["VolumeType"] not in ("gp2", "gp3", "io1", "io2"):
        yield f"the new disk is {disk['VolumeType']}, no SSD"
    if wanted.disk and name_of(disk) != wanted.disk:
        yield f"the new disk is called {name_of(disk) or 'nothing'}, not {wanted.disk}"


def _alike(old: Item | None, new: Item | None) -> Iterator[str]:
    """All but the image: it is that of the old machine's own disk, taken on the way."""
    if old is None or new is None:
        yield f"there is not exactly one machine called {WEB}"
        return
    if new.get("InstanceLifecycle") != "spot":
        yield f"{WEB} is not a spot machine"
    if new["State"]["Name"] != "running":
        yield f"{WEB} is {new['State']['Name']}"
    for member in ("InstanceType", "SubnetId", "KeyName", "SecurityGroups"):
        if new.get(member) != old.get(member):
            yield f"{member} is {new.get(member)}, was {old.get(member)}"
    lost = {k: v for k, v in tags_of(old).items() if tags_of(new).get(k) != v}
    more = {k for k in tags_of(new).keys() - tags_of(old).keys() if not k.startswith("cloudops:")}
    if lost or more:
        yield f"its tags are {tags_of(new)}, were {tags_of(old)}"


def _data_kept(case: Case, new: Item | None) -> Iterator[str]:
    """The very disks, by id, with what is in them, on the new machine and in the same place."""
    for disk in _data(case):
        now = case.after.of("volume").get(disk["VolumeId"])
        if now is None:
            yield f"data disk {disk['VolumeId']} is gone"
            continue
        places = [(a["InstanceId"], a["Device"]) for a in now.get("Attachments", ())]
        wanted = [(new["InstanceId"] if new else "", a["Device"]) for a in disk["Attachments"]]
        if places != wanted:
            yield f"data disk {disk['VolumeId']} is attached at {places}, not at {wanted}"


def _data(case: Case) -> list[Item]:
    """Disks that were attached before and no machine starts from."""
    roots = {
        mapping["Ebs"]["VolumeId"]
        for vm in case.before.of("instance").values()
        for mapping in vm.get("BlockDeviceMappings", ())
        if mapping["DeviceName"] == vm.get("RootDeviceName")
    }
    return [
        disk
        for id, disk in case.before.of("volume").items()
        if id not in roots and disk.get("Attachments")
    ]


def _replaced(d: Difference, case: Case, old: Item | None, new: Item | None) -> bool:
    """The machine with its own disk and interface, for the other with its own."""
    if old is None or new is None:
        return False
    data = {disk["VolumeId"] for disk in _data(case)}
    if d.what == "changed":
        return (d.kind == "volume" and d.id in data and set(d.members) <= {"Attachments"}) or (
            d.kind == "interface" and d.id in _parts(old)
        )
    return d.id in (_parts(old) if d.what == "removed" else _parts(new)) and d.id not in data


def _parts(vm: Item) -> set[str]:
    disks = {m["Ebs"]["VolumeId"] for m in vm.get("BlockDeviceMappings", ())}
    interfaces = {n["NetworkInterfaceId"] for n in vm.get("NetworkInterfaces", ())}
    return {vm["InstanceId"], *disks, *interfaces}


def _gone(case: Case, old: Item | None) -> bool:
    return old is not None and old["InstanceId"] not in case.after.of("instance")


def warned(case: Case) -> bool:
    """An advisory of weight that speaks of destroying (or replacing) the machine."""
    words = ("destroy", "replac", "terminat", "delet", "recreat", "made again", "made anew")
    return any(
        advisory.get("severity") in ("danger", "warning")
        and any(word in str(advisory.get("text", "")).lower() for word in words)
        for advisory in case.told.advisories
    )
