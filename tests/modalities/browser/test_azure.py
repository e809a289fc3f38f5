"""The hand on Azure: what its drafts become, and steps done in a real console over a real
emulated ARM."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from modalities.acting import Call
from modalities.action import BrowserScript, SdkCall, bind
from modalities.azure import session
from modalities.azure.express import calls
from modalities.azure.ids import arm_id
from modalities.browser.access import Access
from modalities.browser.addresses import load
from modalities.browser.azure import Azure, AzureBrowser
from modalities.browser.expressing import Expressing
from modalities.browser.library import Library
from modalities.change import Change, Create, Detach, Power, Selection, SetPort, SetPower, SetTags
from modalities.contract import Draft, Portal, Unsupported
from modalities.receipt import Outcome, Receipt
from modalities.resource import Kind, Provider, World
from modalities.step import Effect, Reversal, Step
from modalities.target import Target
from modalities.wanted import Disk, Rule, Vm
from sandbox.azure.daemon import AzureSandbox
from sandbox.console.daemon import Console, down
from sandbox.console.settings import Settings

HAND = AzureBrowser(lambda _: Access("http://127.0.0.1:1", "nobody", ""))
"""For what needs no browser."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A group with a machine ``web-1`` that somebody else made, tagged ``owner: me``."""
    for name in ("trustme", "azure.identity"):
        pytest.importorskip(name, reason="the extra azure is missing")
    sandbox = AzureSandbox(tmp_path_factory.mktemp("azure") / "azure")
    sandbox.up()
    target = replace(sandbox.target("lab"), resource_group="Lab", writable=True)
    _furnish(target)
    yield target
    sandbox.down()


def _asked(target: Target, method: str, id: str, body: Any = None, version: str = "") -> Any:
    """As anybody would, past the hand."""
    from azure.core.rest import HttpRequest

    way = session.way(target)
    url = f"{way.cloud.resource_manager}{id}?api-version={version or '2024-07-01'}"
    response = way.pipeline.send_request(HttpRequest(method, url, json=body))
    assert response.status_code < 400, response.text()
    return response.json() if response.content else {}


def _id(target: Target, kind: Kind, *names: str) -> str:
    return arm_id(session.identify(target).scope, kind, *names)


def _furnish(target: Target) -> None:
    def put(kind: Kind, name: str, properties: dict[str, Any], **more: Any) -> None:
        body = {"location": target.region, "properties": properties, **more}
        _asked(target, "PUT", _id(target, kind, *([name] if name else [])), body)

    put(Kind.RESOURCE_GROUP, "", {})
    inner = [{"name": "default", "properties": {"addressPrefix": "10.7.0.0/24"}}]
    space = {"addressPrefixes": ["10.7.0.0/16"]}
    put(Kind.NETWORK, "net", {"addressSpace": space, "subnets": inner})
    put(Kind.SECURITY_GROUP, "guard", {"securityRules": []})
    subnet = {"subnet": {"id": _id(target, Kind.SUBNET, "net", "default")}}
    put(Kind.NIC, "nic", {"ipConfigurations": [{"name": "one", "properties": subnet}]})
    image = {"publisher": "Canonical", "offer": "0001-com-ubuntu-server-jammy"}
    machine = {
        "hardwareProfile": {"vmSize": "Standard_B2s"},
        "storageProfile": {
            "imageReference": {**image, "sku": "22_04-lts-gen2", "version": "latest"},
            "osDisk": {"createOption": "FromImage", "name": "system"},
        },
        "osProfile": {
            "computerName": "web-1",
            "adminUsername": "ops",
            "adminPassword": "correct-Horse-7",
        },
        "networkProfile": {"networkInterfaces": [{"id": _id(target, Kind.NIC, "nic")}]},
    }
    put(Kind.VM, "web-1", machine, tags={"owner": "me"})


