"""The line of those who wait for a file; what waiting for a store means is in test_processes.py."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from cloudops.state.line import Line
from cloudops.state.sql import open_store

HOLD = """
import fcntl, os, sys, time
fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_EX)
print("first", flush=True)
time.sleep(60)
"""


@contextmanager
def another_first(place: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that is the first in line, until it is killed."""
    argv = [sys.executable, "-c", HOLD, str(place)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "first\n"
        yield process
        process.kill()


def until(what: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 30
    while not what():
        assert time.monotonic() < give_up
        time.sleep(0.001)


def free(place: Path) -> bool:
    file = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(file)
    return True


def test_they_come_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    order: list[int] = []
    lines = [Line(tmp_path / "state.db") for _ in range(6)]

    def wait(number: int) -> None:
        with lines[number].stood_in(30):
            order.append(number)

    waiters = [threading.Thread(target=wait, args=(number,)) for number in range(1, 6)]
    with lines[0].stood_in(30):
        for number, waiter in enumerate(waiters, 1):
            waiter.start()
            until(lambda n=number: lines[n]._standing)  # type: ignore[misc]
            until(lambda n=number: len(blocked(tmp_path)) == n)  # type: ignore[misc]
        assert order == []
    for waiter in waiters:
        waiter.join(30)
    assert order == [1, 2, 3, 4, 5]
    assert free(tmp_path)


def blocked(place: Path) -> list[str]:
    """The kernel's list of who waits for a lock on it; where it has none, all that are awaited."""
    locks = Path("/proc/locks")
    inode = f":{place.stat().st_ino} "
    lines = locks.read_text().splitlines() if locks.exists() else []
    return [line for line in lines if "->" in line and inode in line]


def test_one_that_is_killed_lets_the_next_one_in(tmp_path: Path) -> None:
    line = Line(tmp_path / "state.db")
    with another_first(tmp_path) as first:
        threading.Timer(0.1, first.kill).start()
        with line.stood_in(30):
            assert first.wait(30) == -signal.SIGKILL
    assert free(tmp_path)


def test_one_that_is_stopped_is_gone_past_and_the_place_kept(tmp_path: Path) -> None:
    line = Line(tmp_path / "state.db")
    with another_first(tmp_path) as first:
        first.send_signal(signal.SIGSTOP)
        for _ in range(3):
            with line.stood_in(0.01):
                assert first.poll() is None
                line.pause()
        waiting = [t for t in threading.enumerate() if t.daemon and t.name.endswith("(_stand)")]
        assert len(waiting) == 1, "it stands once, however often it went past"
    waiting[0].join(30)
    assert free(tmp_path), "who wants nothing any more lets the next one in"


def test_a_store_is_written_to_though_the_first_in_line_is_stopped(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "state.db", patience=20)) as store:
        with another_first(tmp_path) as first:
            first.send_signal(signal.SIGSTOP)
            store.located("t", "1/us")
            assert first.poll() is None
        assert store.scopes("t") == ("1/us",)


def test_where_there_is_no_line_each_is_the_first(tmp_path: Path) -> None:
    line = Line(tmp_path / "nowhere" / "state.db")
    begun = time.monotonic()
    with line.stood_in(30):
        line.pause()
    assert time.monotonic() - begun < 5
