"""Calls against the vendor's models, and what a PUT leaves out."""

from __future__ import annotations

from typing import Any

import pytest

from modalities.action import Output, SdkCall
from modalities.azure import ids, model
from modalities.azure.bodies import faults, knows
from modalities.azure.checking import admitted, checked
from modalities.azure.operations import operations
from modalities.resource import Kind, Provider, Resource, World
from modalities.step import Effect, Step

SCOPE = "5a4db0c5-0000-4000-8000-c10dd0950001/cloudops"
VM = ids.arm_id(SCOPE, Kind.VM, "web")
EMPTY = World(Provider.AZURE, SCOPE)
GOOD: dict[str, Any] = {
    "location": "eastus",
    "properties": {
        "hardwareProfile": {"vmSize": "Standard_B99s_v9"},
        "priority": "spot",
        "storageProfile": {"dataDisks": [{"lun": 0, "createOption": "Attach"}]},
    },
}


def step(action: SdkCall, effect: Effect = Effect.UPDATE) -> Step:
    return Step(id="s", effect=effect, action=action, why="a test", changes=())


def put(id: str, body: Any, **more: Any) -> SdkCall:
    found = model.located("PUT", id)
    assert found is not None
    return SdkCall(*found.call, {**found.parameters, "body": body, **more})


def paths(body: Any) -> dict[str, str]:
    found = faults("azure-mgmt-compute", "VirtualMachine", body)
    return {fault.path: fault.suggestion for fault in found if fault.blocking}


def test_a_good_body_has_no_fault_and_a_new_size_is_none() -> None:
    assert list(faults("azure-mgmt-compute", "VirtualMachine", GOOD)) == []


@pytest.mark.parametrize(
    ("body", "path", "suggestion"),
    [
        ({"location": "x", "properties": {"hardwareprofile": {}}}, "hardwareprofile", "hardwareP"),
        ({"location": "x", "properties": {"priority": "Spto"}}, "priority", "Spot"),
        ({"location": "x", "tags": {"a": 1}}, "tags.a", ""),
        ({"location": "x", "zones": "1"}, "zones", ""),
        ({"properties": {}}, "location", ""),
        ("text", "body", ""),
    ],
)
def test_faults_are_named_where_they_are(body: Any, path: str, suggestion: str) -> None:
    found = paths(body)
    spot = next(p for p in found if p.endswith(path))
    assert suggestion in found[spot]


def test_nested_faults_and_what_is_known_later() -> None:
    later = Output("make").as_json()
    disks = [{"lun": "0", "createOption": "Attach", "managedDisk": {"id": later}}]
    body = {"location": later, "properties": {"storageProfile": {"dataDisks": disks}}}
    assert list(paths(body)) == ["body.properties.storageProfile.dataDisks[0].lun"]


def test_unknown_parameters_and_operations() -> None:
    good = put(VM, GOOD)
    assert admitted(step(good)) == ()
    unknown = SdkCall(good.service, good.operation, {**good.parameters, "vmname": "x"})
    assert [p.path for p in admitted(step(unknown))] == ["vmname"]
    lacking = SdkCall(good.service, good.operation, {"body": GOOD, "vmName": "x"})
    assert [p.path for p in admitted(step(lacking))] == ["resourceGroupName"]
    misspelt = SdkCall("compute", "virtual_machines.begin_create", {})
    (problem,) = admitted(step(misspelt))
    assert "begin_create_or_update" in problem.suggestion
    slash = SdkCall(good.service, good.operation, {**good.parameters, "vmName": "../other"})
    assert [p.path for p in admitted(step(slash))] == ["vmName"]


def test_a_put_that_leaves_a_disk_out_is_a_delete() -> None:
    disk = Resource(
        EMPTY.ref(Kind.DISK, "data"),
        ids.arm_id(SCOPE, Kind.DISK, "data"),
        {"attached_to": VM, "boot": False},
    )
    vm = Resource(EMPTY.ref(Kind.VM, "web"), VM)
    world = EMPTY.with_resources((vm, disk))
    bare = {"location": "eastus", "properties": {"storageProfile": {"dataDisks": []}}}
    (problem,) = checked((step(put(VM, bare)),), world)
    assert "disk/data" in problem.message
    assert checked((step(put(VM, bare), Effect.DELETE),), world) == ()
    kept = [{"lun": 0, "createOption": "Attach", "managedDisk": {"id": disk.id.upper()}}]
    whole = {"location": "eastus", "properties": {"storageProfile": {"dataDisks": kept}}}
    assert checked((step(put(VM, whole)),), world) == ()


def test_a_put_that_leaves_a_subnet_out_is_a_delete() -> None:
    network = ids.arm_id(SCOPE, Kind.NETWORK, "net")
    inner = ids.arm_id(SCOPE, Kind.SUBNET, "net", "default")
    world = EMPTY.with_resources(
        (
            Resource(EMPTY.ref(Kind.NETWORK, "net"), network),
            Resource(EMPTY.ref(Kind.SUBNET, "default"), inner, {"network": network}),
        )
    )
    (problem,) = checked((step(put(network, {"location": "eastus", "properties": {}})),), world)
    assert "subnet/default" in problem.message


def test_every_body_is_checked_or_said_not_to_be() -> None:
    """What is not known is of packages that no hand of ours drafts with."""
    unknown = {o.package for o in operations() if o.body and not knows(o.package, o.body)}
    assert unknown == {
        "azure-mgmt-monitor",
        "azure-mgmt-msi",
        "azure-mgmt-resource-features",
        "azure-mgmt-resourcegraph",
    }
    alert = SdkCall(
        "monitor",
        "metric_alerts.create_or_update",
        {"resourceGroupName": "cloudops", "ruleName": "l", "body": {"level": 1}},
    )
    (problem,) = checked([step(alert)], EMPTY)
    assert "its types are not checked" in problem.message
    assert not problem.blocking


def test_a_lock_is_checked_by_what_was_written_down_by_hand() -> None:
    at = {"resourceGroupName": "cloudops", "lockName": "l"}
    word = "management_locks.create_or_update_at_resource_group_level"
    wrong = SdkCall("resource-locks", word, {**at, "body": {"level": "CanNotDelete"}})
    assert {p.path for p in checked([step(wrong)], EMPTY)} == {"body.level", "body.properties"}
    right = {"properties": {"level": "CanNotDelete"}}
    assert checked([step(SdkCall("resource-locks", word, {**at, "body": right}))], EMPTY) == ()
