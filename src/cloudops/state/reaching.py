"""What hangs on a resource, and on what it hangs, link by link, as far as that goes.

A link names the other resource by kind and id alone. It means the one in the same scope; where
there is none, those of the same provider elsewhere. Cycles do no harm. A resource group needs no
links: all that lies in it goes with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import Connection, select

from cloudops.state.contract import Reach, Reached, Tie
from cloudops.state.database import chunks
from cloudops.state.resources import Stored, stored, uid_of
from cloudops.state.schema import links, resources
from modalities.resource import Kind, Resource

Named: TypeAlias = tuple[str, str]
"""A kind and the provider's own id: what a link says."""

IN = "in"
"""The role of what lies in a resource group."""

Joined: TypeAlias = tuple[str, str, str]
"""The uid of what is further out, the role of the link, and the uid nearer that it joins."""


def dependents(connection: Connection, start: Resource, most: int) -> Reach:
    """What needs ``start``, directly or in turn: what breaks when it goes."""
    return _reach(connection, start, most, _needing)


def needs(connection: Connection, start: Resource, most: int) -> Reach:
    """What ``start`` needs, directly or in turn."""
    return _reach(connection, start, most, _needed)


def _reach(
    connection: Connection,
    start: Resource,
    most: int,
    onward: Callable[[Connection, Stored], Iterator[Joined]],
) -> Reach:
    """Nearest first; at most ``most`` and whether there are more."""
    seen: Stored = {uid_of(start): start}
    frontier = dict(seen)
    found: list[Reached] = []
    depth = 0
    while frontier and len(found) <= most:
        depth += 1
        ties: dict[str, set[Tie]] = defaultdict(set)
        for uid, role, nearer in onward(connection, frontier):
            if uid not in seen:
                ties[uid].add(Tie(role, seen[nearer].ref))
        frontier = stored(connection, sorted(ties)[: most + 1 - len(found)])
        near = [Reached(one, depth, tuple(sorted(ties[uid]))) for uid, one in frontier.items()]
        found += sorted(near, key=lambda reached: reached.resource.ref)
        seen |= frontier
    return Reach(tuple(found[:most]), len(found) > most)


def _needing(connection: Connection, frontier: Stored) -> Iterator[Joined]:
    """Links that lead to ``frontier``."""
    names = {uid: (one.kind.value, one.id) for uid, one in frontier.items()}
    called = _called(connection, set(names.values()))
    for uid, name in names.items():
        if uid not in called[name]:
            called[name].append(uid)  # where one begins need not be known itself
    for kind, ids in _by_kind(called).items():
        for some in chunks(ids):
            here = (links.c.kind == kind, links.c.id.in_(some))
            for uid, _, role, *named in connection.execute(select(links).where(*here)):
                meant = _meant(uid, called[named[0], named[1]])
                yield from ((uid, role, other) for other in meant if other in frontier)
    for uid, one in frontier.items():
        yield from ((other, IN, uid) for other in _inside(connection, one))


def _inside(connection: Connection, group: Resource) -> Iterator[str]:
    """The uids of all that lies in a resource group: what is in its scope."""
    if group.kind is Kind.RESOURCE_GROUP:
        within = resources.c.scope == group.ref.scope
        others = (within, resources.c.kind != group.kind.value)
        yield from connection.scalars(select(resources.c.uid).where(*others))


def _needed(connection: Connection, frontier: Stored) -> Iterator[Joined]:
    """Links that lead away from ``frontier``."""
    named = {(link.kind.value, link.id) for one in frontier.values() for link in one.links}
    called = _called(connection, named)
    for uid, one in frontier.items():
        for link in one.links:
            meant = _meant(uid, called.get((link.kind.value, link.id), ()))
            yield from ((other, link.role, uid) for other in meant)


def _called(connection: Connection, named: Collection[Named]) -> defaultdict[Named, list[str]]:
    """The uids of all that are called so, in whatever scope."""
    found: defaultdict[Named, list[str]] = defaultdict(list)
    query = select(resources.c.uid, resources.c.kind, resources.c.id)
    for some in chunks(sorted({id for _, id in named})):
        for uid, *name in connection.execute(query.where(resources.c.id.in_(some))):
            if (name[0], name[1]) in named:
                found[name[0], name[1]].append(uid)
    return found


def _meant(by: str, uids: Sequence[str]) -> Sequence[str]:
    """Those of ``uids``, all of one name, that the resource ``by`` means with it."""
    same = [uid for uid in uids if _place(uid) == _place(by)]
    return same or [uid for uid in uids if _place(uid)[0] == _place(by)[0]]


def _place(uid: str) -> tuple[str, str]:
    """Provider and scope."""
    provider, scope, _ = uid.split(":", 2)
    return provider, scope


def _by_kind(named: Collection[Named]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for kind, id in sorted(named):
        found[kind].append(id)
    return found
