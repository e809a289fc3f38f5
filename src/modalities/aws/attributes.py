"""Attributes of resources with the shape that docs/attributes.md gives them.

What a world holds was read from a cloud: what has another shape counts as not known.
"""

from __future__ import annotations

from modalities.resource import Json, Resource


def items(resource: Resource | None, name: str) -> list[Json]:
    """A list; empty where it is not known."""
    value = resource.attributes.get(name) if resource else None
    return value if isinstance(value, list) else []


def texts(resource: Resource | None, name: str) -> list[str]:
    """A list of ids or names."""
    return [value for value in items(resource, name) if isinstance(value, str)]


def entries(resource: Resource | None, name: str) -> list[dict[str, Json]]:
    """A list of objects: rules, routes, targets."""
    return [value for value in items(resource, name) if isinstance(value, dict)]


def devices(vm: Resource) -> dict[str, Json]:
    """Disk id by device name."""
    value = vm.attributes.get("devices")
    return value if isinstance(value, dict) else {}
