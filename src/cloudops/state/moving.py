"""Moves a store from one database into another, of whatever kind each is, and checks it.

Nobody writes to either meanwhile. What the target holds is read back before it is committed; the
source is marked only after that, so whoever is interrupted can ask for the same again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection, Table, select

from cloudops.state import at_work, moved, schema
from cloudops.state.columns import utf8
from cloudops.state.contract import StoreError
from cloudops.state.database import Database, insert_plain

LEFT = ("alembic_version", "leases", "claims", "waiting")
"""The version is the target's own; nobody holds anything, or waits, while a store is moved."""
TABLES = tuple(t for t in schema.metadata.sorted_tables if t.name not in LEFT)
"""What is moved, each table behind those it refers to."""
CHUNK = 4_000
"""Rows in memory at a time."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a table holds: how many rows, and a digest over them in the order of their keys."""

    table: str
    rows: int
    digest: str


def move(source: Database, target: Database, *, place: str, who: str) -> tuple[Summary, ...]:
    """``place``: how people name the target, for those who still look for the source.

    Raises Busy where somebody is at work, StoreError where the target is not empty.
    """
    with source.writing() as here:
        clock = source.backend.clock(here)
        at_work.refuse(here, clock, "the state is moved when nobody is", plans=True)
        with target.writing() as there:
            was_empty = all(_is_empty(there, table) for table in TABLES)
            if was_empty:
                for table in TABLES:
                    _copy(here, there, table)
            found = tuple(_same(here, there, table, place, was_empty) for table in TABLES)
        moved.mark(here, place, who, clock.now())
    return found


def _same(here: Connection, there: Connection, table: Table, place: str, copied: bool) -> Summary:
    """What both hold of a table. Raises StoreError where they differ. What is there already
    and is the same was put there by a move that was interrupted."""
    ours, theirs = summary(here, table), summary(there, table)
    if ours == theirs:
        return theirs
    if copied:
        raise StoreError(
            f"table {table.name} did not arrive as it was ({theirs.rows} of {ours.rows} rows); "
            "nothing was moved",
            "try again; if it happens again, it is a fault of cloudops",
        )
    raise StoreError(
        f"there is a state already where this one was to go: {place}", "name an empty place"
    )


def summary(connection: Connection, table: Table) -> Summary:
    count, digest = 0, hashlib.sha256()
    for row in _rows(connection, table):
        count += 1
        digest.update(json.dumps(row, separators=(",", ":")).encode() + b"\n")
    return Summary(table.name, count, digest.hexdigest())


def _copy(here: Connection, there: Connection, table: Table) -> None:
    rows = _rows(here, table)
    while chunk := tuple(islice(rows, CHUNK)):
        insert_plain(there, table, chunk)
    if there.dialect.name == "postgresql":
        there.exec_driver_sql(f"ANALYZE {table.name}")


def _is_empty(connection: Connection, table: Table) -> bool:
    return connection.execute(select(table).limit(1)).first() is None


def _rows(connection: Connection, table: Table) -> Iterator[tuple[object, ...]]:
    """As the database has them, past the columns' types, in the order of the primary key."""
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(column.name) for column in table.columns)
    key = ", ".join(quote(column.name) for column in table.primary_key.columns)
    sql = f"SELECT {columns} FROM {table.name} ORDER BY {key}"  # noqa: S608 (names of ours)
    lazily = {"stream_results": True, "max_row_buffer": CHUNK}
    with connection.exec_driver_sql(sql, execution_options=lazily) as result:
        for row in result:
            yield tuple(utf8(value) if isinstance(value, str) else value for value in row)
