from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fakes.azure_plans import (
    arm,
    call,
    delete_vm,
    machine,
    ref,
    resource,
    step,
    subject,
    world,
)
from fakes.specimens import LOST
from modalities.action import SdkCall
from modalities.resource import Kind, Link, World
from modalities.step import Effect, Step
from policies import blast_radius
from policies.destruction import destructions
from policies.finding import Severity
from policies.irreversible_delete import evaluate

WEB = machine("web-1", size="Standard_B2s")
DATA = resource(
    Kind.DISK, "data-1", attached_to=arm(Kind.VM, "web-1"), device="lun0", delete_with_vm=False
)
NET = resource(Kind.NETWORK, "net")
SUBNETS = tuple(
    resource(Kind.SUBNET, f"net/{n}", links=(Link("in", Kind.NETWORK, NET.id),)) for n in "ab"
)
RG = resource(Kind.RESOURCE_GROUP, "lab")
LAB = world(RG, *WEB, DATA, NET, *SUBNETS)


def gone(*steps: Step, holds: World = LAB) -> list[tuple[str, ...]]:
    return [tuple(sorted(d.names)) for d in destructions(subject(*steps, holds=holds))]


def denied(text: str, *steps: Step, holds: World = LAB) -> list[str]:
    found = evaluate(subject(*steps, holds=holds, explicit=(text,)))
    return [f.reason.partition(" would be lost")[0] for f in found if f.severity is Severity.DENY]


def drop(operation: str, service: str = "compute", **parameters: Any) -> Step:
    """A step that claims to update something and to have a way back."""
    return step("act", Effect.UPDATE, call(operation, service, **parameters), ref(Kind.VM, "x"))


WHOLE = [("disk/web-1-os", "nic/web-1-nic", "vm/web-1")]


def test_a_machine_takes_along_what_goes_with_it() -> None:
    assert gone(delete_vm("WEB-1")) == WHOLE


def test_what_is_held_because_it_is_let_go_of_is_not_lost() -> None:
    """A deletion claims the disks that stay, too: they are no longer what they were."""
    held = replace(delete_vm("web-1"), changes=(*WEB[0].refs(), *DATA.refs()))
    assert gone(held) == WHOLE
    assert denied("delete web-1", held) == []


def test_a_disk_that_the_plan_sets_to_stay_stays() -> None:
    kept = {"storageProfile": {"osDisk": {"name": "web-1-os", "deleteOption": "Detach"}}}
    patch = call("virtual_machines.begin_update", vmName="web-1", body={"properties": kept})
    steps = (step("keep", Effect.UPDATE, patch, ref(Kind.VM, "web-1")), delete_vm("web-1"))
    assert gone(*steps) == [("nic/web-1-nic", "vm/web-1")]


def told_of_its_address(option: str, name: str = "keep") -> Step:
    address = {"id": arm(Kind.PUBLIC_IP, "door"), "properties": {"deleteOption": option}}
    inner = [{"name": "first", "properties": {"publicIPAddress": address}}]
    put = call(
        "network_interfaces.begin_create_or_update",
        "network",
        networkInterfaceName="web-1-nic",
        body={"properties": {"ipConfigurations": inner}},
    )
    return step(name, Effect.UPDATE, put, ref(Kind.NIC, "web-1-nic"))


def test_an_address_that_its_interface_is_told_to_keep_stays() -> None:
    door = resource(Kind.PUBLIC_IP, "door", attached_to=arm(Kind.VM, "web-1"), delete_with_vm=True)
    holds = world(*WEB, door)
    stays, goes = told_of_its_address("Detach"), told_of_its_address("Delete", "undo-that")
    assert ("public_ip/door" in gone(delete_vm("web-1"), holds=holds)[0]) is True
    assert ("public_ip/door" in gone(stays, delete_vm("web-1"), holds=holds)[0]) is False
    assert ("public_ip/door" in gone(stays, goes, delete_vm("web-1"), holds=holds)[0]) is True


def test_the_claimed_effect_does_not_matter() -> None:
    lying = drop("virtual_machines.begin_delete", vmName="web-1")
    assert gone(lying) == WHOLE
    assert denied("resize web-1x", lying) == ["vm/web-1, disk/web-1-os, nic/web-1-nic"]
    assert denied("delete web-1", lying) == []


LOSING = {
    "disk": drop("disks.begin_delete", diskName="data-1"),
    "by id": step(
        "act",
        Effect.UPDATE,
        SdkCall(
            "resource", "resources.begin_delete_by_id", {"resourceId": arm(Kind.DISK, "data-1")}
        ),
    ),
    "not in the world": drop("snapshots.begin_delete", snapshotName="s"),
    "an address": drop("public_ip_addresses.begin_delete", "network", publicIpAddressName="p"),
    "an account": drop("storage_accounts.delete", "storage", accountName="a"),
    "a part of an account": drop("blob_containers.delete", "storage", accountName="a"),
    "a lock": drop("management_locks.delete_at_resource_level", "resource-locks", lockName="l"),
    "run a script": drop("virtual_machines.begin_run_command", vmName="web-1"),
    "reimage": drop("virtual_machines.begin_reimage", vmName="web-1"),
    "a link to a disk for anybody": drop("disks.begin_grant_access", diskName="data-1"),
    "move": drop(
        "resources.begin_move_resources", "resource", body={"resources": [arm(Kind.DISK, "data-1")]}
    ),
    "never heard of": drop("machines.begin_do_things", "quantum"),
}


