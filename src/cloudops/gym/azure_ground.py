"""Azure for episodes: one emulated cloud a worker, emptied before each episode."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from sandbox.azure.daemon import REGION, AzureSandbox, home_of
from sandbox.azure.names import GROUP, SUBSCRIPTION
from sandbox.gym.azure import inventory, judging
from sandbox.gym.azure.given import GIVEN
from sandbox.gym.azure.health import events
from sandbox.gym.azure.reader import Reader
from sandbox.gym.case import Judgement
from sandbox.gym.inventory import Inventory
from sandbox.gym.told import Told


class AzureGround:
    """``home`` is the home of both sandboxes. Use from one thread at a time."""

    target = ("--target", "azure-sandbox")

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self._sandbox = AzureSandbox(home_of(self.home))
        self._reader: Reader | None = None

    def prepare(self, task: str) -> None:
        """An empty subscription with what ``task`` starts from.

        Raises SandboxError, and azure-core's AzureError where the given cannot be made.
        """
        self._sandbox.up()
        self._sandbox.reset()
        if task == "M5":
            self._sandbox.ask("POST", "events", events(datetime.now(UTC)))
        authority = Path(self._sandbox.environment()["SSL_CERT_FILE"])
        self._reader = Reader(self._sandbox.endpoint(), authority, SUBSCRIPTION, GROUP, REGION)
        GIVEN[task](self._reader)

    def look(self) -> Inventory:
        return inventory.take(self._looking())

    def judge(
        self, task: str, prompt: str, before: Inventory, after: Inventory, told: Told
    ) -> Judgement:
        return judging.judge(task, prompt, before, after, told, self._looking())

    def end(self) -> None:
        """The cloud and its copies."""
        self._sandbox.down()
        shutil.rmtree(self.home, ignore_errors=True)

    def _looking(self) -> Reader:
        if self._reader is None:
            raise RuntimeError("no cloud was prepared")
        return self._reader
