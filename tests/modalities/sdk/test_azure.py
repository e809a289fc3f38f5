"""The SDK hand on Azure: the same as every hand, and what is its own; on the sandbox."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from conformance.hand import HandConformance, Sent, call
from fakes.furnished import furnish
from modalities import awake
from modalities.acting import Call
from modalities.action import CliCommand, SdkCall
from modalities.azure import ids, model, session
from modalities.azure.session import traffic
from modalities.azure.traffic import noting
from modalities.contract import Modality
from modalities.receipt import CloudError, Outcome, Receipt, Trouble
from modalities.resource import Kind, Provider, World
from modalities.sdk.azure import AzureSdk
from modalities.step import Effect, Expect, Reversal, Step
from modalities.survey import Surveyor
from modalities.target import Target
from modalities.trail import REMOVED, Asked, TrailReader
from sandbox.azure.daemon import AzureSandbox
from sandbox.azure.names import SUBSCRIPTION
from sandbox.gym.azure import health

HAND = AzureSdk()
SCOPE = f"{SUBSCRIPTION}/lab"
HERE = World(Provider.AZURE, SCOPE)
VM = ids.arm_id(SCOPE, Kind.VM, "web")
FIELDS = ("changes", "uses", "outputs", "expects", "undo")
PASSWORD = "correct-Horse-7"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AzureSandbox]:
    pytest.importorskip("trustme", reason="the Azure sandbox needs the extra `azure`")
    pytest.importorskip("azure.mgmt.network", reason="the SDK hand needs the extra `azure`")
    sandbox = AzureSandbox(tmp_path_factory.mktemp("azure") / "azure")
    sandbox.up()
    yield sandbox
    sandbox.down()


@pytest.fixture(scope="module")
def home(running: AzureSandbox) -> Target:
    target = replace(running.target("lab"), resource_group="lab", writable=True)

    def put(id: str, body: dict[str, Any]) -> None:
        receipt = do(target, of("PUT", id, Effect.CREATE, body=body))
        assert receipt.outcome is Outcome.DONE, receipt

    furnish(put, ids.group_id(SCOPE))
    return target


@pytest.fixture(autouse=True)
def no_faults(running: AzureSandbox) -> Iterator[None]:
    yield
    running.ask("DELETE", "faults")


def of(method: str, path: str, effect: Effect = Effect.UPDATE, **more: Any) -> Step:
    fields: dict[str, Any] = {"changes": (), "why": "a test"}
    fields |= {k: v for k, v in more.items() if k in FIELDS}
    found = model.located(method, path)
    assert found is not None, path
    given = {k: v for k, v in more.items() if k not in FIELDS}
    action = SdkCall(*found.call, {**found.parameters, **given})
    return Step(id=f"do-{path.rpartition('/')[2]}", effect=effect, action=action, **fields)


def disk(name: str = "new", gib: Any = 32, **more: Any) -> Step:
    id = ids.arm_id(SCOPE, Kind.DISK, name)
    body = {
        "location": "eastus",
        "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": gib},
        **more,
    }
    return of(
        "PUT",
        id,
        Effect.CREATE,
        body=body,
        changes=(HERE.ref(Kind.DISK, name), HERE.ref(Kind.DISK, id)),
        outputs={"id": "id", "gib": "properties.diskSizeGB", "nothing": "properties.noSuchThing"},
        expects=(Expect(Kind.DISK, id),),
    )


def do(target: Target, doing: Step, asked: Call | None = None) -> Receipt:
    return HAND.apply(doing, replace(target, writable=True), asked or call(60.0))


def order(running: AzureSandbox, operation: str, kind: str, **more: Any) -> None:
    running.ask("POST", "faults", [{"operation": operation, "kind": kind, **more}])


class TestConformance(HandConformance):
    @pytest.fixture
    def hand(self) -> Modality:
        return HAND

    @pytest.fixture
    def target(self, home: Target) -> Target:
        return home

    @pytest.fixture
    def dead(self, home: Target, nobody: str) -> Target:
        return replace(home, endpoint_url=nobody.replace("http:", "https:"))

    @pytest.fixture
    def makes(self) -> Step:
        return disk()

    @pytest.fixture
    def broken(self) -> tuple[Step, ...]:
        good = disk()
        id = ids.arm_id(SCOPE, Kind.DISK, "new")
        wrong = SdkCall("compute", "disks.begin_delete", {"diskname": "new"})
        return (
            replace(good, action=SdkCall("compute", "disks.begin_create", {})),
            disk(gib="32"),
            disk(diskSize=5),
            disk(sku={"name": "Premium_LRS", "tire": "x"}),
            of("DELETE", id, Effect.UPDATE),
            replace(good, outputs={"id": "properties..id["}),
            replace(good, undo=(Reversal(wrong, Effect.DELETE, "take back"),)),
        )

    @pytest.fixture
    def sent(self, home: Target) -> Sent:
        return lambda: session.traffic(home).requests


def test_it_surveys_and_reads_a_trail() -> None:
    assert isinstance(HAND, Surveyor)
    assert isinstance(HAND, TrailReader)


class TestReceipts:
    def test_outputs_and_evidence(self, home: Target) -> None:
        receipt = do(home, disk("evident"))
        assert receipt.outputs == {"id": ids.arm_id(SCOPE, Kind.DISK, "evident"), "gib": 32}
        assert receipt.evidence["attempts"] == 1
        assert receipt.evidence["request_id"]

    def test_a_refusal_is_typed(self, home: Target) -> None:
        receipt = do(home, of("DELETE", ids.arm_id(SCOPE, Kind.DISK, "data"), Effect.DELETE))
        assert receipt.outcome is Outcome.FAILED
        assert receipt.error is not None
        assert receipt.error.trouble is Trouble.DEPENDENCY

    def test_what_is_gone_needs_no_deletion(self, home: Target) -> None:
        gone = of("DELETE", ids.arm_id(SCOPE, Kind.DISK, "never-was"), Effect.DELETE)
        assert do(home, gone).outcome is Outcome.NO_OP

    def test_a_precondition_is_a_header(self, home: Target) -> None:
        tags = {"tags": {"a": "b"}}
        stale = do(home, of("PATCH", VM, body=tags, ifMatch='W/"stale"'))
        assert stale.outcome is Outcome.FAILED
        assert stale.error is not None
        assert stale.error.trouble is Trouble.CONFLICT

    def test_a_read_gives_whole_lists(self, home: Target) -> None:
        path = f"{ids.group_id(SCOPE)}/providers/Microsoft.Compute/disks"
        read = of("GET", path, Effect.READ, outputs={"names": "value[].name"})
        receipt = HAND.apply(read, replace(home, writable=False), call())
        assert {"data", "web-os"} <= set(receipt.outputs["names"])

    def test_no_secret_gets_into_a_receipt(self, home: Target) -> None:
        path = ids.arm_id(SCOPE, Kind.BUCKET, "bucket1")
        keys = of(
            "POST", f"{path}/listKeys", outputs={"keys": "keys[].value", "n": "keys[].keyName"}
        )
        receipt = do(home, keys)
        assert receipt.outcome is Outcome.DONE, receipt
        assert receipt.outputs["n"] == ["key1", "key2"]
        assert receipt.outputs["keys"] == []

    def test_a_private_key_is_kept_and_told_to_nobody(self, home: Target, tmp_path: Path) -> None:
        id = ids.arm_id(SCOPE, Kind.KEY_PAIR, "mine")
        do(home, of("PUT", id, Effect.CREATE, body={"location": "eastus"}))
        make = of(
            "POST", f"{id}/generateKeyPair", outputs={"key": "privateKey", "pub": "publicKey"}
        )
        receipt = do(home, make, Call("token", 20.0, secrets_dir=tmp_path / "keys"))
        place = Path(receipt.evidence["private_key_file"])
        assert "PRIVATE KEY" in place.read_text()
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert set(receipt.outputs) == {"pub"}
        assert "PRIVATE KEY" not in repr(receipt)


class TestTheWay:
    def test_another_group_or_subscription_is_never_written_to(self, home: Target) -> None:
        before = session.traffic(home).requests
        elsewhere = f"{SUBSCRIPTION}/other"
        for doing in (
            of("DELETE", ids.arm_id(elsewhere, Kind.DISK, "d"), Effect.DELETE),
            of("DELETE", ids.group_id(elsewhere), Effect.DELETE),
            of(
                "PATCH",
                f"/subscriptions/{'1' * 8}-0000-4000-8000-000000000001/resourceGroups/lab"
                "/providers/Microsoft.Compute/disks/d/providers/Microsoft.Resources/tags/default",
                body={"operation": "Merge", "properties": {"tags": {}}},
            ),
        ):
            receipt = do(home, doing)
            assert receipt.error is not None
            assert receipt.error.code == "NotOfTheTarget"
        assert session.traffic(home).requests == before

    def test_a_lost_answer_of_a_put_is_asked_again(
        self, running: AzureSandbox, home: Target
    ) -> None:
        order(running, "Microsoft.Compute/disks/write", "lost")
        heard: list[str] = []
        listeners = session.traffic(home).listeners
        listeners.append(heard.append)
        try:
            receipt = do(home, disk("lost-and-found"))
        finally:
            listeners.remove(heard.append)
        assert receipt.outcome is Outcome.DONE
        assert receipt.evidence["attempts"] == 2
        assert [text.partition(":")[0] for text in heard] == ["PUT lost-and-found"]

    def test_a_lost_answer_of_a_deletion_is_a_deletion(
        self, running: AzureSandbox, home: Target
    ) -> None:
        assert do(home, disk("deleted-and-lost")).outcome is Outcome.DONE
        order(running, "Microsoft.Compute/disks/delete", "lost")
        there = ids.arm_id(SCOPE, Kind.DISK, "deleted-and-lost")
        receipt = do(home, of("DELETE", there, Effect.DELETE))
        assert receipt.evidence["attempts"] == 2
        assert receipt.outcome is Outcome.DONE

    def test_a_deletion_that_was_throttled_finds_what_others_did(
        self, running: AzureSandbox, home: Target
    ) -> None:
        order(running, "Microsoft.Compute/disks/delete", "throttle", seconds=1)
        gone = ids.arm_id(SCOPE, Kind.DISK, "never-was-there")
        receipt = do(home, of("DELETE", gone, Effect.DELETE))
        assert receipt.evidence["attempts"] == 2
        assert receipt.outcome is Outcome.NO_OP

    def test_a_lost_answer_of_a_post_is_unknown(self, running: AzureSandbox, home: Target) -> None:
        order(running, "Microsoft.Compute/virtualMachines/powerOff/action", "lost")
        receipt = do(home, of("POST", f"{VM}/powerOff"))
        assert receipt.outcome is Outcome.UNKNOWN
        vm = HAND.read(home, (Kind.VM,)).get(Kind.VM, VM)
        assert vm is not None
        assert vm.attributes["state"] == "stopped"

    def test_a_throttle_is_waited_out(self, running: AzureSandbox, home: Target) -> None:
        order(running, "Microsoft.Compute/virtualMachines/start/action", "throttle", seconds=1)
        receipt = do(home, of("POST", f"{VM}/start"))
        assert receipt.outcome is Outcome.DONE
        assert "HTTP 429" in receipt.evidence["retries"][0]

    def test_what_was_accepted_and_failed_may_be_there_in_part(
        self, running: AzureSandbox, home: Target
    ) -> None:
        order(running, "Microsoft.Compute/disks/write", "capacity")
        receipt = do(home, disk("in-part"))
        assert receipt.partial
        assert receipt.error is not None
        assert receipt.error.trouble is Trouble.CAPACITY

    def test_what_is_not_over_in_time_is_unknown(self, running: AzureSandbox, home: Target) -> None:
        order(running, "Microsoft.Compute/disks/write", "slow", seconds=30)
        began = datetime.now(UTC)
        receipt = do(home, disk("slow"), call(2.0))
        assert receipt.outcome is Outcome.UNKNOWN
        assert receipt.error is not None
        assert receipt.error.trouble is Trouble.TIMEOUT
        assert datetime.now(UTC) - began < timedelta(seconds=15)

    def test_a_process_that_was_stopped_for_longer_sends_nothing(self, home: Target) -> None:
        late = Call("token", 5.0, made=awake.now() - 6.0)
        receipt = do(home, disk("late"), late)
        assert receipt.outcome is Outcome.FAILED
        assert receipt.error is not None
        assert receipt.error.code == "NoTimeLeft"
        assert all(found.name != "late" for found in HAND.read(home, (Kind.DISK,)))

    def test_nor_does_one_that_was_stopped_on_the_way_and_it_may_still_look(
        self, home: Target
    ) -> None:
        """What is between the first look at the time and the wire: tokens, clients, bodies."""
        with noting([], ends=awake.now()), pytest.raises(CloudError, match="no time"):
            traffic(home).sending("PUT", home.endpoint_url or "")
        with noting([], ends=awake.now()):
            traffic(home).sending("GET", home.endpoint_url or "")

    def test_it_sends_sdk_calls_only(self, home: Target) -> None:
        other = replace(disk(), action=CliCommand(("az", "version")))
        with pytest.raises(TypeError):
            HAND.apply(other, home, call())
        assert HAND.claims(other) == ()


def test_service_health_is_told(running: AzureSandbox, home: Target) -> None:
    assert HAND.health(home, "eastus") == ()
    running.ask("POST", "events", health.events(datetime.now(UTC)))
    incident, planned = sorted(HAND.health(home, "eastus"), key=lambda event: event.category)
    assert (incident.service, incident.category) == (health.INCIDENT, "incident")
    assert (planned.title, planned.category) == (health.MAINTENANCE_TITLE, "maintenance")
    assert HAND.health(home, "westus") == ()


def test_the_trail_tells_who_deleted_what(home: Target) -> None:
    id = ids.arm_id(SCOPE, Kind.DISK, "short-lived")
    do(home, disk("short-lived"))
    do(home, of("DELETE", id, Effect.DELETE))
    told: list[tuple[int, int]] = []
    asked = [Asked(Kind.DISK, id, "short-lived"), Asked(Kind.DISK, f"{id}-x", "nothing")]
    statement = HAND.statement(home, asked, lambda *now: told.append(now))
    deeds = statement.deeds[id]
    assert deeds[0].concerns == (REMOVED,)
    assert deeds[0].actor
    assert set(statement.silent) == {f"{id}-x"}
    assert told[-1] == (2, 2)


def test_the_trail_has_what_was_done_to_tags_and_parts(home: Target) -> None:
    began = datetime.now(UTC)
    tags = {"operation": "Merge", "properties": {"tags": {"by": "hand"}}}
    do(home, of("PATCH", f"{VM}/providers/Microsoft.Resources/tags/default", body=tags))
    guard = ids.arm_id(SCOPE, Kind.SECURITY_GROUP, "guard")
    do(home, of("DELETE", f"{guard}/securityRules/ssh"))
    asked = [
        Asked(Kind.VM, VM, "web", began),
        Asked(Kind.SECURITY_GROUP, guard, "guard", began),
    ]
    deeds = HAND.statement(home, asked, lambda *_: None).deeds
    assert deeds[VM][0].concerns == ("tag:*",)
    assert deeds[guard][0].name.endswith("securityRules/delete")
    assert deeds[guard][0].concerns == ()


def test_long_calls_take_long() -> None:
    assert HAND.takes(of("POST", f"{VM}/start")) > HAND.takes(of("GET", VM))


def test_what_was_accepted_in_time_is_waited_for_beyond_the_time_to_write(
    running: AzureSandbox, home: Target
) -> None:
    starting = of("POST", f"{VM}/start")
    assert HAND.writes(starting) < HAND.takes(starting)
    order(running, "Microsoft.Compute/disks/write", "slow", seconds=3)
    asked = replace(call(60.0), writes=1.0)
    receipt = do(home, disk("waited-for"), asked)
    assert receipt.outcome is Outcome.DONE, receipt.error
    assert asked.ends < awake.now()


def test_nothing_is_sent_when_the_time_to_write_is_over(home: Target) -> None:
    late = replace(call(60.0), made=awake.now() - 10, writes=5.0)
    receipt = do(home, disk("late"), late)
    assert receipt.outcome is Outcome.FAILED
    assert receipt.error
    assert receipt.error.code == "NoTimeLeft"
