"""Long-running operations: accepted at once, over when their time is up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from sandbox.azure.documents import Json
from sandbox.azure.refusal import Refused

KEPT = 5000
"""Operations remembered; the oldest are forgotten first."""


class Status(StrEnum):
    RUNNING = "InProgress"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


@dataclass(frozen=True, slots=True)
class Operation:
    """``result`` makes what a GET of its Location answers in the end; ``at_end`` runs once when
    it is over (a resource that was on its way out goes)."""

    id: str
    begun: datetime
    until: datetime
    result: Callable[[], Json]
    failed: Refused | None = None
    at_end: Callable[[], None] | None = None

    def status(self, now: datetime) -> Status:
        if now < self.until:
            return Status.RUNNING
        return Status.FAILED if self.failed else Status.SUCCEEDED


class Operations:
    def __init__(self) -> None:
        self._known: dict[str, Operation] = {}
        self._open: dict[str, Operation] = {}

    def begin(
        self,
        now: datetime,
        seconds: float,
        result: Callable[[], Json],
        failed: Refused | None = None,
        at_end: Callable[[], None] | None = None,
    ) -> Operation:
        until = now + timedelta(seconds=seconds)
        operation = Operation(str(uuid4()), now, until, result, failed, at_end)
        self._known[operation.id] = operation
        self._open[operation.id] = operation
        while len(self._known) > KEPT:
            del self._known[next(iter(self._known))]
        self.settle(now)
        return operation

    def get(self, id: str) -> Operation | None:
        return self._known.get(id)

    def settle(self, now: datetime) -> None:
        """Do what those that are over by now have left to do, in order of their ends."""
        if not self._open:
            return
        over = [one for one in self._open.values() if one.until <= now]
        for one in sorted(over, key=lambda one: one.until):
            del self._open[one.id]
            if one.at_end is not None:
                one.at_end()
