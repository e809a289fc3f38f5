"""A store of an older version, somebody at work on it, and a newer cloudops that comes along."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from cloudops.state import schema, versions
from cloudops.state.columns import time_text
from cloudops.state.contract import Busy
from cloudops.state.database import Database
from cloudops.state.migration import upgrade
from cloudops.state.moving import move
from cloudops.state.postgres import Postgres
from cloudops.state.sql import open_database, open_store
from cloudops.state.sqlite import Sqlite

VERSION = "SELECT version_num FROM alembic_version"
RUN = text(
    "INSERT INTO runs (id, request, target, scope, actor, status, started_at, changed_at) "
    "VALUES ('run-1', 'x', 't', 's', 'ann@there', :status, :at, :at)"
)
LINE = text("INSERT INTO journal VALUES ('run-1', 1, :at, 'x', 'x', '{}')")
LEASE = text("INSERT INTO leases VALUES (:holder, 1, 'ann@there', 'x', :now, :until, '', 0)")
CLAIM = text("INSERT INTO claims VALUES ('a', :holder, 'exclusive')")


@pytest.fixture
def older(place: str | Path) -> Iterator[Database]:
    """A store as the first version made it, not opened by ours."""
    backend = Postgres(place, patience=20) if isinstance(place, str) else Sqlite(place, patience=20)
    with closing(Database(backend)) as database:
        database.backend.set_up()
        with database.migrating() as connection:
            upgrade(connection, "0001", versions.MIGRATIONS)
        yield database


def later(connection: Connection, seconds: float) -> str:
    """By the clock of who decides."""
    postgresql = connection.dialect.name == "postgresql"
    now = datetime.now(UTC)
    if postgresql:
        now = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    return time_text(now + timedelta(seconds=seconds))


def run(database: Database, status: str, ago: float, *, line: float | None = None) -> None:
    """``ago`` and ``line``: seconds since it changed, and since the last line of its journal."""
    with database.writing() as c:
        c.execute(RUN, {"status": status, "at": later(c, -ago)})
        if line is not None:
            c.execute(LINE, {"at": later(c, -line)})


def lease(database: Database, left: float, holder: str = "run-1@m:1:2") -> None:
    with database.writing() as c:
        c.execute(LEASE, {"holder": holder, "now": later(c, 0), "until": later(c, left)})
        c.execute(CLAIM, {"holder": holder})


def version(database: Database) -> str:
    with database.reading() as connection:
        found: str = connection.exec_driver_sql(VERSION).scalar_one()
        return found


def refusal(place: str | Path, database: Database) -> Busy:
    with pytest.raises(Busy) as caught:
        open_store(place)
    assert version(database) == "0001"
    assert "nothing was changed" in caught.value.remedy
    return caught.value


def test_who_holds_claims_is_named(place: str | Path, older: Database) -> None:
    run(older, "running", 3600)
    lease(older, 600)
    said = str(refusal(place, older))
    assert "run run-1 (ann@there) holds claims until" in said
    assert f"made the state with schema 0001, this one needs {schema.VERSION}" in said


@pytest.mark.parametrize(("ago", "line"), [(5, None), (3600, 5)])
def test_so_is_a_run_under_way(
    place: str | Path, older: Database, ago: float, line: float | None
) -> None:
    run(older, "running", ago, line=line)
    error = refusal(place, older)
    assert "run run-1 (ann@there) is under way" in str(error)
    assert "should it have died, try again after" in error.remedy


def test_who_died_stands_in_nobody_s_way(place: str | Path, older: Database) -> None:
    """A run that died long ago says so for ever, and wants to be resumed by whoever comes."""
    run(older, "running", 3600, line=1800)
    lease(older, -1)
    with closing(open_store(place)) as store:
        found = store.run("run-1")
        assert found is not None
        assert found.status == "running"
    assert version(older) == schema.VERSION


def test_a_parked_run_and_a_kept_plan_stay(place: str | Path, older: Database) -> None:
    """Nobody is at work: no process stands behind either."""
    run(older, "parked", 5)
    lease(older, 600, "run-1@plan:sha256-1")
    with closing(open_store(place)) as store:
        assert [held.plan for held in store.claims()] == ["sha256-1"]
    assert version(older) == schema.VERSION


@pytest.mark.parametrize("held", [True, False])
def test_nor_is_it_moved(place: str | Path, older: Database, tmp_path: Path, held: bool) -> None:
    run(older, "parked" if held else "running", 3600)
    open_store(place).close()
    if held:
        lease(older, 600, "run-1@plan:sha256-1")
    else:
        with older.writing() as c:
            c.execute(text("UPDATE runs SET changed_at = :at"), {"at": later(c, -5)})
    match = "holds claims until .* for a plan" if held else "is under way"
    with (
        closing(open_database(place)) as source,
        closing(open_database(tmp_path / "new" / "state.db")) as target,
        pytest.raises(Busy, match=match),
    ):
        move(source, target, place="there", who="ann")
    open_store(place).close()
