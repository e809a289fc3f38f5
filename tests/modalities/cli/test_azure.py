"""The CLI hand on Azure: the real ``az`` on the sandbox, read back past all of our code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from fakes.az import MISSING, az
from modalities import awake
from modalities.acting import Call
from modalities.action import CliCommand
from modalities.azure import ids
from modalities.azure.asking import Wire
from modalities.azure.azcli.words import command
from modalities.azure.express import calls, tags
from modalities.cli.azure import AzureCli
from modalities.receipt import Outcome, Receipt, Trouble
from modalities.resource import Kind
from modalities.sdk.azure import AzureSdk
from modalities.step import Effect, Step
from modalities.target import Target
from sandbox.azure.daemon import AzureSandbox
from sandbox.azure.names import SUBSCRIPTION
from sandbox.gym.azure import health

pytestmark = pytest.mark.skipif(not az(), reason=MISSING)
SCOPE = f"{SUBSCRIPTION}/lab"
GROUP = ids.group_id(SCOPE)
DISK = ids.arm_id(SCOPE, Kind.DISK, "data")
BODY = {
    "location": "eastus",
    "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 8},
}
HAND = AzureCli()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AzureSandbox]:
    pytest.importorskip("trustme", reason="the Azure sandbox needs the extra `azure`")
    pytest.importorskip("azure.mgmt.network", reason="the hand needs the extra `azure`")
    sandbox = AzureSandbox(tmp_path_factory.mktemp("azure") / "azure")
    sandbox.up()
    yield sandbox
    sandbox.down()


@pytest.fixture(scope="module")
def home(running: AzureSandbox) -> Target:
    return replace(running.target("lab"), resource_group="lab", writable=True)


def asked(action: Any, **outputs: str) -> Step:
    return Step(id="s", effect=Effect.UPDATE, action=action, why="w", changes=(), outputs=outputs)


def done(target: Target, action: Any, **outputs: str) -> Receipt:
    return HAND.apply(asked(action, **outputs), target, Call("a-token", 120.0))


def test_a_disk_is_made_tagged_and_deleted_by_commands(home: Target) -> None:
    made = done(home, command(calls.call("PUT", GROUP, body={"location": "eastus"})))
    assert made.outcome is Outcome.DONE, made
    made = done(home, command(calls.put(DISK, BODY)), id="id", size="properties.diskSizeGB")
    assert (made.outcome, made.outputs) == (Outcome.DONE, {"id": DISK, "size": 8})
    assert made.evidence["tool"].startswith("azure-cli/2.")
    assert done(home, command(tags.call(DISK, "Merge", {"env": "a=b c"}))).outcome is Outcome.DONE
    assert Wire(home).document(DISK)["tags"] == {"env": "a=b c"}
    refused = done(home, command(calls.patch(DISK, {"properties": {"diskSizeGB": 4}})))
    assert refused.outcome is Outcome.FAILED
    assert refused.error is not None
    assert (refused.error.trouble, refused.error.code) == (Trouble.INVALID, "InvalidParameter")
    assert done(home, command(calls.delete(DISK))).outcome is Outcome.DONE
    assert not HAND.read(home, (Kind.DISK,)).of(Kind.DISK)


def test_another_group_is_not_touched(home: Target) -> None:
    other = DISK.replace("/lab/", "/theirs/")
    receipt = done(home, command(calls.delete(other)))
    assert receipt.error is not None
    assert receipt.error.code == "NotOfTheTarget"


def test_nothing_is_done_where_nobody_gave_leave(home: Target) -> None:
    with pytest.raises(PermissionError):
        done(replace(home, writable=False), command(calls.delete(DISK)))


def test_nothing_is_begun_when_the_lease_is_over_though_there_is_time(home: Target) -> None:
    """We were stopped for longer than it lasted."""
    late = Call("a-token", 900.0, writes=5.0, made=awake.now() - 10)
    receipt = HAND.apply(asked(command(tags.call(GROUP, "Merge", {"a": "b"}))), home, late)
    assert receipt.outcome is Outcome.FAILED
    assert receipt.error is not None
    assert receipt.error.code == "NoTimeLeft"


def test_a_command_that_is_not_understood_is_not_run(home: Target) -> None:
    receipt = done(home, CliCommand(("az", "vm", "create", "--name", "web")))
    assert receipt.error is not None
    assert receipt.error.code == "Refused"


def test_without_az_it_says_how_to_get_one() -> None:
    support = AzureCli(places=()).supports(())
    assert support.lacking
    assert "make tools-azure" in support.why


def test_service_health_is_told_by_az_rest(running: AzureSandbox, home: Target) -> None:
    running.ask("POST", "events", health.events(datetime.now(UTC)))
    told = {event.title: event.category for event in HAND.health(home, "eastus")}
    assert told == {health.INCIDENT_TITLE: "incident", health.MAINTENANCE_TITLE: "maintenance"}


def test_what_fails_late_says_why_in_azures_words(running: AzureSandbox, home: Target) -> None:
    assert done(home, command(calls.call("PUT", GROUP, body={"location": "eastus"}))).error is None
    order = {"operation": "Microsoft.Compute/disks/write", "kind": "capacity"}
    running.ask("POST", "faults", [order])
    receipt = done(home, command(calls.put(DISK, BODY)))
    running.ask("DELETE", "faults")
    assert receipt.partial
    assert receipt.error is not None
    assert receipt.error.trouble is Trouble.CAPACITY
    assert receipt.error.code != "ProvisioningFailed"
    assert list(HAND._az.home.path.glob("log-*")) == []


NAME = "providers/Microsoft.Network"
MADE: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        f"{GROUP}/{NAME}/virtualNetworks/net",
        {"properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}},
    ),
    (
        f"{GROUP}/{NAME}/publicIPAddresses/ip",
        {
            "sku": {"name": "Standard"},
            "properties": {"publicIPAllocationMethod": "Static", "publicIPAddressVersion": "IPv4"},
        },
    ),
    (
        ids.arm_id(SCOPE, Kind.DISK, "empty"),
        {
            "sku": {"name": "StandardSSD_LRS"},
            "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 8},
        },
    ),
)


def test_commands_of_az_make_what_their_calls_say(running: AzureSandbox, home: Target) -> None:
    """The same call by the SDK afterwards changes nothing of it."""
    assert done(home, command(calls.call("PUT", GROUP, body={"location": "eastus"}))).error is None
    for id, wanted in MADE:
        body = {"location": "eastus", "tags": {"cloudops:run": "1128-a", "e": "b c"}, **wanted}
        said = command(calls.put(id, body))
        assert said.argv[1] != "rest"
        receipt = done(home, said, id="id")
        assert (receipt.outcome, receipt.outputs) == (Outcome.DONE, {"id": id}), receipt
        by_az = settings(home, id)
        step = Step(id="s", effect=Effect.UPDATE, action=calls.put(id, body), why="w", changes=())
        assert AzureSdk().apply(step, home, Call("t", 60.0)).outcome is Outcome.DONE
        assert settings(home, id) == by_az


def settings(target: Target, id: str) -> dict[str, Any]:
    """What of a resource is not anew at each PUT. What is off is as what was never said."""
    found = dict(Wire(target).document(id))
    found["properties"] = {k: v for k, v in found["properties"].items() if v is not False}
    return {k: v for k, v in found.items() if k not in ("etag", "systemData")}
