"""Resources as they were read last, with their tags and links.

A resource is known by its ``uid``: provider, scope, kind and the provider's own id, which stay
when people rename it. Its ``key`` is what it is called now. A key that comes with another id
belongs to another resource, and the one that had it is gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Select, delete, or_, select

from cloudops.state import sightings
from cloudops.state.columns import json_text, time_text, utf8
from cloudops.state.contract import GONE
from cloudops.state.database import chunks, insert_plain
from cloudops.state.provenance import (
    Writer,
    Written,
    changes,
    known,
    rename,
    values_of,
    write,
)
from cloudops.state.schema import links, resources, tags
from modalities.codec import encode
from modalities.resource import Kind, Link, Provider, Resource, ResourceRef
from modalities.target import place_in

Stored = dict[str, Resource]
"""Resources by uid."""
KINDS = {kind.value: kind for kind in Kind}
"""Asked millions of times: the enumeration itself takes a third of the time of a reading."""
PROVIDERS = {provider.value: provider for provider in Provider}
HAS = resources.c
COLUMNS = (HAS.uid, HAS.provider, HAS.scope, HAS.kind, HAS.name, HAS.id, HAS.attributes)


def uid_of(resource: Resource) -> str:
    ref = resource.ref
    return f"{ref.provider}:{ref.scope}:{ref.kind}/{resource.id}"


def as_stored(read: Iterable[Resource]) -> Stored:
    """As they will come out of the database again; of two with one uid the later."""
    stored = (
        Resource(
            one.ref if utf8(one.name) == one.name else replace(one.ref, name=utf8(one.name)),
            utf8(one.id),
            encode(one.attributes),
            {utf8(name): utf8(value) for name, value in one.tags.items()},
            tuple(x if utf8(x.id) == x.id else replace(x, id=utf8(x.id)) for x in one.links),
        )
        for one in read
    )
    return {uid_of(resource): resource for resource in stored}


def record(
    connection: Connection,
    read: Stored,
    writer: Writer,
    whole: str | None,
    kinds: Collection[Kind] | None = None,
    since: datetime | None = None,
) -> None:
    """``whole``: what this scope holds beside ``read`` is gone; of ``kinds``, where given. What
    was changed ``since`` then stands as it is."""
    if whole is not None and place_in(whole) and not knows(connection, whole):
        _adopt(connection, read, writer, whole)
    there = select(resources.c.uid).where(resources.c.scope == whole)
    if kinds is not None:
        there = there.where(resources.c.kind.in_(sorted(kinds)))
    if since is not None:
        there = there.where(resources.c.changed_at <= since)
        read = _without_younger(connection, read, whole, since)
    before = _stored(connection, there)
    for some in chunks(item for item in read.items() if item[1].ref.scope != whole):
        uids = [uid for uid, _ in some]
        keys = [resource.ref.key for _, resource in some]
        same = or_(resources.c.uid.in_(uids), resources.c.key.in_(keys))
        before |= _stored(connection, select(resources.c.uid).where(same))
    gone = [uid for uid in before if uid not in read]
    changed = [uid for uid in read if before.get(uid) != read[uid]]
    _delete(connection, [*gone, *(uid for uid in changed if uid in before)])
    _insert(connection, {uid: read[uid] for uid in changed}, writer)
    written = tuple(_written(connection, before, read, gone, changed))
    write(connection, writer, written)
    if whole is not None:
        looked_at = tuple(Kind) if kinds is None else kinds
        sightings.accepted(connection, whole, looked_at)
        sightings.looked(connection, whole, looked_at, writer.at)
    else:
        sightings.written(connection, {one.uid: one.values for one in written})


def _without_younger(
    connection: Connection, read: Stored, whole: str | None, since: datetime
) -> Stored:
    """What a reading that began ``since`` then may say of the scope: a run that ended meanwhile
    wrote what it saw later."""
    here = select(resources.c.uid).where(resources.c.scope == whole)
    younger = set(connection.scalars(here.where(resources.c.changed_at > since)))
    return {uid: resource for uid, resource in read.items() if uid not in younger}


def _adopt(connection: Connection, read: Stored, writer: Writer, whole: str) -> None:
    """What is known of the scope ``whole`` under the name it had before places were part of names:
    the same ids tell that it is the same cloud. They keep who wrote what."""
    account, _, rest = whole.partition("/")
    bare = f"{account.partition('@')[0]}/{rest}"
    old = _stored(connection, select(resources.c.uid).where(resources.c.scope == bare))
    renamed = {uid: replace(r, ref=replace(r.ref, scope=whole)) for uid, r in old.items()}
    ours = {uid: r for uid, r in renamed.items() if uid_of(r) in read}
    _delete(connection, ours)
    _insert(connection, {uid_of(r): r for r in ours.values()}, writer)
    rename(connection, {uid: (uid_of(r), r.ref.key) for uid, r in ours.items()})


def forget(connection: Connection, refs: Iterable[ResourceRef]) -> None:
    keys = {ref.key for ref in refs}
    for some in chunks(keys):
        query = select(resources.c.uid).where(resources.c.key.in_(some))
        _delete(connection, connection.scalars(query).all())


def read(connection: Connection, scope: str | None) -> tuple[Resource, ...]:
    query = select(resources.c.uid)
    if scope is not None:
        query = query.where(resources.c.scope == scope)
    found = _stored(connection, query).values()
    return tuple(sorted(found, key=lambda resource: resource.ref))


def knows(connection: Connection, scope: str) -> bool:
    query = select(resources.c.uid).where(resources.c.scope == scope).limit(1)
    return connection.execute(query).first() is not None


def stored(connection: Connection, uids: Collection[str]) -> Stored:
    """Those of ``uids`` that are known, in their order."""
    found: Stored = {}
    for some in chunks(uids):
        found |= _stored(connection, select(resources.c.uid).where(resources.c.uid.in_(some)))
    return {uid: found[uid] for uid in uids if uid in found}


def region_of(resource: Resource) -> str | None:
    """Where it is: what it says itself (Azure's own operations: as a location), else the last
    part of its scope on AWS."""
    said = resource.attributes.get("region")
    if said is None and resource.ref.provider is Provider.AZURE:
        said = resource.attributes.get("location")
    if isinstance(said, str):
        return utf8(said)
    account, _, region = resource.ref.scope.rpartition("/")
    return region if resource.ref.provider is Provider.AWS and account else None


def _stored(connection: Connection, uids: Select[tuple[str]]) -> Stored:
    tags_of: dict[str, dict[str, str]] = defaultdict(dict)
    for uid, name, value in connection.execute(select(tags).where(tags.c.resource.in_(uids))):
        tags_of[uid][name] = value
    links_of: dict[str, list[Link]] = defaultdict(list)
    query = select(links).where(links.c.resource.in_(uids))
    for uid, _, role, kind, id in connection.execute(query.order_by(*links.primary_key)):
        links_of[uid].append(Link(role, KINDS[kind], id))
    return {
        uid: Resource(
            ResourceRef(PROVIDERS[provider], scope, KINDS[kind], name),
            id,
            attributes,
            tags_of[uid],
            tuple(links_of[uid]),
        )
        for uid, provider, scope, kind, name, id, attributes in connection.execute(
            select(*COLUMNS).where(resources.c.uid.in_(uids))
        )
    }


def _delete(connection: Connection, uids: Collection[str]) -> None:
    for table, column in (
        (tags, tags.c.resource),
        (links, links.c.resource),
        (resources, resources.c.uid),
    ):
        for some in chunks(uids):
            connection.execute(delete(table).where(column.in_(some)))


def _insert(connection: Connection, new: Stored, writer: Writer) -> None:
    at = time_text(writer.at)
    rows, tagged, linked = [], [], []
    for uid, one in new.items():
        ref = (one.ref.provider.value, one.ref.scope, one.kind.value, one.name)
        rows.append((uid, one.ref.key, *ref, one.id, json_text(one.attributes), at, region_of(one)))
        tagged += [(uid, name, value) for name, value in one.tags.items()]
        linked += [(uid, n, x.role, x.kind.value, x.id) for n, x in enumerate(one.links)]
    insert_plain(connection, resources, rows)
    insert_plain(connection, tags, tagged)
    insert_plain(connection, links, linked)


def _written(
    connection: Connection, before: Stored, after: Stored, gone: list[str], changed: list[str]
) -> Iterator[Written]:
    for uid in gone:
        yield Written(uid, before[uid].ref.key, {GONE: True})
    # What a reading before the last one knew of is compared with what was known then.
    again = [
        uid
        for uid in changed
        if uid in before and after[uid].attributes.keys() - before[uid].attributes.keys()
    ]
    past = known(connection, again)
    for uid in changed:
        now = after[uid]
        values = values_of(now.attributes, now.tags)
        if uid in before:
            then = past.get(uid, {}) | values_of(before[uid].attributes, before[uid].tags)
            yield Written(uid, now.ref.key, changes(then, values))
        else:
            yield Written(uid, now.ref.key, values, new=True)
