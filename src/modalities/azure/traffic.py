"""What goes over the wire to one target: counted, and what is sent again said."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from modalities import awake
from modalities.azure.connection import beyond, is_loopback
from modalities.receipt import CloudError, Trouble

_notes: ContextVar[list[str] | None] = ContextVar("azure_retry_notes", default=None)
_ends: ContextVar[float] = ContextVar("azure_last_moment", default=math.inf)

READS = ("GET", "HEAD", "OPTIONS")


@contextmanager
def noting(notes: list[str], ends: float = math.inf) -> Iterator[None]:
    """Requests of this thread that are sent again are put down in ``notes`` as well. None that
    writes is sent from the moment of :func:`modalities.awake.now` on that ``ends`` is: a process
    that was stopped in between has lost its claims by then."""
    token, last = _notes.set(notes), _ends.set(ends)
    try:
        yield
    finally:
        _notes.reset(token)
        _ends.reset(last)


class Traffic:
    """Counts requests and collects retries in words; shared by all clients of one target."""

    def __init__(self, *, loopback_only: bool) -> None:
        self.retries: list[str] = []
        self.listeners: list[Callable[[str], None]] = []
        self._requests = 0
        self._lock = threading.Lock()
        self._loopback_only = loopback_only

    @property
    def requests(self) -> int:
        """Requests sent so far, retries and polls included."""
        return self._requests

    def sending(self, method: str, url: str, *, again: bool = False) -> None:
        """One request goes out now, ``again`` where it did before. Raises CloudError where it
        may not."""
        if self._loopback_only and not is_loopback(url):
            raise beyond(url)
        if method.upper() not in READS and awake.now() >= _ends.get():
            raise CloudError(Trouble.TIMEOUT, "NoTimeLeft", "no time was left", sent=again)
        with self._lock:
            self._requests += 1

    def again(self, text: str) -> None:
        with self._lock:
            self.retries.append(text)
        notes = _notes.get()
        if notes is not None:
            notes.append(text)
        for listener in self.listeners:
            listener(text)
