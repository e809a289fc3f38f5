"""A clock that goes on while the machine sleeps, as that of whoever gave a lease does.

CLOCK_MONOTONIC stands still in a suspend on Linux (clock_getres(2)); elsewhere, as on macOS, it
goes on, and time.monotonic() is another one.
"""

from __future__ import annotations

import time

CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def now() -> float:
    """Seconds since a moment that stays the same until the machine is started again."""
    return time.clock_gettime(CLOCK)
