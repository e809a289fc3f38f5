"""A vendor's command as a process: no shell, no terminal, a time limit and a limit of output."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from modalities import overdue

OUTPUT_LIMIT = 16 << 20
"""Bytes of standard output, and of standard error, that are taken."""

GRACE = 1.0
"""Seconds between asking a command to end and ending it."""

LATE = 1.5
"""Seconds after its time limit at which a command that may write is ended by another hand than
ours. Less than the lease outlasts a call (engine/gateway.py, MARGIN)."""

LOOK = 0.1
"""Seconds between looks at a command under way."""

LEFT_OPEN = 0.5
"""Seconds that output may still come after a command has ended: its children may hold it."""

CHUNK = 1 << 16

Ending: TypeAlias = tuple[tuple[signal.Signals, float], ...]
"""How a command is made to end: signals, each with the seconds it is given to heed it."""

AT_ONCE: Ending = ((signal.SIGTERM, GRACE),)

Heard: TypeAlias = Callable[[bytes], None]
"""Gets standard output as it comes, in pieces."""

Covered: TypeAlias = Callable[[], float]
"""Seconds for which a lease certainly covers what is written, by now: a heartbeat makes it more."""

REGRANT = 5.0
"""Seconds by which the lease must have become longer, for whoever watches to be told."""


class NotStarted(Exception):
    """There is no such program, or it is none: nothing has happened."""


class CutShort(Exception):
    """The command was ended by us; what it did until then is not known."""


class TooLong(CutShort):
    """It was still running at its time limit."""


class TooMuch(CutShort):
    """It said more than :data:`OUTPUT_LIMIT`."""


@dataclass(frozen=True, slots=True)
class Finished:
    """``status`` is the exit status, or minus the number of the signal that ended it."""

    status: int
    stdout: bytes
    stderr: bytes


class Running(Protocol):
    """A command under way, leader of a process group of its own."""

    @property
    def pipes(self) -> tuple[int, int]:
        """File descriptors of what it says: output and errors."""
        ...

    def ended(self, within: float) -> int | None:
        """Its status as soon as it has one, after ``within`` seconds at the latest."""
        ...

    def grant(self, seconds: float) -> None:
        """It has so long from now: whoever would end it at its time waits for that."""
        ...

    def signal(self, number: signal.Signals) -> None:
        """To it and all that it started; nothing where nobody is left."""
        ...

    def close(self) -> None: ...


def run(
    argv: Sequence[str],
    environment: Mapping[str, str],
    directory: Path,
    seconds: float,
    limit: int = OUTPUT_LIMIT,
    *,
    covered: Covered | None = None,
) -> Finished:
    """Run a program with exactly this environment, its input empty. One that writes has
    ``covered``, and outlasts neither that nor its time, though we are stopped or dead. Raises
    NotStarted, TooLong, TooMuch."""
    until = None if covered is None else time.monotonic() + min(seconds, covered())
    running = Started(argv, environment, directory, until=until)
    return finished(running, seconds, limit, covered=covered)


def finished(
    running: Running,
    seconds: float,
    limit: int = OUTPUT_LIMIT,
    *,
    heard: Heard | None = None,
    ending: Ending = AT_ONCE,
    covered: Covered | None = None,
) -> Finished:
    """Wait for the end, which comes after ``seconds`` at the latest, and while it is
    ``covered``; nothing outlives it. ``heard`` gets its output while it runs; ``ending`` is how
    it is made to end.

    Raises TooLong, TooMuch, and what ``heard`` raises.
    """
    time_left = _TimeLeft(running, seconds, ending, covered)
    with _gone(running, ending):
        stdout, stderr = _outputs(running, time_left, limit, heard)
        while (status := running.ended(min(LOOK, time_left()))) is None:
            time_left.require()
        return Finished(status, stdout, stderr)


class _TimeLeft:
    """Seconds until a command must be asked to end. Whoever watches it is told when its lease
    has become longer."""

    def __init__(
        self, running: Running, seconds: float, ending: Ending, covered: Covered | None
    ) -> None:
        self._running = running
        self._seconds = seconds
        self._end = time.monotonic() + seconds
        self._covered = covered
        self._grace = sum(grace for _, grace in ending)
        self._granted = time.monotonic() + covered() if covered is not None else 0.0

    def __call__(self) -> float:
        now = time.monotonic()
        left = self._end - now
        if self._covered is not None:
            covered = self._covered()
            if now + covered > self._granted + REGRANT:
                self._granted = now + covered
                self._running.grant(min(left, covered))
            left = min(left, covered - self._grace)
        return max(0.0, left)

    def require(self) -> None:
        """Raises TooLong."""
        if self() <= 0.0:
            spent = self._seconds - (self._end - time.monotonic())
            raise TooLong(f"still running after {spent:.0f} s")


class Started:
    """A program of its own; ``umask`` below zero is ours. One with ``until``, a moment of
    time.monotonic(), is ended :data:`LATE` after it though nobody here does; so is one that
    was granted more. Raises NotStarted."""

    def __init__(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str],
        directory: Path,
        umask: int = -1,
        *,
        until: float | None = None,
    ) -> None:
        try:
            self._process = subprocess.Popen(  # noqa: S603 - argv only, and never a shell
                list(argv),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=dict(environment),
                cwd=directory,
                start_new_session=True,
                umask=umask,
            )
        except (OSError, ValueError) as error:  # ValueError: a null byte among the words
            raise NotStarted(f"{argv[0]}: {error}") from error
        self._overdue: subprocess.Popen[bytes] | None = None
        if until is not None:
            try:
                self._overdue = _overdue(self.pid, until + LATE)
            except OSError as error:  # at once: it has sent nothing yet
                self.signal(signal.SIGKILL)
                self.close()
                raise NotStarted(f"{argv[0]}: nobody to end it at its time: {error}") from error

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def pipes(self) -> tuple[int, int]:
        stdout, stderr = self._process.stdout, self._process.stderr
        assert stdout is not None and stderr is not None  # noqa: S101, PT018 - asked for above
        return stdout.fileno(), stderr.fileno()

    def ended(self, within: float) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(within)
        return None

    def grant(self, seconds: float) -> None:
        """Who grants it lives, and so does the lease's heartbeat: the lease is good for longer."""
        before = self._overdue
        if before is not None and self.ended(0.0) is None:
            with suppress(OSError):  # then it stays at the time it had
                self._overdue = _overdue(self.pid, time.monotonic() + seconds + LATE)
                _dismiss(before)

    def signal(self, number: signal.Signals) -> None:
        # nobody left in the group is told by either (macOS: PermissionError)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def close(self) -> None:
        if self._overdue is not None:
            _dismiss(self._overdue)
        self._process.wait()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()


