"""Whether a postcondition is true of what was read: one answer for every hand and the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from modalities.look import id_of
from modalities.resource import Json, Resource, World
from modalities.step import Expect


def value_of(resource: Resource, attribute: str) -> Json:
    """An attribute by its neutral name; ``name``, ``id`` and ``tag:KEY`` work too."""
    if attribute in ("name", "id"):
        return str(getattr(resource, attribute))
    if attribute.startswith("tag:"):
        return resource.tags.get(attribute.removeprefix("tag:"))
    return resource.attributes.get(attribute)


def true_of(expect: Expect, world: World) -> bool:
    """``expect`` has no reference left in it. What is gone lacks everything: a route table goes
    with its network, and with it the route that was to be taken out."""
    resource = world.get(expect.kind, id_of(expect.id))
    if resource is None:
        return expect.test in ("absent", "lacks")
    match expect.test:
        case "exists":
            return True
        case "absent":
            return False
        case "is":
            return bool(value_of(resource, expect.attribute) == expect.value)
        case "contains":
            return _among(expect.value, value_of(resource, expect.attribute))
        case "lacks":
            return not _among(expect.value, value_of(resource, expect.attribute))
        case _:
            assert_never(expect.test)


def _among(wanted: Any, items: Json) -> bool:
    if not isinstance(items, (list, tuple, dict)):
        return False
    if isinstance(wanted, Mapping):
        return any(
            isinstance(item, dict) and all(item.get(k) == v for k, v in wanted.items())
            for item in items
        )
    return wanted in items
