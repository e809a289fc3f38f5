"""The state where nothing may be written: read from a private copy, as it is at this moment.

A copy and not the file itself, because SQLite writes even to read: beside a file in WAL mode it
keeps another, it brings back what a dead process had only logged, and we bring an older schema
up to date.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from cloudops.state.database_file import is_full, real, unusable
from cloudops.state.sql import SqlStore, open_store

LOG, INDEX = "-wal", "-shm"
"""What SQLite keeps beside a database: what is not in it yet, and, while it is open, where."""


def is_fixed(path: Path) -> bool:
    """Whether there is a state that this user can read and not change: for want of rights, or of
    space, which SQLite takes some of even to read."""
    path = real(path)
    writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    try:
        there = path.is_file() and os.access(path, os.R_OK)
    except OSError:  # what is beneath a directory that this user may not look into
        return False
    return there and (not writable or is_full(path))


@contextmanager
def reading(path: Path) -> Iterator[SqlStore]:
    """A store with what ``path`` holds now; what is written to it is lost.

    Raises StoreError where it cannot be read.
    """
    path = real(path)
    with tempfile.TemporaryDirectory(prefix="cloudops-") as place:
        copy = Path(place) / path.name
        try:
            _copied(path, copy)
        except OSError as error:
            raise unusable(path, error) from None
        with closing(open_store(copy)) as store:
            yield store


def _copied(path: Path, copy: Path) -> None:
    """By SQLite where others have it open, which keeps out of their way; else the files
    themselves are all there is, and SQLite could not read them without writing."""
    if _beside(path, INDEX).exists() and _backed_up(path, copy):
        return
    shutil.copyfile(path, copy)
    if (log := _beside(path, LOG)).exists():
        shutil.copyfile(log, _beside(copy, LOG))


def _backed_up(path: Path, copy: Path) -> bool:
    try:
        with (
            closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
    except sqlite3.Error:
        return False
    return True


def _beside(path: Path, what: str) -> Path:
    return path.with_name(path.name + what)
