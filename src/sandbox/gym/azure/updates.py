"""Judges of U1, U2 and U3 on Azure: one machine changed, and nothing else touched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.gym.azure import parts
from sandbox.gym.case import Case, Judgement, sorted_out, vanished
from sandbox.gym.difference import Difference
from sandbox.gym.inventory import name_of
from sandbox.gym.sources import Item
from sandbox.gym.updates import SMALL_DISK, UNSAID, WEB, warned

SSD = ("ssd", "premium")
OF_ATTACHING = {
    "managedBy",
    "managedByExtended",
    "properties.diskState",
    "properties.LastOwnershipUpdateTime",
}
"""Members of a disk that tell whom it is attached to."""


def disk_attached(case: Case) -> Judgement:
    """U1: the same machine has one more disk of the stated size."""
    disks = case.added("volume")
    missed = [*_kept(case), *_one_disk(case, disks), *_storage_kept(case)]
    mine = {parts.id_of(disk) for disk in disks[:1]}
    seen = {"properties.storageProfile", "properties.instanceView"}
    return _judged(case, missed, lambda d: d.id in mine or _only(d, seen))


def diagnosed(case: Case) -> Judgement:
    """U2: boot diagnostics are on."""
    missed = [*_kept(case)]
    vm = _web(case.after.named("instance", WEB))
    profile = (parts.properties(vm).get("diagnosticsProfile") if vm else None) or {}
    boot = profile.get("bootDiagnostics") or {}
    if boot.get("enabled") is not True:
        missed.append(f"boot diagnostics of {WEB} are not enabled")
    if boot.get("storageUri") and "managed" in case.prompt.lower():
        missed.append(f"they are kept in {boot['storageUri']}, not in managed storage")
    seen = {"properties.diagnosticsProfile", "properties.instanceView"}
    return _judged(case, missed, lambda d: _only(d, seen))


def turned_spot(case: Case) -> Judgement:
    """U3: a spot machine in the place of the other, alike, with its data disk; and the user was
    warned that the machine is destroyed and made again."""
    old, new = (_web(i.named("instance", WEB)) for i in (case.before, case.after))
    missed = [*_alike(case, old, new), *_data_kept(case, old, new)]
    judgement = _judged(case, missed, lambda d: _replaced(d, old, new))
    again = old is None or new is None or _made(old) != _made(new)
    unwarned = () if warned(case) or not again else (UNSAID,)
    return Judgement(
        missed=judgement.missed,
        unwanted=judgement.unwanted,
        left_over=judgement.left_over,
        unwarned=unwarned,
    )


def _judged(case: Case, missed: list[str], allowed: Any) -> Judgement:
    permitted = [d for d in case.differences if allowed(d)]
    unwanted, left_over = sorted_out(case.differences, permitted)
    return Judgement(
        missed=tuple(missed),
        unwanted=unwanted,
        left_over=left_over,
        unwarned=tuple(vanished(case)),
    )


def _web(found: list[Item]) -> Item | None:
    return found[0] if len(found) == 1 else None


def _only(difference: Difference, members: set[str]) -> bool:
    """Only those members, of the machine that is meant."""
    return (
        difference.what == "changed"
        and (difference.kind, difference.name) == ("instance", WEB)
        and set(difference.members) <= members
    )


def _made(vm: Item) -> str:
    """The id that a machine gets when it is made, and another one does not have."""
    return str(parts.properties(vm)["vmId"])


def _kept(case: Case) -> Iterator[str]:
    """The machine is the same one, and runs."""
    before, after = (_web(i.named("instance", WEB)) for i in (case.before, case.after))
    if before is None or after is None or _made(before) != _made(after):
        yield f"{WEB} is not the machine it was"
    elif parts.power(after) != "running":
        yield f"{WEB} is {parts.power(after)}"


def _storage_kept(case: Case) -> Iterator[str]:
    """The disks that were there are where they were."""
    before, after = (_web(i.named("instance", WEB)) for i in (case.before, case.after))
    if before is None or after is None:
        return
    had, has = parts.data_disks(before).items(), parts.data_disks(after).items()
    if not had <= has or parts.system_disk(before) != parts.system_disk(after):
        yield f"other disks of {WEB} were touched"


def _one_disk(case: Case, disks: list[Item]) -> Iterator[str]:
    wanted, vm = case.wanted, _web(case.after.named("instance", WEB))
    if len(disks) != 1:
        yield f"{len(disks)} disks were made, not one"
        return
    (disk,) = disks
    gib, sku = parts.properties(disk)["diskSizeGB"], str((disk.get("sku") or {}).get("name"))
    if vm is None or parts.id_of(disk) not in parts.data_disks(vm):
        yield f"the new disk is not attached to {WEB}"
    if gib != (wanted.gib or SMALL_DISK):
        yield f"the new disk has {gib} GiB, not {wanted.gib or SMALL_DISK}"
    if wanted.ssd and not any(word in sku.lower() for word in SSD):
        yield f"the new disk is {sku}, no SSD"
    if wanted.disk and name_of(disk) != wanted.disk:
        yield f"the new disk is called {name_of(disk)}, not {wanted.disk}"


def _alike(case: Case, old: Item | None, new: Item | None) -> Iterator[str]:
    """All but the image: the new machine may start from the old one's own disk."""
    if old is None or new is None:
        yield f"there is not exactly one machine called {WEB}"
        return
    if parts.properties(new).get("priority") != "Spot":
        yield f"{WEB} is not a spot machine"
    if parts.power(new) != "running":
        yield f"{WEB} is {parts.power(new)}"
    for what in ("location", "zones"):
        if new.get(what) != old.get(what):
            yield f"its {what} is {new.get(what)}, was {old.get(what)}"
    sizes = [parts.properties(vm)["hardwareProfile"]["vmSize"] for vm in (old, new)]
    if sizes[0] != sizes[1]:
        yield f"its size is {sizes[1]}, was {sizes[0]}"
    if parts.subnets(case.after, new) != parts.subnets(case.before, old):
        yield "it is not in the subnet it was in"
    had, has = old.get("tags") or {}, new.get("tags") or {}
    more = {key for key in has.keys() - had.keys() if not key.startswith("cloudops")}
    if more or any(has.get(key) != value for key, value in had.items()):
        yield f"its tags are {has}, were {had}"


