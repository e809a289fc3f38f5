"""Calls as a template, and the template as calls."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fakes.azure_plans import GROUP_ID, SCOPE, arm, ref, world
from fakes.azure_plans import resource as there
from modalities.action import IacChange, Output, SdkCall
from modalities.azure.express import calls
from modalities.azure.express.tags import call as tagging
from modalities.azure.templates.meaning import meant
from modalities.azure.templates.parts import TAGS_TAIL, parts_of
from modalities.azure.templates.writing import read, written
from modalities.contract import Draft, Unsupported
from modalities.resource import Kind
from modalities.step import Effect, Step

NET = arm(Kind.NETWORK, "net")
SUBNET = arm(Kind.SUBNET, "net/inner")
NIC = arm(Kind.NIC, "nic")
VM = arm(Kind.VM, "web")
IP = {"name": "first", "properties": {"subnet": {"id": SUBNET}}}


def put(id: str, body: dict[str, Any], effect: Effect = Effect.CREATE, *needs: str) -> Step:
    name = id.rpartition("/")[2]
    return step(name, calls.put(id, body), effect, needs)


def step(name: str, action: SdkCall, effect: Effect, needs: tuple[str, ...] = ()) -> Step:
    mine = (ref(Kind.VM, name),)
    return Step(id=name, effect=effect, action=action, why=f"do {name}", changes=mine, needs=needs)


def here(**properties: Any) -> dict[str, Any]:
    return {"location": "westeurope", "properties": properties}


NETWORK = put(NET, here(addressSpace={"addressPrefixes": ["10.0.0.0/16"]}))
INNER = put(SUBNET, {"properties": {"addressPrefix": "10.0.0.0/24"}}, Effect.CREATE, "net")
CARD = put(NIC, here(ipConfigurations=[IP]), Effect.CREATE, "inner")


def nothing(id: str) -> dict[str, Any]:
    raise LookupError(id)


def template(*steps: Step) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(written(parts_of(Draft(steps), world(), nothing), SCOPE))
    return found


def test_ids_of_the_group_become_expressions_and_the_order_is_said() -> None:
    network, card = template(NETWORK, INNER, CARD)["resources"]
    assert [s["name"] for s in network["properties"]["subnets"]] == ["inner"]
    assert card["dependsOn"] == ["[resourceId('Microsoft.Network/virtualNetworks', 'net')]"]
    subnet = card["properties"]["ipConfigurations"][0]["properties"]["subnet"]["id"]
    assert subnet == "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'net', 'inner')]"
    assert card["location"] == "[parameters('location')]"
    assert GROUP_ID not in json.dumps(card)


def test_what_is_written_is_read_back_as_it_was_meant() -> None:
    odd = put(NIC, {**here(ipConfigurations=[IP]), "tags": {"a": "[b]", "c": "[[d]", "e": "[f"}})
    parts = parts_of(Draft((NETWORK, INNER, odd)), world(), nothing)
    told = read(written(parts, SCOPE), SCOPE)
    assert [(d.id, d.body) for d in told] == [(p.id, p.body) for p in parts]


def test_a_subnet_of_a_network_that_stays_is_a_resource_of_its_own() -> None:
    (subnet,) = template(INNER)["resources"]
    assert (subnet["type"], subnet["name"]) == (
        "Microsoft.Network/virtualNetworks/subnets",
        "net/inner",
    )


def test_tags_are_all_that_there_will_be() -> None:
    web = there(Kind.VM, "web", tags={"old": "1", "gone": "2"})
    steps = (
        step("a", tagging(VM, "Merge", {"new": "3"}), Effect.UPDATE),
        step("b", tagging(VM, "Delete", {"gone": "2"}), Effect.UPDATE),
    )
    (part,) = parts_of(Draft(steps), world(web), nothing)
    assert part.id == f"{VM}{TAGS_TAIL}"
    assert part.body == {"properties": {"tags": {"old": "1", "new": "3"}}}


@pytest.mark.parametrize(
    ("action", "effect"),
    [
        (calls.post(VM, "start"), Effect.UPDATE),
        (calls.delete(VM), Effect.DELETE),
        (calls.patch(VM, {"tags": {}}), Effect.UPDATE),
        (calls.put(VM, {"tags": {"a": Output("b").as_json()}}), Effect.CREATE),
        (calls.put(VM, here(osProfile={"adminPassword": "x"})), Effect.CREATE),
        (calls.put(VM, {"tags": {"[concat('a')]": "b"}}), Effect.CREATE),
    ],
    ids=("power", "delete", "patch", "output", "secret", "expression"),
)
def test_what_no_template_says_is_refused(action: SdkCall, effect: Effect) -> None:
    with pytest.raises(Unsupported) as caught:
        template(step("web", action, effect))
    assert str(caught.value) != "x"


@pytest.mark.parametrize(
    "changed",
    [
        {"tags": {"a": "[listKeys('x', '2021-01-01')]"}},
        {"tags": {"[concat('a')]": "b"}},
        {"copy": {"name": "many", "count": 3}},
        {"type": "Microsoft.Resources/deployments"},
        {"name": "[parameters('location')]"},
        {"scope": "/"},
    ],
)
def test_a_template_that_says_more_than_ours_do_is_not_read(changed: dict[str, Any]) -> None:
    found = template(CARD)
    found["resources"][0] |= changed
    with pytest.raises(Unsupported):
        read(json.dumps(found), SCOPE)


def test_outputs_give_nothing_away() -> None:
    found = template(CARD)
    found["outputs"]["key"] = {"type": "object", "value": "[listKeys('x', '2021-01-01')]"}
    with pytest.raises(Unsupported):
        read(json.dumps(found), SCOPE)


def test_it_means_one_call_for_each_resource_that_changes() -> None:
    text = written(parts_of(Draft((NETWORK, INNER, CARD)), world(), nothing), SCOPE)
    address = "Microsoft.Network/networkInterfaces/nic"
    entry = {"address": address, "type": "t", "actions": ["create"]}
    action = IacChange({"one.json": text}, (address,), (entry,))
    doing = Step(
        id="deploy", effect=Effect.CREATE, action=action, why="", changes=(ref(Kind.NIC, "nic"),)
    )
    (call,) = meant(doing)
    assert (call.effect, call.action) == (Effect.CREATE, CARD.action)
    assert call.changes[0] == ref(Kind.NIC, "nic")


def test_a_part_of_a_machine_is_written_with_all_the_rest_of_it() -> None:
    old = {"lun": 0, "name": "old", "managedDisk": {"id": arm(Kind.DISK, "old")}}
    profile = {"bootDiagnostics": {"enabled": False}}
    properties = {
        "vmId": "1",
        "storageProfile": {"dataDisks": [old]},
        "diagnosticsProfile": profile,
    }
    machine = {"id": VM, "name": "web", "location": "westeurope", "tags": {"a": "1"}}
    boot = {"properties": {"diagnosticsProfile": {"bootDiagnostics": {"enabled": True}}}}
    disk = {"dataDisksToAttach": [{"diskId": arm(Kind.DISK, "new")}]}
    steps = (
        step("on", calls.patch(VM, boot), Effect.UPDATE),
        step("attach", calls.post(VM, "attachDetachDataDisks", disk), Effect.UPDATE),
    )
    (part,) = parts_of(Draft(steps), world(), lambda _: {**machine, "properties": properties})
    new = {"lun": 1, "name": "new", "createOption": "Attach"}
    assert part.body == {
        "location": "westeurope",
        "tags": {"a": "1"},
        "properties": {
            "storageProfile": {
                "dataDisks": [old, {**new, "managedDisk": {"id": arm(Kind.DISK, "new")}}]
            },
            "diagnosticsProfile": {"bootDiagnostics": {"enabled": True}},
        },
    }


@pytest.mark.parametrize("tagged_first", [True, False])
def test_tags_of_what_is_written_whole_are_in_it(tagged_first: bool) -> None:
    machine = {"id": VM, "name": "web", "location": "westeurope", "tags": {"a": "1"}}
    disk = {"dataDisksToAttach": [{"diskId": arm(Kind.DISK, "new")}]}
    tag = (tagging(VM, "Merge", {"env": "prod"}), Effect.UPDATE)
    attach = (calls.post(VM, "attachDetachDataDisks", disk), Effect.UPDATE)
    first, second = (tag, attach) if tagged_first else (attach, tag)
    steps = (step("first", *first), step("second", *second, ("first",)))
    web = there(Kind.VM, "web", tags={"a": "1"})
    (part,) = parts_of(Draft(steps), world(web), lambda _: machine)
    assert part.id == VM
    assert part.body["tags"] == {"a": "1", "env": "prod"}
    assert [one["name"] for one in part.body["properties"]["storageProfile"]["dataDisks"]] == [
        "new"
    ]
    assert set(part.steps) == {"first", "second"}, "both are told, read back and taken back"


def test_what_leaves_a_machine_no_template_says() -> None:
    off = {"dataDisksToDetach": [{"diskId": arm(Kind.DISK, "old")}]}
    with pytest.raises(Unsupported, match="says what there is"):
        template(step("off", calls.post(VM, "attachDetachDataDisks", off), Effect.UPDATE))
