"""Locks are listed with who holds them, and broken with a record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from cloudops.commands import locks
from cloudops.state.contract import Run, Store
from cloudops.state.sql import FILE, open_store
from fakes.terminal import Terminal
from modalities.claim import Claim, Lease, Mode

KEY = "aws:111122223333/us-east-1:vm/web-1"


@pytest.fixture
def store(terminal: Terminal) -> Iterator[Store]:
    """A store in which run r-1 holds a lock."""
    store = open_store(terminal.state / FILE)
    now = datetime.now(UTC)
    run = Run("r-1", "Stop web-1", "sandbox", "", "me@here", "running", now, now)
    store.begin_run(run)
    lease = store.claim(
        "r-1@elsewhere:1:2", [Claim(KEY, Mode.EXCLUSIVE)], ttl=600, who="me@here", why="Stop web-1"
    )
    assert isinstance(lease, Lease)
    yield store
    store.close()


def test_no_locks(terminal: Terminal) -> None:
    assert terminal("locks").out == "no locks are held\n"
    assert terminal("locks", "-o", "json").document["locks"] == []


def test_who_holds_what_and_how_to_end_it(terminal: Terminal, store: Store) -> None:
    (lock,) = terminal("locks", "-o", "json").document["locks"]
    assert (lock["key"], lock["mode"], lock["who"]) == (KEY, "exclusive", "me@here")
    people = terminal("locks").out
    assert "Stop web-1" in people
    assert "cloudops locks break r-1@elsewhere:1:2 --reason" in people


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        (KEY, "vm/web-1"),
        ("aws:1@localhost:5000/us-east-1:vm/web-1", "vm/web-1"),
        ("aws:1@localhost:5000/us-east-1:other/sqs queue orders", "sqs queue orders"),
        ("aws:1/us-east-1:other/logs log group /vm/x", "logs log group /vm/x"),
        ("aws:1@localhost:5000/us-east-1", "aws:1@localhost:5000/us-east-1"),
    ],
)
def test_a_lock_is_told_by_what_it_is_on(key: str, shown: str) -> None:
    assert locks._short(key) == shown


@pytest.mark.parametrize("holder", ["r-1", "r-1@elsewhere:1:2"])
def test_broken_with_a_record(terminal: Terminal, store: Store, holder: str) -> None:
    done = terminal("locks", "break", holder, "--reason", "its machine is gone", "-o", "json")
    assert done.code == 0
    assert [held["key"] for held in done.document["broken"]] == [KEY]
    assert store.claims() == ()
    (event,) = store.journal("r-1")
    assert event.what == "lock_broken"
    assert event.body["reason"] == "its machine is gone"


def test_nobody_of_that_name(terminal: Terminal, store: Store) -> None:
    told = terminal("locks", "break", "r-2", "--reason", "why not")
    assert told.code == 64
    assert "r-2 holds no lock" in told.err
    assert len(store.claims()) == 1


def test_runs_and_a_journal(terminal: Terminal, store: Store) -> None:
    (run,) = terminal("runs", "-o", "json").document["runs"]
    assert (run["id"], run["status"], run["request"]) == ("r-1", "running", "Stop web-1")
    assert terminal("runs", "--status", "parked", "-o", "json").document["runs"] == []
    store.break_claims("r-1@elsewhere:1:2", who="me", reason="\x1b[2Jtest")
    people = terminal("runs", "r-")
    assert people.out.startswith("r-1  running  on sandbox  by me@here\n")
    assert "lock_broken" in people.out
    assert "\x1b" not in people.out
    journal = terminal("runs", "r-1", "-o", "json").document["journal"]
    assert [event["what"] for event in journal] == ["lock_broken"]


def test_help_shows_how_it_is_used(terminal: Terminal) -> None:
    told = terminal("locks", "--help").out
    assert "cloudops locks break" in told.partition("Examples:")[2]
    assert "--lock-timeout" in told
