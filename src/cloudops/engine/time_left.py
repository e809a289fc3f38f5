"""When a run is to end: at once where somebody stopped it, else when its time is over."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import replace

from modalities.target import Target

LEAST = 0.2
"""Seconds that a call is given which begins when the time is all but over."""

NEARLY = 0.1
"""Seconds before the end that count as the end: who waited until then waited for it."""


class Ending(threading.Event):
    """Set when a run is to end after the steps under way. ``seconds`` None: no time limit."""

    def __init__(self, seconds: float | None = None) -> None:
        super().__init__()
        self._at = math.inf if seconds is None else time.monotonic() + seconds
        self._shortened = False

    def left(self) -> float:
        """Seconds until the time is over; infinite where there is no limit."""
        return max(0.0, self._at - time.monotonic())

    @property
    def over(self) -> bool:
        return self.left() <= NEARLY

    @property
    def shortened(self) -> bool:
        """Whether a call was given less time than its target allows."""
        return self._shortened

    def at_most(self, seconds: float) -> float:
        """``seconds``, or what is left where that is less."""
        return min(seconds, self.left())

    def in_time(self, target: Target) -> Target:
        """The target with no call longer than what is left: in whole seconds above one, since
        a hand may keep a client for each."""
        left = self.at_most(target.timeout)
        if left == target.timeout:
            return target
        self._shortened = True
        return replace(target, timeout=max(float(math.floor(left)) if left > 1 else left, LEAST))
