"""The line of processes that wait for one file's lock, which SQLite lets nobody wait for.

Who asks again and again keeps a processor busy, and 64 of them more than one. So they stand in
line, and only the first asks; the others sleep in the kernel (flock on the directory of the file),
which wakes the next one as soon as the first has what it wants, gives up or dies, in the order
they came.

It is a courtesy: what is right is held by the file's own lock alone. So who has stood for
``PATIENT`` asks now and then all the same, because the first may be stopped and not dead; and
where there is no line to be had, each is the first in its own.
"""

from __future__ import annotations

import fcntl
import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FIRST = (0.0002, 0.002)
"""Seconds between two questions of the first in line, drawn anew each time."""
BEHIND = (0.1, 0.5)
"""The same for others that have stood for long."""
PATIENT = 1.0
"""Seconds in which those behind ask nothing."""


class Line:
    """A process's place in the line of a file; one thread of it at a time stands there."""

    def __init__(self, path: Path) -> None:
        self._directory = path.parent
        self._guard = threading.Lock()
        self._first = threading.Event()
        self._file: int | None = None
        self._wanted = False
        self._standing = False

    @contextmanager
    def stood_in(self, patient: float = PATIENT) -> Iterator[None]:
        """Begins when it is the first, or has stood for ``patient`` seconds; then it is time to
        ask, with :meth:`pause` between two questions. What was asked for should be had when it
        ends, and not be given back in it: others would ask for it in vain."""
        self._join()
        try:
            self._first.wait(patient)
            yield
        finally:
            self._leave()

    def pause(self) -> None:
        if self._first.is_set():
            time.sleep(random.uniform(*FIRST))  # noqa: S311 (no secret)
        else:
            self._first.wait(random.uniform(*BEHIND))  # noqa: S311 (no secret)

    def _join(self) -> None:
        with self._guard:
            self._wanted = True
            if self._standing:  # since another time, when it went past
                return
            if self._begun():
                self._first.set()
                return
            self._standing = True
            try:
                threading.Thread(target=self._stand, daemon=True).start()
            except RuntimeError:  # the interpreter ends
                self._standing = False
                self._first.set()

    def _begun(self) -> bool:
        """Whether nobody is before us, or no line can be had."""
        try:
            self._file = os.open(self._directory, os.O_RDONLY)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            pass
        return True

    def _stand(self) -> None:
        assert self._file is not None  # noqa: S101 (for the type checker)
        with suppress(OSError):
            fcntl.flock(self._file, fcntl.LOCK_EX)
        with self._guard:
            self._standing = False
            if self._wanted:
                self._first.set()
            else:
                self._give_up()

    def _leave(self) -> None:
        with self._guard:
            self._wanted = False
            self._first.clear()
            if not self._standing:
                self._give_up()

    def _give_up(self) -> None:
        """Said, and not left to closing: a process that was forked meanwhile has the file, too."""
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                fcntl.flock(file, fcntl.LOCK_UN)
            os.close(file)
