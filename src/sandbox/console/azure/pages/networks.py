"""Virtual networks and their subnets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.console.azure.cloud import Cloud, Raw
from sandbox.console.azure.kinds import GUARD, NETWORK
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
    CIDR,
    body,
    choice,
    group_made,
    inside,
    name_field,
    scope_fields,
)
from sandbox.console.azure.visit import NOTHING, Visit, at, link, options, parent_of, short
from sandbox.console.form import Field, Form, Option, Tab, Values
from sandbox.console.operations import Done
from sandbox.console.page import Action, Item, Page, Part, Row, Table, View

COMMANDS = (Item("Delete", "DeleteVirtualNetwork"), EDIT_TAGS)
SPACES = rf"{CIDR}(\s*,\s*{CIDR})*"


def spaces_of(network: Raw) -> str:
    return ", ".join(at(network, "properties.addressSpace.addressPrefixes", [])) or NOTHING


def subnets_of(network: Raw) -> list[Raw]:
    return list(at(network, "properties.subnets", []))


def devices_of(subnet: Raw) -> list[str]:
    """The ids of IP configurations in it."""
    return [str(each["id"]) for each in at(subnet, "properties.ipConfigurations", [])]


def listed(visit: Visit) -> Page:
    found = visit.cloud.all(NETWORK.listing)
    rows = [
        (each, (spaces_of(each), ", ".join(s["name"] for s in subnets_of(each)) or NOTHING))
        for each in found
    ]
    return browse(visit, NETWORK, ("Address space", "Subnets"), rows, COMMANDS)


def overview(visit: Visit) -> Page:
    network = asked(visit)
    return blade(
        visit,
        NETWORK,
        network,
        "overview",
        summary=essentials(
            visit,
            network,
            ("Address space", spaces_of(network)),
            ("Subnets", str(len(subnets_of(network)))),
            ("DNS servers", ", ".join(_servers(network)) or "Azure provided DNS service"),
        ),
        commands=COMMANDS,
    )


def _servers(network: Raw) -> list[str]:
    return list(at(network, "properties.dhcpOptions.dnsServers", []))


def subnets(visit: Visit) -> Page:
    network = asked(visit)
    inner = Table(
        title="Subnets",
        noun="subnet",
        columns=("Name", "IPv4", "Connected devices", "Security group", "Resource ID"),
        rows=tuple(
            Row(
                str(each["id"]),
                str(each["name"]),
                (
                    str(each["name"]),
                    str(at(each, "properties.addressPrefix", "")) or NOTHING,
                    str(len(devices_of(each))),
                    link(visit, str(at(each, "properties.networkSecurityGroup.id", ""))),
                    str(each["id"]),
                ),
            )
            for each in subnets_of(network)
        ),
        commands=(Item("Edit", "EditSubnet"), Item("Delete", "DeleteSubnet")),
        empty="No subnets",
    )
    parts = (Part("Subnets", (), (inner,)),)
    commands = (Item("Subnet", "AddSubnet"),)
    return blade(visit, NETWORK, network, "subnets", parts=parts, commands=commands)


def devices(visit: Visit) -> Page:
    network = asked(visit)
    inner = Table(
        title="Connected devices",
        noun="device",
        columns=("Device", "IP configuration", "Subnet"),
        rows=tuple(
            Row(id, short(id), (short(parent_of(id)), short(id), str(subnet["name"])))
            for subnet in subnets_of(network)
            for id in devices_of(subnet)
        ),
        empty="No connected devices",
    )
    parts = (Part("Connected devices", (), (inner,)),)
    return blade(visit, NETWORK, network, "connectedDevices", parts=parts)


# -- changes -------------------------------------------------------------------------------


def wizard(visit: Visit, _: Sequence[str] = ()) -> Form:
    fields = (
        Field(
            name="space",
            label="Address space",
            value="10.0.0.0/16",
            required=True,
            pattern=SPACES,
            hint="One or several, with commas between them",
        ),
        name_field("Subnet name", "subnet", "default"),
        prefix_field("Subnet address range", "10.0.0.0/24"),
    )
    return Form(
        action="CreateVirtualNetwork",
        title="Create virtual network",
        submit="Create",
        cancel=visit.href(NETWORK.list),
        tabs=(
            Tab("Basics", scope_fields(visit, name_field("Virtual network name"))),
            Tab("IP addresses", fields),
            tag_tab(),
        ),
    )


def prefix_field(label: str, value: str = "") -> Field:
    return Field(
        name="prefix",
        label=label,
        value=value,
        required=True,
        pattern=CIDR,
        fault="The address range must be in CIDR notation, such as 10.0.1.0/24",
    )


def create(cloud: Cloud, _: Sequence[str], values: Values) -> Done:
    group, name = group_made(cloud, values), values.text("name")
    spaces = [part.strip() for part in values.text("space").split(",")]
    subnet = {
        "name": values.text("subnet"),
        "properties": {"addressPrefix": values.text("prefix")},
    }
    properties = {"addressSpace": {"addressPrefixes": spaces}, "subnets": [subnet]}
    cloud.put(inside(group, NETWORK.type, name), body(values, properties))
    return Done(f"Successfully created virtual network {name}")


def guard_field(visit: Visit, value: str = "none") -> Field:
    found = options(visit.cloud.all(GUARD.listing))
    known = next((o.value for o in found if o.value.casefold() == value.casefold()), "none")
    choices = (Option("none", "None"), *found)
    return choice("nsg", "Network security group", choices, known, required=True)


def ask_subnet(visit: Visit, ids: Sequence[str]) -> Form:
    network = visit.cloud.get(ids[0])
    fields = (name_field("Name"), prefix_field("Address range"), guard_field(visit))
    return Form(
        action="AddSubnet",
        title="Add a subnet",
        submit="Add",
        ids=tuple(ids),
        about=(f"{network['name']}: {spaces_of(network)}",),
        tabs=(Tab("", fields),),
    )


def add_subnet(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    name = values.text("name")
    properties = {"addressPrefix": values.text("prefix"), **guarded(values)}
    cloud.put(f"{ids[0]}/subnets/{name}", {"properties": properties})
    return Done(f"Successfully added subnet {name} to {short(ids[0])}")


def guarded(values: Values) -> dict[str, Any]:
    """The security group that was chosen, as a property."""
    chosen = values.text("nsg")
    return {} if chosen in ("", "none") else {"networkSecurityGroup": {"id": chosen}}


def ask_edit(visit: Visit, ids: Sequence[str]) -> Form:
    subnet = visit.cloud.get(ids[0])
    now = str(at(subnet, "properties.networkSecurityGroup.id", "none"))
    return Form(
        action="EditSubnet",
        title=f"Edit subnet {subnet['name']}",
        submit="Save",
        ids=tuple(ids),
        tabs=(Tab("", (guard_field(visit, now),)),),
    )


def edit(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    cloud.put(ids[0], {"properties": _without(cloud.get(ids[0])) | guarded(values)})
    return Done(f"Successfully saved subnet {short(ids[0])}")


def _without(document: Raw) -> dict[str, Any]:
    """What a PUT may say of a subnet: all but its security group and what others are."""
    gone = ("networkSecurityGroup", "ipConfigurations", "provisioningState")
    return {k: v for k, v in document["properties"].items() if k not in gone}


def ask_delete(_: Visit, ids: Sequence[str]) -> Form:
    return Form(
        action="DeleteSubnet",
        title="Delete subnet",
        submit="Delete",
        ids=tuple(ids),
        word=short(ids[0]),
        about=(f"Delete the subnet “{short(ids[0])}” of {short(parent_of(ids[0]))}?",),
    )


def delete(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    cloud.delete(ids[0])
    return Done(f"Successfully deleted subnet {short(ids[0])} of {short(parent_of(ids[0]))}")


VIEWS = (
    View(NETWORK.list, SERVICE, listed, stale=True),
    View(NETWORK.create, SERVICE, wizard, parent=NETWORK.list),
    View(NETWORK.view("overview"), SERVICE, overview, parent=NETWORK.list),
    View(NETWORK.view("subnets"), SERVICE, subnets, parent=NETWORK.list),
    View(NETWORK.view("connectedDevices"), SERVICE, devices, parent=NETWORK.list),
    *usual(NETWORK),
)

ACTIONS = (
    Action("CreateVirtualNetwork", "Create virtual network", create, wizard, goes=NETWORK.list),
    deletion("DeleteVirtualNetwork", NETWORK),
    Action("AddSubnet", "Add subnet", add_subnet, ask_subnet),
    Action("EditSubnet", "Save subnet", edit, ask_edit),
    Action("DeleteSubnet", "Delete subnet", delete, ask_delete),
)
