"""Managed disks: the list, the overview, the size; made, grown and deleted."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.console.azure.cloud import Cloud, Raw
from sandbox.console.azure.kinds import DISK, SNAPSHOT
from sandbox.console.azure.pages.blades import (
    EDIT_TAGS,
    SERVICE,
    asked,
    blade,
    browse,
    deletion,
    essentials,
    tag_tab,
    usual,
)
from sandbox.console.azure.pages.wizards import (
    STORAGE_TYPES,
    body,
    choice,
    group_made,
    inside,
    name_field,
    number,
    scope_fields,
    zone_field,
)
from sandbox.console.azure.visit import NOTHING, Visit, at, link, options, short
from sandbox.console.form import Field, Form, Option, Tab, Values
from sandbox.console.operations import Done
from sandbox.console.page import Action, Badge, Cell, Item, Page, View

LARGEST = 32767
"""GiB: https://learn.microsoft.com/azure/virtual-machines/disks-types"""

COMMANDS = (Item("Detach", "DetachDisk"), Item("Delete", "DeleteDisk"), EDIT_TAGS)

STATES = {"Attached": "good", "Reserved": "good", "Unattached": "off"}


def state_of(disk: Raw) -> Badge:
    state = str(at(disk, "properties.diskState", "Unknown"))
    return Badge(state, STATES.get(state, "busy"))


def can(disk: Raw) -> frozenset[str]:
    used = {"DetachDisk"} if disk.get("managedBy") else {"DeleteDisk"}
    return frozenset({"EditTags", "ResizeDisk", *used})


def listed(visit: Visit) -> Page:
    found = visit.cloud.all(DISK.listing)
    columns = ("Storage type", "Size (GiB)", "Owner", "Disk state", "OS type", "Zone", "IOPS")
    rows = [(each, _cells(visit, each)) for each in found]
    return browse(visit, DISK, columns, rows, COMMANDS, can)


def _cells(visit: Visit, disk: Raw) -> Sequence[Cell]:
    return (
        str(at(disk, "sku.name", NOTHING)),
        str(at(disk, "properties.diskSizeGB", NOTHING)),
        link(visit, str(disk.get("managedBy") or "")),
        state_of(disk),
        str(at(disk, "properties.osType", NOTHING)),
        ", ".join(disk.get("zones") or ()) or NOTHING,
        str(at(disk, "properties.diskIOPSReadWrite", NOTHING)),
    )


def overview(visit: Visit) -> Page:
    disk = asked(visit)
    return blade(
        visit,
        DISK,
        disk,
        "overview",
        summary=essentials(
            visit,
            disk,
            ("Disk state", state_of(disk)),
            ("Size (GiB)", str(at(disk, "properties.diskSizeGB", NOTHING))),
            ("Storage type", str(at(disk, "sku.name", NOTHING))),
            ("Managed by", link(visit, str(disk.get("managedBy") or ""))),
            ("Operating system", str(at(disk, "properties.osType", NOTHING))),
            ("Availability zone", ", ".join(disk.get("zones") or ()) or NOTHING),
            ("Time created", str(at(disk, "properties.timeCreated", NOTHING))[:19]),
        ),
        commands=COMMANDS,
        can=can(disk),
    )


def size(visit: Visit) -> Page:
    disk = asked(visit)
    return blade(
        visit,
        DISK,
        disk,
        "size",
        summary=(
            ("Size (GiB)", str(at(disk, "properties.diskSizeGB", NOTHING))),
            ("Storage type", str(at(disk, "sku.name", NOTHING))),
            ("Max IOPS", str(at(disk, "properties.diskIOPSReadWrite", NOTHING))),
        ),
        commands=(Item("Resize", "ResizeDisk"),),
    )


# -- changes -------------------------------------------------------------------------------


def wizard(visit: Visit, _: Sequence[str] = ()) -> Form:
    snapshots = visit.cloud.all(SNAPSHOT.listing)
    return Form(
        action="CreateDisk",
        title="Create a managed disk",
        submit="Create",
        cancel=visit.href(DISK.list),
        tabs=(
            Tab(
                "Basics",
                (
                    *scope_fields(visit, name_field("Disk name")),
                    zone_field(),
                    choice(
                        "source",
                        "Source type",
                        (Option("none", "None"), *options(snapshots)),
                        "none",
                        required=True,
                    ),
                    type_field("Premium_LRS"),
                    number("size", "Size (GiB)", "1024", least=1, most=LARGEST, required=True),
                ),
            ),
            tag_tab(),
        ),
    )


def type_field(value: str, label: str = "Storage type", name: str = "type") -> Field:
    return choice(name, label, STORAGE_TYPES, value, required=True)


def create(cloud: Cloud, _: Sequence[str], values: Values) -> Done:
    group, name, source = group_made(cloud, values), values.text("name"), values.text("source")
    made = {"createOption": "Empty"}
    if source != "none":
        made = {"createOption": "Copy", "sourceResourceId": source}
    properties = {"creationData": made, "diskSizeGB": values.number("size")}
    sku = {"name": values.text("type")}
    cloud.put(inside(group, DISK.type, name), body(values, properties, sku=sku))
    return Done(f"Successfully created disk {name}")


def ask_resize(visit: Visit, ids: Sequence[str]) -> Form:
    disk = visit.cloud.get(ids[0])
    now = int(at(disk, "properties.diskSizeGB", 1))
    return Form(
        action="ResizeDisk",
        title="Size + performance",
        submit="Save",
        ids=tuple(ids),
        about=(f"{short(ids[0])}: {now} GiB. A disk does not become smaller.",),
        tabs=(
            Tab(
                "",
                (
                    type_field(str(at(disk, "sku.name", ""))),
                    number(
                        "size",
                        "Custom disk size (GiB)",
                        str(now),
                        least=1,
                        most=LARGEST,
                        required=True,
                    ),
                ),
            ),
        ),
    )


def resize(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    """Only what is another is sent: the type of a disk in use may not even be named."""
    disk = cloud.get(ids[0])
    wanted, kind = values.number("size"), values.text("type")
    change: dict[str, object] = {}
    if wanted != at(disk, "properties.diskSizeGB"):
        change["properties"] = {"diskSizeGB": wanted}
    if kind != at(disk, "sku.name"):
        change["sku"] = {"name": kind}
    if change:
        cloud.patch(ids[0], change)
    return Done(f"Successfully updated disk {short(ids[0])}: {wanted} GiB, {kind}")


VIEWS = (
    View(DISK.list, SERVICE, listed, stale=True),
    View(DISK.create, SERVICE, wizard, parent=DISK.list),
    View(DISK.view("overview"), SERVICE, overview, parent=DISK.list),
    View(DISK.view("size"), SERVICE, size, parent=DISK.list),
    *usual(DISK),
)

ACTIONS = (
    Action("CreateDisk", "Create disk", create, wizard, goes=DISK.list),
    Action("ResizeDisk", "Resize disk", resize, ask_resize),
    deletion("DeleteDisk", DISK, "This action is permanent."),
)
