"""An Azure, somebody who does tasks in it by hand, and the judge's verdict on the deed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sandbox.azure.daemon import AzureSandbox
from sandbox.azure.names import SUBSCRIPTION
from sandbox.gym.azure.given import GIVEN
from sandbox.gym.azure.inventory import take
from sandbox.gym.azure.judging import judge
from sandbox.gym.azure.reader import Reader
from sandbox.gym.case import Judgement
from sandbox.gym.inventory import Inventory
from sandbox.gym.told import Told

DONE: Mapping[str, Any] = {"outcome": "done", "exit_code": 0}


class Scene:
    """The cloud of one task. What a test does between the making and ``judged`` is the deed."""

    def __init__(self, reader: Reader, task: str) -> None:
        self.reader = reader
        self.task = task
        GIVEN[task](reader)
        self.before = take(reader)

    @property
    def machines(self) -> Any:
        return self.reader.client("compute").virtual_machines

    @property
    def group(self) -> str:
        return self.reader.group

    def judged(
        self, prompt: str, document: Mapping[str, Any] = DONE, after: Inventory | None = None
    ) -> Judgement:
        """``after`` is what the cloud holds now, where the test has looked already."""
        now = after or take(self.reader)
        return judge(self.task, prompt, self.before, now, Told(document, 0), self.reader)

    def web(self) -> Any:
        """web-1 as JSON that can be sent again."""
        path = (
            f"{self.reader.scope}/resourceGroups/{self.group}"
            "/providers/Microsoft.Compute/virtualMachines/web-1"
        )
        return self.reader.get(path, "2024-07-01")

    def write(self, document: Any, name: str = "web-1") -> None:
        self.machines.begin_create_or_update(self.group, name, document).result()

    def disk(self, name: str, gib: int, sku: str = "StandardSSD_LRS") -> str:
        body = {
            "location": self.reader.location,
            "sku": {"name": sku},
            "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": gib},
        }
        disks = self.reader.client("compute").disks
        return str(disks.begin_create_or_update(self.group, name, body).result().id)


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AzureSandbox]:
    pytest.importorskip("azure.mgmt.compute")
    sandbox = AzureSandbox(Path(tmp_path_factory.mktemp("azure")))
    sandbox.up()
    yield sandbox
    sandbox.down()


@pytest.fixture
def scene(azure: AzureSandbox) -> Callable[[str], Scene]:
    """``scene("U1")``: an empty subscription with what U1 starts from."""
    authority = Path(azure.environment()["SSL_CERT_FILE"])

    def make(task: str) -> Scene:
        azure.reset()
        return Scene(Reader(azure.endpoint(), authority, SUBSCRIPTION), task)

    return make
