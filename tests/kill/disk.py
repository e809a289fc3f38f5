"""A full disk: nothing can be written to the state any more, and later it can again.

Where the state is on a file system of its own (a small tmpfs), that is filled to the last byte.
Else the process gets a limit for the size of its files, which SQLite meets in the same way.
"""

from __future__ import annotations

import os
import resource
import subprocess
from contextlib import suppress
from pathlib import Path

import psutil

FILLER = "filler"


def filled(pid: int, state: Path) -> None:
    """No byte more, for the process ``pid`` or for everybody."""
    if state.is_mount():
        with (state / FILLER).open("ab", buffering=0) as filler, suppress(OSError):
            for size in (1 << 16, 1 << 12, 1):
                while True:
                    try:
                        filler.write(b"\0" * size)
                    except OSError:
                        break
                os.fsync(filler.fileno())
        return
    largest = max(file.stat().st_size for file in state.glob("state.db-wal"))
    psutil.Process(pid).rlimit(resource.RLIMIT_FSIZE, (largest, largest))


def mounted(state: Path) -> None:
    """A file system of 16 MB; only root may do that."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "none", str(state)], check=True)


def unmounted(state: Path) -> None:
    subprocess.run(["umount", "--lazy", str(state)], check=True)


def emptied(state: Path) -> None:
    (state / FILLER).unlink(missing_ok=True)
