"""PostgreSQL: all that another database does in another way.

What holds here and why: docs/rooms/state.md, docs/decisions/state.md.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC
from typing import Any, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, QueuePool, Table, create_engine
from sqlalchemy import exc as sqlalchemy

from cloudops.settings import postgres_url
from cloudops.state import postgres_backup, postgres_troubles
from cloudops.state.clock import Clock, Moment
from cloudops.state.columns import Garbled
from cloudops.state.contract import StoreError
from cloudops.state.postgres_waiting import Patient

logging.getLogger("psycopg").addHandler(logging.NullHandler())
"""What it says of a lost connection is told as an error; it is nothing to print by itself."""

T = TypeVar("T")
OLDEST = 130000
"""The oldest server version there are tests with a right to speak of: 13."""
NAMESPACE = 0x636C6F75
"""The first half of our advisory locks, so that they meet nobody else's."""
STORE = 0
"""The second half of the lock that stands for all there is; areas have others."""
CONNECTION = {
    # A server or a network that is gone is noticed within 15 s, not within hours.
    "connect_timeout": "10",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
    "application_name": "cloudops",
}
PAUSE = (0.02, 1.0)
"""About the first and the longest pause between two tries, in seconds."""
IDLE = 10.0
"""Seconds in which a client in the middle of a transaction must go on; then the server ends
it. So a process that is stopped holds the others up for that long and no longer."""
IDLE_LONG = 120.0
"""The same where accounts of a million resources are compared, or only read."""
ANSWER = 5.0
"""Seconds that a server has for an answer beyond those in which it waits for others."""
LONGEST = 600.0
"""Seconds for one statement where accounts of a million resources are written. A server that does
not answer there is asked, on another connection, whether it lives (postgres_waiting.py)."""
LASTING = """
    SET LOCAL statement_timeout = {longest};
    SET LOCAL lock_timeout = {patience};
    SET LOCAL idle_in_transaction_session_timeout = {idle};
    SELECT set_config('synchronous_commit', 'on', true)
        WHERE current_setting('synchronous_commit') = 'off';
"""
NOW = "SELECT clock_timestamp() AT TIME ZONE 'UTC'"
MANY = 5_000
"""Rows of one table that, written at once, make what the planner knows of it wrong."""


