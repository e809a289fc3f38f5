"""A vendor's command as a process: no shell, no terminal, a time limit and a limit of output."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

OUTPUT_LIMIT = 16 << 20
"""Bytes of standard output, and of standard error, that are taken."""

GRACE = 1.0
"""Seconds between asking a command to end and ending it."""

LEFT_OPEN = 0.5
"""Seconds that output may still come after a command has ended: its children may hold it."""

CHUNK = 1 << 16


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


def run(
    argv: Sequence[str],
    environment: Mapping[str, str],
    directory: Path,
    seconds: float,
    limit: int = OUTPUT_LIMIT,
) -> Finished:
    """Run a program with exactly this environment, its input empty, in a process group of its
    own that does not outlive this call.

    Raises NotStarted, TooLong, TooMuch.
    """
    give_up = time.monotonic() + seconds
    try:
        process = subprocess.Popen(  # noqa: S603 - argv only, and never a shell
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
            cwd=directory,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:  # ValueError: a null byte among the words
        raise NotStarted(f"{argv[0]}: {error}") from error
    with _ended(process):
        stdout, stderr = _outputs(process, give_up, limit)
        try:
            status = process.wait(max(0.0, give_up - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise TooLong(f"still running after {seconds:g} s") from None
        return Finished(status, stdout, stderr)


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """However this is left, nothing of the process is: first asked, then made to end."""
    try:
        yield
    finally:
        if process.poll() is None:
            _signal(process, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(GRACE)
        _signal(process, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    # nobody left in the group is told by either (macOS: PermissionError)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _outputs(process: subprocess.Popen[bytes], give_up: float, limit: int) -> tuple[bytes, bytes]:
    """All that is said until both pipes are closed, or the command has ended and is silent."""
    said: dict[int, bytearray] = {}
    ended: float | None = None
    with selectors.DefaultSelector() as waiting:
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)
                waiting.register(pipe, selectors.EVENT_READ)
                said[pipe.fileno()] = bytearray()
        order = list(said)
        while waiting.get_map():
            now = time.monotonic()
            if now >= give_up:
                raise TooLong("still running at its time limit")
            if ended is None and process.poll() is not None:
                ended = now
            if ended is not None and now - ended > LEFT_OPEN:
                break
            for key, _ in waiting.select(min(give_up - now, 0.1)):
                data = os.read(key.fd, CHUNK)
                said[key.fd] += data
                if not data:
                    waiting.unregister(key.fileobj)
                elif len(said[key.fd]) > limit:
                    raise TooMuch(f"said more than {limit} bytes")
    return bytes(said[order[0]]), bytes(said[order[1]])
