"""Where the product's state is: set aside, put back and read, past the product."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import ClassVar, Protocol

from fakes.postgres import Server, programs, running

Rows = Sequence[tuple[object, ...]]
NAME = "state"


class Store(Protocol):
    """``environment`` leads the product there. What is set aside goes by a name."""

    @property
    def environment(self) -> Mapping[str, str]: ...

    def empty(self) -> None: ...

    def keep(self, name: str) -> None: ...

    def put_back(self, name: str) -> None: ...

    def read(self, query: str) -> Rows:
        """By plain SQL; nothing where there are no tables yet."""

    def crash(self) -> None:
        """It is gone, with all connections to it."""

    def be_back(self) -> None:
        """Where it was gone, it is there again."""


class File:
    """SQLite in the state's directory, which is set aside with it."""

    environment: ClassVar[Mapping[str, str]] = {}

    def __init__(self, state: Path, scratch: Path) -> None:
        self._state = state
        self._scratch = scratch

    def empty(self) -> None:
        """It goes with its directory."""

    def keep(self, name: str) -> None:
        """The same."""

    def put_back(self, name: str) -> None:
        """The same."""

    def crash(self) -> None:
        raise NotImplementedError("a file does not crash")

    def be_back(self) -> None:
        """It never was away."""

    def read(self, query: str) -> Rows:
        """In a copy, as the file stands."""
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir()
        for file in self._state.glob("state.db*"):
            if not file.name.endswith("-shm"):
                shutil.copy(file, self._scratch / file.name)
        if not (self._scratch / "state.db").exists():
            return []
        with closing(sqlite3.connect(self._scratch / "state.db")) as store:
            try:
                return list(store.execute(query))
            except sqlite3.OperationalError:
                return []


class Postgres:
    """A database of a server; what is set aside is another one, made from it."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.environment = {"CLOUDOPS_STATE": server.url(NAME)}

    def empty(self) -> None:
        self._made(NAME, "template1")

    def keep(self, name: str) -> None:
        self._alone()
        self._made(f"kept_{name}", NAME)

    def put_back(self, name: str) -> None:
        self._made(NAME, f"kept_{name}")

    def crash(self) -> None:
        self._server.stop(signal.SIGQUIT)

    def be_back(self) -> None:
        if self._server.process is None:
            self._server.start()

    def read(self, query: str) -> Rows:
        import psycopg

        try:
            return self._server.sql(query, database=NAME)
        except psycopg.errors.UndefinedTable:
            return []

    def _made(self, name: str, template: str) -> None:
        drop = f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"
        self._server.sql(drop, f"CREATE DATABASE {name} TEMPLATE {template}")

    def _alone(self) -> None:
        """What is copied has nobody at it: who was there is dead or has ended."""
        others = f"FROM pg_stat_activity WHERE datname = '{NAME}'"
        while self._server.sql(f"SELECT count(pg_terminate_backend(pid)) {others}") != [(0,)]:
            time.sleep(0.05)


def server(kind: str) -> AbstractContextManager[Server | None]:
    """The server that the store needs. Raises FileNotFoundError where there is none to be had."""
    if kind == "sqlite":
        return nullcontext()
    bin = programs()
    if bin is None:
        raise FileNotFoundError("no PostgreSQL: neither on PATH nor in /usr/lib/postgresql")
    return running(bin)
