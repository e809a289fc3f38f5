"""The IaC hand on Azure: the same as every hand, and what is its own; on the sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from conformance.hand import HandConformance, Sent, call
from fakes.furnished import furnish
from modalities import wanted
from modalities.acting import Acting
from modalities.action import IacChange, SdkCall
from modalities.azure import ids, model, session
from modalities.change import Change, Create, Power, Selection, SetPower, SetTags
from modalities.contract import Draft, Modality, Unsupported
from modalities.iac.azure import AzureIac
from modalities.postcondition import true_of
from modalities.receipt import Outcome, Receipt, Trouble
from modalities.resource import Kind
from modalities.sdk.azure import AzureSdk
from modalities.step import Effect, Fidelity, Step
from modalities.target import Target
from sandbox.azure.daemon import AzureSandbox

SDK = AzureSdk()
NUMBERS = count(1)
WEB = Selection(kind=Kind.VM, names=("web",))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AzureSandbox]:
    pytest.importorskip("trustme", reason="the Azure sandbox needs the extra `azure`")
    pytest.importorskip("azure.mgmt.network", reason="the IaC hand needs the extra `azure`")
    sandbox = AzureSandbox(tmp_path_factory.mktemp("azure") / "azure")
    sandbox.up()
    yield sandbox
    sandbox.down()


@pytest.fixture
def hand(tmp_path: Path) -> AzureIac:
    return AzureIac(tmp_path / "iac")


@pytest.fixture
def target(running: AzureSandbox) -> Iterator[Target]:
    """A resource group that is there and empty."""
    group = f"Group-{uuid4().hex[:6]}"
    made = replace(running.target("lab"), resource_group=group, writable=True)
    put(made, ids.group_id(session.identify(made).scope), {"location": "eastus"})
    yield made
    running.ask("DELETE", "faults")


@pytest.fixture(scope="module")
def home(running: AzureSandbox) -> Target:
    """A resource group that holds one of every kind."""
    group = f"Home-{uuid4().hex[:6]}"
    home = replace(running.target("lab"), resource_group=group, writable=True)
    furnish(lambda id, body: put(home, id, body), ids.group_id(session.identify(home).scope))
    return home


def put(target: Target, id: str, body: dict[str, Any]) -> None:
    found = model.located("PUT", id)
    assert found is not None
    action = SdkCall(*found.call, {**found.parameters, "body": body})
    made = Step(id="put", effect=Effect.CREATE, action=action, why="", changes=())
    assert SDK.apply(made, target, call(60.0)).outcome is Outcome.DONE


def drafted(hand: Modality, target: Target, *changes: Change) -> Draft:
    return hand.express(changes, hand.read(target), target, f"run-{next(NUMBERS)}")


def step_of(hand: Modality, target: Target, *changes: Change) -> Step:
    (step,) = drafted(hand, target, *changes).steps
    world = hand.read(target)
    assert [p for p in (*hand.check((step,), world), *hand.admits(step)) if p.blocking] == []
    assert set(hand.claims(step)) <= set(step.changes)
    return step


def do(hand: Acting, step: Step, target: Target) -> Receipt:
    return hand.apply(step, target, call(120.0))


def take_back(step: Step, target: Target) -> None:
    assert isinstance(step.undo, tuple)
    for number, back in enumerate(step.undo):
        doing = Step(
            id=f"back-{number}", effect=back.effect, action=back.action, why=back.why, changes=()
        )
        receipt = SDK.apply(doing, target, call(120.0))
        assert receipt.outcome in (Outcome.DONE, Outcome.NO_OP), receipt


def as_expected(hand: Modality, step: Step, target: Target) -> bool:
    world = hand.read(target)
    return bool(step.expects) and all(true_of(expect, world) for expect in step.expects)


def machines(target: Target) -> list[Any]:
    """As anybody else sees them: by the vendor's own client."""
    found = session.client(target, "compute").virtual_machines.list(target.resource_group)
    return sorted(found, key=lambda vm: vm.name)


def plain(target: Target, service: str, group: str) -> list[str]:
    found = getattr(session.client(target, service), group).list(target.resource_group)
    return sorted(one.name for one in found)


def kinds(hand: Modality, target: Target) -> set[Kind]:
    return {resource.kind for resource in hand.read(target)}


