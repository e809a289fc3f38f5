"""What a cloud does to one resource as a consequence of what was done to another: a disk goes
with its machine, a target group no longer lists it, an address is free again.

That is whoever's doing the first was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from modalities.resource import Json, Kind, Resource, World

FOLLOWING: Mapping[Kind, frozenset[str]] = {
    Kind.DISK: frozenset({"attached_to", "device", "state", "boot", "delete_with_vm"}),
    Kind.NIC: frozenset({"attached_to", "attachment", "primary", "delete_with_vm", "public_ip"}),
    Kind.PUBLIC_IP: frozenset({"attached_to", "nic", "association"}),
    Kind.VM: frozenset({"disks", "devices", "root_disk", "nics", "public_ip", "security_groups"}),
    Kind.TARGET_GROUP: frozenset({"targets", "load_balancers"}),
    Kind.ROUTE_TABLE: frozenset({"subnets", "routes"}),
    Kind.GATEWAY: frozenset({"networks"}),
    Kind.LISTENER: frozenset({"target_group"}),
}
"""Attributes that say how a resource stands to others, by kind."""

Id = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class Consequences:
    """``changed``: as they are known, with what followed as it is now."""

    changed: tuple[Resource, ...]
    gone: tuple[Resource, ...]


def consequences(
    done: Collection[Id], known: World, fresh: World, kinds: Collection[Kind]
) -> Consequences:
    """What followed from changes to ``done``. ``fresh`` holds all there is of ``kinds``.

    Changes that follow from nothing of it (a tag, a size) stay what they are: somebody else's.
    """
    changed, gone = [], []
    theirs = {id: named(r) if (r := known.get(*id)) else frozenset() for id in done}
    for before in known:
        if before.kind not in kinds or (before.kind, before.id) in done:
            continue
        mine = named(before)
        near = {id for id in done if id[1] in mine or before.id in theirs[id]}
        now = fresh.get(before.kind, before.id)
        if now is None:
            if any(fresh.get(*id) is None for id in near) and _goes_along(before):
                gone.append(before)
        elif near and (followed := _followed(before, now)) is not None:
            changed.append(followed)
    return Consequences(tuple(changed), tuple(gone))


def named(resource: Resource) -> frozenset[str]:
    """Every text in its attributes and links: ids among them."""
    links = (link.id for link in resource.links)
    return frozenset((*links, *_texts(list(resource.attributes.values()))))


def _texts(value: Json) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from _texts(item)
        case dict():
            yield from value
            for item in value.values():
                yield from _texts(item)


def _goes_along(resource: Resource) -> bool:
    """Whether it may have gone with another: a disk that was to stay did not."""
    return resource.attributes.get("delete_with_vm") is not False


def _followed(before: Resource, now: Resource) -> Resource | None:
    """``before`` with what followed; None where nothing did."""
    names = FOLLOWING.get(before.kind, frozenset())
    moved = {
        name: now.attributes[name]
        for name in names & now.attributes.keys()
        if before.attributes.get(name) != now.attributes[name]
    }
    if not moved:
        return None
    return replace(before, attributes={**before.attributes, **moved}, links=now.links)
