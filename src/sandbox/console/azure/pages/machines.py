"""Virtual machines: the list, the overview, the size, and what becomes of a running one."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.console.azure.cloud import Cloud
from sandbox.console.azure.fleet import Machine, machine, machines
from sandbox.console.azure.kinds import MACHINE
from sandbox.console.azure.pages.blades import (
    EDIT_TAGS,
    SERVICE,
    Pairs,
    ask_tags,
    blade,
    browse,
    edit_tags,
    essentials,
    usual,
)
from sandbox.console.azure.visit import NOTHING, Visit, at, link, short
from sandbox.console.form import Field, Form, Option, Shape, Tab, Values
from sandbox.console.operations import Done
from sandbox.console.page import Action, Cell, Item, Page, Part, View

COMMANDS = (
    Item("Start", "StartVirtualMachine", many=True, direct=True),
    Item("Restart", "RestartVirtualMachine", many=True),
    Item("Stop", "StopVirtualMachine", many=True),
    Item("Delete", "DeleteVirtualMachine", many=True),
)


def listed(visit: Visit) -> Page:
    found = machines(visit.cloud)
    can = {each.id: each.can for each in found}
    return browse(
        visit,
        MACHINE,
        (
            *("Status", "Operating system", "Size", "Public IP address", "Private IP address"),
            *("Priority", "Availability zone", "Disks"),
        ),
        [(each.document, _cells(each)) for each in found],
        (*COMMANDS, EDIT_TAGS),
        lambda document: can[document["id"]],
    )


def _cells(each: Machine) -> Sequence[Cell]:
    profile = at(each.document, "properties.storageProfile", {})
    return (
        each.status,
        str(at(profile, "osDisk.osType", NOTHING)),
        size_of(each),
        ", ".join(each.public_addresses) or NOTHING,
        ", ".join(each.private_addresses) or NOTHING,
        str(at(each.document, "properties.priority", "Regular")),
        ", ".join(each.document.get("zones") or ()) or NOTHING,
        str(1 + len(profile.get("dataDisks") or ())),
    )


def size_of(each: Machine) -> str:
    return str(at(each.document, "properties.hardwareProfile.vmSize", NOTHING))


def overview(visit: Visit) -> Page:
    found = machine(visit.cloud, visit.asked("id"))
    document = found.document
    return blade(
        visit,
        MACHINE,
        document,
        "overview",
        summary=essentials(
            visit,
            document,
            ("Status", found.status),
            ("Operating system", str(at(document, "properties.storageProfile.osDisk.osType", ""))),
            ("Size", size_of(found)),
            ("Public IP address", ", ".join(found.public_addresses) or NOTHING),
            ("Virtual network/subnet", subnets_of(found)),
            ("Availability zone", ", ".join(document.get("zones") or ()) or NOTHING),
        ),
        parts=(Part("Properties", tuple(_properties(visit, found))),),
        commands=(*COMMANDS, EDIT_TAGS),
        can=found.can,
    )


def subnets_of(found: Machine) -> str:
    """``net/default`` of every interface."""
    ids = [
        str(at(config, "properties.subnet.id", ""))
        for nic in found.nics
        for config in at(nic, "properties.ipConfigurations", [])
    ]
    return ", ".join("/".join(id.split("/")[-3::2]) for id in ids if id) or NOTHING


def _properties(visit: Visit, found: Machine) -> Pairs:
    properties = found.document["properties"]
    image = at(properties, "storageProfile.imageReference", {})
    return (
        ("Computer name", str(at(properties, "osProfile.computerName", NOTHING))),
        ("Administrator account", str(at(properties, "osProfile.adminUsername", NOTHING))),
        ("Image publisher", str(image.get("publisher", NOTHING))),
        ("Image offer", str(image.get("offer", NOTHING))),
        ("Image plan", str(image.get("sku", image.get("id", NOTHING)))),
        ("OS disk", link(visit, str(at(properties, "storageProfile.osDisk.managedDisk.id", "")))),
        ("Private IP address", ", ".join(found.private_addresses) or NOTHING),
        ("Azure Spot", "Yes" if properties.get("priority") == "Spot" else "No"),
        ("Eviction policy", str(properties.get("evictionPolicy", NOTHING))),
        ("Provisioning state", str(properties.get("provisioningState", NOTHING))),
        ("Time created", str(properties.get("timeCreated", NOTHING))),
    )


def size(visit: Visit) -> Page:
    found = machine(visit.cloud, visit.asked("id"))
    return blade(
        visit,
        MACHINE,
        found.document,
        "size",
        summary=(("Current size", size_of(found)), ("Status", found.status)),
        commands=(Item("Resize", "ResizeVirtualMachine"),),
        can=found.can,
    )


# -- changes -------------------------------------------------------------------------------


def start(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    return _each(cloud, ids, "start", "started")


def restart(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    return _each(cloud, ids, "restart", "restarted")


def stop(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    """What the portal calls Stop gives the hardware back."""
    return _each(cloud, ids, "deallocate", "stopped")


def _each(cloud: Cloud, ids: Sequence[str], verb: str, told: str) -> Done:
    for id in ids:
        cloud.post(id, verb)
    return Done(f"Successfully {told} virtual machine {', '.join(map(short, ids))}")


def ask_restart(_: Visit, ids: Sequence[str]) -> Form:
    return _sure("RestartVirtualMachine", "Restart", "restart", ids)


def ask_stop(_: Visit, ids: Sequence[str]) -> Form:
    return _sure("StopVirtualMachine", "Stop", "stop", ids)


def _sure(action: str, title: str, verb: str, ids: Sequence[str]) -> Form:
    several = len(ids) > 1
    return Form(
        action=action,
        title=f"{title} {'these virtual machines' if several else 'this virtual machine'}",
        submit="Yes",
        ids=tuple(ids),
        about=(f"Do you want to {verb} the following?", *map(short, ids)),
    )


def ask_resize(visit: Visit, ids: Sequence[str]) -> Form:
    found = machine(visit.cloud, ids[0])
    running = found.power == "running"
    return Form(
        action="ResizeVirtualMachine",
        title="Resize virtual machine",
        submit="Resize",
        ids=tuple(ids),
        about=(f"{found.name}: current size {size_of(found)}",),
        warning="If the virtual machine is currently running, changing its size will cause it to "
        "be restarted."
        if running
        else "",
        tabs=(Tab("", (size_field("VM size"),)),),
    )


def size_field(label: str, value: str = "") -> Field:
    return Field(
        name="size",
        label=label,
        shape=Shape.SUGGEST,
        source="vm-sizes",
        value=value,
        required=True,
        pattern=r"\w+",
        fault="Choose a size from the list",
        hint="Search by VM size, for example B2s",
    )


def resize(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    wanted = values.text("size")
    cloud.patch(ids[0], {"properties": {"hardwareProfile": {"vmSize": wanted}}})
    return Done(f"Successfully resized virtual machine {short(ids[0])} to {wanted}")


def suggest_sizes(cloud: Cloud, typed: str) -> tuple[Option, ...]:
    """The sizes of the location whose name holds what was typed, with vCPUs and memory."""
    wanted = typed.casefold()
    found = cloud.all(f"/providers/Microsoft.Compute/locations/{cloud.region}/vmSizes")
    near = sorted(
        (each for each in found if wanted in str(each["name"]).casefold()),
        key=lambda each: (str(each["name"]).casefold().find(wanted), str(each["name"])),
    )
    return tuple(
        Option(
            str(each["name"]),
            str(each["name"]),
            f"{each['numberOfCores']} vcpus, {each['memoryInMB'] / 1024:g} GiB memory",
        )
        for each in near[:12]
    )


VIEWS = (
    View(MACHINE.list, SERVICE, listed, framed=True, stale=True),
    View(MACHINE.view("overview"), SERVICE, overview, parent=MACHINE.list),
    View(MACHINE.view("size"), SERVICE, size, parent=MACHINE.list),
    *usual(MACHINE),
)

ACTIONS = (
    Action("StartVirtualMachine", "Start virtual machine", start),
    Action("RestartVirtualMachine", "Restart virtual machine", restart, ask_restart),
    Action("StopVirtualMachine", "Stop virtual machine", stop, ask_stop),
    Action("ResizeVirtualMachine", "Resize virtual machine", resize, ask_resize),
    Action("EditTags", "Edit tags", edit_tags, ask_tags),
)
