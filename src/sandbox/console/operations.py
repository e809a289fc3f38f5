"""What was done through the console, and how it ended: the activity log and the bell's list."""

from __future__ import annotations

import threading
import traceback
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from modalities.receipt import CloudError

KEPT = 500


class Progress(StrEnum):
    RUNNING = "In progress"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


@dataclass(frozen=True, slots=True)
class Operation:
    """``change`` rises with every change of any operation: who polls asks for what is newer."""

    id: int
    change: int
    title: str
    resource: str
    user: str
    region: str
    began: datetime
    progress: Progress = Progress.RUNNING
    detail: str = ""
    ended: datetime | None = None
    download: str = ""
    """Where what it made can be fetched, once."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a change came to, in words; ``download`` is a file that is shown only once."""

    text: str
    download: tuple[str, str] | None = None


Work = Callable[[], Done]


class Operations:
    """``delay`` seconds pass before the work of an operation begins; None does it at once."""

    def __init__(self, delay: float | None) -> None:
        self._delay = delay
        self._lock = threading.Lock()
        self._kept: deque[Operation] = deque(maxlen=KEPT)
        self._files: dict[str, tuple[str, str]] = {}
        self._changes = 0
        self._begun = 0
        self._pool = ThreadPoolExecutor(4, "operation")

    def begin(self, title: str, resource: str, user: str, region: str, work: Work) -> Operation:
        """Note it and do it: at once, or later where there is a delay."""
        with self._lock:
            self._begun += 1
            self._changes += 1
            now = datetime.now(UTC)
            begun = Operation(self._begun, self._changes, title, resource, user, region, now)
            self._kept.append(begun)
        if self._delay is None:
            return self._do(begun, work)
        timer = threading.Timer(self._delay, self._pool.submit, (self._do, begun, work))
        timer.daemon = True
        timer.start()
        return begun

    def all(self) -> tuple[Operation, ...]:
        """Newest first."""
        with self._lock:
            return tuple(reversed(self._kept))

    def since(self, change: int) -> tuple[Operation, ...]:
        """Those that changed after ``change``, in the order they did."""
        with self._lock:
            newer = [operation for operation in self._kept if operation.change > change]
        return tuple(sorted(newer, key=lambda operation: operation.change))

    def take(self, ticket: str) -> tuple[str, str] | None:
        """Name and content of a file, for the first who asks."""
        with self._lock:
            return self._files.pop(ticket, None)

    def _do(self, begun: Operation, work: Work) -> Operation:
        ticket = ""
        try:
            done = work()
            progress, detail = Progress.SUCCEEDED, done.text
            if done.download:
                ticket = f"{begun.id}/{done.download[0]}"
                with self._lock:
                    self._files[ticket] = done.download
        except CloudError as error:
            progress, detail = Progress.FAILED, f"{error.code}: {error.message}"
        except Exception as error:  # noqa: BLE001 - whoever waits for the end must be told of it
            traceback.print_exc()
            progress, detail = Progress.FAILED, f"the console failed: {type(error).__name__}"
        return self._end(begun, progress, detail, ticket)

    def _end(self, begun: Operation, progress: Progress, detail: str, ticket: str) -> Operation:
        with self._lock:
            self._changes += 1
            ended = replace(
                begun,
                change=self._changes,
                progress=progress,
                detail=detail,
                ended=datetime.now(UTC),
                download=ticket,
            )
            for place, kept in enumerate(self._kept):
                if kept.id == begun.id:
                    self._kept[place] = ended
        return ended
