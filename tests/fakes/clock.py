"""A clock that stands still until it is moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class SetClock:
    def __init__(self, boot: str = "boot-1") -> None:
        self.boot = boot
        self._now = datetime(2031, 5, 4, 3, 2, 1, tzinfo=UTC)
        self._uptime = 1000.0

    def now(self) -> datetime:
        return self._now

    def uptime(self) -> float:
        return self._uptime

    def pass_by(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._uptime += seconds

    def set_wall(self, seconds: float) -> None:
        """Somebody sets the time of day."""
        self._now += timedelta(seconds=seconds)

    def reboot(self, boot: str) -> None:
        self.boot = boot
        self._uptime = 5.0
