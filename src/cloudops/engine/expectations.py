"""Do postconditions hold, and did a step take effect: answered from what was read."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, assert_never

from modalities.action import Output, resolve
from modalities.resource import Json, Resource, World
from modalities.step import Expect, Probe

Outputs = Callable[[Output], Any]


def value_of(resource: Resource, attribute: str) -> Json:
    """An attribute by its neutral name; ``name``, ``id`` and ``tag:KEY`` work too."""
    if attribute == "name":
        return resource.name
    if attribute == "id":
        return resource.id
    if attribute.startswith("tag:"):
        return resource.tags.get(attribute.removeprefix("tag:"))
    return resource.attributes.get(attribute)


def holds(expect: Expect, world: World, outputs: Outputs) -> bool:
    """Whether the postcondition is true of ``world``."""
    resource = world.get(expect.kind, str(resolve(expect.id, outputs, "")))
    if expect.test == "absent":
        return resource is None
    if resource is None:
        return False
    wanted = resolve(expect.value, outputs, "")
    match expect.test:
        case "exists":
            return True
        case "is":
            return bool(value_of(resource, expect.attribute) == wanted)
        case "contains":
            return _among(wanted, value_of(resource, expect.attribute))
        case "lacks":
            return not _among(wanted, value_of(resource, expect.attribute))
        case _:
            assert_never(expect.test)


def _among(wanted: Any, items: Json) -> bool:
    if isinstance(items, dict):
        return wanted in items
    if not isinstance(items, (list, tuple)):
        return False
    if isinstance(wanted, dict):
        return any(
            isinstance(item, dict) and all(item.get(k) == v for k, v in wanted.items())
            for item in items
        )
    return wanted in items


def found(
    probe: Probe, world: World, outputs: Outputs, existing: Collection[str]
) -> tuple[Resource, ...]:
    """Resources that fit the probe and were not there when the plan was made."""
    where = {k: resolve(v, outputs, "") for k, v in probe.where.items()}
    return tuple(
        r
        for r in world.of(probe.kind)
        if r.id not in existing and all(value_of(r, k) == v for k, v in where.items())
    )


def said(expect: Expect, outputs: Outputs) -> str:
    """The postcondition in words."""
    id = resolve(expect.id, outputs, "")
    subject = f"{expect.kind.words} {id}"
    match expect.test:
        case "exists":
            return f"{subject} exists"
        case "absent":
            return f"{subject} is gone"
        case "is":
            return f"{subject}: {expect.attribute} is {resolve(expect.value, outputs, '')}"
        case "contains" | "lacks":
            verb = "has" if expect.test == "contains" else "lacks"
            return f"{subject}: {expect.attribute} {verb} {resolve(expect.value, outputs, '')}"
        case _:
            assert_never(expect.test)
