"""A store that was moved elsewhere says so, to whoever opens it and to whoever has it open.

The mark is a table of its own, and triggers on all others that refuse every change: they also
stop processes that opened the store before it was moved, and clients that are not ours.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Connection, MetaData, Table, insert, inspect, select

from cloudops.state import schema
from cloudops.state.columns import Time, Utf8
from cloudops.state.contract import StoreError

MARK = Table(
    "moved",
    MetaData(),
    Column("place", Utf8, nullable=False),
    Column("who", Utf8, nullable=False),
    Column("at", Time, nullable=False),
)
SAID = "moved to "
"""How the message of a trigger begins."""
CODE = "CO001"
"""The SQLSTATE of a trigger on PostgreSQL; no server has one that begins with CO."""


def refuse(connection: Connection) -> None:
    """Raises StoreError where the store was moved."""
    if inspect(connection).has_table(MARK.name):
        place: str = connection.scalar(select(MARK.c.place)) or "another place"
        raise error(place)


def error(place: str) -> StoreError:
    how = f'state = "{place}" in your own file, or CLOUDOPS_STATE'
    if "://" not in place:
        how = f"--state-dir {place}, or CLOUDOPS_STATE_DIR"
    return StoreError(
        f"this state was moved to {place}",
        f"go on there: {how}; to move back here, set this one aside first",
    )


def said(message: str) -> StoreError | None:
    """The message of a trigger, as an error for people; None for another message."""
    _, mark, place = message.partition(SAID)
    return error(place.strip()) if mark else None


def mark(connection: Connection, place: str, who: str, at: datetime) -> None:
    """From here on every change is refused, and so is opening it. Part of the transaction."""
    MARK.create(connection)
    connection.execute(insert(MARK).values(place=place, who=who, at=at))
    text = f"'{SAID}{place}'" if "'" not in place else f"'{SAID}another place'"
    statements = _postgresql if connection.dialect.name == "postgresql" else _sqlite
    for statement in statements(text):
        connection.exec_driver_sql(statement)


def _sqlite(text: str) -> list[str]:
    return [
        f"CREATE TRIGGER moved_{name}_{change} BEFORE {change} ON {name} "
        f"BEGIN SELECT RAISE(ABORT, {text}); END"
        for name in schema.metadata.tables
        for change in ("INSERT", "UPDATE", "DELETE")
    ]


def _postgresql(text: str) -> list[str]:
    function = (
        "CREATE FUNCTION moved() RETURNS trigger LANGUAGE plpgsql AS $moved$ BEGIN "
        f"RAISE EXCEPTION USING ERRCODE = '{CODE}', MESSAGE = {text}; END $moved$"
    )
    triggers = [
        f"CREATE TRIGGER moved BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION moved()"
        for name in schema.metadata.tables
    ]
    return [function.replace("%", "%%"), *triggers]
