"""Which Terraform processes of ours are under way, so that a lock left behind can be told."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import psutil

from modalities.iac.diagnostics import Held

SLACK = 10.0
"""Seconds that clocks, and the time between starting and locking, may differ."""


class Processes:
    """Notes in ``directory``, one a process; a note whose process is gone was left by a kill."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @contextmanager
    def noted(self, pid: int) -> Iterator[None]:
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        note = self._directory / f"{pid}.json"
        note.write_text(json.dumps({"pid": pid, "since": time.time()}), encoding="ascii")
        try:
            yield
        finally:
            note.unlink(missing_ok=True)

    def left(self, lock: Held) -> bool:
        """Whether the lock is one that a process of ours on this machine left when it was
        killed. Where that is not certain, it is not."""
        host = lock.who.partition("@")[2]
        taken = _time(lock.created)
        if host != socket.gethostname() or taken is None:
            return False
        stale = [since for since, alive in self._all() if not alive]
        living = [since for since, alive in self._all() if alive]
        ours = any(since - SLACK <= taken for since in stale)
        return ours and not any(since - SLACK <= taken for since in living)

    def awaited(self, seconds: float) -> bool:
        """Whether all have ended, within so many seconds: one may outlive who started it."""
        give_up = time.monotonic() + seconds
        while any(alive for _, alive in self._all()):
            if time.monotonic() >= give_up:
                return False
            time.sleep(0.1)
        return True

    def clean(self) -> None:
        """Forget those that are gone."""
        for note in self._notes():
            if not _alive(*_read(note)):
                note.unlink(missing_ok=True)

    def _all(self) -> Iterator[tuple[float, bool]]:
        for note in self._notes():
            pid, since = _read(note)
            yield since, _alive(pid, since)

    def _notes(self) -> list[Path]:
        return sorted(self._directory.glob("*.json")) if self._directory.is_dir() else []


def _read(note: Path) -> tuple[int, float]:
    try:
        said = json.loads(note.read_text(encoding="ascii"))
        return int(said["pid"]), float(said["since"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0.0


def _alive(pid: int, since: float) -> bool:
    if pid <= 0 or pid == os.getpid():
        return False
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        gone = process.status() == psutil.STATUS_ZOMBIE
        return not gone and process.create_time() <= since + SLACK
    return False


def _time(created: str) -> float | None:
    """``2026-01-02 03:04:05.678901234 +0000 UTC``, as Go writes it."""
    parts = created.split()
    if len(parts) < 2:
        return None
    clock = parts[1].partition(".")[0]
    zone = parts[2] if len(parts) > 2 and parts[2][:1] in "+-" else "+0000"
    with suppress(ValueError):
        return datetime.strptime(f"{parts[0]} {clock} {zone}", "%Y-%m-%d %H:%M:%S %z").timestamp()
    return None
