"""Drafts, done for real on the Azure sandbox."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import jmespath
import pytest

from cloudops.engine.expectations import found, holds, said
from cloudops.engine.verify import order, references
from modalities.action import Output, SdkCall, bind
from modalities.azure import ids, inventory, model, session
from modalities.azure.express.draft import express
from modalities.azure.images import images
from modalities.azure.offering import offered
from modalities.azure.refs import touched
from modalities.change import Change
from modalities.contract import Draft
from modalities.prices import table
from modalities.resource import Kind, World
from modalities.step import Effect, Expect, Irreversible, Step
from modalities.target import Target
from sandbox.azure.daemon import AzureSandbox

GROUP = "cloudops"
OUR_KINDS = tuple(ids.TYPES)


@dataclass(slots=True)
class Cloud:
    """An emulated subscription. Runs drafts one step after the other, each step checked before it
    is sent and after; a tenth of what the engine does, and nothing of it borrowed. What it sends
    goes by plain HTTP: no SDK of ours or of the vendor's is between."""

    target: Target
    label: str = "run-test"
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    done: list[Step] = field(default_factory=list)

    @property
    def identity(self) -> Any:
        return session.identify(self.target)

    def world(self, *kinds: Kind) -> World:
        return inventory.read(self.target, self.identity, kinds)

    def draft(self, *changes: Change) -> Draft:
        return express(
            changes,
            self.world(),
            self.target,
            self.identity,
            self.label,
            images(offered(self.target)),
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
        existing = {r.id for r in before}
        claimed = {ref for step in draft.steps for ref in step.changes}
        for step in draft.steps[:number]:
            assert isinstance(step.action, SdkCall)
            bound = bind(step.action, self._output, uuid.uuid4().hex)
            assert isinstance(bound, SdkCall)
            if step.effect is not Effect.READ:
                self._claims(bound, before, claimed)
            answer = self.send(bound)
            outputs = {name: jmespath.search(path, answer) for name, path in step.outputs.items()}
            assert None not in outputs.values(), (step.id, outputs, answer)
            self.outputs[step.id] = outputs
            self.done.append(step)
            if step.probe is not None:
                matches = found(step.probe, self.world(step.probe.kind), self._output, existing)
                assert len(matches) == 1, (step.id, step.probe, matches)
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
                bound = bind(reversal.action, self._output, uuid.uuid4().hex)
                assert isinstance(bound, SdkCall)
                self.send(bound)
                self._hold(reversal.expects)
        self.done.clear()

    def send(self, call: SdkCall) -> Any:
        """The answer's body, or that of what was written where the answer has none."""
        operation = model.operation_of(call)
        assert operation is not None, call
        told = dict(call.parameters)
        body = told.pop("body", None)
        headers = {
            "If-None-Match" if name == "ifNoneMatch" else "If-Match": told.pop(name)
            for name in ("ifMatch", "ifNoneMatch")
            if name in told
        }
        path = model.path_of(operation, told, self.identity.account)
        names = {*model.placeholders(operation)}
        query = {k: v for k, v in told.items() if k not in names}
        return self.ask(operation.method, path, body, headers, **query)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> Any:
        from azure.core.rest import HttpRequest

        way = session.way(self.target)
        found = model.located(method, path)
        version = found.operation.api_version if found else "2024-07-01"
        request = HttpRequest(
            method,
            f"{way.cloud.resource_manager}{path}",
            params={"api-version": version, **query},
            json=body,
            headers=headers,
        )
        response = way.pipeline.send_request(request)
        assert response.status_code < 400, (method, path, body, response.text())
        return response.json() if response.content else {}

    def get(self, kind: Kind, *names: str) -> Any:
        return self.ask("GET", ids.arm_id(self.identity.scope, kind, *names))

    def _hold(self, expects: Iterable[Expect]) -> None:
        for expect in expects:
            world = self.world(expect.kind)
            assert holds(expect, world, self._output), (
                said(expect, self._output),
                world.get(expect.kind, str(expect.id)),
            )

    def _output(self, wanted: Output) -> Any:
        return self.outputs[wanted.step][wanted.name]

    # what is there

    def holdings(self) -> dict[str, Any]:
        """Every document of the group, without what moves by itself: what a test compares before
        and after."""
        base = f"/subscriptions/{self.identity.account}"
        groups = {g["name"] for g in self.ask("GET", f"{base}/resourcegroups")["value"]}
        if self.target.resource_group not in groups:
            return {}
        listed = self.ask("GET", f"{base}/resourceGroups/{self.target.resource_group}/resources")
        return {r["id"]: _settled(self.ask("GET", r["id"])) for r in listed["value"]} | {"": groups}

    # what others made

    def put(self, kind: Kind, name: str, body: dict[str, Any]) -> str:
        id = ids.arm_id(self.identity.scope, kind, name)
        self.ask("PUT", id, {"location": self.target.region, **body})
        return id

    def group(self) -> None:
        base = f"/subscriptions/{self.identity.account}/resourceGroups"
        self.ask("PUT", f"{base}/{self.target.resource_group}", {"location": self.target.region})

    def network(self, name: str, cidr: str = "10.7.0.0/16", *subnets: str) -> str:
        inner = [
            {"name": s, "properties": {"addressPrefix": f"{cidr.rsplit('.', 2)[0]}.{n}.0/24"}}
            for n, s in enumerate(subnets)
        ]
        space = {"addressPrefixes": [cidr]}
        return self.put(
            Kind.NETWORK, name, {"properties": {"addressSpace": space, "subnets": inner}}
        )

    def outside(self, name: str, network: str = "net", **more: Any) -> str:
        """A machine that the agent did not make, in the first subnet of a network that is made
        with it where it is not there; its id."""
        scope = self.identity.scope
        if not [n for n in self.world(Kind.NETWORK) if n.name == network]:
            self.network(network, "10.7.0.0/16", "default")
        subnet = ids.arm_id(scope, Kind.SUBNET, network, "default")
        configuration = {"name": "first", "properties": {"subnet": {"id": subnet}}}
        nic = self.put(
            Kind.NIC, f"{name}-nic", {"properties": {"ipConfigurations": [configuration]}}
        )
        image = images(offered(self.target))("ubuntu", "x86_64").reference
        properties = {
            "hardwareProfile": {"vmSize": "Standard_B2s"},
            "storageProfile": {
                "imageReference": image,
                "osDisk": {"createOption": "FromImage", "name": f"{name}-os"},
            },
            "osProfile": {
                "computerName": name,
                "adminUsername": "ops",
                "adminPassword": "correct-Horse-7",
            },
            "networkProfile": {"networkInterfaces": [{"id": nic}]},
        }
        return self.put(Kind.VM, name, {"properties": {**properties, **more}})

    def with_region(self, region: str) -> Cloud:
        return Cloud(replace(self.target, region=region))


MOVING = frozenset({"etag", "provisioningState"})


def _settled(document: Any) -> Any:
    if isinstance(document, dict):
        return {k: _settled(v) for k, v in document.items() if k not in MOVING}
    if isinstance(document, list):
        found = [_settled(item) for item in document]
        disks = all(isinstance(item, dict) and "lun" in item for item in found)
        return sorted(found, key=lambda disk: int(disk["lun"])) if disks else found
    return copy.copy(document)


@pytest.fixture(scope="session")
def azure_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AzureSandbox]:
    pytest.importorskip("trustme", reason="the Azure sandbox needs the extra `azure`")
    pytest.importorskip("azure.mgmt.core", reason="the Azure hand needs the extra `azure`")
    sandbox = AzureSandbox(tmp_path_factory.mktemp("azure") / "azure")
    sandbox.up()
    yield sandbox
    sandbox.down()


@pytest.fixture
def nothing(azure_daemon: AzureSandbox) -> Cloud:
    """The sandbox's cloud, empty: the target's resource group is not there."""
    azure_daemon.up()
    azure_daemon.reset()
    azure_daemon.ask("DELETE", "faults")
    target = azure_daemon.target()
    return Cloud(replace(target, resource_group=target.resource_group or GROUP))


@pytest.fixture
def cloud(nothing: Cloud) -> Cloud:
    """The same with an empty resource group."""
    nothing.group()
    return nothing