def _overdue(pid: int, until: float) -> subprocess.Popen[bytes] | None:
    """None where the system has no pidfd: a number may be somebody else's by then."""
    if not hasattr(os, "pidfd_open"):
        return None
    ended = os.pidfd_open(pid)
    try:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and file
            [sys.executable, "-IS", overdue.__file__, str(pid), str(until)],
            stdin=ended,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={},
            start_new_session=True,
        )
    finally:
        os.close(ended)


def _dismiss(overdue: subprocess.Popen[bytes]) -> None:
    overdue.kill()
    overdue.wait()


@contextmanager
def _gone(running: Running, ending: Ending) -> Iterator[None]:
    """However this is left, nothing of the command is: first asked, then made to end."""
    try:
        yield
    finally:
        if running.ended(0.0) is None:
            running.grant(sum(grace for _, grace in ending))
        for number, grace in ending:
            if running.ended(0.0) is None:
                running.signal(number)
                running.ended(grace)
        running.signal(signal.SIGKILL)
        running.close()


def _outputs(
    running: Running, time_left: _TimeLeft, limit: int, heard: Heard | None
) -> tuple[bytes, bytes]:
    """All that is said until both pipes are closed, or the command has ended and is silent."""
    said = {pipe: bytearray() for pipe in running.pipes}
    ended: float | None = None
    with selectors.DefaultSelector() as waiting:
        for pipe in said:
            os.set_blocking(pipe, False)
            waiting.register(pipe, selectors.EVENT_READ)
        while waiting.get_map():
            time_left.require()
            now = time.monotonic()
            if ended is None and running.ended(0.0) is not None:
                ended = now
            if ended is not None and now - ended > LEFT_OPEN:
                break
            for key, _ in waiting.select(min(time_left(), LOOK)):
                data = os.read(key.fd, CHUNK)
                said[key.fd] += data
                if heard is not None and key.fd == running.pipes[0]:
                    heard(data)
                if not data:
                    waiting.unregister(key.fd)
                elif len(said[key.fd]) > limit:
                    raise TooMuch(f"said more than {limit} bytes")
    stdout, stderr = said.values()
    return bytes(stdout), bytes(stderr)
