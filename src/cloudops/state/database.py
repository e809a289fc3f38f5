"""Transactions on a database, whichever it is.

There are two kinds. ``reading`` sees one moment. ``writing`` has the database to itself from
its first statement on, so what it reads stays true until it commits: read, decide, write needs
no more care. What that takes differs by database and lives behind :class:`Backend`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine, Table, insert

T = TypeVar("T")
CHUNK = 500
"""Values in one ``IN (...)``: every database takes that many."""


class Backend(Protocol):
    """What differs between databases."""

    @property
    def engine(self) -> Engine: ...

    def set_up(self) -> None:
        """Settings kept in the database itself; called once it is known to be ours."""
        ...

    def begin_reading(self, connection: Connection) -> None: ...

    def begin_writing(self, connection: Connection) -> None:
        """Returns when this transaction is the only writer."""
        ...

    def begin_migrating(self, connection: Connection) -> None:
        """Like ``begin_writing``, with tables free to be replaced."""
        ...

    def explained(self) -> AbstractContextManager[None]:
        """Turns the database's errors that a user can act on into StoreError."""
        ...

    def back_up(self, version: str) -> str:
        """Copies what is committed; where to, for people."""
        ...


class Database:
    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        # Threads of one process queue here rather than race for the file's lock.
        self._writer = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._transaction() as connection:
            self.backend.begin_reading(connection)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Committed and durable when it ends; rolled back where it raises."""
        with self._writer, self._transaction() as connection:
            self.backend.begin_writing(connection)
            yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """Like ``writing``, with tables free to be replaced."""
        with self._writer, self._transaction() as connection:
            connection.detach()  # what is set for a migration ends with its connection
            self.backend.begin_migrating(connection)
            yield connection

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        engine = self.backend.engine
        with self.backend.explained(), engine.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        self.backend.engine.dispose()


def chunks(values: Iterable[T]) -> Iterator[Sequence[T]]:
    rest = iter(values)
    while chunk := tuple(islice(rest, CHUNK)):
        yield chunk


def insert_plain(connection: Connection, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Rows of plain values in the order of the table's columns, past the columns' types: with
    100,000 rows the types take longer than the database."""
    compiled = insert(table).compile(dialect=connection.dialect)
    names = table.c.keys()
    many = rows if compiled.positional else [dict(zip(names, r, strict=True)) for r in rows]
    if many:
        connection.exec_driver_sql(str(compiled), many)
