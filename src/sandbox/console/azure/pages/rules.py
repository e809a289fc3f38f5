"""The rules of a network security group: shown, added, changed, deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sandbox.console.azure.cloud import Cloud, Raw
from sandbox.console.azure.pages.wizards import name_field, number
from sandbox.console.azure.visit import Visit, at, parent_of, short
from sandbox.console.form import Field, Form, Option, Shape, Tab, Values
from sandbox.console.operations import Done
from sandbox.console.page import Action, Item, Row, Table

PROTOCOLS = (
    Option("*", "Any"),
    Option("Tcp", "TCP"),
    Option("Udp", "UDP"),
    Option("Icmp", "ICMP"),
)
WORDS = {option.value: option.text for option in PROTOCOLS}
ACCESS = (Option("Allow", "Allow"), Option("Deny", "Deny"))

PORTS = r"\*|\d{1,5}(-\d{1,5})?(\s*,\s*\d{1,5}(-\d{1,5})?)*"
PLACES = r"[\w.:/*,\s-]{1,1000}"
TEXT = r"[^\x00-\x1f]{0,140}"
LISTS = (
    ("source", "Source", "sourceAddressPrefix", "sourceAddressPrefixes", PLACES),
    ("source_ports", "Source port ranges", "sourcePortRange", "sourcePortRanges", PORTS),
    (
        *("destination", "Destination"),
        *("destinationAddressPrefix", "destinationAddressPrefixes", PLACES),
    ),
    (
        *("ports", "Destination port ranges"),
        *("destinationPortRange", "destinationPortRanges", PORTS),
    ),
)
"""Field, label, what ARM calls one of it and several, and what it may be."""
FIRST, LAST, STEP = 100, 4096, 10
"""Priorities that a rule may have, and how far apart the portal puts them."""


def table(group: Raw, direction: str, *, editable: bool = False) -> Table:
    """The rules of one direction by priority, those that every group has at the end."""
    own = at(group, "properties.securityRules", [])
    found = [*own, *at(group, "properties.defaultSecurityRules", [])]
    mine = [each for each in found if at(each, "properties.direction") == direction]
    mine.sort(key=lambda each: int(at(each, "properties.priority", 0)))
    ids = {str(each["id"]) for each in own}
    return Table(
        title=f"{direction} security rules",
        noun="rule",
        columns=(
            *("Priority", "Name", "Port", "Protocol", "Source", "Destination", "Action"),
            *("Source port", "Description"),
        ),
        rows=tuple(
            Row(
                str(each["id"]),
                str(each["name"]),
                _cells(each),
                frozenset({"EditRule", "DeleteRule"} if str(each["id"]) in ids else ()),
            )
            for each in mine
        ),
        commands=(Item("Edit", "EditRule"), Item("Delete", "DeleteRule")) if editable else (),
        empty="No security rules",
    )


def _cells(rule: Raw) -> tuple[str, ...]:
    told = rule["properties"]
    protocol = str(told.get("protocol", "*"))
    lists = {name: _any(_several(told, one, many)) for name, _, one, many, _ in LISTS}
    return (
        str(told.get("priority", "")),
        str(rule["name"]),
        lists["ports"],
        WORDS.get(protocol, protocol),
        lists["source"],
        lists["destination"],
        str(told.get("access", "")),
        lists["source_ports"],
        str(told.get("description") or "-"),
    )


def _several(told: Raw, one: str, many: str) -> str:
    """ARM has one of something under one name, and several under another."""
    return ",".join(told.get(many) or ()) or str(told.get(one) or "")


def _any(text: str) -> str:
    return "Any" if text == "*" else text


# -- changes -------------------------------------------------------------------------------


def _fields(rule: Raw, priority: int) -> tuple[Field, ...]:
    told = rule.get("properties") or {}
    texts = (
        Field(
            name=name,
            label=label,
            value=_several(told, one, many) or ("" if name == "ports" else "*"),
            required=True,
            pattern=pattern,
        )
        for name, label, one, many, pattern in LISTS
    )
    return (
        *texts,
        _radio("protocol", "Protocol", PROTOCOLS, str(told.get("protocol", "*"))),
        _radio("access", "Action", ACCESS, str(told.get("access", "Allow"))),
        number("priority", "Priority", str(priority), least=FIRST, most=LAST, required=True),
    )


def _radio(name: str, label: str, options: tuple[Option, ...], value: str) -> Field:
    return Field(
        name=name, label=label, shape=Shape.RADIO, options=options, value=value, required=True
    )


def _description(value: str = "") -> Field:
    return Field(
        name="description", label="Description", value=value, pattern=r"[^\x00-\x1f]{0,140}"
    )


def asking(direction: str) -> Callable[[Visit, Sequence[str]], Form]:
    def ask(visit: Visit, ids: Sequence[str]) -> Form:
        group = visit.cloud.get(ids[0])
        used = {
            int(at(each, "properties.priority", 0))
            for each in at(group, "properties.securityRules", [])
            if at(each, "properties.direction") == direction
        }
        free = next(p for p in range(FIRST, LAST + 1, STEP) if p not in used)
        fields = (*_fields({}, free), name_field("Name"), _description())
        return Form(
            action=f"Add{direction}Rule",
            title=f"Add {direction.lower()} security rule",
            submit="Add",
            ids=tuple(ids),
            about=(str(group["name"]),),
            tabs=(Tab("", fields),),
        )

    return ask


def adding(direction: str) -> Callable[[Cloud, Sequence[str], Values], Done]:
    def run(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
        name = values.text("name")
        properties = {"direction": direction, **_properties(values)}
        cloud.put(f"{ids[0]}/securityRules/{name}", {"properties": properties})
        return Done(f"Successfully created security rule {name} in {short(ids[0])}")

    return run


def _properties(values: Values) -> dict[str, Any]:
    return {
        "protocol": values.text("protocol"),
        "access": values.text("access"),
        "priority": values.number("priority"),
        "description": values.text("description"),
        **{
            key: value
            for name, _, one, many, _ in LISTS
            for key, value in _ranged(one, many, values.text(name)).items()
        },
    }


def _ranged(one: str, many: str, text: str) -> dict[str, Any]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    parts = ["*" if part == "Any" else part for part in parts]
    return {one: parts[0]} if len(parts) == 1 else {many: parts}


def ask_edit(visit: Visit, ids: Sequence[str]) -> Form:
    rule = visit.cloud.get(ids[0])
    told = rule["properties"]
    fields = (
        *_fields(rule, int(told["priority"])),
        _description(str(told.get("description") or "")),
    )
    return Form(
        action="EditRule",
        title=str(rule["name"]),
        submit="Save",
        ids=tuple(ids),
        tabs=(Tab("", fields),),
    )


def edit(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    direction = at(cloud.get(ids[0]), "properties.direction")
    cloud.put(ids[0], {"properties": {"direction": direction, **_properties(values)}})
    return Done(f"Successfully saved security rule {short(ids[0])}")


def ask_delete(_: Visit, ids: Sequence[str]) -> Form:
    return Form(
        action="DeleteRule",
        title="Delete security rule",
        submit="Yes",
        ids=tuple(ids),
        about=(f"Do you want to delete the security rule “{short(ids[0])}”?",),
    )


def delete(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    cloud.delete(ids[0])
    return Done(f"Successfully deleted security rule {short(ids[0])} of {short(parent_of(ids[0]))}")


ACTIONS = (
    Action("AddInboundRule", "Create security rule", adding("Inbound"), asking("Inbound")),
    Action("AddOutboundRule", "Create security rule", adding("Outbound"), asking("Outbound")),
    Action("EditRule", "Save security rule", edit, ask_edit),
    Action("DeleteRule", "Delete security rule", delete, ask_delete),
)
