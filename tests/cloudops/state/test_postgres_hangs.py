"""A PostgreSQL that takes what it is sent and never answers: no wait for it is without end."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cloudops.state import postgres, postgres_waiting
from cloudops.state.contract import Event, FenceLost, Run, StoreError
from cloudops.state.sql import SqlStore, open_store
from fakes.postgres import Server, programs, running
from modalities.claim import Claim, Lease, Mode

NOW = datetime(2031, 5, 4, 3, 0, 0, tzinfo=UTC)
RUN = Run("run-1", "x", "t", "s", "ann", "running", NOW, NOW)
A = (Claim("a", Mode.EXCLUSIVE),)
PATIENCE = 1.0
BOUND = 8.0
"""Seconds: of patience, for the answer, for asking whether the server lives, and for a machine that
is busy."""


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (postgres.ANSWER, postgres.LONGEST, postgres_waiting.PROBE) == (5, 600, 5)
    monkeypatch.setattr(postgres, "ANSWER", 0.5)
    monkeypatch.setattr(postgres_waiting, "PROBE", 2)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One that tests may stop."""
    bin = programs()
    if bin is None:
        pytest.skip("no PostgreSQL: neither on PATH nor in /usr/lib/postgresql")
    with running(bin) as server:
        yield server


@pytest.fixture
def url(server: Server) -> str:
    return server.url(server.database(), tcp=True, connect_timeout="2")


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    with closing(open_store(url, patience=PATIENCE)) as opened:
        opened.begin_run(RUN)
        yield opened


def event(what: str) -> Event:
    return Event("run-1", 0, datetime.now(UTC), "execute", what, {})


def backend(store: SqlStore) -> int:
    """The server's process that serves the store's one connection."""
    with store._database.reading() as connection:
        pid: int = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        return pid


@contextmanager
def told_within(seconds: float, match: str) -> Iterator[None]:
    began = time.monotonic()
    with pytest.raises(StoreError, match=match) as caught:
        yield
    assert time.monotonic() - began < seconds
    assert "\n" not in str(caught.value)
    assert "restart it" in caught.value.remedy or "start the server" in caught.value.remedy


WORKS: dict[str, Callable[[SqlStore], object]] = {
    "append": lambda store: store.append("run-1", (event("a"),)),
    "read": lambda store: store.journal("run-1"),
    "record": lambda store: store.record((), run=None, modality="sdk", whole="1/us"),
}


@pytest.mark.parametrize("work", WORKS)
def test_a_server_that_hangs_is_given_up(server: Server, store: SqlStore, work: str) -> None:
    with server.hanging(), told_within(BOUND, "does not answer: nothing came"):
        WORKS[work](store)
    store.append("run-1", (event("b"),))
    assert store.journal("run-1")[-1].what == "b"


def test_so_is_one_process_of_it(server: Server, store: SqlStore) -> None:
    with server.hanging(backend(store)), told_within(BOUND, "does not answer"):
        store.append("run-1", (event("a"),))
    store.append("run-1", (event("b"),))
    assert "b" in [e.what for e in store.journal("run-1")]


def test_who_comes_then_is_told_too(server: Server, store: SqlStore, url: str) -> None:
    with server.hanging():
        with told_within(8, "cannot be reached: nobody answers"):
            open_store(url, patience=PATIENCE)
        with told_within(BOUND, "does not answer"):
            store.journal("run-1")
        with told_within(8, "cannot be reached"):  # it was waited for already
            store.journal("run-1")


def test_what_only_takes_long_is_waited_for(server: Server, store: SqlStore) -> None:
    """A statement of an account's writing, on a server that lives."""
    with store._database.writing("resources") as connection:
        raw = postgres.driver(connection)
        raw.doubt = 0.3
        assert connection.exec_driver_sql("SELECT pg_sleep(1.5), 7").one()[1] == 7


def test_a_hold_that_hangs_for_longer_than_its_lease_is_lost(
    server: Server, store: SqlStore
) -> None:
    lease = store.claim("run-1", A, ttl=1.0, who="ann", why="")
    assert isinstance(lease, Lease)
    with server.hanging():
        time.sleep(1.2)
    with pytest.raises(FenceLost):
        store.renew(lease, ttl=60)


def test_a_short_hang_is_only_a_pause(server: Server, store: SqlStore) -> None:
    done = threading.Thread(target=WORKS["append"], args=(store,))
    with server.hanging():
        done.start()
        time.sleep(1.0)
    done.join(10)
    assert [e.what for e in store.journal("run-1")] == ["a"]


def test_a_command_ends(server: Server, url: str, tmp_path: Path) -> None:
    open_store(url).close()
    environment = {**os.environ, "CLOUDOPS_STATE": url, "CLOUDOPS_STATE_DIR": str(tmp_path)}
    with server.hanging():
        done = subprocess.run(
            [sys.executable, "-m", "cloudops", "runs"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 8
    assert "nobody answers there" in done.stderr
    assert "Traceback" not in done.stderr
