"""The fields that all wizards begin with, and what is sent for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.console.azure.cloud import Cloud
from sandbox.console.azure.visit import Visit
from sandbox.console.form import Field, Option, Shape, Values

NAME = r"[A-Za-z0-9]([\w.-]{0,78}\w)?"
FAULT = (
    "The name must begin with a letter or number, end with a letter, number or underscore, and "
    "may contain only letters, numbers, underscores, periods, or hyphens."
)
CIDR = r"\d{1,3}(\.\d{1,3}){3}/\d{1,2}"

STORAGE_TYPES = (
    Option("Premium_LRS", "Premium SSD (locally-redundant storage)"),
    Option("StandardSSD_LRS", "Standard SSD (locally-redundant storage)"),
    Option("Standard_LRS", "Standard HDD (locally-redundant storage)"),
)
CACHING = (
    Option("None", "None"),
    Option("ReadOnly", "Read-only"),
    Option("ReadWrite", "Read/write"),
)
ZONES = (
    Option("none", "No infrastructure redundancy required"),
    *(Option(str(number), f"Zone {number}") for number in (1, 2, 3)),
)


def name_field(label: str, name: str = "name", value: str = "") -> Field:
    return Field(name=name, label=label, value=value, required=True, pattern=NAME, fault=FAULT)


def scope_fields(visit: Visit, name: Field) -> tuple[Field, ...]:
    """Where a new resource is to be, and its name."""
    return (group_field(visit), name, location_field(visit))


def group_field(visit: Visit) -> Field:
    names = [str(each["name"]) for each in visit.cloud.all("/resourcegroups")]
    own = visit.cloud.group
    return Field(
        name="group",
        label="Resource group",
        shape=Shape.SELECT,
        options=tuple(Option(name, name) for name in names),
        value=own if own in names else "",
        required=True,
        called="Create new",
        callout=(name_field("Name"),),
    )


def location_field(visit: Visit) -> Field:
    found = visit.cloud.all("/locations")
    return Field(
        name="location",
        label="Region",
        shape=Shape.SELECT,
        options=tuple(Option(str(e["name"]), f"{e['displayName']}") for e in found),
        value=visit.region,
        required=True,
        bare=True,
    )


def zone_field() -> Field:
    return Field(
        name="zone",
        label="Availability zone",
        shape=Shape.SELECT,
        options=ZONES,
        value="none",
    )


def choice(
    name: str,
    label: str,
    options: Sequence[Option],
    value: str = "",
    *,
    required: bool = False,
    bare: bool = False,
) -> Field:
    return Field(
        name=name,
        label=label,
        shape=Shape.SELECT,
        options=tuple(options),
        value=value,
        required=required,
        bare=bare,
    )


def number(
    name: str,
    label: str,
    value: str = "",
    *,
    least: int,
    most: int,
    required: bool = False,
    hint: str = "",
) -> Field:
    return Field(
        name=name,
        label=label,
        shape=Shape.NUMBER,
        value=value,
        least=least,
        most=most,
        required=required,
        hint=hint,
    )


def group_made(cloud: Cloud, values: Values) -> str:
    """The id of the resource group; made, where it is to be new."""
    name = values.text("group.name") if values.new("group") else values.text("group")
    id = f"{cloud.subscription}/resourceGroups/{name}"
    if values.new("group"):
        cloud.put(id, {"location": values.text("location")})
    return id


def inside(group: str, sort_type: str, name: str) -> str:
    """The id of a resource of a group."""
    return f"{group}/providers/{sort_type}/{name}"


def body(values: Values, properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What is sent for a new resource. Tags go with what was asked for."""
    tags = values.tags()
    zone = values.text("zone")
    return {
        "location": values.text("location"),
        **({"tags": tags} if tags else {}),
        **({"zones": [zone]} if zone not in ("", "none") else {}),
        **more,
        "properties": properties,
    }