class Postgres:
    """``patience`` is how long a transaction waits for its turn, and how long a server that
    went away is waited for, in seconds.

    Raises StoreError for an address that cannot be used.
    """

    elsewhere = "name another database: state = in your own file, or CLOUDOPS_STATE"

    def __init__(self, url: str, *, patience: float) -> None:
        self.where = postgres_url.shown(_checked(url))
        self._patience = patience
        self._parameters = _parameters(url)
        # Whether the server was there when it was asked last: if so, it is worth waiting for.
        self._met = False
        self.engine = create_engine(
            "postgresql+psycopg://",
            creator=self._connect,
            poolclass=QueuePool,
            pool_size=1,  # many processes share a server's connections
            max_overflow=7,
            pool_timeout=patience,
            use_native_hstore=False,
            hide_parameters=True,
        )

    def _connect(self) -> psycopg.Connection[Any]:
        """A connection that begins no transaction by itself."""
        raw = Patient.connect(**self._parameters, autocommit=True)
        raw.doubt = raw.longest = self._patience + ANSWER
        try:
            self._refuse(raw)
        except StoreError:
            raw.close()
            raise
        self._met = True
        return raw

    def _refuse(self, raw: psycopg.Connection[Any]) -> None:
        if raw.info.server_version < OLDEST:
            raise StoreError(
                f"{self.where} is PostgreSQL {raw.info.parameter_status('server_version')}, "
                f"which is too old: it takes {OLDEST // 10000} or later",
                "update the server, or name another one",
            )
        encoding = raw.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            raise StoreError(
                f"{self.where} keeps text as {encoding}; the state needs UTF8",
                "make a database for it: CREATE DATABASE cloudops ENCODING 'UTF8' "
                "TEMPLATE template0",
            )

    def set_up(self) -> None:
        pass

    def turn(self) -> AbstractContextManager[object]:
        """The server lets writers in one after another, in the order they came."""
        return nullcontext()

    def begin_reading(self, connection: Connection) -> None:
        limit = round(IDLE_LONG * 1000)
        self._begin(
            connection,
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
            f"SET LOCAL statement_timeout = {limit}; "
            f"SET LOCAL idle_in_transaction_session_timeout = {limit}; {NOW}",
            longest=IDLE_LONG,
        )

    def begin_writing(self, connection: Connection, areas: Sequence[str]) -> None:
        """With locks of the server's, which end with the transaction: shared over the store and
        one's own over each area. Every statement after them sees all that was committed
        before they were had (READ COMMITTED)."""
        locks = [f"SELECT pg_advisory_xact_lock_shared({NAMESPACE}, {STORE});"]
        locks += [
            f"SELECT pg_advisory_xact_lock({NAMESPACE}, {number});"
            for number in sorted({_number(area) for area in areas})
        ]
        if not areas:
            locks = [f"SELECT pg_advisory_xact_lock({NAMESPACE}, {STORE});"]
        long = not areas or "resources" in areas
        longest = LONGEST if long else self._patience + ANSWER
        lasting = LASTING.format(
            longest=round(longest * 1000),
            patience=round(self._patience * 1000),
            idle=round((IDLE_LONG if long else IDLE) * 1000),
        )
        begin = "BEGIN ISOLATION LEVEL READ COMMITTED;"
        self._begin(connection, f"{begin} {lasting} {' '.join(locks)} {NOW}", longest=longest)

    def begin_migrating(self, connection: Connection) -> None:
        self.begin_writing(connection, ())

    def _begin(self, connection: Connection, statements: str, *, longest: float) -> None:
        """All of them in one message; the last one tells the time. ``longest``: what a
        statement of this transaction may take, in seconds."""
        raw = driver(connection)
        raw.longest = longest + ANSWER  # so that a server that lives ends it first, in good order
        with _past(connection):
            cursor = raw.execute(statements, prepare=False)
        while cursor.nextset():
            pass
        row = cursor.fetchone()
        connection.info["moment"] = Moment(row[0].replace(tzinfo=UTC))  # type: ignore[index]

    def clock(self, connection: Connection) -> Clock:
        """The server's, at the moment the transaction had its turn."""
        moment: Moment = connection.info["moment"]
        return moment

    def repeated(self, attempt: Callable[[], T]) -> T:
        from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

        try:
            return Retrying(
                retry=retry_if_exception(self._passes),
                stop=stop_after_delay(self._patience),
                wait=wait_random_exponential(multiplier=PAUSE[0], max=PAUSE[1]),
                reraise=True,
            )(attempt)
        except sqlalchemy.DBAPIError as error:
            if self._passes(error):
                self._met = False  # it was waited for once; nothing else waits before it is back
            raise

    def _passes(self, error: BaseException) -> bool:
        cause = postgres_troubles.cause_of(error)
        return cause is not None and postgres_troubles.passes(cause, met=self._met)

    @contextmanager
    def explained(self) -> Iterator[None]:
        try:
            yield
        except Garbled as error:
            raise StoreError(
                f"the state in {self.where} is damaged: {error}",
                "restore the database from a backup",
            ) from None
        except (sqlalchemy.DBAPIError, sqlalchemy.TimeoutError, psycopg.Error) as error:
            told = postgres_troubles.explanation(error, self.where, self._patience)
            if told is None:
                raise
            raise told from error

    def back_up(self, connection: Connection, version: str) -> str:
        return postgres_backup.copy(connection, version, self.where)


def driver(connection: Connection) -> Patient:
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, Patient)  # noqa: S101 (for the type checker)
    return raw


@contextmanager
def _past(connection: Connection) -> Iterator[None]:
    """What is asked past SQLAlchemy, which is told where the connection is lost by it."""
    raw = driver(connection)
    try:
        yield
    except psycopg.Error as error:
        if raw.closed:
            connection.invalidate(error)
        raise


def copy_in(connection: Connection, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Rows in the order of the table's columns, by COPY, which takes a fifth of the time."""
    quoted = connection.dialect.identifier_preparer.quote
    names = ", ".join(quoted(column.name) for column in table.columns)
    with (
        _past(connection),
        driver(connection).cursor() as cursor,
        cursor.copy(f"COPY {quoted(table.name)} ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
    if len(rows) >= MANY:
        # Else the planner goes by a table that was small, and takes 250 times as long.
        connection.exec_driver_sql(f"ANALYZE {quoted(table.name)}")


def _number(area: str) -> int:
    """An area as the second half of a lock: never STORE. Two areas that meet only wait for
    each other."""
    return (zlib.crc32(area.encode()) & 0x7FFFFFFF) or 1


def _checked(url: str) -> str:
    try:
        return postgres_url.checked(url)
    except ValueError as error:
        raise StoreError(
            f"the address of the state: {error}", f"write it like {postgres_url.EXAMPLE}"
        ) from None


def _parameters(url: str) -> dict[str, Any]:
    """What libpq is told: its own variables and files fill in the rest, passwords above all."""
    try:
        given = conninfo_to_dict(url)
    except psycopg.Error as error:
        raise StoreError(
            f"the address of the state cannot be used: {str(error).strip()}",
            f"write it like {postgres_url.EXAMPLE}",
        ) from None
    return {**CONNECTION, **given, "client_encoding": "UTF8"}
