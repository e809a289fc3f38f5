"""Commands started as forks of an ``aws`` that has done its imports (prestarted.py)."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import threading
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from modalities.cli.awscli import prestarted
from modalities.running import LATE, NotStarted

PATIENCE = 10.0
"""Seconds for the imports, once, and for each fork."""


class Prestarted:
    """One interpreter that waits for commands; it ends with this process. ``environment`` is
    what it does its imports in. Raises NotStarted."""

    def __init__(self, interpreter: Path, environment: Mapping[str, str], directory: Path) -> None:
        self._orders, theirs = socket.socketpair()
        self._lock = threading.Lock()
        with theirs:
            try:
                process = subprocess.Popen(  # noqa: S603 - the interpreter of aws itself
                    [str(interpreter), "-I", "-X", "utf8", str(Path(prestarted.__file__))],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=dict(environment),
                    cwd=directory,
                    start_new_session=True,
                )
            except OSError as error:
                self._orders.close()
                raise NotStarted(f"{interpreter}: {error}") from error
        self.pid = process.pid
        self._end = weakref.finalize(self, _ended, self._orders, process)

    def start(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str],
        directory: Path,
        *,
        until: float | None = None,
    ) -> Fork:
        """With ``until``, a moment of time.monotonic(), it ends :data:`LATE` after it though
        nobody here ends it. Raises NotStarted: nothing has happened then, nor will it."""
        order = {
            "argv": [*argv],
            "environment": {**environment},
            "directory": str(directory),
            "until": None if until is None else until + LATE,
        }
        ours, theirs = socket.socketpair()
        output, error = os.pipe(), os.pipe()
        try:
            with theirs, self._lock:
                socket.send_fds(self._orders, [b"."], [theirs.fileno(), output[1], error[1]])
            return Fork(ours, (output[0], error[0]), json.dumps(order).encode())
        except OSError as failure:
            for descriptor in (output[0], error[0]):
                os.close(descriptor)
            ours.close()
            raise NotStarted(f"{argv[0]}: {failure}") from failure
        finally:
            for descriptor in (output[1], error[1]):
                os.close(descriptor)

    def close(self) -> None:
        """Commands under way go on to their end."""
        self._end()


def _ended(orders: socket.socket, process: subprocess.Popen[bytes]) -> None:
    orders.close()
    process.kill()
    process.wait()


class Fork:
    """Implements modalities.running.Running. Raises OSError where it does not begin."""

    def __init__(self, conversation: socket.socket, pipes: tuple[int, int], order: bytes) -> None:
        self.pipes = pipes
        self._conversation = conversation
        self._status: int | None = None
        conversation.settimeout(PATIENCE)
        self._process = int(self._line() or _silent())
        conversation.sendall(order)
        conversation.shutdown(socket.SHUT_WR)

    def ended(self, within: float) -> int | None:
        if self._status is None and select.select([self._conversation], [], [], within)[0]:
            line = b""
            with suppress(ConnectionError):  # it died with words of ours unread
                line = self._line()
            self._status = int(line) if line else -signal.SIGKILL
        return self._status

    def grant(self, seconds: float) -> None:
        """Its time stands: the kernel ends it, later than it is asked to."""

    def signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process, number)

    def close(self) -> None:
        self._conversation.close()
        for descriptor in self.pipes:
            os.close(descriptor)

    def _line(self) -> bytes:
        """What it says next; empty where it has ended without a word."""
        line = b""
        while not line.endswith(b"\n"):
            byte = self._conversation.recv(1)
            if not byte:
                return b""
            line += byte
        return line


def _silent() -> bytes:
    raise ConnectionError("no answer from the interpreter of aws")
