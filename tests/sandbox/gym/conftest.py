"""A cloud, somebody who does tasks in it by hand, and the judge's verdict on the deed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from sandbox.daemon import Sandbox
from sandbox.gym.case import Judgement
from sandbox.gym.given import GIVEN, IMAGE
from sandbox.gym.inventory import Inventory, take
from sandbox.gym.judging import judge
from sandbox.gym.reader import Reader
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
    def ec2(self) -> Any:
        return self.reader.ec2

    @property
    def elb(self) -> Any:
        return self.reader.elb

    def judged(
        self,
        prompt: str,
        document: Mapping[str, Any] = DONE,
        exit_code: int = 0,
        after: Inventory | None = None,
    ) -> Judgement:
        """``after`` is what the cloud holds now, where the test has looked already."""
        told, now = Told(document, exit_code), after or take(self.reader)
        return judge(self.task, prompt, self.before, now, told, self.reader)

    def now(self) -> Inventory:
        return take(self.reader)

    def vm(self, name: str, **arguments: Any) -> str:
        """A new machine; its id."""
        image = self.reader.client("ssm").get_parameter(Name=IMAGE)["Parameter"]["Value"]
        given: dict[str, Any] = {"ImageId": image, "InstanceType": "t3.small"} | arguments
        tags = {"Name": name, **given.pop("tags", {})}
        made = self.ec2.run_instances(
            MinCount=1,
            MaxCount=1,
            TagSpecifications=[
                {
                    "ResourceType": "instance",
                    "Tags": [{"Key": k, "Value": v} for k, v in tags.items()],
                }
            ],
            **given,
        )
        return str(made["Instances"][0]["InstanceId"])

    def id(self, name: str) -> str:
        (vm,) = self.now().named("instance", name)
        return str(vm["InstanceId"])


@pytest.fixture
def scene(sandbox: Sandbox) -> Callable[[str], Scene]:
    """``scene("U1")``: an empty cloud with what U1 starts from."""

    def make(task: str) -> Scene:
        return Scene(Reader(sandbox.endpoint()), task)

    return make
