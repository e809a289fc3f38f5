"""Members that are arguments as they stand: the shared part of every resource's table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modalities.azure import ids
from modalities.azure.terraform.blocks import Ref, called, named
from modalities.azure.terraform.members import Members
from modalities.contract import Unsupported

Rows = Mapping[str, str]
"""The argument of the member at each dotted path."""


def headed(id: str) -> dict[str, Any]:
    """Name and resource group, which the id says."""
    return {"name": ids.name_of(id), "resource_group_name": group_of(id)}


def group_of(id: str) -> Ref:
    parsed = ids.parse(id)
    if parsed is None:
        raise Unsupported(f"{id} is no id")
    return called(ids.group_id(f"{parsed.subscription}/{parsed.group}"))


def placed(id: str, members: Members) -> dict[str, Any]:
    """And the location, of what has one."""
    return {**headed(id), **taken(members, {"location": "location"})}


def tags(members: Members) -> dict[str, Any]:
    return taken(members, {"tags": "tags"})


def taken(members: Members, rows: Rows) -> dict[str, Any]:
    """Of each row what the body has; lists are tuples."""
    found = ((argument, members.take(path)) for path, argument in rows.items())
    return {argument: _value(value) for argument, value in found if value is not None}


def refs(members: Members, rows: Rows) -> dict[str, Any]:
    """Ids of other resources."""
    found = ((argument, members.take(path)) for path, argument in rows.items())
    return {argument: named(str(value)) for argument, value in found if value is not None}


def switches(members: Members, rows: Rows, on: str = "Enabled") -> dict[str, Any]:
    """Words that are a yes or a no in the provider."""
    found = ((argument, members.take(path)) for path, argument in rows.items())
    return {argument: value == on for argument, value in found if value is not None}


def zone(members: Members) -> dict[str, Any]:
    """The one zone of what can be in one only."""
    found = members.take("zones")
    if found is not None and len(found) != 1:
        raise Unsupported(f"azurerm puts it into one zone, not into {', '.join(found)}")
    return {"zone": str(found[0])} if found else {}


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
