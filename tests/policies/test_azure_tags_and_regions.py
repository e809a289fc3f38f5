from __future__ import annotations

from typing import Any

import pytest

from fakes.azure_plans import GROUP_ID, arm, call, ref, resource, step, subject, world
from modalities.action import SdkCall
from modalities.resource import Kind, World
from modalities.step import Effect, Step
from policies import allowed_regions, required_tags

OWNER = {"owner": "team-a"}
DISK = ref(Kind.DISK, "d")
HOLDS = world(
    resource(Kind.DISK, "d", tags=OWNER), resource(Kind.RESOURCE_GROUP, "lab", tags=OWNER)
)


def act(action: SdkCall, effect: Effect = Effect.CREATE) -> Step:
    return step("act", effect, action, DISK)


def put_disk(**body: Any) -> SdkCall:
    return call("disks.begin_create_or_update", diskName="d", body=body)


def deploy(*resources: dict[str, Any], **properties: Any) -> SdkCall:
    return call(
        "deployments.begin_create_or_update",
        "resource-deployments",
        deploymentName="x",
        body={"properties": {"mode": "Incremental", "template": {"resources": resources}}}
        if not properties
        else {"properties": properties},
    )


def tagging(method: str, scope: str = arm(Kind.DISK, "D"), **body: Any) -> SdkCall:
    return SdkCall("resource", f"tags.{method}_at_scope", {"scope": scope, "body": body})


def untagged(*actions: SdkCall, holds: World | None = None) -> list[str]:
    steps = [step(f"s{n}", Effect.UPDATE, action, DISK) for n, action in enumerate(actions)]
    asked = subject(*steps, holds=holds, required_tags=("owner",))
    return [f.reason for f in required_tags.evaluate(asked)]


def test_what_is_made_says_whose_it_is() -> None:
    assert untagged(put_disk(location="westeurope")) == ["disks d is created without tag owner"]
    assert untagged(put_disk(tags={"owner": ""}))
    assert untagged(put_disk(tags={"Owner": "x"})), "case counts"
    assert untagged(put_disk(tags={"owner": {"$output": "a.b"}})), "nobody can tell"
    assert untagged(put_disk(tags=OWNER)) == []


def test_a_resource_group_has_tags_too_and_a_part_of_something_has_none() -> None:
    group = call("resource_groups.create_or_update", "resource", body={"location": "westeurope"})
    assert untagged(group) == ["resource group lab is created without tag owner"]
    for operation, names in (
        ("subnets.begin_create_or_update", {"virtualNetworkName": "n", "subnetName": "s"}),
        (
            "security_rules.begin_create_or_update",
            {"networkSecurityGroupName": "g", "securityRuleName": "r"},
        ),
        ("subnets.begin_create_or_update", {"virtualNetworkName": {"$output": "n.name"}}),
    ):
        assert untagged(call(operation, "network", **names)) == []


def test_tags_that_the_plan_puts_on_later_count() -> None:
    later = tagging("begin_update", properties={"tags": OWNER}, operation="Merge")
    assert untagged(put_disk(), later) == []
    assert untagged(put_disk(), tagging("begin_update", GROUP_ID, properties={"tags": OWNER}))


@pytest.mark.parametrize(
    ("action", "loses"),
    [
        (put_disk(location="westeurope"), True),
        (call("disks.begin_update", diskName="d", body={"tags": {"a": "b"}}), True),
        (call("disks.begin_update", diskName="d", body={"properties": {}}), False),
        (call("disks.begin_update", diskName="d", body={"tags": {**OWNER, "a": "b"}}), False),
        (tagging("begin_create_or_update", properties={"tags": {"a": "b"}}), True),
        (tagging("begin_create_or_update", properties={"tags": OWNER}), False),
        (tagging("begin_delete"), True),
        (tagging("begin_update", operation="Replace", properties={"tags": {}}), True),
        (tagging("begin_update", operation="Delete", properties={"tags": {"OWNER": "x"}}), True),
        (tagging("begin_update", operation="Merge", properties={"tags": {"a": "b"}}), False),
        (tagging("get"), False),
    ],
    ids=str,
)
def test_a_required_tag_is_not_taken_away(action: SdkCall, loses: bool) -> None:
    expected = ["disks d loses tag owner"] if loses else []
    assert untagged(action, holds=HOLDS) == expected


