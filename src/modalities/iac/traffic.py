"""What was run for a target, counted in commands that meet the cloud."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache

from modalities.aws.connection import Connection
from modalities.target import Target


@dataclass(slots=True)
class Commands:
    """Each command of Terraform is many requests, of which it tells no number."""

    requests: int = 0
    listeners: list[Callable[[str], None]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self) -> None:
        with self._lock:
            self.requests += 1

    def tell(self, text: str) -> None:
        """To whoever listens: what was done again, or beyond what was asked."""
        for listener in self.listeners:
            listener(text)


def traffic(target: Target) -> Commands:
    """The counter of the target's commands, the same one each time. Raises CloudError."""
    return _traffic(replace(Connection.to(target), timeout=0.0))


@cache
def _traffic(_: Connection) -> Commands:
    return Commands()
