"""What looks found otherwise than the state has it, and since when it is so.

A look that changes nothing in the state leaves this behind: when each kind was last read
entirely, and a row per attribute that was another one then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from cloudops.state.columns import json_text, time_text, utf8
from cloudops.state.contract import GONE, THERE, Sighting
from cloudops.state.database import chunks, insert_plain
from cloudops.state.schema import looks, provenance, sightings
from modalities.resource import Kind


def looked(connection: Connection, scope: str, kinds: Collection[Kind], at: datetime) -> None:
    """All of these kinds were read entirely."""
    names = sorted({kind.value for kind in kinds})
    here = looks.c.scope == scope
    connection.execute(delete(looks).where(here, looks.c.kind.in_(names)))
    rows = [{"scope": scope, "kind": name, "at": at} for name in names]
    if rows:
        connection.execute(insert(looks), rows)


def accepted(connection: Connection, scope: str, kinds: Collection[Kind]) -> None:
    """The state has it now as it was sighted."""
    names = sorted({kind.value for kind in kinds})
    here = sightings.c.scope == scope
    connection.execute(delete(sightings).where(here, sightings.c.kind.in_(names)))


def written(connection: Connection, names: Mapping[str, Iterable[str]]) -> None:
    """The state has these attributes, by resource, as they are now; of others a run says nothing
    that it did not change."""
    resource = sightings.c.resource == bindparam("uid")
    attribute = sightings.c.attribute == bindparam("name")
    whole = (GONE, THERE)
    rows = [{"uid": u, "name": utf8(n)} for u, some in names.items() for n in (*some, *whole)]
    if rows and connection.execute(select(sightings.c.resource).limit(1)).first() is not None:
        connection.execute(delete(sightings).where(resource, attribute), rows)


def sighted(
    connection: Connection,
    scope: str,
    kinds: Collection[Kind],
    found: Iterable[Sighting],
    now: datetime,
) -> tuple[Sighting, ...]:
    found = tuple(found)
    known = _known(connection, scope, kinds)
    before = _last_looks(connection, scope)
    touched = _last_writes(connection, {one.resource for one in found if one.attribute != THERE})
    dated = tuple(_dated(one, known, before, touched, now) for one in found)
    accepted(connection, scope, kinds)
    insert_plain(connection, sightings, [_row(one, scope, now) for one in dated])
    looked(connection, scope, kinds, now)
    return dated


def _dated(
    one: Sighting,
    known: Mapping[tuple[str, str], Row[Any]],
    before: Mapping[str, datetime],
    touched: Mapping[str, Mapping[str, datetime]],
    now: datetime,
) -> Sighting:
    """With since when: as it was put down, where it was the same then."""
    row = known.get((utf8(one.resource), utf8(one.attribute)))
    if row is not None and json_text(row.value) == json_text(one.value):
        return replace(one, last_old=row.last_old, first_new=row.first_new)
    if row is not None:  # it has moved on since: the last look saw neither
        return replace(one, last_old=before.get(one.kind.value, row.first_new), first_new=now)
    put_down = _put_down(one, touched.get(one.resource, {}))
    seen = [at for at in (before.get(one.kind.value), put_down) if at]
    return replace(one, last_old=max(seen, default=None), first_new=now)


def _known(
    connection: Connection, scope: str, kinds: Collection[Kind]
) -> dict[tuple[str, str], Row[Any]]:
    names = sorted({kind.value for kind in kinds})
    query = select(sightings).where(sightings.c.scope == scope, sightings.c.kind.in_(names))
    return {(row.resource, row.attribute): row for row in connection.execute(query)}


def _last_looks(connection: Connection, scope: str) -> dict[str, datetime]:
    query = select(looks.c.kind, looks.c.at).where(looks.c.scope == scope)
    return {row.kind: row.at for row in connection.execute(query)}


def _put_down(one: Sighting, writes: Mapping[str, datetime]) -> datetime | None:
    """When it was last seen as the state has it, by what was written: the resource, whenever
    anything of it was; an attribute, when it was itself, for a run writes nothing else."""
    if one.attribute == GONE:
        return max(writes.values(), default=None)
    return writes.get(utf8(one.attribute), min(writes.values(), default=None))


def _last_writes(connection: Connection, uids: Collection[str]) -> dict[str, dict[str, datetime]]:
    """When each attribute of a resource was last put down."""
    found: dict[str, dict[str, datetime]] = defaultdict(dict)
    for some in chunks(sorted(uids)):
        query = select(provenance.c.resource, provenance.c.attribute, provenance.c.at)
        for row in connection.execute(query.where(provenance.c.resource.in_(some))):
            found[row.resource][row.attribute] = row.at
    return found


def _row(one: Sighting, scope: str, now: datetime) -> tuple[object, ...]:
    return (
        *(utf8(one.resource), utf8(one.attribute), scope, one.kind.value, json_text(one.value)),
        time_text(one.last_old) if one.last_old else None,
        time_text(one.first_new or now),
    )
