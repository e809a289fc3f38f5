"""The door all requests pass: it can be shut until nobody is inside, as a fork needs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

TOGETHER = frozenset({"ec2", "elasticloadbalancing", "autoscaling"})
"""Services on one set of objects, of which moto does not guard the threads. One request at a
time costs nothing: they only compute, under Python's one lock. Services that wait (SQS) are
not among them."""


class StillBusy(Exception):
    """Requests did not come to an end in time."""


class Gate:
    def __init__(self) -> None:
        self.forked()
        self.last_passage = time.monotonic()

    def forked(self) -> None:
        """In a child: threads that held or awaited a lock are not here any more."""
        self._changed = threading.Condition()
        self._inside = 0
        self._shut = False
        self._together = threading.Lock()

    @contextmanager
    def passage(self, service: str) -> Iterator[None]:
        """Held for the time of one request; waits where the gate is shut."""
        with self._changed:
            self._changed.wait_for(lambda: not self._shut)
            self._inside += 1
            self.last_passage = time.monotonic()
        alone: AbstractContextManager[object]
        alone = self._together if service in TOGETHER else nullcontext()
        try:
            with alone:
                yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def shut(self, within: float = 30.0) -> Iterator[None]:
        """Nobody is inside, and nobody enters, until the context ends. Raises StillBusy."""
        with self._changed:
            self._changed.wait_for(lambda: not self._shut)
            self._shut = True
            empty = self._changed.wait_for(lambda: self._inside == 0, within)
        try:
            if not empty:
                raise StillBusy(f"{self._inside} requests went on for more than {within:.0f} s")
            yield
        finally:
            with self._changed:
                self._shut = False
                self._changed.notify_all()
