"""The copy of a store on PostgreSQL that is put aside before its schema changes.

In the same database, in a schema of its own, by the same transaction: no tool of the right
version is needed, and where the migration fails there is no half a copy either.
"""

from __future__ import annotations

import psycopg
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import ProgrammingError

from cloudops.state.contract import StoreError


def copy(connection: Connection, version: str, where: str) -> str:
    """The name of the schema that holds the copy. Raises StoreError where it may not be made."""
    there = inspect(connection)
    schemas, n = set(there.get_schema_names()), 0
    while (name := f"cloudops_backup_{version}" + (f"_{n}" if n else "")) in schemas:
        n += 1
    try:
        connection.exec_driver_sql(f"CREATE SCHEMA {name}")
    except ProgrammingError as error:
        if not isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
            raise
        raise StoreError(
            f"the state in {where} has schema {version} and must be brought up to date, but the "
            "copy that is put aside first may not be made: this user may not make schemas there",
            "let the owner of the database run any command once, or: "
            "GRANT CREATE ON DATABASE name TO user; nothing was changed",
        ) from None
    quoted = connection.dialect.identifier_preparer.quote
    for table in map(quoted, there.get_table_names()):
        connection.exec_driver_sql(f"CREATE TABLE {name}.{table} (LIKE {table} INCLUDING ALL)")
        connection.exec_driver_sql(f"INSERT INTO {name}.{table} SELECT * FROM {table}")  # noqa: S608
    return name
