"""What the models of one run may still use: reserved before a call, settled after it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from cloudops.llm.contract import Usage
from cloudops.settings.models import Budget


@dataclass(frozen=True, slots=True)
class Hold:
    """What one call may come to."""

    id: int
    most: Usage


@dataclass(frozen=True, slots=True)
class Over:
    """A limit that a call could pass."""

    what: str
    limit: float
    wanted: float | None

    def __str__(self) -> str:
        if self.wanted is None:
            return f"{self.what} are limited to {self.limit:g}, and the model's prices not known"
        return f"{self.what}: {self.wanted:g} of {self.limit:g} could be used"


class Ledger(Protocol):
    """A hold that is never settled counts in full: its call may have been billed."""

    def reserve(self, most: Usage) -> Hold | Over: ...

    def settle(self, hold: Hold, used: Usage) -> None: ...


class RunLedger:
    """The ledger of one process, for any number of threads."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._lock = threading.Lock()
        self._held: dict[int, Usage] = {}
        self._used = Usage()
        self._last = 0

    @property
    def used(self) -> Usage:
        """What is settled."""
        with self._lock:
            return self._used

    def reserve(self, most: Usage) -> Hold | Over:
        with self._lock:
            total = sum(self._held.values(), self._used) + most
            for over in self._over(total):
                return over
            self._last += 1
            self._held[self._last] = most
            return Hold(self._last, most)

    def settle(self, hold: Hold, used: Usage) -> None:
        """What the call came to, in place of what was held for it. Twice is once."""
        with self._lock:
            if self._held.pop(hold.id, None) is not None:
                self._used = self._used + used

    def _over(self, total: Usage) -> Iterator[Over]:
        budget = self._budget
        if budget.calls is not None and total.calls > budget.calls:
            yield Over("calls", budget.calls, total.calls)
        if budget.tokens is not None and total.tokens > budget.tokens:
            yield Over("tokens", budget.tokens, total.tokens)
        if budget.cost is not None and (total.cost is None or total.cost > budget.cost):
            yield Over("costs in USD", budget.cost, total.cost)
