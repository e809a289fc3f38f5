"""Provenance: which run and which hand wrote each attribute last.

One row per attribute, replaced when the value changes. Tags are attributes named ``tag:KEY``;
:data:`GONE` says that the resource itself went away. The rows outlive their resource.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from cloudops.state.columns import json_text, time_text, utf8
from cloudops.state.contract import Provenance
from cloudops.state.database import chunks, insert_plain
from cloudops.state.schema import provenance, resources

Values = dict[str, Any]
"""Attribute to JSON value."""


@dataclass(frozen=True, slots=True)
class Writer:
    run: str | None
    modality: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Written:
    """What changed of one resource: of a new one, everything."""

    uid: str
    key: str
    values: Values
    new: bool = False


def values_of(attributes: Mapping[str, Any], tags: Mapping[str, str]) -> Values:
    return {**attributes, **{f"tag:{name}": value for name, value in tags.items()}}


def changes(before: Values, after: Values) -> Values:
    """What ``after`` has otherwise. A tag that is missing was removed; an attribute that is
    missing is just not known this time."""
    changed = {k: v for k, v in after.items() if k not in before or before[k] != v}
    removed = {
        k: None
        for k, v in before.items()
        if k.startswith("tag:") and v is not None and k not in after
    }
    return changed | removed


def known(connection: Connection, uids: Iterable[str]) -> dict[str, Values]:
    """The last values of everything that was ever known of resources, by uid."""
    values: dict[str, Values] = defaultdict(dict)
    for some in chunks(uids):
        for row in connection.execute(select(provenance).where(provenance.c.resource.in_(some))):
            values[row.resource][row.attribute] = row.value
    return values


def write(connection: Connection, writer: Writer, written: Collection[Written]) -> None:
    resource = provenance.c.resource == bindparam("uid")
    attribute = provenance.c.attribute == bindparam("name")
    for fresh in chunks(one.uid for one in written if one.new):
        connection.execute(delete(provenance).where(provenance.c.resource.in_(fresh)))
    replaced = [{"uid": x.uid, "name": name} for x in written if not x.new for name in x.values]
    if replaced:
        connection.execute(delete(provenance).where(resource, attribute), replaced)
    at = time_text(writer.at)
    rows = [
        (x.uid, utf8(name), x.key, json_text(value), writer.run, writer.modality, at)
        for x in written
        for name, value in x.values.items()
    ]
    insert_plain(connection, provenance, rows)


def rename(connection: Connection, renamed: Mapping[str, tuple[str, str]]) -> None:
    """Resources that have another uid and key now, by the uid they had."""
    if renamed:
        here = provenance.c.resource == bindparam("old")
        other: dict[str, Any] = {"resource": bindparam("new"), "key": bindparam("called")}
        rows = [{"old": uid, "new": new, "called": key} for uid, (new, key) in renamed.items()]
        connection.execute(update(provenance).where(here).values(**other), rows)


def of(connection: Connection, key: str) -> tuple[Provenance, ...]:
    """Of the resource that has ``key`` as its name or as its uid, or had it last."""
    here = or_(resources.c.key == key, resources.c.uid == key)
    uid = connection.scalar(select(resources.c.uid).where(here))
    if uid is None:
        had = or_(provenance.c.key == key, provenance.c.resource == key)
        last = select(provenance.c.resource).where(had).order_by(provenance.c.at.desc()).limit(1)
        uid = connection.scalar(last)
    query = select(provenance).where(provenance.c.resource == uid).order_by(provenance.c.attribute)
    return tuple(
        Provenance(row.attribute, row.value, row.run, row.modality, row.at)
        for row in connection.execute(query)
    )
