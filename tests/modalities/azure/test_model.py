"""Operations by call and by path; effects and claims that follow from them."""

from __future__ import annotations

import pytest

from modalities.action import Output, SdkCall
from modalities.azure import ids, model
from modalities.azure.effects import disrupts, effect_of, reveals_secret
from modalities.azure.operations import operations
from modalities.azure.refs import touched
from modalities.azure.sending import arguments
from modalities.resource import Kind, Provider, World
from modalities.step import Effect

SUBSCRIPTION = "5a4db0c5-0000-4000-8000-c10dd0950001"
SCOPE = f"{SUBSCRIPTION}/cloudops"
EMPTY = World(Provider.AZURE, SCOPE)
VM = ids.arm_id(SCOPE, Kind.VM, "web")
DISK = ids.arm_id(SCOPE, Kind.DISK, "data")


def call(method: str, path: str, **parameters: object) -> SdkCall:
    found = model.located(method, path)
    assert found is not None
    return SdkCall(*found.call, {**found.parameters, **parameters})


@pytest.mark.parametrize(
    ("method", "path", "service", "word"),
    [
        ("PUT", VM, "compute", "virtual_machines.begin_create_or_update"),
        ("POST", f"{VM.upper()}/START", "compute", "virtual_machines.begin_start"),
        ("GET", f"{VM}?api-version=1", "compute", "virtual_machines.get"),
        ("PUT", ids.group_id(SCOPE), "resource", "resource_groups.create_or_update"),
        (
            "PATCH",
            f"{VM}/providers/Microsoft.Resources/tags/default",
            "resource",
            "tags.begin_update_at_scope",
        ),
    ],
)
def test_operation_of_a_request(method: str, path: str, service: str, word: str) -> None:
    found = model.located(method, path)
    assert found is not None
    assert found.call == (service, word)
    assert model.operation_of(SdkCall(service, word, {})) is found.operation


def test_no_operation() -> None:
    assert model.located("PUT", "/subscriptions/s/nowhere") is None
    assert model.operation_of(SdkCall("compute", "virtual_machines.begin_explode", {})) is None
    assert "begin_start" in model.near(SdkCall("compute", "virtual_machines.begin_strat", {}))
    assert "network" in model.near(SdkCall("networks", "x", {}))


def test_paths_are_filled_and_what_they_are_about() -> None:
    operation = model.named("compute", "virtual_machines.begin_power_off")
    given = {"resourceGroupName": "cloudops", "vmName": "we b"}
    assert model.path_of(operation, given, SUBSCRIPTION).endswith(
        "/virtualMachines/we%20b/powerOff"
    )
    assert model.subject(operation, {**given, "vmName": "web"}, SUBSCRIPTION) == VM
    tags = model.named("resource", "tags.begin_update_at_scope")
    assert model.subject(tags, {"scope": VM}, SUBSCRIPTION) == VM
    with pytest.raises(KeyError):
        model.path_of(operation, {"vmName": "web"}, SUBSCRIPTION)


def test_every_argument_of_a_call_has_a_name_in_the_sdk() -> None:
    operation = model.named("compute", "virtual_machines.begin_power_off")
    told = {"resourceGroupName": "g", "vmName": "web", "skipShutdown": True, "ifMatch": "x"}
    assert arguments(operation, told) == {
        "resource_group_name": "g",
        "vm_name": "web",
        "skip_shutdown": True,
        "headers": {"If-Match": "x"},
    }
    lacking = [
        one
        for one in operations()
        if set(model.placeholders(one)) - {wire for wire, _ in one.arguments}
    ]
    assert {one.group for one in lacking} == {"vip_swap"}  # a constant in its path


@pytest.mark.parametrize(
    ("service", "word", "effect"),
    [
        ("compute", "virtual_machines.get", Effect.READ),
        ("compute", "virtual_machines.begin_create_or_update", Effect.UPDATE),
        ("compute", "virtual_machines.begin_delete", Effect.DELETE),
        ("compute", "virtual_machines.begin_reimage", Effect.REPLACE),
        ("compute", "virtual_machines.retrieve_boot_diagnostics_data", Effect.READ),
        ("network", "security_rules.begin_delete", Effect.UPDATE),
        ("network", "subnets.begin_delete", Effect.DELETE),
        ("resource", "tags.begin_delete_at_scope", Effect.UPDATE),
        ("resource", "resource_groups.begin_delete", Effect.DELETE),
        ("storage", "storage_accounts.list_keys", Effect.UPDATE),
        ("storage", "blob_containers.delete", Effect.DELETE),
        ("resource-deployments", "deployments.begin_what_if", Effect.READ),
        ("compute", "nobody.knows_it", Effect.UPDATE),
    ],
)
def test_effects(service: str, word: str, effect: Effect) -> None:
    assert effect_of(service, word) is effect


def test_what_disrupts_and_what_gives_secrets_away() -> None:
    assert disrupts("virtual_machines.begin_deallocate")
    assert not disrupts("virtual_machines.begin_start")
    assert reveals_secret("storage", "storage_accounts.list_keys")
    assert not reveals_secret("compute", "virtual_machines.begin_start")


def test_claims_are_read_from_path_and_body() -> None:
    attach = call(
        "POST", f"{VM}/attachDetachDataDisks", body={"dataDisksToAttach": [{"diskId": DISK}]}
    )
    assert {ref.name for ref in touched(attach, EMPTY)} == {VM, DISK}
    rule = ids.arm_id(SCOPE, Kind.SECURITY_GROUP, "guard")
    opened = call("PUT", f"{rule}/securityRules/web", body={"properties": {}})
    assert [(r.kind, r.name) for r in touched(opened, EMPTY)] == [(Kind.SECURITY_GROUP, rule)]
    assert touched(call("GET", VM), EMPTY) == ()


def test_claims_of_what_is_not_known_yet_and_of_what_is_only_used() -> None:
    subnet = ids.arm_id(SCOPE, Kind.SUBNET, "net", "default")
    nic = ids.arm_id(SCOPE, Kind.NIC, "nic")
    configuration = {"properties": {"subnet": {"id": subnet}}}
    made = call("PUT", nic, body={"properties": {"ipConfigurations": [configuration]}})
    assert {ref.name for ref in touched(made, EMPTY)} == {nic}
    later = SdkCall(
        "compute",
        "virtual_machines.begin_start",
        {"resourceGroupName": "cloudops", "vmName": Output("make").as_json()},
    )
    assert touched(later, EMPTY) == ()
