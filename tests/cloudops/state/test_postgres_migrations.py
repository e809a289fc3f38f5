"""The same migrations as on SQLite, on a server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from cloudops.state import schema, versions
from cloudops.state.contract import Event, Run, StoreError
from cloudops.state.database import Database
from cloudops.state.migration import upgrade
from cloudops.state.postgres import Postgres
from cloudops.state.sql import open_store
from fakes.postgres import Server

START = datetime(2031, 5, 4, 3, 0, 0, tzinfo=UTC)
LATER = f"{int(schema.VERSION) + 1:04}"
NEXT = f"""
import sqlalchemy as sa
from alembic import op

revision = "{LATER}"
down_revision = "{schema.VERSION}"


def upgrade() -> None:
    with op.batch_alter_table("runs") as runs:
        runs.alter_column("digest", new_column_name="plan")
        runs.add_column(sa.Column("note", sa.Text(), nullable=False, server_default="-"))
    op.create_index("ix_runs_note", "runs", ["note"])
"""
COLUMNS = """
    SELECT table_name, ordinal_position, column_name, data_type, collation_name, is_nullable
    FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2
"""
INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
CONSTRAINTS = """
    SELECT conname, pg_get_constraintdef(c.oid) FROM pg_constraint c
    JOIN pg_namespace n ON n.oid = connamespace WHERE nspname = 'public' ORDER BY 1
"""


@pytest.fixture
def name(postgres: Server) -> str:
    return postgres.database()


@pytest.fixture
def database(postgres: Server, name: str) -> Iterator[Database]:
    opened = Database(Postgres(postgres.url(name), patience=20))
    yield opened
    opened.close()


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """The migrations of a version that does not exist yet."""
    scripts = tmp_path / "migrations"
    shutil.copytree(versions.MIGRATIONS, scripts)
    (scripts / "versions" / f"v{LATER}_next.py").write_text(NEXT)
    return scripts


def filled(url: str) -> None:
    with closing(open_store(url)) as store:
        store.begin_run(Run("run-1", "x", "t", "s", "ann", "done", START, START, digest="d"))
        store.append("run-1", [Event("run-1", 0, START, "execute", "a", {})])


def test_made_at_once_or_by_migrations_it_is_the_same(
    postgres: Server, database: Database, name: str
) -> None:
    with database.migrating() as connection:
        upgrade(connection, schema.VERSION, versions.MIGRATIONS)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
    other = postgres.database()
    open_store(postgres.url(other)).close()
    for query in (COLUMNS, INDEXES, CONSTRAINTS, "SELECT version_num FROM alembic_version"):
        rows = postgres.sql(query, database=name)
        assert rows
        assert rows == postgres.sql(query, database=other)


def test_an_older_one_is_carried_forward_after_a_copy(
    postgres: Server, database: Database, name: str, scripts: Path
) -> None:
    filled(postgres.url(name))
    versions.bring_to(database, LATER, scripts=scripts)
    assert postgres.sql("SELECT id, plan, note FROM runs", database=name) == [("run-1", "d", "-")]
    assert postgres.sql("SELECT run, seq FROM journal", database=name) == [("run-1", 1)]
    copy = f"cloudops_backup_{schema.VERSION}"
    with closing(open_store(postgres.url(name, options=f"-csearch_path={copy}"))) as old:
        run = old.run("run-1")
        assert run is not None
        assert run.digest == "d"
        assert len(old.journal("run-1")) == 1
    with pytest.raises(StoreError, match=f"schema {LATER}"):
        open_store(postgres.url(name))


def test_no_copy_is_ever_overwritten(
    postgres: Server, database: Database, name: str, scripts: Path
) -> None:
    filled(postgres.url(name))
    postgres.sql(f"CREATE SCHEMA cloudops_backup_{schema.VERSION}", database=name)
    versions.bring_to(database, LATER, scripts=scripts)
    copy = f"cloudops_backup_{schema.VERSION}_1"
    rows = postgres.sql(f"TABLE {copy}.alembic_version", database=name)
    assert rows == [(schema.VERSION,)]


def test_without_a_copy_there_is_no_migration(postgres: Server, name: str, scripts: Path) -> None:
    postgres.sql("CREATE ROLE modest LOGIN")
    postgres.sql("GRANT ALL ON SCHEMA public TO modest", database=name)
    url = postgres.url(name, user="modest")
    filled(url)
    with (
        closing(Database(Postgres(url, patience=5))) as database,
        pytest.raises(StoreError, match="may not make schemas") as caught,
    ):
        versions.bring_to(database, LATER, scripts=scripts)
    assert "GRANT CREATE ON DATABASE" in caught.value.remedy
    open_store(url).close()


def test_a_migration_that_fails_changes_nothing(
    postgres: Server, database: Database, name: str, scripts: Path
) -> None:
    filled(postgres.url(name))
    script = scripts / "versions" / f"v{LATER}_next.py"
    script.write_text(NEXT + "    raise RuntimeError('half way')\n")
    before = postgres.sql(COLUMNS, database=name)
    with pytest.raises(RuntimeError, match="half way"):
        versions.bring_to(database, LATER, scripts=scripts)
    assert postgres.sql(COLUMNS, database=name) == before
    there = "SELECT 1 FROM pg_namespace WHERE nspname LIKE 'cloudops%'"
    assert postgres.sql(there, database=name) == []
    open_store(postgres.url(name)).close()


def test_two_that_migrate_at_once(postgres: Server, name: str, scripts: Path) -> None:
    url = postgres.url(name)
    filled(url)

    def migrate() -> None:
        with closing(Database(Postgres(url, patience=30))) as database:
            versions.bring_to(database, LATER, scripts=scripts)

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(migrate) for _ in range(3)]:
            done.result()
    assert postgres.sql("SELECT id, note FROM runs", database=name) == [("run-1", "-")]
    there = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'cloudops%'"
    assert postgres.sql(there, database=name) == [(1,)]


def test_a_copy_is_of_one_moment(postgres: Server, database: Database, name: str) -> None:
    """Who migrates has the store to itself, readers apart."""
    filled(postgres.url(name))
    with (
        closing(open_store(postgres.url(name), patience=1)) as store,
        database.migrating(),
    ):
        assert store.run("run-1") is not None
        with pytest.raises(StoreError, match="locked by another client"):
            store.set_status("run-1", "failed")
    with closing(psycopg.connect(postgres.url(name))) as client:
        assert client.execute("SELECT status FROM runs").fetchall() == [("done",)]
