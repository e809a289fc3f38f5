"""Opening the store: new, old, newer, damaged, and in places where it cannot be."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cloudops.state import database_file, schema
from cloudops.state.contract import Busy, Event, Run, StoreError
from cloudops.state.sql import SqlStore, open_store

START = datetime(2031, 5, 4, 3, 0, 0, tzinfo=UTC)
RUN = Run("run-1", "make a VM", "sandbox", "1/us", "ann", "running", START, START)
NOBODY = 65534


def event(**body: object) -> Event:
    return Event("run-1", 0, START, "execute", "intended", body)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "state.db"


def filled(path: Path, events: int = 200) -> None:
    with closing(open_store(path)) as store:
        store.begin_run(RUN)
        store.append("run-1", [event(step=f"s{n}", why="x" * 100) for n in range(events)])


def refusal(path: Path) -> StoreError:
    with pytest.raises(StoreError) as caught:
        open_store(path, patience=0.05)
    assert "\n" not in str(caught.value)
    assert caught.value.remedy
    return caught.value


def plain(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


class TestNew:
    def test_it_is_for_its_owner_alone(self, path: Path) -> None:
        before = os.umask(0)
        try:
            filled(path)
            with closing(open_store(path)) as store:
                store.append("run-1", [event()])
                assert mode(path.parent) == 0o700
                assert {f.name: mode(f) for f in path.parent.iterdir()} == {
                    "state.db": 0o600,
                    "state.db-wal": 0o600,
                    "state.db-shm": 0o600,
                }
        finally:
            os.umask(before)

    def test_a_directory_that_was_there_is_left_as_it_is(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o755)
        open_store(tmp_path / "state.db").close()
        assert mode(tmp_path) == 0o755

    def test_a_plain_client_can_read_it(self, path: Path) -> None:
        filled(path, events=1)
        with closing(plain(path)) as client:
            rows = client.execute("SELECT id, request, status, started_at FROM runs").fetchall()
            assert rows == [("run-1", "make a VM", "running", "2031-05-04T03:00:00.000000Z")]
            (body,) = client.execute("SELECT body FROM journal").fetchone()
            assert json.loads(body)["step"] == "s0"
            assert client.execute("PRAGMA journal_mode").fetchone() == ("wal",)

    def test_commits_are_on_disk(self, path: Path) -> None:
        with closing(open_store(path)) as store, store._database.writing() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2, "FULL"

    def test_neither_new_nor_old_pays_for_alembic(self, path: Path) -> None:
        script = (
            "import sys; from cloudops.state.sql import open_store; "
            f"open_store({str(path)!r}).close(); open_store({str(path)!r}).close(); "
            "sys.exit('alembic' in sys.modules)"
        )
        assert subprocess.run([sys.executable, "-c", script]).returncode == 0

    def test_the_contract_is_free_of_the_database(self) -> None:
        script = (
            "import sys, cloudops.state.contract; "
            "sys.exit(bool({'sqlalchemy', 'sqlite3', 'alembic', 'pydantic'} & set(sys.modules)))"
        )
        assert subprocess.run([sys.executable, "-c", script]).returncode == 0

    def test_by_url(self, path: Path) -> None:
        open_store(f"sqlite:///{path}").close()
        assert path.exists()
        with pytest.raises(StoreError, match="mysql database"):
            open_store("mysql://host/db")

    def test_odd_names(self, tmp_path: Path) -> None:
        path = tmp_path / "a b?c#d%20é" / "state.db"
        filled(path)
        assert [p.name for p in path.parent.iterdir()] == ["state.db"]


class TestNotOurs:
    def test_a_newer_schema_is_left_alone(self, path: Path) -> None:
        filled(path)
        with closing(plain(path)) as client, client:
            client.execute("UPDATE alembic_version SET version_num = '0999'")
        before = path.read_bytes()
        error = refusal(path)
        assert "0999" in str(error)
        assert str(path) in str(error)
        assert f"this one knows {schema.VERSION}" in str(error)
        assert "update cloudops" in error.remedy
        assert path.read_bytes() == before

    def test_somebody_else_s_database_is_left_alone(self, path: Path) -> None:
        path.parent.mkdir()
        with closing(plain(path)) as client, client:
            client.execute("CREATE TABLE bookmarks (url TEXT)")
        before = path.read_bytes()
        assert f"{path} holds something else" in str(refusal(path))
        assert path.read_bytes() == before

    def test_somebody_else_s_database_with_versions_too(self, path: Path) -> None:
        path.parent.mkdir()
        with closing(plain(path)) as client, client:
            client.execute("CREATE TABLE alembic_version (version_num TEXT)")
            client.execute("INSERT INTO alembic_version VALUES ('a1b2c3')")
        assert "something else" in str(refusal(path))


class TestDamaged:
    @pytest.mark.parametrize(
        "content",
        [b"\0", b"hello", b"SQLite format 3", os.urandom(8192), b'{"runs": []}' * 1000],
        ids=["a byte", "a word", "half a header", "noise", "json"],
    )
    def test_what_is_no_database(self, path: Path, content: bytes) -> None:
        path.parent.mkdir()
        path.write_bytes(content)
        assert "is not a database" in str(refusal(path))
        assert path.read_bytes() == content

    def test_emptied(self, path: Path) -> None:
        """What was only just made may hold nothing: somebody may be beginning it right now."""
        filled(path)
        path.write_bytes(b"")
        open_store(path).close()
        path.write_bytes(b"")
        os.utime(path, (0, 0))
        assert "holds nothing" in str(refusal(path))
        assert path.read_bytes() == b""

    @pytest.mark.parametrize("part", [0.9, 0.5, 0.1])
    def test_cut_short(self, path: Path, part: float) -> None:
        filled(path)
        os.truncate(path, int(path.stat().st_size * part))
        before = path.read_bytes()
        assert "is cut short" in str(refusal(path))
        assert path.read_bytes() == before

    def test_a_log_half_written_back_is_not_damage(self, path: Path, tmp_path: Path) -> None:
        """As if killed when the first page was written back and the rest were not."""
        copy = tmp_path / "copy.db"
        with closing(open_store(path)) as store:
            store.begin_run(RUN)
            store.append("run-1", [event(step=f"s{n}") for n in range(500)])
            shutil.copy(path, copy)
            shutil.copy(f"{path}-wal", f"{copy}-wal")
            with closing(plain(path)) as client:
                client.execute("PRAGMA wal_checkpoint(PASSIVE)")
            with copy.open("r+b") as file:
                file.write(path.read_bytes()[:4096])
        assert copy.stat().st_size < path.stat().st_size
        with closing(open_store(copy)) as store:
            assert len(store.journal("run-1")) == 500

    @pytest.mark.parametrize("part", [0.9, 0.5, 0.1])
    def test_a_log_cut_short_loses_its_end_and_no_more(
        self, path: Path, tmp_path: Path, part: float
    ) -> None:
        """As if the power failed on a disk that lies: what is left is whole, line after line."""
        copy = tmp_path / "copy.db"
        with closing(open_store(path)) as store:
            store.begin_run(RUN)
            with closing(plain(path)) as client:
                client.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            for n in range(60):
                store.append("run-1", [event(step=f"s{n}")])
            shutil.copy(path, copy)
            shutil.copy(f"{path}-wal", f"{copy}-wal")
        log = Path(f"{copy}-wal")
        os.truncate(log, int(log.stat().st_size * part))
        with closing(open_store(copy)) as store:
            kept = store.journal("run-1")
            assert [e.seq for e in kept] == list(range(1, len(kept) + 1))
            assert [e.body["step"] for e in kept] == [f"s{n}" for n in range(len(kept))]
            assert 0 < len(kept) < 60
            store.append("run-1", [event(step="on")])

    def test_damage_inside_shows_when_it_is_met(self, path: Path) -> None:
        filled(path)
        content = bytearray(path.read_bytes())
        content[4096:] = b"\xff" * (len(content) - 4096)
        path.write_bytes(content)
        error = refusal(path)
        assert "is damaged" in str(error)
        assert path.read_bytes() == bytes(content)

    def test_damage_met_in_the_middle_of_things(self, path: Path) -> None:
        filled(path, events=500)
        with closing(plain(path)) as client:
            (page,) = client.execute(
                "SELECT rootpage FROM sqlite_master WHERE name = 'journal'"
            ).fetchone()
        with path.open("r+b") as file:
            file.seek((page - 1) * 4096)
            file.write(b"\xff" * 4096)
        with closing(open_store(path)) as store:
            assert store.run("run-1") == RUN
            with pytest.raises(StoreError, match="is damaged") as caught:
                store.journal("run-1")
        assert "mv " in caught.value.remedy

    def test_a_line_of_the_journal_cut_in_half(self, path: Path) -> None:
        filled(path, events=2)
        with closing(plain(path)) as client, client:
            client.execute("UPDATE journal SET body = substr(body, 1, 9) WHERE seq = 2")
        with closing(open_store(path)) as store:
            with pytest.raises(StoreError, match="a row holds no whole JSON") as caught:
                store.journal("run-1")
            assert "set it aside" in caught.value.remedy

    def test_the_remedy_does_what_it_says(self, tmp_path: Path) -> None:
        path = tmp_path / "it's a dir" / "state.db"
        path.parent.mkdir()
        path.write_bytes(b"precious")
        command = refusal(path).remedy.partition("begin anew: ")[2]
        subprocess.run(["/bin/sh", "-c", command], check=True)
        open_store(path).close()
        (kept,) = path.parent.glob("damaged-*/state.db")
        assert kept.read_bytes() == b"precious"


@contextmanager
def unprivileged() -> Iterator[Path]:
    """A directory of our own, and a user whom permissions bind (they do not bind root)."""
    directory = Path(tempfile.mkdtemp())
    directory.chmod(0o755)
    root = os.geteuid() == 0
    if root:
        os.chown(directory, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield directory
    finally:
        if root:
            os.seteuid(0)
        for inner in (directory, *directory.rglob("*")):
            inner.chmod(0o700)
        shutil.rmtree(directory)


class TestPlaces:
    def test_a_directory(self, path: Path) -> None:
        path.mkdir(parents=True)
        assert "is a directory" in str(refusal(path))

    def test_a_pipe(self, path: Path) -> None:
        path.parent.mkdir()
        os.mkfifo(path)
        assert "not a file" in str(refusal(path))

    @pytest.mark.parametrize("deeper", ["state.db", "a/state.db"])
    def test_beneath_a_file(self, tmp_path: Path, deeper: str) -> None:
        (tmp_path / "file").touch()
        assert "not a directory" in str(refusal(tmp_path / "file" / deeper))

    def test_a_read_only_directory(self) -> None:
        with unprivileged() as directory:
            filled(directory / "state.db")
            directory.chmod(0o500)
            error = refusal(directory / "state.db")
            assert "cannot be used" in str(error)
            assert str(directory) in error.remedy
            assert "--state-dir" in error.remedy

    def test_a_directory_that_cannot_be_made(self) -> None:
        with unprivileged() as directory:
            directory.chmod(0o500)
            assert "permission denied" in str(refusal(directory / "new" / "state.db"))

    def test_a_file_that_cannot_be_read(self) -> None:
        with unprivileged() as directory:
            filled(directory / "state.db")
            (directory / "state.db").chmod(0)
            assert "permission denied" in str(refusal(directory / "state.db"))

    def test_a_file_that_cannot_be_written(self) -> None:
        with unprivileged() as directory:
            path = directory / "state.db"
            filled(path)
            path.chmod(0o400)
            error = refusal(path)
            assert "permission denied" in str(error)
            assert "write" in error.remedy

    def test_a_file_that_vanishes_is_not_made_anew(self, path: Path) -> None:
        with closing(open_store(path)) as store:
            store._database.close()
            shutil.rmtree(path.parent)
            with pytest.raises(StoreError, match="cannot be used"):
                store.begin_run(RUN)

    def test_network_file_systems(self) -> None:
        mounts = (
            "overlay / overlay rw 0 0\n"
            "host:/export /home nfs4 rw 0 0\n"
            "tmpfs /home/ann/tmp tmpfs rw 0 0\n"
            "//host/x /mnt/my\\040share cifs rw 0 0\n"
        )

        def kind(directory: str) -> str:
            return database_file.file_system(Path(directory), mounts)

        assert kind("/var/lib") == "overlay"
        assert kind("/home/ann") == "nfs4"
        assert kind("/home/ann/tmp/x") == "tmpfs"
        assert kind("/homework") == "overlay"
        assert kind("/mnt/my share/x") == "cifs"
        assert {"nfs4", "cifs"} <= database_file.NETWORK

    def test_where_the_system_gives_no_locks_nothing_is_made(
        self, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As NFS without a lock daemon answers: mounting one takes more rights than tests have."""

        def refused(*_: object) -> None:
            raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

        monkeypatch.setattr(fcntl, "lockf", refused)
        error = refusal(path)
        assert f"{path} is where locks do not work: no locks available" in str(error)
        assert "--state-dir" in error.remedy
        assert not list(path.parent.iterdir())

    @pytest.mark.parametrize("kind", ["nfs4", "9p", "fuse.sshfs", "fuse.rclone", "fuse.s3fs"])
    def test_where_locks_cannot_be_relied_on_nothing_is_made(
        self, kind: str, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As this system would tell of it: mounting one takes more rights than tests have."""
        mounts = tmp_path / "mounts"
        mounts.write_text(f"overlay / overlay rw 0 0\nhost:/x {tmp_path} {kind} rw 0 0\n")
        monkeypatch.setattr(database_file, "MOUNTS", mounts)
        error = refusal(path)
        assert f"on a network file system ({kind}), where locks cannot be relied on" in str(error)
        assert "--state-dir" in error.remedy
        assert not path.exists()


def limit_pages(store: SqlStore, pages: int) -> None:
    with store._database.reading() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


class TestTrouble:
    def test_a_full_disk_loses_only_what_was_not_written(self, path: Path) -> None:
        with closing(open_store(path)) as store:
            store.begin_run(RUN)
            store.append("run-1", [event(step="before")])
            limit_pages(store, 1)
            with pytest.raises(StoreError, match="no space is left") as caught:
                store.append("run-1", [event(step="too much", text="x" * 200_000)])
            assert "free some space" in caught.value.remedy
            assert [e.body["step"] for e in store.journal("run-1")] == ["before"]
            limit_pages(store, 1_000_000)
            store.append("run-1", [event(step="after")])
            assert [e.seq for e in store.journal("run-1")] == [1, 2]

    def test_waiting_for_another_writer_has_an_end(self, path: Path) -> None:
        filled(path, events=1)
        with closing(open_store(path, patience=0.05)) as store, closing(plain(path)) as client:
            client.execute("BEGIN IMMEDIATE")
            with pytest.raises(Busy, match=r"locked by another process for 0\.05 s"):
                store.append("run-1", [event()])
            assert len(store.journal("run-1")) == 1, "who only reads does not wait"
            client.rollback()
            store.append("run-1", [event()])

    def test_an_error_of_ours_is_not_called_the_database_s(self, path: Path) -> None:
        with closing(open_store(path)) as store, pytest.raises(ZeroDivisionError):  # noqa: SIM117
            with store._database.writing():
                raise ZeroDivisionError