@pytest.mark.parametrize("losing", LOSING.values(), ids=LOSING)
def test_what_is_lost_or_not_known_is_denied_unless_asked_for(losing: Step) -> None:
    assert len(denied("update the tags", losing)) == 1


HOLDING = {
    "start": drop("virtual_machines.begin_start", vmName="web-1"),
    "deallocate": drop("virtual_machines.begin_deallocate", vmName="web-1"),
    "read": drop("virtual_machines.list", body={}),
    "a rule": drop(
        "security_rules.begin_delete", "network", networkSecurityGroupName="g", securityRuleName="r"
    ),
    "a deployment's record": drop(
        "deployments.begin_delete", "resource-deployments", deploymentName="d"
    ),
    "what can be made again": drop(
        "network_interfaces.begin_delete", "network", networkInterfaceName="web-1-nic"
    ),
}


@pytest.mark.parametrize("holding", HOLDING.values(), ids=HOLDING)
def test_what_loses_nothing_is_allowed(holding: Step) -> None:
    assert denied("tidy up", holding) == []


def deployment(mode: Any, *resources: dict[str, Any], **properties: Any) -> Step:
    body = {"properties": {"mode": mode, "template": {"resources": resources}, **properties}}
    return drop(
        "deployments.begin_create_or_update",
        "resource-deployments",
        deploymentName="d",
        body=body,
    )


def entry(type: str, name: str, **properties: Any) -> dict[str, Any]:
    return {"type": type, "apiVersion": "2024-01-01", "name": name, "properties": properties}


WEB_ENTRY = entry("Microsoft.Compute/virtualMachines", "web-1")
NET_ENTRY = entry("Microsoft.Network/virtualNetworks", "net", subnets=[{"name": "A"}])


def test_a_deployment_in_complete_mode_takes_all_that_its_template_does_not_name() -> None:
    ((*names,),) = gone(deployment("Complete", WEB_ENTRY))
    assert "vm/web-1" not in names
    assert {"disk/data-1", "network/net", "subnet/net/a"} <= set(names)
    assert len(denied("deploy a template", deployment("Complete", WEB_ENTRY))) == 1


@pytest.mark.parametrize("mode", [None, "complete", "[parameters('mode')]", {"$output": "a.b"}])
def test_what_is_not_plainly_incremental_is_complete(mode: Any) -> None:
    assert len(gone(deployment(mode, WEB_ENTRY))[0]) == 6


def test_nested_and_linked_templates() -> None:
    nested = entry("Microsoft.Resources/deployments", "inner", mode="Complete")
    assert gone(deployment("Incremental", nested))
    assert gone(deployment("Incremental", templateLink={"uri": "https://x"}))
    assert gone(deployment("Incremental", WEB_ENTRY)) == []


def test_a_network_written_without_a_subnet_loses_it() -> None:
    written = drop(
        "virtual_networks.begin_create_or_update",
        "network",
        virtualNetworkName="net",
        body={"properties": {"subnets": [{"name": "A"}]}},
    )
    assert gone(written) == [("subnet/net/b",)]
    assert gone(deployment("Incremental", NET_ENTRY)) == [("subnet/net/b",)]
    other = drop(
        "virtual_networks.begin_create_or_update", "network", virtualNetworkName="new", body={}
    )
    assert gone(other) == []


DISK_ID = arm(Kind.DISK, "DATA-1")


@pytest.mark.parametrize(
    ("disks", "dropped"),
    [
        ([], True),
        ([{"lun": 0, "managedDisk": {"id": DISK_ID}}], False),
        ([{"lun": 5, "name": "data-1"}], False),
        ([{"lun": 0}], False),
        ([{"lun": 0, "managedDisk": {"id": {"$output": "disk.id"}}}], True),
        ([{"lun": 0, "managedDisk": {"id": DISK_ID}, "toBeDetached": True}], True),
    ],
)
def test_a_machine_written_without_a_data_disk_drops_it(disks: Any, dropped: bool) -> None:
    body = {"properties": {"storageProfile": {"dataDisks": disks}}}
    written = drop("virtual_machines.begin_create_or_update", vmName="web-1", body=body)
    assert gone(written) == ([("disk/data-1",)] if dropped else [])
    assert denied("attach a disk", written) == [], "the disk is there still"
    untold = drop("virtual_machines.begin_create_or_update", vmName="web-1", body={})
    assert gone(untold) == []


