from __future__ import annotations

import pytest

from fakes.azure_plans import GROUP_ID, arm, call, resource
from fakes.specimens import call as aws
from modalities.action import SdkCall
from modalities.azure.model import service_of, word_of
from modalities.azure.operations import operations
from modalities.resource import Kind
from policies.azure_calls import AzureCall, Verb, azure_of, type_of

WRITES = {"PUT", "PATCH"}


def told(action: SdkCall) -> AzureCall:
    found = azure_of(action)
    assert found is not None
    return found


def test_names_alone_never_make_a_call_milder_than_its_method() -> None:
    """Of every operation of the SDKs: what deletes is known to delete, what writes is never a
    read, and of what is posted only what is listed is taken for harmless."""
    for one in operations():
        verb = told(SdkCall(service_of(one), word_of(one), {})).verb
        what = f"{one.method} {word_of(one)}"
        if one.method == "DELETE":
            assert verb is Verb.REMOVE, what
        elif one.method in WRITES:
            assert verb in (Verb.PUT, Verb.CHANGE, Verb.UNKNOWN), what
        elif one.method == "POST":
            assert verb not in (Verb.PUT, Verb.CHANGE), what


@pytest.mark.parametrize(
    "operation",
    [
        *("virtual_machines.begin_run_command", "virtual_machines.begin_reimage"),
        *("virtual_machines.generalize", "virtual_machines.simulate_eviction"),
        *("disks.begin_grant_access", "gallery_sharing_profile.begin_update", "something.new"),
    ],
)
def test_what_is_not_known_is_unknown(operation: str) -> None:
    assert told(call(operation)).verb is Verb.UNKNOWN


def test_aws_is_no_azure() -> None:
    assert azure_of(aws("RunInstances")) is None


def test_what_a_call_is_about() -> None:
    subnet = call(
        "subnets.begin_delete", "network", "LAB", virtualNetworkName="Net", subnetName="a"
    )
    assert told(subnet).means(resource(Kind.SUBNET, "net/A"))
    assert told(subnet).kind is Kind.SUBNET
    by_id = SdkCall("resource", "resources.begin_delete_by_id", {"resourceId": arm(Kind.DISK, "d")})
    assert told(by_id).means(resource(Kind.DISK, "D"))
    parts = call(
        "resources.begin_delete",
        "resource",
        resourceProviderNamespace="Microsoft.Compute",
        parentResourcePath="",
        resourceType="disks",
        resourceName="d",
    )
    assert told(parts).path == told(by_id).path
    group = call("resource_groups.begin_delete", "resource")
    assert (told(group).kind, told(group).means(resource(Kind.RESOURCE_GROUP, "lab"))) == (
        Kind.RESOURCE_GROUP,
        True,
    )


def test_another_group_is_another_thing() -> None:
    other = call("disks.begin_delete", group="other", diskName="d")
    assert not told(other).means(resource(Kind.DISK, "d"))


def test_a_name_that_only_a_step_tells_is_no_name() -> None:
    made = call("disks.begin_delete", diskName={"$output": "make.name"})
    assert (told(made).path, told(made).kind) == ("", Kind.DISK)


def test_the_type_is_that_of_the_last_provider() -> None:
    lock = f"{arm(Kind.VM, 'a')}/providers/Microsoft.Authorization/locks/l".casefold()
    assert type_of(lock) == "microsoft.authorization/locks"
    assert type_of(GROUP_ID) == ""