def _draft(hand: AzureBrowser, target: Target, *changes: Change) -> tuple[Step, ...]:
    world = hand.read(target)
    steps = hand.express(changes, world, target, "run-test").steps
    assert not [p for p in hand.check(steps, world) if p.blocking]
    return steps


def _script(step: Step) -> BrowserScript:
    assert isinstance(step.action, BrowserScript)
    return step.action


def _expressed(target: Target, *steps: Step) -> tuple[Step, ...]:
    told = Expressing(
        world=World(Provider.AZURE, session.identify(target).scope),
        region="eastus",
        library=Library(console="azure"),
        addresses=load("azure"),
        vendor=Azure(),
    )
    return told.draft(Draft(steps)).steps


# -- without a browser ---------------------------------------------------------------------


def test_it_is_a_portal() -> None:
    assert isinstance(HAND, Portal)


def test_what_is_sent_is_named_and_taken_back_in_the_console(lab: Target) -> None:
    (step,) = _draft(HAND, lab, SetPower(what=Selection(names=("web-1",)), power=Power.STOP))
    id = _id(lab, Kind.VM, "web-1")
    assert [dict(m) for m in _script(step).mutations] == [
        {
            "method": "POST",
            "path": "/action/StopVirtualMachine",
            "fields": {"id": id, "region": "eastus"},
        }
    ]
    (meant,) = HAND.meant(step)
    assert isinstance(meant.action, SdkCall)
    assert str(meant.action) == "compute:virtual_machines.begin_deallocate"
    assert {r.name for r in HAND.claims(step)} == {id}
    assert isinstance(step.undo, tuple)
    (back,) = step.undo
    assert isinstance(back.action, BrowserScript)
    assert back.action.mutations[0]["path"] == "/action/StartVirtualMachine"


def test_a_machine_and_its_interface_are_one_wizard_and_two_deletions(lab: Target) -> None:
    steps = _draft(HAND, lab, Create(wanted=(Vm(name="app-1", public_ip=True),)))
    vm = steps[-1]
    calls_meant = [str(call) for call in _script(vm).meaning]
    assert calls_meant == [
        "compute:virtual_machines.begin_create_or_update",
        "network:network_interfaces.begin_create_or_update",
    ]
    assert [s.effect for s in HAND.meant(vm)] == [Effect.CREATE, Effect.CREATE]
    assert {r.kind for r in vm.changes} >= {Kind.VM, Kind.NIC}
    assert isinstance(vm.undo, tuple)
    paths = [_of(back).mutations[0]["path"] for back in vm.undo]
    assert paths == ["/action/DeleteVirtualMachine", "/action/DeleteNetworkInterface"]
    # the wizard has a name of its own for the interface
    assert any(r.name.endswith("/networkInterfaces/app-1-nic") for r in vm.changes)


def _of(back: Reversal) -> BrowserScript:
    assert isinstance(back.action, BrowserScript)
    return back.action


def _make_disk(target: Target, **properties: Any) -> Step:
    id = _id(target, Kind.DISK, "d")
    given = {"creationData": {"createOption": "Empty"}, "diskSizeGB": 8, **properties}
    body = {"location": "eastus", "sku": {"name": "Standard_LRS"}, "properties": given}
    world = World(Provider.AZURE, session.identify(target).scope)
    ref = world.ref(Kind.DISK, "d")
    changes = (ref, replace(ref, name=id))
    return Step(
        id="make",
        effect=Effect.CREATE,
        action=calls.put(id, body),
        why="",
        changes=changes,
        after={"name": "d"},
    )


def test_what_no_field_carries_is_not_done_here(lab: Target) -> None:
    (step,) = _expressed(lab, _make_disk(lab))
    assert _script(step).mutations[0]["fields"]["size"] == "8"
    with pytest.raises(Unsupported, match="networkAccessPolicy"):
        _expressed(lab, _make_disk(lab, networkAccessPolicy="DenyAll"))


