"""SQLite: all that another database does in another way.

The settings and what was measured for them: docs/decisions/state.md.
"""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, QueuePool, create_engine
from sqlalchemy.exc import DBAPIError

from cloudops.state import database_file, moved
from cloudops.state.clock import Clock, Still, SystemClock
from cloudops.state.columns import Garbled
from cloudops.state.contract import Busy, StoreError
from cloudops.state.line import PATIENT, Line

T = TypeVar("T")
# A commit is on disk when it returns: cloud calls go out on the strength of it. Without
# fullfsync, macOS stops at the drive's cache. Pages are kept up to 64 MiB, of which only what is
# read is taken: rows go into twelve indices, and with SQLite's 2 MB their pages are read again.
SETTINGS = """
    PRAGMA cache_size = -65536;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA foreign_keys = ON;
"""


def _pause() -> None:
    time.sleep(random.uniform(0.0002, 0.004))  # noqa: S311 (no secret)


class Sqlite:
    """``patience`` is how long a transaction waits for its turn, in seconds.

    Raises StoreError where the file cannot be used.
    """

    elsewhere = database_file.ELSEWHERE

    def __init__(self, path: Path, *, patience: float) -> None:
        path = database_file.real(path)
        self._path = path
        self.where = str(path)
        self._patience = patience
        self._clock = SystemClock()
        # Threads of one process queue here rather than race for the file's lock.
        self._writer = threading.Lock()
        self._line = Line(path.absolute())
        self.engine = create_engine(
            "sqlite://", creator=self._connect, poolclass=QueuePool, max_overflow=-1
        )
        database_file.prepare(path)

    def _connect(self) -> sqlite3.Connection:
        """A connection that neither makes the file nor begins a transaction by itself.

        It has no busy timeout, because SQLite's own waiting starves one of several waiters.
        """
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=0,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            self._in_turn(lambda: connection.executescript(SETTINGS))
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def set_up(self) -> None:
        with self.explained(), closing(self._connect()) as connection:
            journal = self._in_turn(lambda: connection.execute("PRAGMA journal_mode = WAL"))
            if journal.fetchone()[0] != "wal":
                raise StoreError(
                    f"SQLite cannot keep a write-ahead log on the file system of {self._path}",
                    database_file.ELSEWHERE,
                )

    def turn(self) -> AbstractContextManager[object]:
        return self._writer

    def begin_reading(self, connection: Connection) -> None:
        raw = _driver(connection)

        def begin() -> None:
            if not raw.in_transaction:
                raw.execute("BEGIN")
            # The first read takes the snapshot; after it no read can find the file locked.
            raw.execute("SELECT 1 FROM sqlite_master").fetchone()

        self._in_turn(begin)

    def begin_writing(self, connection: Connection, _areas: Sequence[str] = ()) -> None:
        """SQLite has one writer at a time, whatever it writes."""
        # A plain BEGIN that reads and then writes fails as soon as two of them meet.
        raw = _driver(connection)
        with self._line.stood_in(min(self._patience, PATIENT)):
            self._in_turn(lambda: raw.execute("BEGIN IMMEDIATE"), self._line.pause)

    def begin_migrating(self, connection: Connection) -> None:
        # A table is changed by copying and dropping it; no reference may stand in the way.
        _driver(connection).execute("PRAGMA foreign_keys = OFF")
        self.begin_writing(connection)

    def clock(self, _connection: Connection) -> Clock:
        return Still.of(self._clock)

    def repeated(self, attempt: Callable[[], T]) -> T:
        """A file does not go away and come back."""
        return attempt()

    def _in_turn(self, attempt: Callable[[], T], pause: Callable[[], None] = _pause) -> T:
        """Try until it is our turn, at random intervals, so that nobody starves."""
        give_up = time.monotonic() + self._patience
        while True:
            try:
                return attempt()
            except sqlite3.OperationalError as error:
                if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() >= give_up:
                    raise
            pause()

    @contextmanager
    def explained(self) -> Iterator[None]:
        try:
            yield
        except Garbled as error:
            raise database_file.damaged(self._path, f"is damaged ({error})") from None
        except (DBAPIError, sqlite3.Error) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            told = self._explanation(cause) if isinstance(cause, sqlite3.Error) else None
            if told is None:
                raise
            raise told from error

    def _explanation(self, error: sqlite3.Error) -> StoreError | None:
        path = self._path
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_CONSTRAINT_TRIGGER:
            return moved.said(str(error))
        match _code(error):
            case sqlite3.SQLITE_FULL:
                return database_file.full(path)
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                try:
                    database_file.refuse_lockless(path)
                except StoreError as why:  # SQLite takes no lock at all for somebody else's
                    return why
                except OSError as why:
                    return database_file.unusable(path, why)
                return Busy(
                    f"{path} has been locked by another process for {self._patience:g} s",
                    f"try again; `fuser {path}` tells which process it is",
                )
            case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
                return database_file.damaged(path, f"is damaged ({self._damage() or error})")
            case (
                sqlite3.SQLITE_READONLY
                | sqlite3.SQLITE_CANTOPEN
                | sqlite3.SQLITE_PERM
                | sqlite3.SQLITE_IOERR
            ):
                return database_file.unusable(path, OSError(0, str(error)))
        return None

    def _damage(self) -> str:
        """The first finding of SQLite's own check; only asked for once damage has shown."""
        try:
            with closing(
                sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True)
            ) as c:
                found = str(c.execute("PRAGMA quick_check(1)").fetchone()[0])
        except sqlite3.Error:
            return ""
        return "" if found == "ok" else found.splitlines()[-1]

    def back_up(self, _connection: Connection, version: str) -> str:
        """Copy what is committed to a file beside this one; never over another."""
        base = self._path.with_name(f"{self._path.name}.bak-{version}")
        copy, n = base, 1
        while copy.exists():
            copy, n = base.with_name(f"{base.name}.{n}"), n + 1
        copy.touch(mode=0o600)
        with closing(self._connect()) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        return str(copy)


def _driver(connection: Connection) -> sqlite3.Connection:
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101 (for the type checker)
    return raw


def _code(error: sqlite3.Error) -> int | None:
    """SQLite's primary result code; None where Python itself raised the error."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
