"""The store's clock, and moments at which a lease ends.

Leases must not end early or late because somebody set the clock. So an end is kept twice: as
a time of day, for people and for other boots of the machine, and as the machine's uptime,
which nobody can set and which goes on while it sleeps. Within one boot the uptime decides.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Row


class Clock(Protocol):
    @property
    def boot(self) -> str:
        """Names this boot of this machine; empty where that is not known."""
        ...

    def now(self) -> datetime: ...

    def uptime(self) -> float:
        """Seconds, rising, the same for every process of this boot."""
        ...


class SystemClock:
    def __init__(self) -> None:
        self.boot = _boot()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def uptime(self) -> float:
        if sys.platform == "linux":
            return time.clock_gettime(time.CLOCK_BOOTTIME)
        return time.monotonic()


@dataclass(frozen=True, slots=True)
class Moment:
    """The time of a database for the length of one transaction. Clients on many machines have
    no uptime in common, so the time of day of the one database decides."""

    at: datetime
    boot: str = ""

    def now(self) -> datetime:
        return self.at

    def uptime(self) -> float:
        return 0.0


@dataclass(frozen=True, slots=True)
class Still:
    """A clock as it stood when a transaction had its turn: what is decided in one transaction is
    decided of one moment."""

    boot: str
    at: datetime
    up: float

    @staticmethod
    def of(clock: Clock) -> Still:
        return Still(clock.boot, clock.now(), clock.uptime())

    def now(self) -> datetime:
        return self.at

    def uptime(self) -> float:
        return self.up


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


@dataclass(frozen=True, slots=True)
class End:
    """When something ends; its fields are columns of the tables that have one."""

    until: datetime
    boot: str
    until_uptime: float

    @staticmethod
    def after(seconds: float, clock: Clock) -> End:
        until = clock.now() + timedelta(seconds=seconds)
        return End(until, clock.boot, clock.uptime() + seconds)

    @staticmethod
    def of(row: Row[Any]) -> End:
        return End(row.until, row.boot, row.until_uptime)

    def left(self, clock: Clock) -> float:
        """Seconds from now; zero or less when it is over."""
        if self.boot and self.boot == clock.boot:
            return self.until_uptime - clock.uptime()
        return (self.until - clock.now()).total_seconds()
