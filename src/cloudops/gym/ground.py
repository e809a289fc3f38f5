"""Clouds for episodes: one emulated cloud a worker, emptied before each episode.

A daemon of its own for each episode would cost 2 s and more of start. Emptying one takes 0.1 s
and leaves an account as it is on its first day.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, assert_never

from modalities.resource import Provider
from sandbox.daemon import ACCOUNT, Sandbox
from sandbox.gym.case import Judgement
from sandbox.gym.given import GIVEN
from sandbox.gym.inventory import Inventory, take
from sandbox.gym.judging import judge
from sandbox.gym.portal import report
from sandbox.gym.reader import Reader
from sandbox.gym.told import Told

REGION = "us-east-1"
CLOUDS = "clouds"


class Ground(Protocol):
    """A worker's own cloud. ``home`` is the home of the sandboxes, ``target`` how the agent is
    told which cloud it works on."""

    @property
    def home(self) -> Path: ...

    @property
    def target(self) -> tuple[str, ...]: ...

    def prepare(self, task: str) -> None:
        """An empty cloud with what ``task`` starts from. Raises what its sandbox and its
        vendor's clients do."""

    def look(self) -> Inventory:
        """All that it holds now."""

    def judge(
        self, task: str, prompt: str, before: Inventory, after: Inventory, told: Told
    ) -> Judgement: ...

    def end(self) -> None:
        """The cloud is no more."""


class AwsGround:
    """``home`` is the sandbox's own directory. Use from one thread at a time."""

    target = ("--cloud", "aws")

    def __init__(self, home: Path) -> None:
        self._sandbox = Sandbox(home)

    @property
    def home(self) -> Path:
        return self._sandbox.home

    def prepare(self, task: str) -> None:
        """An empty cloud with what ``task`` starts from.

        Raises SandboxError, and botocore's ClientError where the given cannot be made.
        """
        from sandbox.console import daemon, health

        self._sandbox.up()
        daemon.down_all(self.home)
        self._sandbox.reset()
        console = daemon.home_of(self.home)
        console.mkdir(parents=True, exist_ok=True, mode=0o700)
        health.write(console / health.FILE, report(datetime.now(UTC)))
        GIVEN[task](self._reader())

    def look(self) -> Inventory:
        return take(self._reader())

    def judge(
        self, task: str, prompt: str, before: Inventory, after: Inventory, told: Told
    ) -> Judgement:
        return judge(task, prompt, before, after, told, self._reader())

    def _reader(self) -> Reader:
        return Reader(self._sandbox.endpoint(), REGION, ACCOUNT)

    def end(self) -> None:
        """The cloud, its copies and its consoles."""
        from sandbox.console.daemon import down_all

        down_all(self.home)
        self._sandbox.down()
        shutil.rmtree(self.home, ignore_errors=True)


def ground_of(cloud: Provider, home: Path) -> Ground:
    match cloud:
        case Provider.AWS:
            return AwsGround(home)
        case Provider.AZURE:
            from cloudops.gym.azure_ground import AzureGround

            return AzureGround(home)
    assert_never(cloud)


def sweep(place: Path) -> None:
    """End what an earlier run left, which was killed in the middle."""
    for home in sorted((place / CLOUDS).glob("*/")):
        for cloud in (Provider.AZURE, Provider.AWS):
            with suppress(OSError):
                ground_of(cloud, home).end()