class TestConformance(HandConformance):
    @pytest.fixture
    def target(self, home: Target) -> Target:
        return home

    @pytest.fixture
    def dead(self, home: Target, nobody: str) -> Target:
        return replace(home, endpoint_url=nobody.replace("http:", "https:"))

    @pytest.fixture
    def makes(self, hand: AzureIac, home: Target) -> Step:
        name = f"new-{next(NUMBERS)}"
        disk = wanted.Disk(name=name, gib=8)
        return step_of(hand, home, Create(wanted=(disk,)))

    @pytest.fixture
    def broken(self, makes: Step) -> Sequence[Step]:
        def saying(**parts: Any) -> Step:
            return replace(makes, action=replace(makes.action, **parts))

        assert isinstance(makes.action, IacChange)
        ((name, text),) = makes.action.files.items()
        (entry,) = makes.action.changes
        told = json.loads(str(text))
        told["resources"][0]["properties"]["diskSizeGB"] = "[add(1, 2)]"
        return (
            saying(files={}),
            saying(files={name: None}),
            saying(files={"../x.json": text}),
            saying(files={name: "{"}),
            saying(files={name: json.dumps(told)}),
            saying(addresses=()),
            saying(changes=({**entry, "address": "Microsoft.Compute/disks/other"},)),
            saying(changes=({**entry, "actions": ["delete"]},)),
            replace(makes, action=SdkCall("compute", "disks.list", {})),
            replace(makes, outputs={"id": "properties..id["}),
        )

    @pytest.fixture
    def sent(self, home: Target) -> Sent:
        return lambda: session.traffic(home).requests


def test_a_machine_in_one_deployment_and_back(hand: AzureIac, target: Target) -> None:
    step = step_of(hand, target, Create(wanted=(wanted.Vm(name="web", public_ip=True),)))
    assert step.fidelity is Fidelity.EXACT
    assert [str(e["address"]).rpartition("/")[2] for e in step.action.changes][-1] == "web"  # type: ignore[union-attr]
    assert not machines(target)
    receipt = do(hand, step, target)
    assert receipt.outcome is Outcome.DONE, receipt.error
    (vm,) = machines(target)
    assert (vm.name, receipt.outputs["vm_web"].casefold()) == ("web", vm.id.casefold())
    assert as_expected(hand, step, target)
    kept = Path(str(receipt.evidence["template"]))
    assert step.action.files == {kept.name: kept.read_text("utf-8")}  # type: ignore[union-attr]
    take_back(step, target)
    assert kinds(hand, target) == {Kind.RESOURCE_GROUP}


def test_a_network_with_subnets(hand: AzureIac, target: Target) -> None:
    net = wanted.Network(name="net", cidr="10.1.0.0/16")
    inner = [wanted.Subnet(name=name, network="net") for name in ("one", "two")]
    step = step_of(hand, target, Create(wanted=(net, *inner)))
    assert len(step.action.changes) == 1  # type: ignore[union-attr]
    assert do(hand, step, target).outcome is Outcome.DONE
    client = session.client(target, "network")
    found = client.virtual_networks.get(target.resource_group, "net")
    assert [subnet.name for subnet in found.subnets] == ["one", "two"]
    assert as_expected(hand, step, target)
    take_back(step, target)
    assert kinds(hand, target) == {Kind.RESOURCE_GROUP}


def test_three_machines_behind_a_load_balancer(hand: AzureIac, target: Target) -> None:
    names = ("a", "b", "c")
    balancer = wanted.LoadBalancer(name="front", port=80, targets=names)
    wishes: tuple[wanted.Wanted, ...] = (*(wanted.Vm(name=name) for name in names), balancer)
    step = step_of(hand, target, Create(wanted=wishes))
    assert do(hand, step, target).outcome is Outcome.DONE
    assert [vm.name for vm in machines(target)] == list(names)
    client = session.client(target, "network")
    (front,) = client.load_balancers.list(target.resource_group)
    (pool,) = front.backend_address_pools
    assert len(pool.backend_ip_configurations) == 3
    assert as_expected(hand, step, target)
    take_back(step, target)
    assert kinds(hand, target) == {Kind.RESOURCE_GROUP}


