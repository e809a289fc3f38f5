"""Clouds for episodes: one emulated cloud a worker, emptied before each episode.

A daemon of its own for each episode would cost 2 s and more of start. Emptying one takes 0.1 s
and leaves an account as it is on its first day.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from sandbox.daemon import ACCOUNT, Sandbox
from sandbox.gym.given import GIVEN
from sandbox.gym.portal import report
from sandbox.gym.reader import Reader

REGION = "us-east-1"
CLOUDS = "clouds"


class Ground:
    """``home`` is the sandbox's own directory. Use from one thread at a time."""

    def __init__(self, home: Path) -> None:
        self._sandbox = Sandbox(home)

    @property
    def home(self) -> Path:
        return self._sandbox.home

    def prepare(self, task: str) -> Reader:
        """An empty cloud with what ``task`` starts from, and a reader of it.

        Raises SandboxError, and botocore's ClientError where the given cannot be made.
        """
        from sandbox.console import daemon, health

        self._sandbox.up()
        daemon.down_all(self.home)
        self._sandbox.reset()
        console = daemon.home_of(self.home)
        console.mkdir(parents=True, exist_ok=True, mode=0o700)
        health.write(console / health.FILE, report(datetime.now(UTC)))
        reader = Reader(self._sandbox.endpoint(), REGION, ACCOUNT)
        GIVEN[task](reader)
        return reader

    def end(self) -> None:
        """The cloud, its copies and its consoles."""
        from sandbox.console.daemon import down_all

        down_all(self.home)
        self._sandbox.down()
        shutil.rmtree(self.home, ignore_errors=True)


def sweep(place: Path) -> None:
    """End what an earlier run left, which was killed in the middle."""
    for home in sorted((place / CLOUDS).glob("*/")):
        with suppress(OSError):
            Ground(home).end()
