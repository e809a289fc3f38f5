"""What a cloud does to one resource as a consequence of what was done to another: a disk goes
with its machine, a target group no longer lists it, an address is free again.

That is whoever's doing the first was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from modalities.resource import Json, Kind, Provider, Resource, ResourceRef, World

FOLLOWING: Mapping[Kind, frozenset[str]] = {
    Kind.DISK: frozenset({"attached_to", "device", "state", "boot", "delete_with_vm"}),
    Kind.NIC: frozenset(
        {"attached_to", "attachment", "primary", "delete_with_vm", "public_ip", "pools"}
    ),
    Kind.PUBLIC_IP: frozenset(
        {"attached_to", "nic", "association", "load_balancer", "delete_with_vm", "address"}
    ),
    Kind.VM: frozenset({"disks", "devices", "root_disk", "nics", "public_ip", "security_groups"}),
    Kind.TARGET_GROUP: frozenset({"targets", "load_balancers"}),
    Kind.ROUTE_TABLE: frozenset({"subnets", "routes"}),
    Kind.GATEWAY: frozenset({"networks"}),
    Kind.LISTENER: frozenset({"target_group"}),
    Kind.LOAD_BALANCER: frozenset({"backends", "addresses", "dns_name"}),
    Kind.SECURITY_GROUP: frozenset({"nics", "subnets"}),
}
"""Attributes that say how a resource stands to others, by kind."""

SHOWS_AT: Mapping[Provider, Mapping[Kind, tuple[Kind, ...]]] = {
    Provider.AWS: {},
    Provider.AZURE: {
        Kind.VM: (Kind.PUBLIC_IP, Kind.LOAD_BALANCER, Kind.SECURITY_GROUP),
        Kind.NIC: (Kind.VM, Kind.PUBLIC_IP, Kind.LOAD_BALANCER, Kind.SECURITY_GROUP),
        Kind.SUBNET: (Kind.SECURITY_GROUP,),
        Kind.PUBLIC_IP: (Kind.VM, Kind.NIC, Kind.LOAD_BALANCER),
        Kind.LOAD_BALANCER: (Kind.PUBLIC_IP, Kind.NIC),
        Kind.DISK: (Kind.VM,),
    },
}
"""Where any change of a resource shows, and not its end alone: what a resource of Azure refers
to tells who refers to it."""

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
    theirs = {id: _named_by((known.get(*id), fresh.get(*id))) for id in done}
    for before in known:
        if before.kind not in kinds or (before.kind, before.id) in done:
            continue
        now = fresh.get(before.kind, before.id)
        mine = _named_by((before, now))
        near = {id for id in done if id[1] in mine or before.id in theirs[id]}
        if now is None:
            if any(fresh.get(*id) is None for id in near) and _goes_along(before):
                gone.append(before)
        elif near and (followed := _followed(before, now)) is not None:
            changed.append(followed)
    return Consequences(tuple(changed), tuple(gone))


def joined(resources: Sequence[Resource], world: World) -> Iterator[ResourceRef]:
    """What a link joins to these, either way, as a world has it; named by their ids."""
    ids = {(r.kind, r.id) for r in resources}
    for one in resources:
        yield from (replace(one.ref, kind=link.kind, name=link.id) for link in one.links)
    for other in world:
        if any((link.kind, link.id) in ids for link in other.links):
            yield replace(other.ref, name=other.id)


def named(resource: Resource) -> frozenset[str]:
    """Every text in its attributes and links: ids among them."""
    links = (link.id for link in resource.links)
    return frozenset((*links, *_texts(list(resource.attributes.values()))))


def _named_by(resources: Iterable[Resource | None]) -> frozenset[str]:
    return frozenset(text for r in resources if r is not None for text in named(r))


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
