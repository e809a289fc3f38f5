"""A run's journal as the engine writes it: seen at once, durable when it matters."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

from cloudops.engine.contract import Observer
from cloudops.state.contract import Event, Store
from modalities.codec import encode


class Journal:
    """Events of one run, in order.

    ``note`` tells the observer and waits for the next ``mark`` to be written; ``mark`` returns
    when everything so far is durable. A cloud call goes out only behind a ``mark``. Without a
    store (a rehearsal) nothing is written.
    """

    def __init__(self, run: str, store: Store | None, observer: Observer | None) -> None:
        self.run = run
        self._store = store
        self._observer = observer
        self._seen = 0
        self._waiting: list[Event] = []
        self._written = 0
        self._lock = threading.Lock()

    def note(self, stage: str, what: str, **body: Any) -> None:
        with self._lock:
            self._add(stage, what, body)

    def mark(self, stage: str, what: str, **body: Any) -> None:
        with self._lock:
            self._add(stage, what, body)
        self.flush()

    def flush(self) -> None:
        """Make everything noted so far durable. Raises StoreError."""
        if self._store is None:
            return
        # The lock is held while writing, so that events of other threads gather behind it
        # and share the next transaction.
        with self._lock:
            if self._waiting:
                self._store.append(self.run, tuple(self._waiting))
                self._written += len(self._waiting)
                self._waiting.clear()

    @property
    def written(self) -> int:
        """How many lines of the run's journal are of this process."""
        with self._lock:
            return self._written

    @property
    def unwritten(self) -> tuple[Event, ...]:
        """What is noted and not durable yet, or will never be: the store went away."""
        with self._lock:
            return tuple(self._waiting)

    def _add(self, stage: str, what: str, body: dict[str, Any]) -> None:
        plain = encode(body)
        self._seen += 1
        if self._store is not None:
            at = datetime.now(UTC)
            self._waiting.append(Event(self.run, self._seen, at, stage, what, plain))
        if self._observer is not None:
            self._observer.event(self._seen, stage, what, plain)