def test_what_is_false_says_something(lab: Target) -> None:
    """A PUT that leaves it out gets Azure's own default, which may be true."""
    with pytest.raises(Unsupported, match="burstingEnabled"):
        _expressed(lab, _make_disk(lab, burstingEnabled=False))


def test_tags_are_the_whole_list_as_it_is_by_then(lab: Target) -> None:
    web = Selection(names=("web-1",))
    tag, untag = _draft(HAND, lab, SetTags(what=web, add=(("team", "a"),), remove=("owner",)))
    assert _script(tag).mutations[0]["fields"]["tags.key"] == ["owner", "team"]
    assert _script(untag).mutations[0]["fields"]["tags.key"] == "team"


# -- in a real console ---------------------------------------------------------------------


@pytest.fixture
def hand(chromium: None, lab: Target, tmp_path: Path) -> Iterator[AzureBrowser]:
    home = tmp_path / "console"
    status = Console(home, lab, Settings(provisioning=0.1, polling=0.5)).up()
    access = Access(status.url, status.user, status.password)
    hand = AzureBrowser(lambda _: access, evidence=tmp_path / "evidence")
    yield hand
    hand.close()
    down(home)


def _done(hand: AzureBrowser, target: Target, steps: Sequence[Step]) -> list[Receipt]:
    return [hand.apply(_bound(step), target, _call()) for step in steps]


def _bound(step: Step) -> Step:
    return replace(step, action=bind(step.action, lambda _: "unknown", uuid.uuid4().hex))


def _call() -> Call:
    return Call(token=uuid.uuid4().hex, deadline=300.0)


def test_a_disk_is_made_attached_detached_and_seen(hand: AzureBrowser, lab: Target) -> None:
    wanted = Disk(name="data-1", gib=64, attach_to="web-1")
    made = _done(hand, lab, _draft(hand, lab, Create(wanted=(wanted,))))
    assert [r.outcome for r in made] == [Outcome.DONE, Outcome.DONE], made
    disk = _asked(lab, "GET", _id(lab, Kind.DISK, "data-1"))
    assert disk["properties"]["diskSizeGB"] == 64
    assert disk["managedBy"].casefold() == _id(lab, Kind.VM, "web-1").casefold()
    shown = hand.observe(lab, (Kind.VM, Kind.DISK))
    (data,) = (d for d in shown.of(Kind.DISK) if d.name == "data-1")
    assert data.attributes["attached_to"] == _id(lab, Kind.VM, "web-1")
    (off,) = _draft(hand, lab, Detach(what=Selection(names=("data-1",))))
    (receipt,) = _done(hand, lab, (off,))
    assert receipt.outcome is Outcome.DONE, receipt
    assert "managedBy" not in _asked(lab, "GET", _id(lab, Kind.DISK, "data-1"))


def test_what_was_not_approved_is_held(hand: AzureBrowser, lab: Target) -> None:
    rule = Rule(first_port=80, last_port=80)
    guard = Selection(kind=Kind.SECURITY_GROUP, names=("guard",))
    (step,) = _draft(hand, lab, SetPort(what=guard, rule=rule, open=True))
    script = _script(step)
    (mutation,) = script.mutations
    other = {**mutation, "fields": {**mutation["fields"], "source": "10.0.0.0/8"}}
    wrong = replace(step, action=replace(script, mutations=(other,)))
    (receipt,) = _done(hand, lab, (wrong,))
    assert receipt.outcome is Outcome.FAILED
    assert receipt.error is not None
    assert receipt.error.code == "NotApproved"
    id = _id(lab, Kind.SECURITY_GROUP, "guard")
    assert not _asked(lab, "GET", id)["properties"]["securityRules"]
    (receipt,) = _done(hand, lab, (step,))
    assert receipt.outcome is Outcome.DONE, receipt
    (there,) = _asked(lab, "GET", id)["properties"]["securityRules"]
    assert there["properties"]["destinationPortRange"] == "80"
