"""The disks of a machine: attached, made and attached, detached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from modalities.receipt import CloudError, Trouble
from sandbox.console.azure.cloud import Cloud, Raw
from sandbox.console.azure.kinds import DISK, MACHINE
from sandbox.console.azure.pages.blades import SERVICE, asked, blade
from sandbox.console.azure.pages.disks import LARGEST, type_field
from sandbox.console.azure.pages.wizards import CACHING, choice, name_field, number
from sandbox.console.azure.visit import NOTHING, Visit, at, group_of, link, options, same, short
from sandbox.console.form import Field, Form, Tab, Values
from sandbox.console.operations import Done
from sandbox.console.page import Action, Item, Page, Part, Row, Table, View

LUNS = 63
"""The highest logical unit number: machines have up to 64 data disks."""


def page(visit: Visit) -> Page:
    machine = asked(visit)
    profile = at(machine, "properties.storageProfile", {})
    return blade(
        visit,
        MACHINE,
        machine,
        "disks",
        parts=(
            Part("OS disk", (), (_system(visit, profile.get("osDisk") or {}),)),
            Part("Data disks", (), (_data(visit, profile.get("dataDisks") or ()),)),
        ),
        commands=(
            Item("Create and attach a new disk", "CreateAndAttachDisk"),
            Item("Attach existing disk", "AttachDisk"),
        ),
    )


def _system(visit: Visit, disk: Raw) -> Table:
    id = str(at(disk, "managedDisk.id", ""))
    return Table(
        title="OS disk",
        noun="disk",
        columns=("Disk name", "Storage type", "Size (GiB)", "Host caching", "Delete with VM"),
        rows=(Row(id, short(id), (link(visit, id), *_cells(disk))),),
    )


def _cells(disk: Raw) -> tuple[str, ...]:
    return (
        str(at(disk, "managedDisk.storageAccountType", NOTHING)),
        str(disk.get("diskSizeGB", NOTHING)),
        str(disk.get("caching", NOTHING)),
        "Yes" if disk.get("deleteOption") == "Delete" else "No",
    )


def _data(visit: Visit, disks: Sequence[Raw]) -> Table:
    ids = [str(at(each, "managedDisk.id", "")) for each in disks]
    return Table(
        title="Data disks",
        noun="data disk",
        columns=(
            *("Disk name", "LUN", "Storage type", "Size (GiB)", "Host caching"),
            *("Delete with VM", "Resource ID"),
        ),
        rows=tuple(
            Row(
                id,
                short(id),
                (link(visit, id), str(each.get("lun", NOTHING)), *_cells(each), id),
            )
            for id, each in zip(ids, disks, strict=True)
        ),
        commands=(Item("Detach", "DetachDisk"),),
        empty="No data disks attached",
    )


# -- changes -------------------------------------------------------------------------------


def _place(machine: Raw) -> tuple[Field, Field]:
    """Where a disk goes: the lowest number that is free."""
    used = {each.get("lun") for each in at(machine, "properties.storageProfile.dataDisks", [])}
    free = next(number for number in range(LUNS + 1) if number not in used)
    lun = number("lun", "LUN", str(free), least=0, most=LUNS, required=True)
    return lun, choice("caching", "Host caching", CACHING, "None", required=True)


def ask_attach(visit: Visit, ids: Sequence[str]) -> Form:
    machine = visit.cloud.get(ids[0])
    free = [
        each
        for each in visit.cloud.all(DISK.listing)
        if not each.get("managedBy") and each.get("location") == machine.get("location")
    ]
    chosen = choice("disk", "Disk name", options(free, "sku.name"), required=True, bare=True)
    return Form(
        action="AttachDisk",
        title="Attach existing disk",
        submit="Apply",
        ids=tuple(ids),
        tabs=(Tab("", (chosen, *_place(machine))),),
    )


def attach(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    disk = values.text("disk")
    _add(cloud, ids[0], values, {"createOption": "Attach", "managedDisk": {"id": disk}})
    return Done(f"Successfully attached disk {short(disk)} to {short(ids[0])}")


def ask_new(visit: Visit, ids: Sequence[str]) -> Form:
    machine = visit.cloud.get(ids[0])
    return Form(
        action="CreateAndAttachDisk",
        title="Create and attach a new disk",
        submit="Apply",
        ids=tuple(ids),
        tabs=(
            Tab(
                "",
                (
                    name_field("Disk name"),
                    type_field("Premium_LRS"),
                    number("size", "Size (GiB)", "", least=1, most=LARGEST, required=True),
                    *_place(machine),
                ),
            ),
        ),
    )


def new(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    disk = {
        "name": values.text("name"),
        "createOption": "Empty",
        "diskSizeGB": values.number("size"),
        "managedDisk": {"storageAccountType": values.text("type")},
    }
    _add(cloud, ids[0], values, disk)
    return Done(f"Successfully created disk {values.text('name')}, attached to {short(ids[0])}")


def _add(cloud: Cloud, machine: str, values: Values, disk: dict[str, Any]) -> None:
    found = cloud.get(machine)
    more = {"lun": values.number("lun"), "caching": values.text("caching")}
    disks = [*at(found, "properties.storageProfile.dataDisks", []), {**disk, **more}]
    cloud.patch(machine, {"properties": {"storageProfile": {"dataDisks": disks}}})


def ask_detach(visit: Visit, ids: Sequence[str]) -> Form:
    machine = _holder(visit.cloud, ids[0])
    return Form(
        action="DetachDisk",
        title="Detach disk",
        submit="Detach",
        ids=tuple(ids),
        about=(f"Detach the disk “{short(ids[0])}” from “{short(machine)}”? The disk is kept.",),
    )


def detach(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    machine = _holder(cloud, ids[0])
    disks = at(cloud.get(machine), "properties.storageProfile.dataDisks", [])
    kept = [each for each in disks if not same(str(at(each, "managedDisk.id", "")), ids[0])]
    if len(kept) == len(disks):
        raise CloudError(
            Trouble.CONFLICT,
            "OperationNotAllowed",
            f"{short(ids[0])} is the OS disk of {short(machine)}, and cannot be detached.",
        )
    cloud.patch(machine, {"properties": {"storageProfile": {"dataDisks": kept}}})
    return Done(f"Successfully detached disk {short(ids[0])} from {short(machine)}")


def _holder(cloud: Cloud, disk: str) -> str:
    found = str(cloud.get(disk).get("managedBy") or "")
    if not found:
        message = f"The disk {short(disk)} in {group_of(disk)} is attached to no virtual machine."
        raise CloudError(Trouble.INVALID, "DiskNotAttached", message)
    return found


VIEWS = (View(MACHINE.view("disks"), SERVICE, page, parent=MACHINE.list),)

ACTIONS = (
    Action("AttachDisk", "Attach disk", attach, ask_attach),
    Action("CreateAndAttachDisk", "Create and attach disk", new, ask_new),
    Action("DetachDisk", "Detach disk", detach, ask_detach),
)