def test_tags_are_added_and_the_others_stay(hand: AzureIac, target: Target) -> None:
    net = wanted.Network(name="net", tags=(("team", "a"),))
    assert do(hand, step_of(hand, target, Create(wanted=(net,))), target).outcome is Outcome.DONE
    what = Selection(kind=Kind.NETWORK, names=("net",))
    step = step_of(hand, target, SetTags(what=what, add=(("env", "prod"),), remove=("team",)))
    (entry,) = step.action.changes  # type: ignore[union-attr]
    assert (entry["actions"], entry["after"]["properties.tags.env"]) == (["update"], "prod")
    assert do(hand, step, target).outcome is Outcome.DONE
    client = session.client(target, "network").virtual_networks
    tags = client.get(target.resource_group, "net").tags
    assert (tags.get("env"), "team" in tags, "cloudops:run" in tags) == ("prod", False, True)
    take_back(step, target)
    tags = client.get(target.resource_group, "net").tags
    assert ("env" in tags, tags.get("team")) == (False, "a")


def test_what_was_not_approved_is_not_done(hand: AzureIac, target: Target) -> None:
    step = step_of(hand, target, Create(wanted=(wanted.Vm(name="web"),)))
    address = next(e["address"] for e in step.action.changes if "Networks" in e["address"])  # type: ignore[union-attr]
    scope = session.identify(target).scope
    space = {"addressSpace": {"addressPrefixes": ["10.9.0.0/16"]}}
    network = ids.arm_id(scope, Kind.NETWORK, address.rpartition("/")[2])
    put(target, network, {"location": "eastus", "properties": space})
    receipt = do(hand, step, target)
    assert receipt.outcome is Outcome.FAILED
    assert receipt.error is not None
    assert (receipt.error.trouble, receipt.error.code) == (Trouble.CONFLICT, "PlanMoved")
    assert not machines(target)


def test_what_a_failed_deployment_made_is_taken_back(
    hand: AzureIac, target: Target, running: AzureSandbox
) -> None:
    step = step_of(hand, target, Create(wanted=(wanted.Vm(name="web"),)))
    fault = {"operation": "Microsoft.Compute/virtualMachines/write", "kind": "quota"}
    running.ask("POST", "faults", [fault])
    receipt = do(hand, step, target)
    assert receipt.outcome is Outcome.UNKNOWN
    assert receipt.partial
    assert receipt.error is not None
    assert receipt.error.trouble is Trouble.QUOTA, receipt.error
    assert Kind.NIC in kinds(hand, target)
    take_back(step, target)
    assert kinds(hand, target) == {Kind.RESOURCE_GROUP}


def test_what_was_done_in_part_is_gone_on_with(
    hand: AzureIac, target: Target, running: AzureSandbox
) -> None:
    step = step_of(hand, target, Create(wanted=(wanted.Vm(name="web"),)))
    fault = {"operation": "Microsoft.Compute/virtualMachines/write", "kind": "quota"}
    running.ask("POST", "faults", [fault])
    assert do(hand, step, target).partial
    assert do(hand, step, target).outcome is Outcome.DONE
    assert [vm.name for vm in machines(target)] == ["web"]


def test_where_the_group_is_not_there_it_is_made_first(
    hand: AzureIac, running: AzureSandbox
) -> None:
    group = f"New-{uuid4().hex[:6]}"
    target = replace(running.target("lab"), resource_group=group, writable=True)
    making, step = drafted(hand, target, Create(wanted=(wanted.Network(name="net"),))).steps
    assert isinstance(making.action, SdkCall)
    assert (step.needs, step.fidelity) == ((making.id,), Fidelity.HEURISTIC)
    assert SDK.apply(making, target, call(60.0)).outcome is Outcome.DONE
    assert do(hand, step, target).outcome is Outcome.DONE
    assert plain(target, "network", "virtual_networks") == ["net"]


def test_what_a_template_cannot_say_is_said(hand: AzureIac, target: Target) -> None:
    made = step_of(hand, target, Create(wanted=(wanted.Vm(name="web"),)))
    assert do(hand, made, target).outcome is Outcome.DONE
    stop = SetPower(what=WEB, power=Power.STOP)
    assert hand.supports((stop,)).fit == 0
    with pytest.raises(Unsupported, match="SDK hand"):
        drafted(hand, target, stop)


def test_what_is_so_already_is_no_step(hand: AzureIac, target: Target) -> None:
    net = Create(wanted=(wanted.Network(name="net"),))
    assert do(hand, step_of(hand, target, net), target).outcome is Outcome.DONE
    assert drafted(hand, target, net).steps == ()


