"""Network interfaces: made, guarded by another security group, deleted."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.console.azure.cloud import Cloud, Raw
from sandbox.console.azure.fleet import configurations
from sandbox.console.azure.kinds import INTERFACE
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
from sandbox.console.azure.pages.creating_machines import subnet_field
from sandbox.console.azure.pages.making_machines import interface
from sandbox.console.azure.pages.networks import guard_field, guarded
from sandbox.console.azure.pages.rules import table
from sandbox.console.azure.pages.wizards import (
    body,
    group_made,
    inside,
    name_field,
    scope_fields,
)
from sandbox.console.azure.visit import NOTHING, Visit, at, link, short
from sandbox.console.form import Field, Form, Tab, Values
from sandbox.console.operations import Done
from sandbox.console.page import Action, Cell, Item, Page, Part, Row, Table, View

COMMANDS = (Item("Delete", "DeleteNetworkInterface"), EDIT_TAGS)
ADDRESS = r"\d{1,3}(\.\d{1,3}){3}"


def machine_of(nic: Raw) -> str:
    return str(at(nic, "properties.virtualMachine.id", ""))


def guard_of(nic: Raw) -> str:
    return str(at(nic, "properties.networkSecurityGroup.id", ""))


def can(nic: Raw) -> frozenset[str]:
    gone = () if machine_of(nic) else ("DeleteNetworkInterface",)
    return frozenset({"EditTags", "ChangeNetworkSecurityGroup", *gone})


def _first(nic: Raw, path: str) -> str:
    """Of its first IP configuration."""
    return next((str(at(c, f"properties.{path}", "")) for c in configurations(nic)), "")


def subnet_of(nic: Raw) -> str:
    """``net/default``."""
    return "/".join(_first(nic, "subnet.id").split("/")[-3::2]) or NOTHING


def listed(visit: Visit) -> Page:
    found = visit.cloud.all(INTERFACE.listing)
    columns = (
        *("Attached to", "Virtual network/subnet", "Primary private IP", "Public IP address"),
        "Network security group",
    )
    rows = [(each, _cells(visit, each)) for each in found]
    return browse(visit, INTERFACE, columns, rows, COMMANDS, can)


def _cells(visit: Visit, nic: Raw) -> Sequence[Cell]:
    return (
        link(visit, machine_of(nic)),
        subnet_of(nic),
        _first(nic, "privateIPAddress") or NOTHING,
        link(visit, _first(nic, "publicIPAddress.id")),
        link(visit, guard_of(nic)),
    )


def overview(visit: Visit) -> Page:
    nic = asked(visit)
    return blade(
        visit,
        INTERFACE,
        nic,
        "overview",
        summary=essentials(
            visit,
            nic,
            ("Attached to", link(visit, machine_of(nic))),
            ("Virtual network/subnet", subnet_of(nic)),
            ("Private IPv4 address", _first(nic, "privateIPAddress") or NOTHING),
            ("Public IPv4 address", link(visit, _first(nic, "publicIPAddress.id"))),
            ("Network security group", link(visit, guard_of(nic))),
        ),
        commands=COMMANDS,
        can=can(nic),
    )


def ip_configurations(visit: Visit) -> Page:
    nic = asked(visit)
    inner = Table(
        title="IP configurations",
        noun="IP configuration",
        columns=("Name", "Type", "Private IP address", "Assignment", "Public IP address", "Subnet"),
        rows=tuple(
            Row(
                str(each["id"]),
                str(each["name"]),
                (
                    str(each["name"]),
                    "Primary" if at(each, "properties.primary") else "Secondary",
                    str(at(each, "properties.privateIPAddress", NOTHING)),
                    str(at(each, "properties.privateIPAllocationMethod", NOTHING)),
                    link(visit, str(at(each, "properties.publicIPAddress.id", ""))),
                    short(str(at(each, "properties.subnet.id", ""))) or NOTHING,
                ),
            )
            for each in configurations(nic)
        ),
    )
    parts = (Part(inner.title, (), (inner,)),)
    return blade(visit, INTERFACE, nic, "ipConfigurations", parts=parts)


def guard(visit: Visit) -> Page:
    nic = asked(visit)
    id = guard_of(nic)
    group = visit.cloud.get(id) if id else None
    rules = (table(group, "Inbound"), table(group, "Outbound")) if group else ()
    return blade(
        visit,
        INTERFACE,
        nic,
        "networkSecurityGroup",
        summary=(("Network security group", link(visit, id)),),
        parts=(Part("Rules", (), rules),),
        commands=(Item("Edit", "ChangeNetworkSecurityGroup"),),
    )


# -- changes -------------------------------------------------------------------------------


def wizard(visit: Visit, _: Sequence[str] = ()) -> Form:
    private = Field(
        name="private",
        label="Private IP address",
        pattern=ADDRESS,
        hint="Leave empty for the next that is free",
    )
    fields = (
        *scope_fields(visit, name_field("Name")),
        subnet_field(visit, "Subnet"),
        private,
        guard_field(visit),
    )
    return Form(
        action="CreateNetworkInterface",
        title="Create network interface",
        submit="Create",
        cancel=visit.href(INTERFACE.list),
        tabs=(Tab("Basics", fields), tag_tab()),
    )


def create(cloud: Cloud, _: Sequence[str], values: Values) -> Done:
    group, name = group_made(cloud, values), values.text("name")
    chosen = values.text("nsg")
    made = interface(values, values.text("subnet"), "", "" if chosen == "none" else chosen)
    cloud.put(inside(group, INTERFACE.type, name), body(values, made["properties"]))
    return Done(f"Successfully created network interface {name}")


def ask_guard(visit: Visit, ids: Sequence[str]) -> Form:
    now = guard_of(visit.cloud.get(ids[0])) or "none"
    return Form(
        action="ChangeNetworkSecurityGroup",
        title="Network security group",
        submit="Save",
        ids=tuple(ids),
        about=(short(ids[0]),),
        tabs=(Tab("", (guard_field(visit, now),)),),
    )


def change_guard(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    nic = cloud.get(ids[0])
    kept = {k: v for k, v in nic["properties"].items() if k != "networkSecurityGroup"}
    cloud.put(ids[0], {**nic, "properties": kept | guarded(values)})
    return Done(f"Successfully saved the network security group of {short(ids[0])}")


VIEWS = (
    View(INTERFACE.list, SERVICE, listed, stale=True),
    View(INTERFACE.create, SERVICE, wizard, parent=INTERFACE.list),
    View(INTERFACE.view("overview"), SERVICE, overview, parent=INTERFACE.list),
    View(INTERFACE.view("ipConfigurations"), SERVICE, ip_configurations, parent=INTERFACE.list),
    View(INTERFACE.view("networkSecurityGroup"), SERVICE, guard, parent=INTERFACE.list),
    *usual(INTERFACE),
)

ACTIONS = (
    Action(
        "CreateNetworkInterface",
        "Create network interface",
        create,
        wizard,
        goes=INTERFACE.list,
    ),
    Action("ChangeNetworkSecurityGroup", "Save network security group", change_guard, ask_guard),
    deletion("DeleteNetworkInterface", INTERFACE),
)
