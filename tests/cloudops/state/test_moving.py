"""A store that is moved, from any kind of database to any other."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cloudops.request import Goal
from cloudops.state.contract import Event, Run, StoreError
from cloudops.state.database import Database
from cloudops.state.moving import move, summary
from cloudops.state.schema import metadata
from cloudops.state.sql import open_database, open_store
from cloudops.state.trial import Trial, TrialEnd
from fakes.postgres import Server
from modalities.claim import Claim, Lease, Mode
from modalities.plan import ModalityName
from modalities.resource import Kind, Link, Provider, Resource, ResourceRef
from modalities.target import Realm

START = datetime(2031, 5, 4, 3, 0, 0, 123456, tzinfo=UTC)
NASTY = '\'; DROP TABLE runs; --\t\\N\\. ünï 数 "x" %s $moved$'


@pytest.fixture(params=["to postgresql", "to sqlite", "between files", "between databases"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str | Path, str | Path]:
    """From where, and to where."""
    files = [tmp_path / "one" / "state.db", tmp_path / "two" / "state.db"]
    if request.param == "between files":
        return files[0], files[1]
    server: Server = request.getfixturevalue("postgres")
    if request.param == "between databases":
        return server.url(server.database()), server.url(server.database())
    both = (files[0], server.empty())
    return both if request.param == "to postgresql" else (both[1], both[0])


def fill(place: str | Path) -> None:
    """Something in every table that is moved, and leases that have been."""
    with closing(open_store(place)) as store:
        store.begin_run(Run("run-1", NASTY, "t", "s", "ann", "done", START, START, exit_code=0))
        store.append("run-1", [Event("run-1", 0, START, "execute", NASTY, {NASTY: [1, None, 1.5]})])
        store.record(
            [
                Resource(
                    ResourceRef(Provider.AWS, "1/us", Kind.VM, f"vm-{n}"),
                    f"i-{n}",
                    {"size": NASTY, "n": n, "long": 2**70, "ratio": 0.1},
                    {"Name": NASTY, "": "x"},
                    (Link("in", Kind.SUBNET, "s-1"),),
                )
                for n in range(50)
            ],
            run="run-1",
            modality="sdk",
            whole="1/us",
        )
        store.note(
            Trial(
                run="run-1",
                hand=ModalityName.SDK,
                goal=Goal.UPDATE,
                changes=("attach",),
                kinds=(Kind.VM,),
                provider=Provider.AWS,
                realm=Realm.SANDBOX,
                ending=TrialEnd.DONE,
                steps=2,
                seconds=0.1 + 0.2,
            )
        )
        lease = store.claim("run-1", (Claim("a", Mode.EXCLUSIVE),), ttl=30, who="ann", why="")
        assert isinstance(lease, Lease)
        store.release(lease)


@contextmanager
def both(places: tuple[str | Path, str | Path]) -> Iterator[tuple[Database, Database]]:
    with closing(open_database(places[0])) as source, closing(open_database(places[1])) as target:
        yield source, target


def test_all_of_it_arrives(places: tuple[str | Path, str | Path]) -> None:
    fill(places[0])
    with closing(open_store(places[0])) as store:
        before = store.resources(), store.runs(), store.journal("run-1"), store.quiet()
        written = store.provenance(before[0][0].ref)
    with both(places) as (source, target):
        found = move(source, target, place=str(places[1]), who="ann")
    assert {s.table: s.rows for s in found if s.rows} == {
        "runs": 1,
        "journal": 1,
        "resources": 50,
        "tags": 100,
        "links": 50,
        "provenance": 300,
        "looks": len(Kind),
        "record": 1,
        "counters": 1,
    }
    with closing(open_store(places[1])) as store:
        assert (store.resources(), store.runs(), store.journal("run-1"), store.quiet()) == before
        assert store.provenance(before[0][0].ref) == written
        lease = store.claim("run-2", (Claim("a", Mode.EXCLUSIVE),), ttl=30, who="ann", why="")
        assert isinstance(lease, Lease)
        assert lease.fence == 2, "fences go on rising"


def test_the_source_stays_and_takes_nothing_more(places: tuple[str | Path, str | Path]) -> None:
    fill(places[0])
    with closing(open_store(places[0])) as still_open, both(places) as (source, target):
        with source.reading() as connection:
            before = [summary(connection, table) for table in metadata.sorted_tables]
        move(source, target, place=str(places[1]), who="ann")
        with source.reading() as connection:
            assert [summary(connection, t) for t in metadata.sorted_tables] == before
        for attempt in (
            lambda: still_open.append("run-1", [Event("run-1", 0, START, "x", "x", {})]),
            lambda: still_open.set_status("run-1", "failed"),
            lambda: still_open.claim("x", (Claim("a", Mode.SHARED),), ttl=30, who="", why=""),
            lambda: still_open.record([], run=None, modality="sdk", whole="1/us"),
        ):
            with pytest.raises(StoreError, match="was moved to") as caught:
                attempt()
            assert str(places[1]) in str(caught.value)
    with pytest.raises(StoreError, match="was moved to") as caught:
        open_store(places[0])
    assert "go on there: " in caught.value.remedy


def test_a_move_that_was_interrupted_is_finished(places: tuple[str | Path, str | Path]) -> None:
    fill(places[0])
    with both(places) as (source, target):
        with pytest.raises(ValueError, match="no time zone"), source.writing():
            move_without_a_mark(source, target)
        move(source, target, place="there", who="ann")
    with pytest.raises(StoreError, match="was moved to there"):
        open_store(places[0])


def move_without_a_mark(source: Database, target: Database) -> None:
    """As if it died between the two commits."""
    from cloudops.state.moving import TABLES, _copy

    with source.reading() as here, target.writing() as there:
        for table in TABLES:
            _copy(here, there, table)
    raise ValueError("no time zone")


def test_where_something_is_already_nothing_is_moved(
    places: tuple[str | Path, str | Path],
) -> None:
    fill(places[0])
    with closing(open_store(places[1])) as store:
        store.begin_run(Run("other", "x", "t", "s", "bob", "running", START, START))
    with (
        both(places) as (source, target),
        pytest.raises(StoreError, match=r"a state already where .*: there"),
    ):
        move(source, target, place="there", who="ann")
    with closing(open_store(places[1])) as store:
        assert [run.id for run in store.runs()] == ["other"]
    with closing(open_store(places[0])) as store:
        assert [run.id for run in store.runs()] == ["run-1"]
        store.set_status("run-1", "failed")


def test_nothing_is_moved_under_somebody_s_hands(places: tuple[str | Path, str | Path]) -> None:
    fill(places[0])
    with closing(open_store(places[0])) as store:
        lease = store.claim("run-1@h", (Claim("a", Mode.SHARED),), ttl=30, who="ann", why="")
        assert isinstance(lease, Lease)
        with (
            both(places) as (source, target),
            pytest.raises(StoreError, match=r"run run-1 \(ann\) holds claims until"),
        ):
            move(source, target, place="there", who="bob")
        assert store.check_fence(lease) > 0


def test_what_an_old_file_has_and_postgresql_cannot(tmp_path: Path, postgres: Server) -> None:
    path = tmp_path / "state.db"
    fill(path)
    with closing(sqlite3.connect(path)) as client, client:
        client.execute("UPDATE runs SET request = 'a' || char(0) || 'b'")
    with both((path, postgres.empty())) as (source, target):
        move(source, target, place="there", who="ann")
        with target.reading() as connection:
            assert connection.exec_driver_sql("SELECT request FROM runs").scalar() == "a?b"
