"""Which disks does it have, and in what state are they?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cloudops.engine.questions.chosen import chosen
from cloudops.engine.questions.wording import brief, joined, plural, text
from cloudops.request import Answer, DisksOf, Table
from modalities.resource import Kind, Resource, World

SENTENCES = 4
"""Up to so many VMs get a sentence each; the disks of more are in the table."""


def disks(question: DisksOf, world: World) -> Answer:
    """The disks of the VMs asked about, or the disks asked about, each once; and the total."""
    found = chosen(world, question.what)
    vms = [r for r in found if r.kind is Kind.VM]
    loose = [r for r in found if r.kind is Kind.DISK]
    attached = {vm.id: disks_of(vm, world) for vm in vms}
    every = {d.id: d for d in (*(d for ds in attached.values() for d in ds), *loose)}
    sentences = [_sentence(vm, attached[vm.id]) for vm in vms] if len(vms) <= SENTENCES else []
    if loose or not vms:
        sentences.append(_listed(loose) if loose else f"There are {plural(0, question.what.kind)}.")
    if len(vms) > 1:
        counted = f"{plural(len(vms), Kind.VM)} have {plural(len(every), Kind.DISK)} in all"
        sentences.append(f"{counted}, {_gib(every.values())}.")
    return Answer(
        text=" ".join(sentences),
        table=_table(tuple(every.values()), world) if every else None,
        data={
            "vms": [
                {
                    **brief(vm),
                    "disks": [_entry(d) for d in attached[vm.id]],
                    "total_gib": total(attached[vm.id]),
                }
                for vm in vms
            ],
            "disks": [_entry(d) for d in every.values()],
            "total_gib": total(every.values()),
        },
    )


def disks_of(vm: Resource, world: World) -> tuple[Resource, ...]:
    """Attached to the machine, the boot disk first, then by device."""
    linked = {link.id for link in vm.links if link.kind is Kind.DISK}
    mine = [
        d for d in world.of(Kind.DISK) if d.id in linked or d.attributes.get("attached_to") == vm.id
    ]
    return tuple(sorted(mine, key=lambda d: (not d.attributes.get("boot"), text(d, "device"))))


def total(disks: Iterable[Resource]) -> float | int | None:
    """GiB; None where the size of any is not known."""
    sizes = [d.attributes.get("gib") for d in disks]
    known = [size for size in sizes if isinstance(size, (int, float))]
    return sum(known) if len(known) == len(sizes) else None


def _gib(disks: Iterable[Resource]) -> str:
    size = total(disks)
    return "of unknown size" if size is None else f"{size} GiB"


def _sentence(vm: Resource, disks: Sequence[Resource]) -> str:
    if not disks:
        return f"{vm.name} has no disks."
    said = joined([_said(d) for d in disks])
    return f"{vm.name} has {plural(len(disks), Kind.DISK)}, {_gib(disks)}: {said}."


def _listed(disks: Sequence[Resource]) -> str:
    return f"{plural(len(disks), Kind.DISK)}, {_gib(disks)}: {joined([_said(d) for d in disks])}."


def _said(disk: Resource) -> str:
    device = disk.attributes.get("device")
    facts = [
        _gib([disk]),
        text(disk, "type"),
        *([str(device)] if device else []),
        role_of(disk),
        text(disk, "state"),
    ]
    return f"{disk.name} ({', '.join(facts)})"


def role_of(disk: Resource) -> str:
    if disk.attributes.get("attached_to"):
        return "boot disk" if disk.attributes.get("boot") else "data disk"
    return "not attached"


def _entry(disk: Resource) -> Mapping[str, Any]:
    names = ("gib", "type", "device", "state", "boot", "attached_to", "zone", "encrypted")
    return {**brief(disk), **{name: disk.attributes.get(name) for name in names}}


def _table(disks: Sequence[Resource], world: World) -> Table:
    return Table(
        columns=("disk", "id", "size", "type", "device", "state", "role", "VM"),
        rows=tuple(
            (
                d.name,
                d.id,
                _gib([d]),
                text(d, "type"),
                text(d, "device"),
                text(d, "state"),
                role_of(d),
                _vm_of(d, world),
            )
            for d in disks
        ),
    )


def _vm_of(disk: Resource, world: World) -> str:
    id = disk.attributes.get("attached_to")
    vm = world.get(Kind.VM, str(id)) if id else None
    return vm.name if vm else str(id or "-")
