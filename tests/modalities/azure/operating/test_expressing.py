"""Operations of Azure's own, done in the emulated Azure: made, changed, read back, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from modalities.acting import Call
from modalities.action import Output, SdkCall, bind
from modalities.azure import session
from modalities.azure.asking import Wire
from modalities.azure.ids import group_id
from modalities.change import Operate
from modalities.contract import Draft, Unresolved, Unsupported
from modalities.look import Look
from modalities.receipt import CloudError, Outcome, Receipt
from modalities.resource import Kind, Provider
from modalities.sdk.azure import AzureSdk
from modalities.step import Effect, Expect, Irreversible, Step
from modalities.target import Target

HAND = AzureSdk()
SET = {"availabilitySetName": "web"}
TABLE = {"routeTableName": "rt1"}


def drafted(target: Target, operation: str, **parameters: Any) -> Draft:
    service, _, word = operation.partition(":")
    change = Operate(
        provider=Provider.AZURE, calls=(SdkCall(service, word, parameters),), words="it"
    )
    return HAND.express([change], HAND.read(target), target, "run-1")


def done(target: Target, step: Step) -> Receipt:
    assert not [p for p in HAND.check([step], HAND.read(target)) if p.blocking]
    return HAND.apply(step, target, Call(token=f"t-{step.id}", deadline=30.0, attempts=[]))


def carried_out(target: Target, operation: str, **parameters: Any) -> tuple[Step, Receipt]:
    """The last step, with what came of it; all that it expects holds."""
    steps = drafted(target, operation, **parameters).steps
    receipts = [done(target, step) for step in steps]
    assert {r.outcome for r in receipts} == {Outcome.DONE}
    assert all(holds(target, expect) for expect in steps[-1].expects)
    return steps[-1], receipts[-1]


def taken_back(target: Target, step: Step, receipt: Receipt) -> None:
    assert isinstance(step.undo, tuple)
    for reversal in step.undo:
        action = bind(reversal.action, lambda o: receipt.outputs[o.name], "t")
        assert (
            done(target, replace(step, action=action, effect=reversal.effect, outputs={})).error
            is None
        )
        assert all(holds(target, expect) for expect in reversal.expects)


def holds(target: Target, expect: Expect) -> bool:
    assert expect.kind is Kind.OTHER
    found = HAND.seen(target, [Look.parse(expect.id)])
    if expect.test == "is":
        return bool(found) and found[0].attributes[expect.attribute] == expect.value
    return bool(found) is (expect.test == "exists")


def document(target: Target, path: str) -> Mapping[str, Any] | None:
    """As anybody would read it."""
    id = f"{group_id(session.identify(target).scope)}/providers/{path}"
    try:
        return Wire(target).document(id)
    except CloudError:
        return None


def test_a_thing_is_made_with_the_group_that_it_needs_and_taken_back(empty: Target) -> None:
    draft = drafted(empty, "compute:availability_sets.create_or_update", **SET, body={})
    assert [s.effect for s in draft.steps] == [Effect.CREATE, Effect.CREATE]
    assert draft.steps[1].needs == (draft.steps[0].id,)
    body = {"sku": {"name": "Aligned"}, "properties": {"platformFaultDomainCount": 2}}
    word = "compute:availability_sets.create_or_update"
    step, receipt = carried_out(empty, word, **SET, body=body)
    found = document(empty, "Microsoft.Compute/availabilitySets/web")
    assert found is not None
    assert found["location"] == empty.region
    assert {e.attribute for e in step.expects} == {"", "sku.name", "platformFaultDomainCount"}
    with pytest.raises(Unresolved, match="is there already"):
        drafted(empty, word, **SET, body=body)
    taken_back(empty, step, receipt)
    assert document(empty, "Microsoft.Compute/availabilitySets/web") is None


def test_the_whole_of_a_thing_is_what_can_be_written_of_it(empty: Target) -> None:
    body = {"sku": {"name": "Aligned"}, "tags": {"owner": "me"}}
    word = "compute:availability_sets.create_or_update"
    step, _ = carried_out(empty, word, **SET, body=body)
    (whole,) = HAND.seen(empty, [Look.parse(step.expects[0].id).whole])
    assert whole.name == "compute availability set web"
    assert whole.tags == {"owner": "me"}
    assert str(whole.attributes["id"]).endswith("/availabilitySets/web")
    assert whole.attributes["sku.name"] == "Aligned"
    assert not whole.attributes.keys() & {"name", "type", "etag", "tags", "provisioningState"}


def test_tags_are_put_beside_those_that_are_there(empty: Target) -> None:
    tags = {"owner": "me"}
    carried_out(empty, "compute:availability_sets.create_or_update", **SET, body={"tags": tags})
    change = {"body": {"tags": {"team": "a"}}}
    step, receipt = carried_out(empty, "compute:availability_sets.update", **SET, **change)
    found = document(empty, "Microsoft.Compute/availabilitySets/web")
    assert found is not None
    assert found["tags"] == {"owner": "me", "team": "a"}
    again = drafted(empty, "compute:availability_sets.update", **SET, **change)
    assert again.steps == ()
    assert "is so already" in again.defaults[0]
    taken_back(empty, step, receipt)
    assert (document(empty, "Microsoft.Compute/availabilitySets/web") or {})["tags"] == tags


def test_tags_that_others_put_on_since_are_left_alone(empty: Target) -> None:
    made = {"owner": "me", "team": "a"}
    carried_out(empty, "compute:availability_sets.create_or_update", **SET, body={"tags": made})
    change = {"body": {"tags": {"team": "b", "env": "prod"}}}
    step, receipt = carried_out(empty, "compute:availability_sets.update", **SET, **change)
    carried_out(empty, "compute:availability_sets.update", **SET, body={"tags": {"cost": "1"}})
    taken_back(empty, step, receipt)
    found = document(empty, "Microsoft.Compute/availabilitySets/web") or {}
    assert found["tags"] == {**made, "cost": "1"}


def test_what_no_patch_says_is_written_whole_and_put_back_by_its_etag(empty: Target) -> None:
    carried_out(empty, "network:route_tables.begin_create_or_update", **TABLE, body={})
    route = {"addressPrefix": "10.9.0.0/16", "nextHopType": "None"}
    word = "network:routes.begin_create_or_update"
    carried_out(empty, word, **TABLE, routeName="r1", body={"properties": route})
    step, receipt = carried_out(
        empty,
        "network:route_tables.begin_create_or_update",
        **TABLE,
        ifMatch="*",
        body={"properties": {"disableBgpRoutePropagation": True}},
    )
    assert step.effect is Effect.UPDATE
    assert isinstance(step.action, SdkCall)
    assert str(step.action.parameters["ifMatch"]).startswith("W/")
    found = document(empty, "Microsoft.Network/routeTables/rt1")
    assert found is not None
    assert found["properties"]["disableBgpRoutePropagation"] is True
    assert [r["name"] for r in found["properties"]["routes"]] == ["r1"]  # what it had stays
    assert isinstance(step.undo, tuple)
    back = step.undo[0].action
    assert isinstance(back, SdkCall)
    assert back.parameters["ifMatch"] == Output(step.id, "etag").as_json()
    taken_back(empty, step, receipt)
    found = document(empty, "Microsoft.Network/routeTables/rt1")
    assert found is not None
    assert found["properties"]["disableBgpRoutePropagation"] is False


def test_a_lock_stands_on_what_is_named_or_on_the_group(empty: Target) -> None:
    carried_out(empty, "network:route_tables.begin_create_or_update", **TABLE, body={})
    word = "resource-locks:management_locks.create_or_update_by_scope"
    body = {"properties": {"level": "ReadOnly"}}
    on = "Microsoft.Network/routeTables/rt1"
    step, receipt = carried_out(empty, word, lockName="keep", scope=on, body=body)
    assert document(empty, f"{on}/providers/Microsoft.Authorization/locks/keep") is not None
    refused = drafted(empty, "network:route_tables.begin_delete", **TABLE).steps[0]
    assert done(empty, refused).outcome is Outcome.FAILED  # it is locked
    taken_back(empty, step, receipt)
    carried_out(empty, word, lockName="keep", body={"properties": {"level": "CanNotDelete"}})
    assert document(empty, "Microsoft.Authorization/locks/keep") is not None


def test_what_is_deleted_is_said_to_be_lost(empty: Target) -> None:
    gone = drafted(empty, "network:route_tables.begin_delete", **TABLE)
    assert gone.steps == ()
    carried_out(empty, "network:route_tables.begin_create_or_update", **TABLE, body={})
    draft = drafted(empty, "network:route_tables.begin_delete", **TABLE)
    assert isinstance(draft.steps[0].undo, Irreversible)
    assert [a.severity for a in draft.advisories] == ["danger"]
    carried_out(empty, "network:route_tables.begin_delete", **TABLE)
    assert document(empty, "Microsoft.Network/routeTables/rt1") is None


def test_what_a_post_means_nobody_knows(empty: Target) -> None:
    account = {"accountName": "orders1zz"}
    body = {"sku": {"name": "Standard_LRS"}, "kind": "StorageV2"}
    carried_out(empty, "storage:storage_accounts.begin_create", **account, body=body)
    draft = drafted(empty, "storage:storage_accounts.begin_failover", **account)
    (step,) = draft.steps
    assert step.effect is Effect.UPDATE
    assert step.expects == ()
    assert isinstance(step.undo, Irreversible)
    assert draft.advisories[0].severity == "danger"
    assert {ref.kind for ref in step.changes} == {Kind.OTHER, Kind.BUCKET}


def test_an_id_may_be_a_name(empty: Target) -> None:
    word = "compute:availability_sets.create_or_update"
    body = {"properties": {"proximityPlacementGroup": {"id": "ppg1"}}}
    (_, step) = drafted(empty, word, **SET, body=body).steps
    assert isinstance(step.action, SdkCall)
    told = step.action.parameters["body"]["properties"]["proximityPlacementGroup"]["id"]
    assert told.endswith("/providers/Microsoft.Compute/proximityPlacementGroups/ppg1")


@pytest.mark.parametrize(
    ("operation", "parameters", "why"),
    [
        ("compute:availability_sets.nonsense", {}, "have no operation"),
        ("compute:availability_sets.delete", {}, "needs availabilitySetName"),
        ("compute:availability_sets.delete", {**SET, "resourceGroupName": "other"}, "not other"),
        ("compute:availability_sets.get", SET, "only reads"),
        ("compute:availability_sets.create_or_update", {**SET, "body": {"skew": 1}}, "skew"),
        ("resource-locks:management_locks.create_or_update_at_subscription_level",
         {"lockName": "l", "body": {"properties": {"level": "ReadOnly"}}}, "is not in"),
        ("compute:virtual_machines.begin_update",
         {"vmName": "w", "body": {"properties": {"osProfile": {"adminPassword": "x"}}}}, "secret"),
    ],
)  # fmt: skip
def test_what_is_no_call_of_the_targets_own_is_refused(
    empty: Target, operation: str, parameters: dict[str, Any], why: str
) -> None:
    with pytest.raises(Unsupported, match=why):
        drafted(empty, operation, **parameters)


def test_what_is_not_there_cannot_be_changed(empty: Target) -> None:
    with pytest.raises(Unresolved, match="there is no"):
        drafted(empty, "compute:availability_sets.update", **SET, body={"tags": {"a": "b"}})


def test_answers_of_the_group_alone_and_without_secrets(empty: Target) -> None:
    body = {"sku": {"name": "Standard_LRS"}, "kind": "StorageV2"}
    word = "storage:storage_accounts.begin_create"
    carried_out(empty, word, accountName="orders2zz", body=body)
    listed = SdkCall("storage", "storage_accounts.list_by_resource_group", {})
    assert [a["name"] for a in HAND.answered(empty, listed)["value"]] == ["orders2zz"]
    keys = SdkCall("storage", "storage_accounts.list_keys", {"accountName": "orders2zz"})
    with pytest.raises(Unsupported, match="does not only read"):
        HAND.answered(empty, keys)
