"""The daemon as a process: started detached with an environment of its own, ended for sure."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil

import sandbox
from sandbox.guard import fail_closed

LOG = "daemon.log"
READY_WITHIN = 60.0
"""Seconds; far above what a start takes (see docs/rooms/sandbox.md), for loaded machines."""


class Died(Exception):
    """The daemon ended, or was not ready in time; the text is the last of its log."""


def listening_socket(port: int) -> socket.socket:
    """Bound here, before the daemon starts, so that nobody can take the port in between.

    Raises OSError where it is taken.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(256)
    except OSError:
        listener.close()
        raise
    return listener


def start(
    home: Path,
    listener: socket.socket,
    module: str = "sandbox.aws.serve",
    more: Mapping[str, str] | None = None,
) -> None:
    """Run the daemon ``module`` on ``listener``; returns when it serves. Raises Died.

    ``more`` is environment for it beyond what every daemon has.
    """
    reading, writing = os.pipe()
    try:
        with (home / LOG).open("ab") as log:
            mark = log.tell()
            command = [sys.executable, "-P", "-m", module, str(home)]
            command += [str(listener.fileno()), str(writing)]
            launcher = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                command,
                cwd=home,
                env={**_environment(home), **(more or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(listener.fileno(), writing),
                start_new_session=True,
            )
        os.close(writing)
        writing = -1
        launcher.wait()  # it forks the daemon and ends at once, so that none is left to reap
        if not _announced(reading):
            raise Died(_tail(home / LOG, mark))
    finally:
        os.close(reading)
        if writing >= 0:
            os.close(writing)


def end(process: psutil.Process, patience: float = 5.0) -> None:
    """Ask the process to end, then make it."""
    with suppress(psutil.NoSuchProcess):
        process.terminate()
        if not _ended(process, patience):
            process.kill()
            _ended(process, patience)


def _ended(process: psutil.Process, within: float) -> bool:
    """Whether it ends in time. In a container it may stay a zombie, where nobody reaps orphans."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.01)
    return False


def _announced(reading: int) -> bool:
    until = time.monotonic() + READY_WITHIN
    while (left := until - time.monotonic()) > 0:
        if select.select([reading], [], [], left)[0]:
            return os.read(reading, 16) == b"ready"
    return False


def _environment(home: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    return {
        **kept,
        **fail_closed(),
        "PATH": os.defpath,
        "PYTHONPATH": str(Path(sandbox.__file__).parents[1]),
        "PYTHONUNBUFFERED": "1",
        "AWS_CONFIG_FILE": str(home / "aws-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(home / "aws-credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _tail(log: Path, mark: int, lines: int = 15) -> str:
    with log.open("rb") as file:
        file.seek(mark)
        return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
