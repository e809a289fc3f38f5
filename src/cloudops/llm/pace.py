"""Requests per minute, as an endpoint allows them to one process."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

MINUTE = 60.0


class Pace:
    """At most ``limit`` requests begin within any minute."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._begun: dict[str, deque[float]] = {}

    def turn(self, endpoint: str, limit: int) -> float:
        """Seconds to wait before the next request; none: it counts as begun."""
        with self._lock:
            begun = self._begun.setdefault(endpoint, deque())
            now = self._clock()
            while begun and begun[0] <= now - MINUTE:
                begun.popleft()
            if len(begun) >= limit:
                return begun[0] + MINUTE - now
            begun.append(now)
            return 0.0
