"""Drafts, done for real on emulated clouds: the sandbox's own, and moto as it is."""

from __future__ import annotations

import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
import jmespath
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer

from cloudops.engine.expectations import found, holds, said
from cloudops.engine.verify import order, references
from modalities.action import Output, SdkCall, bind
from modalities.aws import inventory, session
from modalities.aws.asking import Wire
from modalities.aws.express.asked import asked
from modalities.aws.express.draft import express
from modalities.aws.images import choose_image
from modalities.aws.model import problems
from modalities.aws.refs import touched
from modalities.aws.rules import preconditions
from modalities.change import Change
from modalities.contract import Draft
from modalities.prices import table
from modalities.resource import Kind, Provider, World
from modalities.step import Effect, Expect, Irreversible, Step
from modalities.target import Realm, Target
from sandbox.daemon import ACCOUNT, Sandbox


@cache
def plain_client(service: str, endpoint: str, region: str) -> Any:
    """A boto3 client as anybody's, without retries: an error is seen as it is."""
    return boto3.client(  # type: ignore[call-overload]
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=ACCOUNT,
        aws_secret_access_key="anything",
        config=Config(retries={"total_max_attempts": 1}),
    )


@dataclass(slots=True)
class Cloud:
    """An emulated account. Runs drafts one step after the other, each step checked before it is
    sent and after; a tenth of what the engine does, and nothing of it borrowed."""

    target: Target
    label: str = "run-test"
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    done: list[Step] = field(default_factory=list)

    def client(self, service: str) -> Any:
        e = self.target.environment
        return plain_client(service, e["AWS_ENDPOINT_URL"], self.target.region)

    @property
    def ec2(self) -> Any:
        return self.client("ec2")

    @property
    def elbv2(self) -> Any:
        return self.client("elbv2")

    @property
    def s3(self) -> Any:
        return self.client("s3")

    def world(self, *kinds: Kind) -> World:
        return inventory.read(self.target, session.identify(self.target), kinds)

    def draft(self, *changes: Change) -> Draft:
        return express(
            changes,
            self.world(),
            self.target,
            session.identify(self.target),
            self.label,
            asked(Wire(self.target)),
            table.load(),
        )

    def make(self, *changes: Change) -> Draft:
        """Express and do; the draft."""
        draft = self.draft(*changes)
        self.do(draft)
        return draft

    def do(self, draft: Draft) -> None:
        self.do_some(draft, len(draft.steps))
        self._hold(e for step in draft.steps for e in step.expects if e.within <= 0)

    def do_some(self, draft: Draft, number: int) -> None:
        """The first steps, and no more."""
        before = self.world()
        assert not [*order(draft.steps), *references(draft.steps)]
        assert not [p for p in preconditions(draft.steps, before) if p.blocking]
        existing = {r.id for r in before}
        claimed = {ref for step in draft.steps for ref in step.changes}
        for step in draft.steps[:number]:
            assert isinstance(step.action, SdkCall)
            assert problems(step.action, step.id) == ()
            bound = bind(step.action, self._output, uuid.uuid4().hex)
            assert isinstance(bound, SdkCall)
            if step.effect is not Effect.READ:
                self._claims(bound, before, claimed)
            answer = self._send(bound)
            outputs = {name: jmespath.search(path, answer) for name, path in step.outputs.items()}
            assert None not in outputs.values(), (step.id, outputs, answer)
            self.outputs[step.id] = outputs
            self.done.append(step)
            if step.probe is not None:
                matches = found(step.probe, self.world(step.probe.kind), self._output, existing)
                assert len(matches) == 1, (step.id, step.probe, matches)
                if "id" in step.outputs:
                    assert matches[0].id == self.outputs[step.id]["id"]
            self._hold(e for e in step.expects if e.within > 0)

    def _claims(self, call: SdkCall, before: World, claimed: set[Any]) -> None:
        """The call touches nothing that the draft does not claim, but what it has made."""
        made = {str(v) for values in self.outputs.values() for v in values.values()}
        for ref in touched(call, before):
            assert ref in claimed or ref.name in made, (str(call), ref)

    def undo(self) -> None:
        """Take back what was done, newest first, but what cannot be."""
        for step in reversed(self.done):
            if isinstance(step.undo, Irreversible):
                continue
            for reversal in step.undo:
                assert problems(reversal.action, step.id) == ()  # type: ignore[arg-type]
                bound = bind(reversal.action, self._output, uuid.uuid4().hex)
                assert isinstance(bound, SdkCall)
                try:
                    self._send(bound)
                except ClientError:  # it may be so already: what the cloud shows decides
                    assert reversal.expects
                self._hold(reversal.expects)
        self.done.clear()

    def _send(self, call: SdkCall) -> Any:
        operation = getattr(self.client(call.service), xform_name(call.operation))
        return operation(**call.parameters)

    def _hold(self, expects: Iterator[Expect] | tuple[Expect, ...]) -> None:
        waiting = list(expects)
        for _ in range(3):  # the emulator takes a look or two to settle
            worlds = {kind: self.world(kind) for kind in {e.kind for e in waiting}}
            waiting = [e for e in waiting if not holds(e, worlds[e.kind], self._output)]
        assert not waiting, [
            (said(e, self._output), w.get(e.kind, str(e.id)))
            for e in waiting
            for w in [self.world(e.kind)]
        ]

    def _output(self, wanted: Output) -> Any:
        return self.outputs[wanted.step][wanted.name]

    def vm(self, name: str) -> dict[str, Any]:
        """The one machine of this name that is not on its way out, as boto3 shows it."""
        (vm,) = self.vms(name)
        return vm

    def vms(self, *names: str) -> list[dict[str, Any]]:
        live = [{"Name": "instance-state-name", "Values": ["pending", "running", "stopped"]}]
        if names:
            live.append({"Name": "tag:Name", "Values": [*names]})
        pages = self.ec2.describe_instances(Filters=live)["Reservations"]
        return [vm for page in pages for vm in page["Instances"]]

    # what others made

    def image(self) -> str:
        return choose_image(self.target, None, "x86_64").id

    def outside(self, name: str, **more: Any) -> str:
        """A machine that the agent did not make; its id."""
        tags = [{"Key": "Name", "Value": name}]
        tags += [{"Key": k, "Value": v} for k, v in more.pop("tags", {}).items()]
        asked = {"ImageId": self.image(), "InstanceType": "t3.small", "MinCount": 1, "MaxCount": 1}
        asked["TagSpecifications"] = [{"ResourceType": "instance", "Tags": tags}]
        made = self.ec2.run_instances(**(asked | more))["Instances"][0]
        self.ec2.describe_instances(InstanceIds=[made["InstanceId"]])  # it is running now
        return str(made["InstanceId"])

    def volume(self, name: str, gib: int = 32, zone: str = "us-east-1a", **more: Any) -> str:
        tags = [{"ResourceType": "volume", "Tags": [{"Key": "Name", "Value": name}]}]
        made = self.ec2.create_volume(
            AvailabilityZone=zone, Size=gib, VolumeType="gp3", TagSpecifications=tags, **more
        )
        return str(made["VolumeId"])

    def plug(self, volume: str, vm: str, device: str = "/dev/sdf") -> None:
        self.ec2.attach_volume(VolumeId=volume, InstanceId=vm, Device=device)

    def network(
        self, name: str, cidr: str = "10.7.0.0/16", subnets: int = 1
    ) -> tuple[str, list[str]]:
        """A network with subnets in one zone after the other; their ids."""
        tags = [{"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": name}]}]
        vpc = self.ec2.create_vpc(CidrBlock=cidr, TagSpecifications=tags)["Vpc"]["VpcId"]
        made = [
            self.ec2.create_subnet(
                VpcId=vpc,
                CidrBlock=f"{cidr.rpartition('.')[0].rpartition('.')[0]}.{n}.0/24",
                AvailabilityZone=f"us-east-1{'abc'[n]}",
            )["Subnet"]["SubnetId"]
            for n in range(subnets)
        ]
        return vpc, made

    def disk(self, id: str) -> dict[str, Any]:
        (found,) = self.ec2.describe_volumes(VolumeIds=[id])["Volumes"]
        return dict(found)

    def guards(self, name: str) -> set[str]:
        """Names of the groups on a machine's interfaces. (moto forgets the machine's own list
        where interfaces are given.)"""
        nics = self.vm(name)["NetworkInterfaces"]
        return {g["GroupName"] for nic in nics for g in nic["Groups"]}

    def groups(self) -> dict[str, dict[str, Any]]:
        """Security groups by name."""
        found = self.ec2.describe_security_groups()["SecurityGroups"]
        return {g["GroupName"]: g for g in found}

    def holdings(self) -> set[tuple[Kind, str]]:
        """All there is: what a test compares before and after."""
        return {(r.kind, r.id) for r in self.world()}