def test_a_rehearsal_keeps_no_template(hand: AzureIac, target: Target, tmp_path: Path) -> None:
    step = step_of(hand, target, Create(wanted=(wanted.Network(name="net"),)))
    assert do(hand, step, replace(target, copy_of="lab")).outcome is Outcome.DONE
    assert not list(tmp_path.rglob("*.json"))


def test_a_target_that_is_no_more_leaves_no_template(
    hand: AzureIac, target: Target, tmp_path: Path
) -> None:
    step = step_of(hand, target, Create(wanted=(wanted.Network(name="net"),)))
    assert do(hand, step, target).outcome is Outcome.DONE
    assert list(tmp_path.rglob("*.json"))
    hand.forget(replace(target, name="lab-2"))
    assert list(tmp_path.rglob("*.json"))
    hand.forget(replace(target, resource_group=None))
    assert not list(tmp_path.rglob("*.json"))


OWN = {
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "contentVersion": "1.0.0.0",
    "parameters": {"name": {"type": "string"}},
    "resources": [
        {
            "type": "Microsoft.Network/publicIPAddresses",
            "apiVersion": "2023-09-01",
            "name": "[format('{0}-ip', parameters('name'))]",
            "location": "[resourceGroup().location]",
            "sku": {"name": "Standard"},
            "properties": {"publicIPAllocationMethod": "Static"},
        }
    ],
}


def own(directory: Path, target: Target, template: dict[str, Any]) -> AzureIac:
    given = {"parameters": {"name": {"value": "shop"}}}
    (directory / "main.json").write_text(json.dumps(template), "utf-8")
    (directory / "main.parameters.json").write_text(json.dumps(given), "utf-8")
    return AzureIac(directory / "iac", own={target.name: directory})


def test_a_template_of_somebodys_own_there_and_back(target: Target, tmp_path: Path) -> None:
    hand = own(tmp_path, target, OWN)
    world = hand.read(target)
    (step,) = hand.brought_about(world, target).steps
    assert [p for p in hand.check((step,), world) if p.blocking] == []
    assert isinstance(step.action, IacChange)
    assert (step.effect, step.action.unedited) == (Effect.CREATE, True)
    assert step.changes[0].name == "shop-ip"
    assert do(hand, step, target).outcome is Outcome.DONE
    assert plain(target, "network", "public_ip_addresses") == ["shop-ip"]
    assert hand.brought_about(hand.read(target), target).steps == ()
    take_back(step, target)
    assert plain(target, "network", "public_ip_addresses") == []


def test_a_change_by_it_is_put_back_as_it_was(target: Target, tmp_path: Path) -> None:
    hand = own(tmp_path, target, OWN)
    (step,) = hand.brought_about(hand.read(target), target).steps
    assert do(hand, step, target).outcome is Outcome.DONE
    tagged = {**OWN["resources"][0], "tags": {"a": "1"}}  # type: ignore[index]
    hand = own(tmp_path, target, {**OWN, "resources": [tagged]})
    (step,) = hand.brought_about(hand.read(target), target).steps
    assert step.effect is Effect.UPDATE
    assert do(hand, step, target).outcome is Outcome.DONE
    (address,) = hand.read(target).of(Kind.PUBLIC_IP)
    assert address.tags == {"a": "1"}
    take_back(step, target)
    (address,) = hand.read(target).of(Kind.PUBLIC_IP)
    assert address.tags == {}


def test_what_became_otherwise_since_it_was_approved_is_not_deployed(
    target: Target, tmp_path: Path
) -> None:
    hand = own(tmp_path, target, OWN)
    (step,) = hand.brought_about(hand.read(target), target).steps
    id = ids.arm_id(session.identify(target).scope, Kind.PUBLIC_IP, "shop-ip")
    put(target, id, {"location": "eastus", "sku": {"name": "Standard"}, "tags": {"theirs": "1"}})
    receipt = do(hand, step, target)
    assert receipt.error is not None
    assert (receipt.outcome, receipt.error.code) == (Outcome.FAILED, "PlanMoved")


def test_a_template_destroys_nothing(target: Target, tmp_path: Path) -> None:
    hand = own(tmp_path, target, OWN)
    with pytest.raises(Unsupported, match="destroys nothing"):
        hand.brought_about(hand.read(target), target, destroy=True)
