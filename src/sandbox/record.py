"""What a daemon leaves in its directory: who it is, and the token of its control side."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

RECORD = "daemon.json"
TOKEN = "token"  # noqa: S105 - the name of a file
LOSS = "lost.json"


@dataclass(frozen=True, slots=True)
class Record:
    """``created`` is the process's own start time: a pid alone may have been given anew."""

    pid: int
    created: float
    port: int
    since: str

    @property
    def started_at(self) -> datetime:
        return datetime.fromisoformat(self.since)

    def process(self) -> psutil.Process | None:
        """The daemon, where it is still the process that wrote this."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < 1.0
            alive = same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return None
        return process if alive else None


@dataclass(frozen=True, slots=True)
class Loss:
    """A daemon that ended without `down`: killed, or its machine went down. What it held is
    gone. ``since`` is when it had begun, ``noticed`` when that was seen."""

    pid: int
    since: datetime
    noticed: datetime

    def __str__(self) -> str:
        return (
            f"the sandbox of before (process {self.pid}, "
            f"since {self.since.astimezone():%Y-%m-%d %H:%M:%S}) was killed or died: "
            "all that was in it is gone"
        )


def of_this_process(port: int) -> Record:
    pid = os.getpid()
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Record(pid, psutil.Process(pid).create_time(), port, now)


def write(home: Path, record: Record) -> None:
    draft = home / f"{RECORD}.{record.pid}"
    draft.write_text(json.dumps(asdict(record)))
    draft.replace(home / RECORD)


def read(home: Path) -> Record | None:
    """The record, or None where there is none or it is not one."""
    try:
        data = json.loads((home / RECORD).read_text())
        return Record(int(data["pid"]), float(data["created"]), int(data["port"]), data["since"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remove(home: Path) -> None:
    (home / RECORD).unlink(missing_ok=True)


def note_loss(home: Path, dead: Record) -> None:
    """Put down that the daemon of this record is gone, for as long as its successor lives."""
    noticed = datetime.now(UTC).isoformat(timespec="seconds")
    note = {"pid": dead.pid, "since": dead.since, "noticed": noticed}
    draft = home / f"{LOSS}.{os.getpid()}"
    draft.write_text(json.dumps(note))
    draft.replace(home / LOSS)


def loss(home: Path) -> Loss | None:
    """The daemon whose place the present one took, where that one was lost."""
    try:
        data = json.loads((home / LOSS).read_text())
        since, noticed = (datetime.fromisoformat(data[key]) for key in ("since", "noticed"))
        return Loss(int(data["pid"]), since, noticed)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget_loss(home: Path) -> None:
    (home / LOSS).unlink(missing_ok=True)


def new_token(home: Path) -> str:
    """A fresh token, in a file that only its owner reads."""
    token = secrets.token_hex(24)
    path = home / TOKEN
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(token)
    return token


def read_token(home: Path) -> str:
    return (home / TOKEN).read_text()
