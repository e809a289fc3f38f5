"""What version a database has, and what is done where it is not ours.

A new database is made in one go, an older one is carried forward after a copy was put aside,
a newer one is left alone, and none is changed under the hands of somebody at work. Two processes
may open the same database at once: whoever has the writing transaction looks again before it does
anything.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, insert, inspect, select

from cloudops.state import at_work, moved, schema
from cloudops.state.contract import StoreError
from cloudops.state.database import Backend, Database

MIGRATIONS = Path(__file__).parent / "migrations"


def bring_to(database: Database, ours: str, *, scripts: Path = MIGRATIONS) -> None:
    """Leave the database with schema version ``ours``. Raises StoreError where it cannot, Busy
    where somebody is at work on it who knows the older one."""
    theirs = database.read(lambda c: _version(c, database.backend))
    if theirs is not None and (not theirs.isdecimal() or int(theirs) > int(ours)):
        raise StoreError(
            f"the state in {database.backend.where} has schema {theirs}, which a newer cloudops "
            f"made; this one knows {ours}",
            f"update cloudops, or {database.backend.elsewhere}; the state was not touched",
        )
    database.backend.set_up()
    if theirs is None:
        _create(database)
        bring_to(database, ours, scripts=scripts)
    elif theirs != ours:
        _migrate(database, ours, scripts)


def _version(connection: Connection, backend: Backend) -> str | None:
    """None where the database is empty. Raises StoreError where it is not ours."""
    tables = set(inspect(connection).get_table_names())
    if not tables:
        return None
    if {schema.version.name, schema.runs.name} <= tables:
        moved.refuse(connection)
        version: str | None = connection.scalar(select(schema.version.c.version_num))
        if version is not None:
            return version
    raise StoreError(
        f"the database in {backend.where} holds something else than the state of cloudops",
        f"{backend.elsewhere}; the database was not touched",
    )


def _create(database: Database) -> None:
    """The whole schema at once: Alembic's import alone takes longer than all of this."""
    with database.writing() as connection:
        if _version(connection, database.backend) is None:
            schema.metadata.create_all(connection, checkfirst=False)
            connection.execute(insert(schema.version).values(version_num=schema.VERSION))


def _migrate(database: Database, ours: str, scripts: Path) -> None:
    from cloudops.state import migration

    with database.migrating() as connection:
        theirs = _version(connection, database.backend)
        if theirs is not None and theirs != ours:
            what = f"their cloudops made the state with schema {theirs}, this one needs {ours}"
            at_work.refuse(connection, database.backend.clock(connection), what, plans=False)
            database.backend.back_up(connection, theirs)
            migration.upgrade(connection, ours, scripts)
