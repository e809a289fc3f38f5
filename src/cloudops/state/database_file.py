"""The database file before it is opened: made private, and refused where it is not sound.

Nothing here changes a file that is there.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shlex
import stat
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from cloudops.state.contract import StoreError

HEADER = b"SQLite format 3\0"
ELSEWHERE = "use another state directory: --state-dir DIR or CLOUDOPS_STATE_DIR"
MADE_WITHIN = 60.0
"""Seconds in which a file that was only just made may hold nothing yet."""
MOUNTS = Path("/proc/self/mounts")
NETWORK = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "glusterfs", "lustre"),
        *("9p", "beegfs", "davfs", "gpfs", "ncpfs", "ocfs2", "orangefs", "vboxsf", "vmhgfs"),
    }
)
REMOTE = re.compile(r"fuse\..*(ssh|s3|gcs|blob|goofys|rclone|dav|gluster|ceph|nfs|vmhgfs).*")
"""File systems in user space that keep files elsewhere: most know no locks at all."""


def real(path: Path) -> Path:
    """The file itself, where ``path`` leads to it by a link: SQLite keeps its log beside that."""
    return Path(os.path.realpath(path)) if os.path.islink(path) else path  # noqa: PTH114 (no error)


def prepare(path: Path) -> None:
    """Make the file and its directory where they are not there, for their owner alone.

    Raises StoreError where it cannot be made, cannot be used, or is not a database.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_network(path)
        if not path.exists():
            refuse_lockless(path)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            what = "a directory" if stat.S_ISDIR(mode) else "not a file"
            raise StoreError(f"{path} is {what}; the state is kept in a file", ELSEWHERE)
        _refuse_unsound(path)
    except FileExistsError:
        raise StoreError(f"{path.parent} is not a directory", ELSEWHERE) from None
    except OSError as error:
        raise unusable(path, error) from None


def unusable(path: Path, error: OSError) -> StoreError:
    """What is wrong with the file or its directory, and what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT) or is_full(path):
        return full(path)
    return StoreError(
        f"the state in {path} cannot be used: {(error.strerror or str(error)).lower()}",
        f"give this user the right to read and write {path.parent}, or {ELSEWHERE}",
    )


def is_full(path: Path) -> bool:
    """Whether no space is left where ``path`` is. SQLite's own reports of that are often no more
    than "disk I/O error"."""
    try:
        return os.statvfs(path).f_bavail == 0
    except OSError:
        return False


def full(path: Path) -> StoreError:
    return StoreError(
        f"no space is left for the state in {path}; the last entry was not written, "
        "all before it are safe",
        f"free some space on the disk of {path.parent}, or {ELSEWHERE}",
    )


def damaged(path: Path, how: str) -> StoreError:
    """The file is kept: a new one would know nothing of runs under way or of their claims."""
    aside = path.parent / f"damaged-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    files = f"{shlex.quote(str(path))}*"
    return StoreError(
        f"{path} {how}; it was left as it is",
        f"put back a backup ({path.name}.bak-*) if there is one, or set it aside and begin anew: "
        f"mkdir {shlex.quote(str(aside))} && mv {files} {shlex.quote(str(aside))}/",
    )


def _refuse_unsound(path: Path) -> None:
    with path.open("r+b") as file:  # so that one that cannot be written is refused too
        header = file.read(100)
    log = path.with_name(path.name + "-wal")
    if not header:
        if time.time() - path.stat().st_mtime > MADE_WITHIN:
            raise damaged(path, "holds nothing: it was emptied, or never begun")
        return  # new
    if not header.startswith(HEADER):
        raise damaged(path, "is not a database")
    # While there is a write-ahead log, the file may rightly be shorter than it says. The order
    # matters: another process may be writing the log back to the file right now.
    if log.exists() and log.stat().st_size:
        return
    size = path.stat().st_size
    page = int.from_bytes(header[16:18], "big")
    whole = int.from_bytes(header[28:32], "big") * (65536 if page == 1 else page)
    if header[24:28] == header[92:96] and size < whole:
        raise damaged(path, f"is cut short ({size} of {whole} bytes are there)")


def refuse_lockless(path: Path) -> None:
    """Where the system gives no locks. On a file of its own: whoever closes any handle of a file
    lets go of all locks that its process has on it.

    Raises StoreError, and OSError where nothing can be written."""
    with tempfile.TemporaryFile(dir=path.parent) as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreError(
                f"{path} is where locks do not work: {(error.strerror or str(error)).lower()}",
                ELSEWHERE,
            ) from None


def _refuse_network(path: Path) -> None:
    if not MOUNTS.exists():
        return
    kind = file_system(path.parent.resolve(), MOUNTS.read_text(errors="replace"))
    if kind in NETWORK or REMOTE.fullmatch(kind):
        raise StoreError(
            f"{path} is on a network file system ({kind}), where locks cannot be relied on",
            ELSEWHERE,
        )


def file_system(directory: Path, mounts: str) -> str:
    """The type of the file system that holds ``directory``, by the text of /proc/self/mounts."""
    found, kind = Path(), ""
    for line in mounts.splitlines():
        _, where, type_, *_ = line.split(" ")
        point = Path(where.replace("\\040", " "))
        if directory.is_relative_to(point) and len(point.parts) >= len(found.parts):
            found, kind = point, type_
    return kind
