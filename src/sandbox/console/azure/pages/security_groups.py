"""Network security groups: the list, the blades; made and deleted."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.console.azure.cloud import Cloud, Raw
from sandbox.console.azure.kinds import GUARD
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
from sandbox.console.azure.pages.rules import table
from sandbox.console.azure.pages.wizards import body, group_made, inside, name_field, scope_fields
from sandbox.console.azure.visit import NOTHING, Visit, at, link, short
from sandbox.console.form import Form, Tab, Values
from sandbox.console.operations import Done
from sandbox.console.page import Action, Item, Page, Part, Row, Table, View

COMMANDS = (Item("Delete", "DeleteNetworkSecurityGroup"), EDIT_TAGS)


def listed(visit: Visit) -> Page:
    found = visit.cloud.all(GUARD.listing)
    columns = ("Custom security rules", "Subnets", "Network interfaces")
    return browse(
        visit,
        GUARD,
        columns,
        [
            (
                each,
                (
                    str(len(rules_of(each))),
                    ", ".join(map(subnet_name, used_by(each, "subnets"))) or NOTHING,
                    ", ".join(map(short, used_by(each, "networkInterfaces"))) or NOTHING,
                ),
            )
            for each in found
        ],
        COMMANDS,
    )


def rules_of(group: Raw) -> list[Raw]:
    return list(at(group, "properties.securityRules", []))


def used_by(group: Raw, kind: str) -> list[str]:
    """The ids of ``subnets`` or ``networkInterfaces`` that it is associated with."""
    return [str(each["id"]) for each in at(group, f"properties.{kind}", [])]


def subnet_name(id: str) -> str:
    """``net/default``."""
    return "/".join(id.split("/")[-3::2])


def overview(visit: Visit) -> Page:
    group = asked(visit)
    rules = rules_of(group)
    inbound = [r for r in rules if at(r, "properties.direction") == "Inbound"]
    return blade(
        visit,
        GUARD,
        group,
        "overview",
        summary=essentials(
            visit,
            group,
            (
                "Custom security rules",
                f"{len(inbound)} inbound, {len(rules) - len(inbound)} outbound",
            ),
            (
                "Associated with",
                f"{len(used_by(group, 'subnets'))} subnets, "
                f"{len(used_by(group, 'networkInterfaces'))} network interfaces",
            ),
        ),
        parts=(Part("Rules", (), (table(group, "Inbound"), table(group, "Outbound"))),),
        commands=COMMANDS,
    )


def inbound(visit: Visit) -> Page:
    return _rules(visit, "Inbound", "inboundSecurityRules")


def outbound(visit: Visit) -> Page:
    return _rules(visit, "Outbound", "outboundSecurityRules")


def _rules(visit: Visit, direction: str, name: str) -> Page:
    group = asked(visit)
    inner = table(group, direction, editable=True)
    return blade(
        visit,
        GUARD,
        group,
        name,
        parts=(Part(inner.title, (), (inner,)),),
        commands=(Item("Add", f"Add{direction}Rule"),),
    )


def interfaces(visit: Visit) -> Page:
    group = asked(visit)
    ids = used_by(group, "networkInterfaces")
    inner = Table(
        title="Network interfaces",
        noun="network interface",
        columns=("Name", "Resource ID"),
        rows=tuple(Row(id, short(id), (link(visit, id), id)) for id in ids),
        empty="No network interfaces are associated",
    )
    return blade(visit, GUARD, group, "networkInterfaces", parts=(Part(inner.title, (), (inner,)),))


def subnets(visit: Visit) -> Page:
    group = asked(visit)
    ids = used_by(group, "subnets")
    inner = Table(
        title="Subnets",
        noun="subnet",
        columns=("Name", "Resource ID"),
        rows=tuple(Row(id, short(id), (subnet_name(id), id)) for id in ids),
        empty="No subnets are associated",
    )
    return blade(visit, GUARD, group, "subnets", parts=(Part(inner.title, (), (inner,)),))


# -- changes -------------------------------------------------------------------------------


def wizard(visit: Visit, _: Sequence[str] = ()) -> Form:
    return Form(
        action="CreateNetworkSecurityGroup",
        title="Create network security group",
        submit="Create",
        cancel=visit.href(GUARD.list),
        tabs=(Tab("Basics", scope_fields(visit, name_field("Name"))), tag_tab()),
    )


def create(cloud: Cloud, _: Sequence[str], values: Values) -> Done:
    group, name = group_made(cloud, values), values.text("name")
    cloud.put(inside(group, GUARD.type, name), body(values, {}))
    return Done(f"Successfully created network security group {name}")


VIEWS = (
    View(GUARD.list, SERVICE, listed, stale=True),
    View(GUARD.create, SERVICE, wizard, parent=GUARD.list),
    View(GUARD.view("overview"), SERVICE, overview, parent=GUARD.list),
    View(GUARD.view("inboundSecurityRules"), SERVICE, inbound, parent=GUARD.list),
    View(GUARD.view("outboundSecurityRules"), SERVICE, outbound, parent=GUARD.list),
    View(GUARD.view("networkInterfaces"), SERVICE, interfaces, parent=GUARD.list),
    View(GUARD.view("subnets"), SERVICE, subnets, parent=GUARD.list),
    *usual(GUARD),
)

ACTIONS = (
    Action(
        "CreateNetworkSecurityGroup",
        "Create network security group",
        create,
        wizard,
        goes=GUARD.list,
    ),
    deletion("DeleteNetworkSecurityGroup", GUARD),
)
