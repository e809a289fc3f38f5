"""What goes over the wire to one target: counted, and what is sent again said."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from modalities.azure.connection import beyond, is_loopback

_notes: ContextVar[list[str] | None] = ContextVar("azure_retry_notes", default=None)


@contextmanager
def noting(notes: list[str]) -> Iterator[None]:
    """Requests of this thread that are sent again are put down in ``notes`` as well."""
    token = _notes.set(notes)
    try:
        yield
    finally:
        _notes.reset(token)


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

    def sending(self, url: str) -> None:
        """One request goes out now. Raises CloudError where it may not."""
        if self._loopback_only and not is_loopback(url):
            raise beyond(url)
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