def _data_kept(case: Case, old: Item | None, new: Item | None) -> Iterator[str]:
    """The very disks, with what is in them, on the new machine and in the same place."""
    places = parts.data_disks(new) if new else {}
    for id, lun in (parts.data_disks(old) if old else {}).items():
        before, now = (i.of("volume").get(id) for i in (case.before, case.after))
        if now is None or before is None or _disk_id(before) != _disk_id(now):
            yield f"data disk {id} is gone"
        elif places.get(id) != lun:
            yield f"data disk {name_of(now)} is attached at {places.get(id)}, not at LUN {lun}"


def _disk_id(disk: Item) -> Any:
    """Another disk of the same name has another one."""
    return parts.properties(disk).get("uniqueId"), parts.properties(disk).get("timeCreated")


def _replaced(d: Difference, old: Item | None, new: Item | None) -> bool:
    """The machine with its own disk and interface, for the other with its own."""
    if old is None or new is None:
        return False
    if d.what == "changed":
        own = d.kind == "instance" and d.name == WEB
        disks = {*parts.data_disks(old), parts.system_disk(old)}
        attached = d.kind == "volume" and d.id in disks and set(d.members) <= OF_ATTACHING
        return own or attached or (d.kind == "interface" and d.id in parts.interfaces(old))
    vm = old if d.what == "removed" else new
    return d.id in {parts.system_disk(vm), *parts.interfaces(vm)}
