"""The activity log: who wrote what, when, and what came of it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime

KEPT = 20000
"""Events remembered; the oldest are forgotten first. (Azure keeps them for 90 days.)"""


@dataclass(frozen=True, slots=True)
class Event:
    """``operation`` is Azure's own name for it (``Microsoft.Network/virtualNetworks/write``);
    ``code`` the error's, where it failed."""

    at: datetime
    operation: str
    resource: str
    caller: str
    succeeded: bool
    status: int
    correlation: str
    code: str = ""


class ActivityLog:
    def __init__(self) -> None:
        self._events: deque[Event] = deque(maxlen=KEPT)

    def note(self, event: Event) -> None:
        self._events.append(event)

    def newest_first(self) -> tuple[Event, ...]:
        return tuple(reversed(self._events))

    def copy(self) -> ActivityLog:
        twin = ActivityLog()
        twin._events.extend(self._events)
        return twin
