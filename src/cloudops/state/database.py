"""Transactions on a database, whichever it is.

There are two kinds. ``reading`` sees one moment. ``writing`` has what it names to itself from
its first statement on, so what it reads of that stays true until it commits: read, decide, write
needs no more care. What that takes differs by database and lives behind :class:`Backend`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine, Table, insert

from cloudops.state.clock import Clock

T = TypeVar("T")
CHUNK = 500
"""Values in one ``IN (...)``: every database takes that many."""


class Backend(Protocol):
    """What differs between databases."""

    @property
    def engine(self) -> Engine: ...

    @property
    def where(self) -> str:
        """The database as people call it, without any secret."""
        ...

    @property
    def elsewhere(self) -> str:
        """How to keep the state somewhere else, for people."""
        ...

    def set_up(self) -> None:
        """Settings kept in the database itself; called once it is known to be ours."""
        ...

    def turn(self) -> AbstractContextManager[object]:
        """Held while this process writes."""
        ...

    def begin_reading(self, connection: Connection, /) -> None: ...

    def begin_writing(self, connection: Connection, areas: Sequence[str], /) -> None:
        """Returns when no other transaction writes in these areas; none means all there is."""
        ...

    def begin_migrating(self, connection: Connection, /) -> None:
        """Like ``begin_writing`` of everything, with tables free to be replaced."""
        ...

    def clock(self, connection: Connection, /) -> Clock:
        """The clock of leases, for the transaction that ``connection`` is in."""
        ...

    def repeated(self, attempt: Callable[[], T]) -> T:
        """``attempt`` again and again, for as long as it fails by what passes (a database
        that restarts). It may have taken effect although it failed."""
        ...

    def explained(self) -> AbstractContextManager[None]:
        """Turns the database's errors that a user can act on into StoreError."""
        ...

    def back_up(self, connection: Connection, version: str, /) -> str:
        """Copies what is committed; where to, for people. ``connection`` is migrating."""
        ...


class Database:
    def __init__(self, backend: Backend) -> None:
        self.backend = backend

    def read(self, work: Callable[[Connection], T]) -> T:
        def attempt() -> T:
            with self._reading() as connection:
                return work(connection)

        with self.backend.explained():
            return self.backend.repeated(attempt)

    def write(
        self,
        work: Callable[[Connection], T],
        *areas: str,
        unless: Callable[[Connection], T | None] = lambda _: None,
    ) -> T:
        """What ``work`` returns, once it is committed and durable; rolled back where it raises.

        ``unless`` is asked before ``work`` is tried again, and returns its result where an
        earlier try took effect although no answer came. Without it, ``work`` can be repeated.
        """
        tries = 0

        def attempt() -> T:
            nonlocal tries
            tries += 1
            with self._writing(areas) as connection:
                done = unless(connection) if tries > 1 else None
                return work(connection) if done is None else done

        with self.backend.explained():
            return self.backend.repeated(attempt)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self.backend.explained(), self._reading() as connection:
            yield connection

    @contextmanager
    def writing(self, *areas: str) -> Iterator[Connection]:
        """Tried once. Committed and durable when it ends; rolled back where it raises."""
        with self.backend.explained(), self._writing(areas) as connection:
            yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """Like ``writing`` everything, with tables free to be replaced."""
        with self.backend.explained(), self.backend.turn(), self._transaction() as connection:
            connection.detach()  # what is set for a migration ends with its connection
            self.backend.begin_migrating(connection)
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._transaction() as connection:
            self.backend.begin_reading(connection)
            yield connection

    @contextmanager
    def _writing(self, areas: Sequence[str]) -> Iterator[Connection]:
        with self.backend.turn(), self._transaction() as connection:
            self.backend.begin_writing(connection, areas)
            yield connection

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self.backend.engine.connect() as connection, connection.begin():
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
    if connection.dialect.name == "postgresql":
        from cloudops.state.postgres import copy_in

        copy_in(connection, table, rows)
    elif rows:
        compiled = insert(table).compile(dialect=connection.dialect)
        connection.exec_driver_sql(str(compiled), list(rows))
