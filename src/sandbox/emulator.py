"""An emulated cloud as the rest of the product sees it: started, asked, reset and ended. What
the clouds have of their own is in ``daemon.py`` (AWS) and ``azure/daemon.py``."""

from __future__ import annotations

import errno
import fcntl
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from sandbox import control, process, record


class SandboxError(Exception):
    """The sandbox cannot be had; ``remedy`` says what to do."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Status:
    """``resources`` counts what the sandbox cloud holds beyond what an empty account has;
    None where the daemon lives but does not answer. ``lost`` is the daemon whose place this
    one took, where that one had ended without `down`."""

    pid: int
    port: int
    endpoint: str
    since: datetime
    log: Path
    resources: int | None
    lost: record.Loss | None = None


class Emulator:
    """The emulated cloud of one state directory; ``home`` is what it keeps there."""

    words: ClassVar[str]
    """What people call it."""
    starting: ClassVar[str]
    """The command that starts it."""
    program: ClassVar[str]
    """The module that its process runs."""

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()

    def up(self, port: int | None = None) -> tuple[Status, bool]:
        """Its status, and whether it was started now. ``port`` None takes any free one.

        Two at once get the same daemon. Raises SandboxError.
        """
        with locked(self.home):
            running = self._running()
            if running is None:
                if dead := record.read(self.home):
                    record.note_loss(self.home, dead)
                return self._start(port), True
            if port not in (None, running.port):
                raise SandboxError(
                    f"{self.words} is already running on port {running.port}",
                    "`cloudops sandbox down` ends it; or leave the port out to use it as it is",
                )
            return self._status(running), False

    def down(self) -> bool:
        """End the daemon and every copy; whether there was one."""
        if not self.home.is_dir():
            return False
        with locked(self.home):
            running = self._running()
            if daemon := running.process() if running else None:
                process.end(daemon)
            record.forget_loss(self.home)
            record.remove(self.home)
            self._clear()
            return running is not None

    def status(self) -> Status | None:
        running = self._running()
        return None if running is None else self._status(running)

    def lost(self) -> record.Loss | None:
        """The daemon that should be running and is not: it ended without `down`."""
        dead = record.read(self.home)
        with suppress(ValueError):  # a record that somebody else wrote
            if dead is not None and not dead.process():
                return record.Loss(dead.pid, dead.started_at, datetime.now(UTC))
        return None

    def reset(self) -> None:
        """Everything in it is forgotten. Raises SandboxError."""
        if self._running():
            self.ask("POST", "reset")
            record.forget_loss(self.home)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The control side's answer (docs/rooms/sandbox.md). Raises SandboxError."""
        try:
            return control.ask(self.home, self._here().port, method, path, body, limit=60)
        except control.Unreachable as error:
            raise SandboxError(
                str(error), "cloudops sandbox down, then up, starts it afresh"
            ) from error

    def endpoint(self) -> str:
        """Raises SandboxError where it is not running."""
        return self.endpoint_of(self._here().port)

    @staticmethod
    def endpoint_of(port: int) -> str:
        """Where one that listens on ``port`` of this machine is asked."""
        raise NotImplementedError

    def _prepare(self) -> None:
        """What must be there before it starts. Raises SandboxError."""

    def _clear(self) -> None:
        """Remove what it wrote for its clients."""

    def _here(self) -> record.Record:
        running = self._running()
        if running is None:
            raise SandboxError(f"{self.words} is not running", f"start it: {self.starting}")
        return running

    def _running(self) -> record.Record | None:
        found = record.read(self.home)
        return found if found and found.process() else None

    def _status(self, running: record.Record) -> Status:
        try:
            resources = control.ask(self.home, running.port, "GET", "status")["resources"]
        except control.Unreachable:
            resources = None
        return Status(
            pid=running.pid,
            port=running.port,
            endpoint=self.endpoint_of(running.port),
            since=running.started_at,
            log=self.home / process.LOG,
            resources=resources,
            lost=record.loss(self.home),
        )

    def _start(self, port: int | None) -> Status:
        self._prepare()
        with listener_of(self.home, port) as listener:
            try:
                process.start(self.home, listener, self.program)
            except process.Died as died:
                raise SandboxError(
                    f"{self.words} did not start:\n{died}",
                    f"the whole log: {self.home / process.LOG}; cloudops doctor checks the rest",
                ) from died
        running = self._running()
        if running is None:
            raise SandboxError(f"{self.words} ended as soon as it had started")
        return self._status(running)


def listener_of(home: Path, port: int | None) -> socket.socket:
    """A socket for the daemon of ``home`` on ``port``. Raises SandboxError.

    None takes the port a dead daemon had, so that what was exported with `sandbox env` goes
    on working; else any free one.
    """
    before = record.read(home)
    if port is None and before is not None:
        for _ in range(20):
            with suppress(OSError, OverflowError):
                return process.listening_socket(before.port)
            time.sleep(0.02)  # it may be only just dying
    try:
        return process.listening_socket(port or 0)
    except OverflowError as error:
        raise SandboxError(f"{port} is not a port", "ports are 1 to 65535") from error
    except OSError as error:
        why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used: {error}"
        remedy = "choose another with --port, or leave --port out for a free one"
        raise SandboxError(f"port {port} {why}", remedy) from error


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """``home`` made where it is missing, and nobody else in it. Raises SandboxError."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (home / "lock").open("w")
    except OSError as error:
        raise SandboxError(
            f"{home} cannot be used: {error.strerror}",
            "choose a state directory you may write to: --state-dir or CLOUDOPS_STATE_DIR",
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
