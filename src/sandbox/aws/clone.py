"""Copies of the whole cloud: a fork of the process that holds it, on a port of its own.

A fork copies every service at once, in milliseconds, and both sides go on independently. It
copies only the thread that forks, so nobody else may be at work then: see gate.py.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from sandbox.aws.gate import Gate

IDLE_LIMIT = 600.0
"""Seconds without a request, after which a copy that nobody ended ends itself."""

LOOK = 0.25
"""Seconds between looks whether the parent is still there."""

READY_WITHIN = 60.0


class CopyFailed(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Copy:
    pid: int
    port: int


class Copies:
    """``serve`` runs the child on a socket and does not return."""

    def __init__(self, gate: Gate, serve: Callable[[socket.socket], NoReturn]) -> None:
        self._gate = gate
        self._serve = serve
        self.forked()

    def forked(self) -> None:
        """In a child: the copies are the parent's to end."""
        self._lock = threading.Lock()
        self._living: dict[int, Copy] = {}

    def make(self, furnish: Callable[[], None] | None = None) -> Copy:
        """A copy that serves; ``furnish`` runs inside it first. Raises CopyFailed, StillBusy."""
        listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        port: int = listener.getsockname()[1]
        reading, writing = os.pipe()
        with self._gate.shut():
            parent = os.getpid()
            pid = os.fork()
            if pid == 0:
                os.close(reading)
                self._be_copy(listener, parent, writing, furnish)
        os.close(writing)
        listener.close()
        copy = Copy(pid, port)
        with self._lock:
            self._living[pid] = copy
        problem = _first_word(reading)
        if problem is not None:
            self.end(pid)
            raise CopyFailed(problem)
        return copy

    def end(self, pid: int) -> bool:
        """Whether there was such a copy."""
        with self._lock:
            copy = self._living.pop(pid, None)
            if copy is None:
                return False
            # It is our child and not yet waited for: its pid cannot be anybody else's.
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return True

    def end_all(self) -> None:
        for copy in self.living():
            self.end(copy.pid)

    def living(self) -> tuple[Copy, ...]:
        """Those that have not ended by themselves."""
        with self._lock:
            for pid in list(self._living):
                if os.waitpid(pid, os.WNOHANG)[0] == pid:
                    del self._living[pid]
            return tuple(self._living.values())

    def _be_copy(
        self,
        listener: socket.socket,
        parent: int,
        writing: int,
        furnish: Callable[[], None] | None,
    ) -> NoReturn:
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            self._gate.forked()
            self.forked()
            threading.Thread(target=self._watch, args=(parent,), daemon=True).start()
            if furnish is not None:
                furnish()
            os.write(writing, b"null")
            os.close(writing)
            self._serve(listener)
        except BaseException as error:  # noqa: BLE001 - nothing of the parent may run on here
            traceback.print_exc()
            with contextlib.suppress(OSError):
                os.write(writing, json.dumps(f"{type(error).__name__}: {error}").encode())
        finally:
            os._exit(1)

    def _watch(self, parent: int) -> NoReturn:
        while os.getppid() == parent and time.monotonic() - self._gate.last_passage < IDLE_LIMIT:
            time.sleep(LOOK)
        os._exit(0)


def _first_word(reading: int) -> str | None:
    """None where the copy is ready, else what went wrong."""
    try:
        if not select.select([reading], [], [], READY_WITHIN)[0]:
            return f"it was not ready within {READY_WITHIN:.0f} s"
        word = os.read(reading, 1 << 16)
    finally:
        os.close(reading)
    if not word:
        return "it ended before it was ready"
    problem: str | None = json.loads(word)
    return problem
