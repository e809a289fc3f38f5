"""Several processes on one store, in a file and on a server, some of which die on the way."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cloudops.state.contract import Event, Run
from cloudops.state.sql import open_store
from cloudops.state.waiting import claim_within
from fakes import claims_reader as reader
from modalities.claim import Claim, Lease, Mode

CONTENDER = Path(__file__).with_name("contender.py")
NOW = datetime.now(UTC)
A = (Claim("a", Mode.EXCLUSIVE),)


class Contender:
    def __init__(self, work: str, name: str, place: str | Path, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(CONTENDER), work, name, str(place), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ready(self) -> None:
        assert self.line() == "ready"

    def go(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def done(self) -> list[str]:
        """What it told; fails where it failed."""
        out, err = self.process.communicate(timeout=240)
        assert self.process.returncode == 0, err
        return out.split()

    def kill(self) -> list[str]:
        """What it told before it was killed."""
        self.process.kill()
        out, _ = self.process.communicate()
        lines = out.split("\n")
        return lines[:-1] if out else []


class Team:
    """Processes on one store; the second reader watches it from when it was made."""

    def __init__(self, place: str | Path, folder: Path) -> None:
        self.place = place
        self.folder = folder
        self.members: list[Contender] = []

    def watched(self) -> None:
        open_store(self.place).close()
        reader.witness(self.place)

    def start(self, work: str, count: int) -> list[Contender]:
        new = [Contender(work, f"{work}-{n}", self.place, self.folder) for n in range(count)]
        self.members += new
        for contender in new:
            contender.ready()
        for contender in new:
            contender.go()
        return new

    def check(self) -> None:
        """Nothing that claims may not be was ever so, and the database is whole."""
        assert reader.faults(self.place) == []
        if isinstance(self.place, Path):
            with closing(sqlite3.connect(self.place)) as client:
                assert client.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.fixture
def newcomers(place: str | Path, tmp_path: Path) -> Iterator[Team]:
    """Where there is no store yet."""
    team = Team(place, tmp_path)
    yield team
    for contender in team.members:
        contender.process.kill()
        contender.process.communicate()


@pytest.fixture
def team(newcomers: Team) -> Iterator[Team]:
    newcomers.watched()
    yield newcomers
    newcomers.check()


def test_all_that_open_it_at_once_from_nothing_succeed(newcomers: Team) -> None:
    for contender in newcomers.start("begin", 4):
        contender.done()
    with closing(open_store(newcomers.place)) as store:
        assert sorted(run.id for run in store.runs()) == [f"begin-{n}" for n in range(4)]


def test_no_two_ever_hold_the_same(team: Team) -> None:
    told = [contender.done() for contender in team.start("claim", 4)]
    assert [len(fences) for fences in told] == [15] * 4
    fences = [int(fence) for each in told for fence in each]
    assert len(set(fences)) == 60, "every grant has a fence of its own"
    for each in told:
        assert [int(f) for f in each] == sorted(int(f) for f in each)
    with closing(open_store(team.place)) as store:
        assert store.claims() == ()


def test_what_was_promised_survives_a_kill(team: Team) -> None:
    with closing(open_store(team.place)) as store:
        store.begin_run(Run("shared", "x", "t", "s", "ann", "running", NOW, NOW))
    contenders = team.start("append", 2)
    promised = []
    for contender in contenders:
        contender.line()
    for n, contender in enumerate(contenders):
        time.sleep(random.uniform(0.05, 0.3))  # noqa: S311
        promised += [f"append-{n}-{number}" for number in contender.kill()]
    with closing(open_store(team.place)) as store:
        kept = store.journal("shared")
    assert set(promised) <= {event.what for event in kept}
    assert len(promised) > 10
    assert [event.seq for event in kept] == list(range(1, len(kept) + 1))
    team.check()


def test_a_kill_leaves_all_of_a_reading_or_nothing(team: Team) -> None:
    for _ in range(3):
        (contender,) = team.start("record", 1)
        contender.line()
        time.sleep(random.uniform(0.02, 0.2))  # noqa: S311
        contender.kill()
        with closing(open_store(team.place)) as store:
            kept = store.resources()
            assert len(kept) == 50
            generations = {
                (str(r.attributes["generation"]), r.tags["generation"], r.links[0].id) for r in kept
            }
            ((attribute, tag, link),) = generations
            assert (tag, link) == (attribute, f"s-{attribute}")
            writers = {p.modality for r in kept for p in store.provenance(r.ref)}
            assert writers == {f"sdk-{attribute}"}
        team.check()


def test_the_claims_of_one_that_was_killed_run_out(team: Team) -> None:
    (contender,) = team.start("hold", 1)
    fence = int(contender.line())
    contender.kill()
    with closing(open_store(team.place)) as store:
        lease = claim_within(
            store,
            "next",
            (Claim("a", Mode.EXCLUSIVE),),
            ttl=30,
            who="ann",
            why="it died",
            timeout=10,
            on_wait=lambda held: None,
        )
    assert lease.fence > fence > 0


def test_many_threads_of_one_process(team: Team) -> None:
    with closing(open_store(team.place)) as store:
        store.begin_run(Run("r", "x", "t", "s", "ann", "running", NOW, NOW))
        key = Claim("a", Mode.EXCLUSIVE)

        def work(n: int) -> int:
            wins = 0
            for m in range(10):
                store.append("r", [Event("r", 0, NOW, "execute", f"{n}-{m}", {})])
                got = store.claim(f"h{n}", (key,), ttl=30, who="", why="")
                if isinstance(got, Lease):
                    wins += 1
                    store.check_fence(got)
                    store.release(got)
                store.journal("r")
            return wins

        with ThreadPoolExecutor(12) as pool:
            wins = sum(pool.map(work, range(12)))
        assert wins > 0
        kept = store.journal("r")
        assert [event.seq for event in kept] == list(range(1, 121))
        assert len({event.what for event in kept}) == 120


def test_who_slept_longer_than_its_lease_has_lost_it(team: Team) -> None:
    """Stopped in the middle of holding, another goes on, and the sleeper wakes."""
    (sleeper,) = team.start("sleep", 1)
    fence = int(sleeper.line())
    sleeper.process.send_signal(signal.SIGSTOP)
    with closing(open_store(team.place)) as store:
        lease = claim_within(
            store,
            "next",
            (Claim("a", Mode.EXCLUSIVE),),
            ttl=60,
            who="ann",
            why="it sleeps",
            timeout=60,
            on_wait=lambda held: None,
        )
        sleeper.process.send_signal(signal.SIGCONT)
        assert sleeper.done() == ["lost"]
        assert lease.fence > fence
        assert store.check_fence(lease) > 0


def test_the_second_reader_sees_what_is_wrong_in_a_file_too(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with closing(open_store(path)) as store:
        reader.witness(path)
        store.begin_run(Run("r", "x", "t", "s", "ann", "running", NOW, NOW))
        assert isinstance(store.claim("one", A, ttl=30, who="", why=""), Lease)
    assert reader.faults(path) == []
    with closing(sqlite3.connect(path)) as client, client:
        client.execute(
            "INSERT INTO leases SELECT 'two', fence, who, why, since, until, boot, "
            "until_uptime FROM leases"
        )
        client.execute("INSERT INTO claims VALUES ('a', 'two', 'shared')")
        client.execute("INSERT INTO journal VALUES ('r', 2, 'x', 'x', 'x', '{}')")
        client.execute("UPDATE leases SET until = '2020-01-01T00:00:00.000000Z'")
        client.execute("UPDATE leases SET until = '2040-01-01T00:00:00.000000Z'")
    said = " ".join(reader.faults(path))
    for fault in ("two hold one key", "two leases", "granted twice", "a gap", "beside", "renewal"):
        assert fault in said
