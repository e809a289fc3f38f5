from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from cloudops.state import schema, versions
from cloudops.state.contract import Event, Run, StoreError
from cloudops.state.database import Database
from cloudops.state.migration import upgrade
from cloudops.state.sql import open_store
from cloudops.state.sqlite import Sqlite

START = datetime(2031, 5, 4, 3, 0, 0, tzinfo=UTC)

# Changes a table that others refer to, which SQLite does by copying and dropping it.
NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    with op.batch_alter_table("runs") as runs:
        runs.alter_column("digest", new_column_name="plan")
        runs.add_column(sa.Column("note", sa.Text(), nullable=False, server_default="-"))
    op.create_index("ix_runs_note", "runs", ["note"])
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = Database(Sqlite(path, patience=5))
    yield opened
    opened.close()


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """The migrations of a version that does not exist yet."""
    scripts = tmp_path / "migrations"
    shutil.copytree(versions.MIGRATIONS, scripts)
    (scripts / "versions" / "v0007_next.py").write_text(NEXT)
    return scripts


def tables(path: Path) -> dict[str, str]:
    """Every table and index, by its SQL without the accidents of white space."""
    with closing(sqlite3.connect(path)) as client:
        rows = client.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {
            name: " ".join(sql.split()).replace(f'"{name}" (', f"{name} (") for name, sql in rows
        }


def query(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as client:
        return client.execute(sql).fetchall()


def filled(path: Path) -> None:
    with closing(open_store(path)) as store:
        store.begin_run(Run("run-1", "x", "t", "s", "ann", "done", START, START, digest="d"))
        store.append("run-1", [Event("run-1", 0, START, "execute", "a", {})])


def test_made_at_once_or_by_migrations_it_is_the_same(path: Path, database: Database) -> None:
    with database.migrating() as connection:
        upgrade(connection, schema.VERSION, versions.MIGRATIONS)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
    other = path.with_name("other.db")
    open_store(other).close()
    assert tables(path) == tables(other)
    rows = "SELECT version_num FROM alembic_version"
    assert query(path, rows) == query(other, rows) == [(schema.VERSION,)]


def test_our_version_is_that_of_the_last_migration() -> None:
    names = sorted(p.name for p in (versions.MIGRATIONS / "versions").glob("v*.py"))
    assert names[-1].startswith(f"v{schema.VERSION}_")


def test_an_older_database_is_carried_forward(
    path: Path, database: Database, scripts: Path
) -> None:
    filled(path)
    versions.bring_to(database, "0007", scripts=scripts)
    assert query(path, "SELECT id, plan, note FROM runs") == [("run-1", "d", "-")]
    assert query(path, "SELECT run, seq FROM journal") == [("run-1", 1)]
    assert query(path, "PRAGMA foreign_key_check") == []
    with database.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_database_of_the_first_version_is_carried_to_ours(path: Path, database: Database) -> None:
    database.backend.set_up()
    with database.migrating() as connection:
        upgrade(connection, "0001", versions.MIGRATIONS)
        connection.exec_driver_sql(
            "INSERT INTO runs VALUES ('run-1', 'x', 't', 's', 'ann', 'done', "
            "'2031-05-04T03:00:00.000000Z', '2031-05-04T03:00:00.000000Z', 'd', NULL, 0)"
        )
    with closing(open_store(path)) as store:
        run = store.run("run-1")
        assert run == Run("run-1", "x", "t", "s", "ann", "done", START, START, "d", None, 0)
    assert query(path, "SELECT count(*) FROM record") == [(0,)]
    other = path.with_name("other.db")
    open_store(other).close()
    assert tables(path) == tables(other)


def test_a_copy_is_put_aside_first(path: Path, database: Database, scripts: Path) -> None:
    filled(path)
    versions.bring_to(database, "0007", scripts=scripts)
    copy = path.with_name("state.db.bak-0006")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(open_store(copy)) as old:
        run = old.run("run-1")
        assert run is not None
        assert run.digest == "d"
        assert len(old.journal("run-1")) == 1


def test_no_copy_is_ever_overwritten(path: Path, database: Database, scripts: Path) -> None:
    filled(path)
    path.with_name("state.db.bak-0006").write_text("precious")
    versions.bring_to(database, "0007", scripts=scripts)
    assert path.with_name("state.db.bak-0006").read_text() == "precious"
    assert query(path.with_name("state.db.bak-0006.1"), "SELECT id FROM runs") == [("run-1",)]


def test_a_migration_that_fails_changes_nothing(
    path: Path, database: Database, scripts: Path
) -> None:
    filled(path)
    script = scripts / "versions" / "v0007_next.py"
    script.write_text(NEXT + "    raise RuntimeError('half way')\n")
    before = tables(path)
    with pytest.raises(RuntimeError, match="half way"):
        versions.bring_to(database, "0007", scripts=scripts)
    assert tables(path) == before
    with closing(open_store(path)) as store:
        assert store.run("run-1") is not None


def test_the_older_program_then_refuses(path: Path, database: Database, scripts: Path) -> None:
    filled(path)
    versions.bring_to(database, "0007", scripts=scripts)
    with pytest.raises(StoreError, match="schema 0007"):
        open_store(path)


def test_a_new_database_of_a_later_version(path: Path, database: Database, scripts: Path) -> None:
    versions.bring_to(database, "0007", scripts=scripts)
    assert query(path, "SELECT version_num FROM alembic_version") == [("0007",)]


def test_two_that_migrate_at_once(path: Path, scripts: Path) -> None:
    filled(path)

    def migrate() -> None:
        with closing(Database(Sqlite(path, patience=20))) as database:
            versions.bring_to(database, "0007", scripts=scripts)

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(migrate) for _ in range(3)]:
            done.result()
    assert query(path, "SELECT id, note FROM runs") == [("run-1", "-")]
    assert len(list(path.parent.glob("state.db.bak-*"))) == 1
