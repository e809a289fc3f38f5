"""Many processes on one PostgreSQL, some killed, some stopped for longer than their lease."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection

from cloudops.state.contract import FenceLost, Run, StoreError
from cloudops.state.sql import open_store
from fakes import claims_reader as reader
from fakes.postgres import Server
from modalities.claim import Claim, Lease, Mode

MEMBER = Path(__file__).with_name("team_member.py")
NOW = datetime.now(UTC)
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
A = (Claim("a", Mode.EXCLUSIVE),)


class Member:
    def __init__(self, url: str, name: str) -> None:
        self.name = name
        self.told: list[list[str]] = []
        self.process = subprocess.Popen(
            [sys.executable, str(MEMBER), url, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        assert self.process.stdout.readline().strip() == "ready"
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stdout
        self.told += (line.split() for line in self.process.stdout if line.endswith("\n"))

    def go(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def end(self) -> None:
        """Fails where it does not end by itself."""
        self.go()
        assert self.process.wait(90) == 0, self.process.stderr and self.process.stderr.read()
        self._listener.join()
        assert self.told[-1] == ["ended"]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self._listener.join()

    def said(self, what: str) -> list[str]:
        return [" ".join(words[1:]) for words in self.told if words[0] == what]


@pytest.fixture
def url(postgres: Server) -> str:
    """A store that is watched, with a run, beside a cloud."""
    url = postgres.empty()
    with closing(open_store(url)) as store:
        store.begin_run(Run("shared", "x", "t", "s", "ann", "running", NOW, NOW))
    with closing(psycopg.connect(url, autocommit=True)) as client:
        client.execute("CREATE TABLE cloud (key text PRIMARY KEY, value int, fence bigint)")
        client.execute("INSERT INTO cloud SELECT unnest('{a,b,c,d}'::text[]), 0, 0")
    reader.witness(url)
    return url


@pytest.fixture
def members(url: str) -> Iterator[list[Member]]:
    made = [Member(url, f"m{n}") for n in range(6)]
    yield made
    for member in made:
        member.process.kill()
        member.process.wait()


def test_some_are_killed_and_some_stopped(url: str, members: list[Member]) -> None:
    for member in members:
        member.go()
    time.sleep(1)
    stopped, killed = members[:2], members[2:4]
    for member in stopped:
        member.process.send_signal(signal.SIGSTOP)
        time.sleep(random.uniform(0, 0.2))  # noqa: S311
    for member in killed:
        time.sleep(random.uniform(0, 0.3))  # noqa: S311
        member.kill()
    time.sleep(3)  # twice a lease
    for member in stopped:
        member.process.send_signal(signal.SIGCONT)
    time.sleep(1)
    for member in (*stopped, *members[4:]):
        member.end()
    assert reader.faults(url) == []
    with closing(psycopg.connect(url)) as client:
        values: dict[str, int] = dict(client.execute("SELECT key, value FROM cloud").fetchall())
        written = {what for (what,) in client.execute("SELECT what FROM journal")}
    changed = [line for member in members for line in member.said("changed")]
    # A process that was killed may have changed the cloud and told nobody any more.
    quietly = sum(values.values()) - len(changed)
    assert 0 <= quietly <= len(killed), "an update was lost, or done twice"
    promised = {line for member in members for line in member.said("wrote")}
    assert promised <= written
    assert len(promised) > 5, "hardly anything was done"
    for member in stopped:
        assert member.said("wrote"), "it goes on after it was woken"


def test_who_is_stopped_in_a_transaction_holds_nobody_up(url: str) -> None:
    """The server ends it; then whoever waits goes on, and nothing of it has happened."""
    from cloudops.state import postgres

    assert postgres.IDLE <= 10
    with closing(open_store(url, patience=0)) as one, closing(open_store(url)) as two:

        def stops(connection: Connection) -> None:
            """As a process that is stopped here, and has set itself less time."""
            connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 500")
            connection.exec_driver_sql("INSERT INTO counters VALUES ('x', 1)")
            assert isinstance(two.claim("two", A, ttl=30, who="", why=""), Lease)
            connection.exec_driver_sql("SELECT 1")

        began = time.monotonic()
        with pytest.raises(StoreError, match="idle"):
            one._database.write(stops, "claims")
        assert time.monotonic() - began < 5
        with two._database.reading() as connection:
            assert not connection.exec_driver_sql("SELECT * FROM counters WHERE name = 'x'").all()


def test_a_long_reading_stands_in_no_lease_s_way(url: str) -> None:
    with closing(open_store(url)) as one, closing(open_store(url, patience=1)) as two:
        with one._database.writing("resources"), one._database.writing("run other"):
            lease = two.claim("two", A, ttl=30, who="", why="")
            assert isinstance(lease, Lease)
            two.renew(lease, ttl=30)
            two.set_status("shared", "done")
        with (
            one._database.writing("claims"),
            pytest.raises(StoreError, match="locked by another client"),
        ):
            two.renew(lease, ttl=30)


def test_writers_have_their_turn_in_the_order_they_came(postgres: Server, url: str) -> None:
    done: list[int] = []
    with closing(open_store(url)) as store:

        def write(n: int) -> None:
            store._database.write(lambda _: done.append(n), "claims")

        threads = [threading.Thread(target=write, args=(n,)) for n in range(6)]
        with store._database.writing("claims"):
            for n, thread in enumerate(threads, 1):
                thread.start()
                while postgres.sql(WAITING) != [(n,)]:
                    time.sleep(0.01)
        for thread in threads:
            thread.join()
    assert done == sorted(done)


def test_leases_end_by_the_server_s_clock(postgres: Server) -> None:
    """A server whose clock is years from ours, and goes on as it is told."""
    name = postgres.database()
    postgres.sql(
        "CREATE SCHEMA skewed",
        "CREATE SEQUENCE skewed.ahead",
        "SELECT setval('skewed.ahead', 3650 * 86400)",
        "CREATE FUNCTION skewed.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS "
        "$$ SELECT pg_catalog.clock_timestamp() + last_value * interval '1 s' FROM skewed.ahead $$",
        database=name,
    )
    url = postgres.url(name, options="-csearch_path=public,skewed,pg_catalog")
    with closing(open_store(url)) as store:
        lease = store.claim("one", A, ttl=30, who="ann", why="")
        assert isinstance(lease, Lease)
        assert timedelta(days=3649) < lease.expires_at - datetime.now(UTC) < timedelta(days=3651)
        assert 20 < store.check_fence(lease) <= 30
        postgres.sql(
            "SELECT setval('skewed.ahead', last_value + 31) FROM skewed.ahead", database=name
        )
        with pytest.raises(FenceLost, match="ran out"):
            store.check_fence(lease)
        assert isinstance(store.claim("two", A, ttl=30, who="bob", why=""), Lease)
        with pytest.raises(FenceLost, match="taken over"):
            store.renew(lease, ttl=30)


def test_the_reader_sees_what_is_wrong(url: str) -> None:
    with closing(open_store(url)) as store:
        assert isinstance(store.claim("one", A, ttl=30, who="", why=""), Lease)
    assert reader.faults(url) == []
    with closing(psycopg.connect(url, autocommit=True)) as client:
        client.execute(
            "INSERT INTO leases SELECT 'two', fence, who, why, since, until, boot, "
            "until_uptime FROM leases"
        )
        client.execute("INSERT INTO claims VALUES ('a', 'two', 'shared')")
        client.execute("INSERT INTO journal VALUES ('shared', 2, 'x', 'x', 'x', '{}')")
    said = " ".join(reader.faults(url))
    for fault in ("two hold one key", "two leases", "granted twice", "a gap", "beside"):
        assert fault in said
