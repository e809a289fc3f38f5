"""A gym run under way: a line for each episode that is over."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cloudops.gym.result import Result

REASON = 90
"""Letters of a reason that stand in a line."""


class Progress:
    """``say`` prints a line; ``done`` were over before this run began."""

    def __init__(self, say: Callable[[str], None], total: int, done: int = 0) -> None:
        self.total = total
        self.done = done
        self._say = say
        self._before = done
        self._begun = time.monotonic()

    def hear(self, result: Result) -> None:
        """One more is over."""
        self.done += 1
        facts = f"{result.steps} steps, {result.seconds:.1f} s" if result.seconds else ""
        why = _shortened(result.reasons[0]) if result.reasons else ""
        said = ": ".join(part for part in (result.status.replace("_", " "), facts or why) if part)
        if facts and why:
            said = f"{said}; {why}"
        self._say(f"[{self.done}/{self.total}] {result.key} {said}{self._left()}")

    def _left(self) -> str:
        """How long the rest will take, by what was over until now."""
        played, left = self.done - self._before, self.total - self.done
        if played < 4 or not left:
            return ""
        seconds = (time.monotonic() - self._begun) / played * left
        return f" (about {timedelta(seconds=round(seconds))} left)"


def _shortened(text: str) -> str:
    return text if len(text) <= REASON else f"{text[: REASON - 1]}…"