def template(type: str, **more: Any) -> dict[str, Any]:
    return {"type": type, "apiVersion": "2024-01-01", "name": "x", **more}


def test_what_a_template_makes() -> None:
    machine = "Microsoft.Compute/virtualMachines"
    assert untagged(deploy(template(machine))) == ["virtualmachines x is created without tag owner"]
    assert untagged(deploy(template(machine, tags={"owner": "[parameters('o')]"})))
    assert untagged(deploy(template(machine, tags=OWNER))) == []
    assert untagged(deploy(template("Microsoft.Network/virtualNetworks/subnets"))) == []
    assert untagged(deploy(templateLink={"uri": "https://x"}, mode="Incremental"))


def places(
    *actions: SdkCall, allowed: tuple[str, ...] = ("West Europe",), effect: Effect = Effect.CREATE
) -> list[str]:
    steps = [step(f"s{n}", effect, action, DISK) for n, action in enumerate(actions)]
    asked = subject(*steps, allowed_regions=allowed)
    found = allowed_regions.evaluate(asked)
    return [f.reason.partition(",")[0].partition("put in ")[2] for f in found]


@pytest.mark.parametrize(
    "spelt", ["westeurope", "West Europe", "WESTEUROPE", "(Europe) West Europe"]
)
@pytest.mark.parametrize("listed", ["westeurope", "West Europe", "WestEurope"])
def test_a_location_in_any_spelling(spelt: str, listed: str) -> None:
    assert places(put_disk(location=spelt), allowed=(listed,)) == []
    other = spelt.casefold().replace("west", "north")
    assert places(put_disk(location=other), allowed=(listed,)) == ["northeurope"]


def test_every_place_in_a_call() -> None:
    edge = {"name": "losangeles", "type": "EdgeZone"}
    assert places(put_disk(location="westeurope", extendedLocation=edge)) == ["losangeles"]
    copies = {"publishingProfile": {"targetRegions": [{"name": "East US"}, {"name": "westeurope"}]}}
    assert places(call("gallery_image_versions.begin_create_or_update", body=copies)) == ["eastus"]
    assert places(put_disk(zones=["1"])) == []


def test_deleting_is_how_one_gets_out_but_the_call_tells() -> None:
    gone = call("disks.begin_delete", diskName="d")
    assert places(gone, allowed=("eastus",), effect=Effect.DELETE) == []
    lying = put_disk(location="northeurope")
    assert places(lying, effect=Effect.DELETE) == ["northeurope"]


def test_zones_are_numbers_and_no_places() -> None:
    zoned = step("s", Effect.CREATE, put_disk(location="westeurope"), DISK, after={"zone": "1"})
    assert not list(allowed_regions.evaluate(subject(zoned, allowed_regions=("westeurope",))))


@pytest.mark.parametrize(
    ("location", "where"),
    [
        ("[resourceGroup().location]", []),
        ("[parameters('given')]", ["northeurope"]),
        ("[parameters('usual')]", []),
        ("[parameters('unknown')]", ["[parameters('unknown')]"]),
        ("[variables('x')]", ["[variables('x')]"]),
    ],
)
def test_locations_in_a_template(location: str, where: list[str]) -> None:
    entry = template("Microsoft.Compute/disks", location=location)
    usual = {"usual": {"defaultValue": "[resourceGroup().location]"}}
    body = {
        "mode": "Incremental",
        "template": {"resources": [entry], "parameters": usual},
        "parameters": {"given": {"value": "North Europe"}},
    }
    assert places(deploy(**body)) == where


def test_a_template_that_is_elsewhere() -> None:
    assert places(deploy(mode="Incremental", templateLink={"uri": "https://x"}))
