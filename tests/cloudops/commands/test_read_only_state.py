"""A state that this user can read and not change: reading works, writing says what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cloudops.state import snapshot
from cloudops.state.contract import Run
from cloudops.state.sql import FILE, open_store
from fakes.terminal import Terminal
from modalities.resource import Kind, Provider, Resource, ResourceRef

SCOPE = "111122223333/us-east-1"


def made(place: Path) -> Path:
    store = open_store(place / FILE)
    now = datetime.now(UTC)
    store.begin_run(Run("r-1", "Create web-1", "sandbox", SCOPE, "me", "done", now, now))
    ref = ResourceRef(Provider.AWS, SCOPE, Kind.VM, "web-1")
    store.record((Resource(ref, "i-1", {}),), run="r-1", modality="sdk", whole=None)
    store.close()
    return place / FILE


@pytest.fixture
def fixed(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """Its state is in a directory where nothing may be written, by whoever runs the tests."""
    made(terminal.state)
    terminal.state.chmod(0o500)
    (terminal.state / FILE).chmod(0o400)
    real = os.access

    def access(path: os.PathLike[str] | str, mode: int) -> bool:
        """Root may do all; everybody else is told by the mode."""
        allowed = real(path, mode)
        return allowed and not (mode == os.W_OK and not Path(path).stat().st_mode & stat.S_IWUSR)

    monkeypatch.setattr(os, "access", access)
    yield terminal
    terminal.state.chmod(0o700)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("runs",), "r-1"),
        (("runs", "r-1"), "Create web-1"),
        (("state", "list"), "vm/web-1"),
        (("state", "show", "vm/web-1"), "i-1"),
        (("locks",), "no locks are held"),
    ],
)
def test_reading_works(fixed: Terminal, words: tuple[str, ...], said: str) -> None:
    before = sorted(path.name for path in fixed.state.iterdir())
    told = fixed(*words)
    assert told.code == 0
    assert said in told.out
    assert sorted(path.name for path in fixed.state.iterdir()) == before


def test_reading_works_where_no_space_is_left(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(terminal.state)
    monkeypatch.setattr(snapshot, "is_full", lambda path: path == terminal.state / FILE)
    told = terminal("runs")
    assert told.code == 0
    assert "r-1" in told.out
    assert [path.name for path in terminal.state.iterdir()] == [FILE]


NO_LOOK = """
import os, sys
from pathlib import Path
from cloudops.state.snapshot import is_fixed
os.setuid(65534)
assert not is_fixed(Path(sys.argv[1]))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_a_state_of_somebody_else_s_is_no_fault(tmp_path: Path) -> None:
    path = made(tmp_path / "theirs")
    path.parent.chmod(0o700)
    done = subprocess.run([sys.executable, "-c", NO_LOOK, str(path)], check=False)
    assert done.returncode == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_writing_says_what_to_do(fixed: Terminal) -> None:
    told = fixed("locks", "break", "r-1", "--reason", "x")
    assert told.code == 64
    assert "--state-dir" in told.err


def test_what_is_only_in_the_log_is_read_through_a_link_too(tmp_path: Path) -> None:
    path = made(tmp_path / "live")
    link = tmp_path / FILE
    link.symlink_to(path)
    with closing(open_store(link)) as store:
        store.set_status("r-1", "undone")
        assert not (tmp_path / f"{FILE}-wal").exists()
        path.with_name(f"{FILE}-shm").rename(tmp_path / "shm")  # as if nobody had it open
        with snapshot.reading(link) as copy:
            assert [run.status for run in copy.runs()] == ["undone"]


def test_what_is_only_in_the_log_is_read_too(tmp_path: Path) -> None:
    """As a snapshot of a disk has it, taken while somebody was writing."""
    path = made(tmp_path / "live")
    aside = tmp_path / "snapshot"
    aside.mkdir()
    with sqlite3.connect(path) as writer:
        writer.execute("UPDATE runs SET status = 'parked'")
        writer.commit()
        for file in path.parent.iterdir():
            if not file.name.endswith("-shm"):
                shutil.copyfile(file, aside / file.name)
    with snapshot.reading(aside / FILE) as store:
        assert [run.status for run in store.runs()] == ["parked"]