RG_GONE = drop("resource_groups.begin_delete", "resource")


def test_a_resource_group_is_everything_in_it() -> None:
    assert len(gone(RG_GONE)[0]) == len(LAB.resources)
    assert gone(drop("resource_groups.begin_delete", "resource", group="other")) == [
        ("resource_group/other",)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "delete the resource group",
        "delete resource group lab",
        "Delete the whole resource group named lab and everything in it",
        "remove the lab resource group",
        "destroy rg lab please",
        "tear down resource-group 'lab'",
    ],
)
def test_words_that_ask_for_a_resource_group(text: str) -> None:
    assert denied(text, RG_GONE) == []


@pytest.mark.parametrize(
    "text",
    [
        "delete web-1 in resource group lab",
        "delete web-1, resource group lab",
        "delete all VMs in the resource group",
        "delete everything in resource group lab",
        "delete the VM in the resource group named 'lab'",
        "delete resource group other",
        "delete the resource group except web-1",
        "list the resource group and delete web-1",
        "delete lab",
        "delete all of web-1 in rg lab",
        "delete the security group",
    ],
)
def test_words_that_do_not_ask_for_a_resource_group(text: str) -> None:
    assert denied(text, RG_GONE)


def test_what_lies_in_a_group_may_be_asked_for_by_it() -> None:
    disk = drop("disks.begin_delete", diskName="data-1")
    for text in (
        "delete everything in resource group lab",
        "delete all disks in the resource group lab",
        "delete data-1 from resource group lab",
    ):
        assert denied(text, disk) == [], text
    assert denied("delete web-1 in resource group lab", disk)
    assert denied("delete all of web-1 in rg lab", drop("disks.begin_delete", diskName="other"))


def test_what_the_plan_made_itself_is_its_own() -> None:
    snapshot = {"resourceGroupName": "lab", "snapshotName": "tmp"}
    made = step(
        "snap",
        Effect.CREATE,
        SdkCall("compute", "snapshots.begin_create_or_update", {**snapshot, "body": {}}),
        ref(Kind.SNAPSHOT, "tmp"),
    )
    tidied = step(
        "tidy", Effect.DELETE, SdkCall("compute", "snapshots.begin_delete", snapshot), undo=LOST
    )
    assert gone(made, tidied) == []
    assert gone(tidied, made) == [("snapshot/tmp",)]
    there = world(resource(Kind.SNAPSHOT, "tmp"))
    assert gone(made, tidied, holds=there) == [("snapshot/tmp",)]


def test_a_key_that_the_plan_made_may_be_given_its_halves() -> None:
    key = call("ssh_public_keys.create", sshPublicKeyName="k", body={})
    halves = drop("ssh_public_keys.generate_key_pair", sshPublicKeyName="k")
    assert gone(step("key", Effect.CREATE, key, ref(Kind.KEY_PAIR, "k")), halves) == []
    assert gone(halves) == [("key_pair/k",)], "another's key would be another one after it"


def replaced(*kept: str) -> tuple[Step, ...]:
    """web-1 made again as a spot machine, ``kept`` being disks set to stay."""
    disks = [{"name": name, "lun": n, "deleteOption": "Detach"} for n, name in enumerate(kept)]
    patch = call(
        "virtual_machines.begin_update",
        vmName="web-1",
        body={"properties": {"storageProfile": {"dataDisks": disks}}},
    )
    again = call("virtual_machines.begin_create_or_update", vmName="web-1", body={})
    return (
        step("keep", Effect.UPDATE, patch, ref(Kind.VM, "web-1")),
        delete_vm("web-1", Effect.REPLACE, undo=LOST),
        step("again", Effect.CREATE, again, ref(Kind.VM, "web-1")),
    )


def test_a_replacement_is_warned_of_where_its_disks_are_kept() -> None:
    found = list(evaluate(subject(*replaced("web-1-os"), holds=LAB, explicit=("make it spot",))))
    assert [f.severity for f in found] == [Severity.WARN]


def test_a_replacement_that_loses_a_disk_is_denied() -> None:
    assert len(denied("make web-2 spot", *replaced())) == 1


def test_a_machines_own_parts_count_as_the_machine() -> None:
    machines = [machine(f"app-{n}") for n in range(4)]
    holds = world(*(part for parts in machines for part in parts))
    steps = [delete_vm(f"app-{n}") for n in range(4)]
    assert list(blast_radius.evaluate(subject(*steps, holds=holds, max_deletes=4))) == []
    (finding,) = blast_radius.evaluate(subject(*steps, holds=holds, max_deletes=3))
    assert finding.reason.startswith("4 resources are deleted")


def test_a_resource_group_is_as_large_as_what_is_in_it() -> None:
    (finding,) = blast_radius.evaluate(subject(RG_GONE, holds=LAB))
    assert finding.reason.startswith("6 resources are deleted"), finding.reason