@pytest.fixture(scope="session")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path_factory.mktemp("state") / "sandbox")
    sandbox.up()
    yield sandbox
    sandbox.down()


@pytest.fixture(scope="session")
def plain_moto() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def cloud(daemon: Sandbox) -> Cloud:
    """The sandbox's cloud, which refuses much of what AWS refuses; empty."""
    daemon.reset()
    return Cloud(daemon.target(region="us-east-1"))


@pytest.fixture
def cloud_in(daemon: Sandbox) -> Callable[[str], Cloud]:
    """An empty cloud in the region named."""
    daemon.reset()
    return lambda region: Cloud(daemon.target(region=region))


@pytest.fixture
def plain(plain_moto: str) -> Cloud:
    """moto as anybody may run it; empty."""
    request = urllib.request.Request(f"{plain_moto}/moto-api/reset", method="POST")
    urllib.request.urlopen(request).close()
    return Cloud(
        Target(
            name="plain",
            provider=Provider.AWS,
            realm=Realm.SANDBOX,
            region="us-east-1",
            endpoint_url=plain_moto,
            environment={
                "AWS_ENDPOINT_URL": plain_moto,
                "AWS_ACCESS_KEY_ID": ACCOUNT,
                "AWS_SECRET_ACCESS_KEY": "anything",
            },
        )
    )
