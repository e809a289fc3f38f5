"""Drafts, done for real on the Azure sandbox."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cloudops.engine.expectations import found, holds, said
from cloudops.engine.verify import order, references
from modalities.acting import Call
from modalities.action import Output, bind
from modalities.azure import ids, inventory, model, session
from modalities.azure.express.draft import express
from modalities.azure.images import images
from modalities.azure.offering import offered
from modalities.change import Change
from modalities.contract import Draft
from modalities.prices import table
from modalities.receipt import Outcome, Receipt
from modalities.resource import Kind, World
from modalities.sdk.azure import AzureSdk
from modalities.step import Effect, Expect, Irreversible, Step
from modalities.target import Target
from sandbox.azure.daemon import AzureSandbox
from sandbox.azure.names import CLIENT, SECRET, TENANT

GROUP = "cloudops"
HAND = AzureSdk()


@cache
def witness(endpoint: str, authority: str) -> Any:
    """A client as anybody's, with azure-core and azure-identity as they are."""
    from azure.core.pipeline.policies import ContentDecodePolicy, HeadersPolicy
    from azure.identity import ClientSecretCredential
    from azure.mgmt.core import ARMPipelineClient
    from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy

    credential = ClientSecretCredential(
        TENANT,
        CLIENT,
        SECRET,
        authority=endpoint,
        disable_instance_discovery=True,
        connection_verify=authority,
    )
    signing = ARMChallengeAuthenticationPolicy(credential, f"{endpoint}/.default")
    policies = [HeadersPolicy(), ContentDecodePolicy(), signing]
    return ARMPipelineClient(endpoint, policies=policies, connection_verify=authority)


@dataclass(slots=True)
class Cloud:
    """An emulated subscription. Runs drafts by the SDK hand, one step after the other, each step
    checked before it is sent and after; a tenth of what the engine does, and nothing of it
    borrowed. ``secrets`` is where private keys are kept."""

    target: Target
    label: str = "run-test"
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    done: list[Step] = field(default_factory=list)
    secrets: Path | None = None

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
        assert not [p for p in HAND.check(draft.steps, before) if p.blocking]
        existing = {r.id for r in before}
        claimed = {ref for step in draft.steps for ref in step.changes}
        for step in draft.steps[:number]:
            bound = self._bound(step)
            if step.effect is not Effect.READ:
                self._claims(bound, claimed)
            self.outputs[step.id] = self._sent(bound)
            self.done.append(step)
            if step.probe is not None:
                matches = found(step.probe, self.world(step.probe.kind), self._output, existing)
                assert len(matches) == 1, (step.id, step.probe, matches)
            self._hold(e for e in step.expects if e.within > 0)

    def _claims(self, step: Step, claimed: set[Any]) -> None:
        """The call touches nothing that the draft does not claim, but what it has made."""
        made = {str(v) for values in self.outputs.values() for v in values.values()}
        for ref in HAND.claims(step):
            assert ref in claimed or ref.name in made, (step.id, ref)

    def undo(self) -> None:
        """Take back what was done, newest first, but what cannot be."""
        for step in reversed(self.done):
            if isinstance(step.undo, Irreversible):
                continue
            for reversal in step.undo:
                back = replace(
                    step, action=reversal.action, effect=reversal.effect, outputs={}, undo=()
                )
                self._sent(self._bound(back))
                self._hold(reversal.expects)
        self.done.clear()

    def _bound(self, step: Step) -> Step:
        return replace(step, action=bind(step.action, self._output, uuid.uuid4().hex))

    def _sent(self, step: Step) -> dict[str, Any]:
        """Outputs of the step, done by the hand: the vendor's own clients, to the end."""
        receipt = self.receipt(step)
        assert receipt.outcome in (Outcome.DONE, Outcome.NO_OP), (step.id, receipt)
        assert set(receipt.outputs) == set(step.outputs), (step.id, receipt)
        return dict(receipt.outputs)

    def receipt(self, step: Step) -> Receipt:
        """What came of a step."""
        bound = self._bound(step)
        assert HAND.admits(bound) == ()
        call = Call(token=uuid.uuid4().hex, deadline=60.0, secrets_dir=self.secrets)
        return HAND.apply(bound, replace(self.target, writable=True), call)

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """What somebody else asks or does, past all of our code: the answer's body."""
        from azure.core.rest import HttpRequest

        found = model.located(method, path)
        version = found.operation.api_version if found else "2024-07-01"
        told = self.target.environment
        endpoint, authority = told["AZURE_RESOURCE_MANAGER_URL"], told["REQUESTS_CA_BUNDLE"]
        request = HttpRequest(
            method, f"{endpoint}{path}", params={"api-version": version, **query}, json=body
        )
        response = witness(endpoint, authority).send_request(request)
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
