"""Several processes on one store, some of which die on the way."""

from __future__ import annotations

import random
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
from modalities.claim import Claim, Lease, Mode

CONTENDER = Path(__file__).with_name("contender.py")
NOW = datetime.now(UTC)


class Contender:
    def __init__(self, work: str, name: str, path: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(CONTENDER), work, name, str(path)],
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
        out, err = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, err
        return out.split()

    def kill(self) -> list[str]:
        """What it told before it was killed."""
        self.process.kill()
        out, _ = self.process.communicate()
        lines = out.split("\n")
        return lines[:-1] if out else []


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "state.db"


@pytest.fixture
def started(path: Path) -> Iterator[list[Contender]]:
    contenders: list[Contender] = []
    yield contenders
    for contender in contenders:
        contender.process.kill()
        contender.process.communicate()


def start(started: list[Contender], work: str, count: int, path: Path) -> list[Contender]:
    new = [Contender(work, f"{work}-{n}", path) for n in range(count)]
    started += new
    for contender in new:
        contender.ready()
    for contender in new:
        contender.go()
    return new


def is_sound(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as client:
        return bool(client.execute("PRAGMA integrity_check").fetchone() == ("ok",))


def test_all_that_open_it_at_once_from_nothing_succeed(
    started: list[Contender], path: Path
) -> None:
    for contender in start(started, "begin", 4, path):
        contender.done()
    with closing(open_store(path)) as store:
        assert sorted(run.id for run in store.runs()) == [f"begin-{n}" for n in range(4)]


def test_no_two_ever_hold_the_same(started: list[Contender], path: Path) -> None:
    told = [contender.done() for contender in start(started, "claim", 4, path)]
    assert [len(fences) for fences in told] == [15] * 4
    fences = [int(fence) for each in told for fence in each]
    assert len(set(fences)) == 60, "every grant has a fence of its own"
    for each in told:
        assert [int(f) for f in each] == sorted(int(f) for f in each)
    with closing(open_store(path)) as store:
        assert store.claims() == ()


def test_what_was_promised_survives_a_kill(started: list[Contender], path: Path) -> None:
    with closing(open_store(path)) as store:
        store.begin_run(Run("shared", "x", "t", "s", "ann", "running", NOW, NOW))
    contenders = start(started, "append", 2, path)
    promised = []
    for contender in contenders:
        contender.line()
    for n, contender in enumerate(contenders):
        time.sleep(random.uniform(0.05, 0.3))  # noqa: S311
        promised += [f"append-{n}-{number}" for number in contender.kill()]
    with closing(open_store(path)) as store:
        kept = store.journal("shared")
    assert set(promised) <= {event.what for event in kept}
    assert len(promised) > 10
    assert [event.seq for event in kept] == list(range(1, len(kept) + 1))
    assert is_sound(path)


def test_a_kill_leaves_all_of_a_reading_or_nothing(started: list[Contender], path: Path) -> None:
    for _ in range(3):
        (contender,) = start(started, "record", 1, path)
        contender.line()
        time.sleep(random.uniform(0.02, 0.2))  # noqa: S311
        contender.kill()
        with closing(open_store(path)) as store:
            kept = store.resources()
            assert len(kept) == 50
            generations = {
                (str(r.attributes["generation"]), r.tags["generation"], r.links[0].id) for r in kept
            }
            ((attribute, tag, link),) = generations
            assert (tag, link) == (attribute, f"s-{attribute}")
            writers = {p.modality for r in kept for p in store.provenance(r.ref)}
            assert writers == {f"sdk-{attribute}"}
        assert is_sound(path)


def test_the_claims_of_one_that_was_killed_run_out(started: list[Contender], path: Path) -> None:
    (contender,) = start(started, "hold", 1, path)
    fence = int(contender.line())
    contender.kill()
    with closing(open_store(path)) as store:
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


def test_many_threads_of_one_process(path: Path) -> None:
    with closing(open_store(path)) as store:
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
