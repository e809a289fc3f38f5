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
