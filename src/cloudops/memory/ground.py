"""What a workflow stands on: resources that must be there, how each is found again, and what
must hold of those that are changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cloudops.memory.structure import Value
from cloudops.state.workflow import Thing
from modalities.resource import Json, Kind, Link, Resource, World

OF_ONE = re.compile(
    r"arn:|[0-9a-f]{8}-|[a-z]+-[0-9a-f]{8,}|\d{1,3}(\.\d{1,3}){3}|\d{4}-\d\d-\d\d|.*[/:.].*[/:.]",
    re.I,
)
"""Values that only one resource has: ids, addresses, times, names with dots."""
OWN = frozenset({"name", "zone", "cidr", "region", "device", "attached_to"})
"""What may differ from one resource to the next with nothing to be done differently."""
TAKEN = ("name", "zone", "cidr")
"""What steps may hold of a thing beside its id."""


class Lost(Exception):
    """A thing is not there, or not as it was; the text says which and how."""


def located(
    resource: Resource, known: Sequence[Resource], values: Sequence[Value], world: World
) -> Thing:
    """How the resource is found: by the first way that finds it and nothing else. ``known``
    are the things before it."""
    for way in (*_ways(resource, known, values), _by_name(resource)):
        try:
            if find(way, known, [v.value for v in values], world) == resource:
                return way
        except Lost:
            continue
    raise Lost(f"{resource.ref} cannot be told from others")


def _ways(
    resource: Resource, known: Sequence[Resource], values: Sequence[Value]
) -> Iterator[Thing]:
    kind = resource.kind
    for number, value in enumerate(values):
        if value.value in (resource.name, resource.id):
            yield Thing(kind=kind, by="parameter", of=number)
    for number, near in enumerate(known):
        for role in sorted({x.role for x in (*near.links, *resource.links)}):
            yield Thing(kind=kind, by="link", of=number, role=role)
    if resource.attributes.get("default"):
        yield Thing(kind=kind, by="default")


def _by_name(resource: Resource) -> Thing:
    return Thing(kind=resource.kind, by="name", name=resource.name)


def find(thing: Thing, known: Sequence[Resource], values: Sequence[Json], world: World) -> Resource:
    """Raises Lost where it is not there, or not alone."""
    match thing.by:
        case "parameter":
            name = str(values[thing.of])
            found, said = world.named(thing.kind, name), f"named {name}"
        case "link":
            near = known[thing.of]
            found, said = _at_the_link(thing, near, world), f"tied to {near.ref} ({thing.role})"
        case "default":
            found = _defaults(thing.kind, world)
            said = "that is the default"
        case "name":
            found, said = world.named(thing.kind, thing.name), f"named {thing.name}"
    if len(found) != 1:
        many = "there are several:" if found else "there is no"
        raise Lost(f"{many} {thing.kind.words} {said}")
    return found[0]


def _defaults(kind: Kind, world: World) -> tuple[Resource, ...]:
    """There is a default subnet in every zone: the first zone's is meant."""
    found = [r for r in world.of(kind) if r.attributes.get("default")]
    zones = sorted({str(r.attributes.get("zone", "")) for r in found})
    return tuple(r for r in found if str(r.attributes.get("zone", "")) == zones[0])


def _at_the_link(thing: Thing, near: Resource, world: World) -> tuple[Resource, ...]:
    """Either way."""
    away = {(x.kind, x.id) for x in near.links if x.role == thing.role}
    needs = [r for r in world.needs(near) if (r.kind, r.id) in away]
    by = [r for r in world.needed_by(near) if _leads(r.links, thing.role, near)]
    return tuple(r for r in _unique(needs, by) if r.kind is thing.kind)


def _unique(*lists: Sequence[Resource]) -> Iterator[Resource]:
    seen: set[tuple[Kind, str]] = set()
    for resource in (r for each in lists for r in each):
        if (resource.kind, resource.id) not in seen:
            seen.add((resource.kind, resource.id))
            yield resource


def _leads(links: Sequence[Link], role: str, to: Resource) -> bool:
    return any((x.role, x.kind, x.id) == (role, to.kind, to.id) for x in links)


def holding(thing: Thing, resource: Resource, world: World, tags: Mapping[str, Any]) -> Thing:
    """The thing, with what must hold of it because a step changes it: its plain attributes, what
    it is tied to, and the tags that a step overwrites. ``tags`` are those."""
    return replace(thing, holds=held(resource, world, tags))


def held(resource: Resource, world: World, tags: Mapping[str, Any]) -> Mapping[str, Json]:
    found: dict[str, Any] = {
        name: sorted(value) if isinstance(value, dict) else value
        for name, value in sorted(resource.attributes.items())
        if name not in OWN and _is_plain(name, value)
    }
    found["(ties)"] = sorted(_ties(resource, world))
    found |= {f"tag:{key}": resource.tags.get(key) for key in sorted(tags)}
    return found


def _is_plain(name: str, value: Any) -> bool:
    if name == "devices":
        return isinstance(value, dict)
    if isinstance(value, str):
        return not OF_ONE.match(value)
    return value is None or isinstance(value, bool | int | float)


def _ties(resource: Resource, world: World) -> Iterator[str]:
    yield from (f"{x.role} {x.kind}" for x in resource.links)
    for other in world.needed_by(resource):
        yield from (
            f"{other.kind} {x.role}"
            for x in other.links
            if (x.kind, x.id) == (resource.kind, resource.id)
        )


def require(thing: Thing, resource: Resource, world: World) -> None:
    """Raises Lost where something does not hold."""
    if not thing.holds:
        return
    tags = {k.removeprefix("tag:"): v for k, v in thing.holds.items() if k.startswith("tag:")}
    now = held(resource, world, tags)
    for name in sorted({*now, *thing.holds}):
        if now.get(name) != thing.holds.get(name):
            raise Lost(
                f"{resource.ref}: {name} is {now.get(name)}, and was {thing.holds.get(name)}"
            )
