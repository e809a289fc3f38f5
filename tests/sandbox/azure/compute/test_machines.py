"""Machines: what is taken, what is kept, what goes with them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fakes.azure import COMPUTE, NETWORK, Azure, disk, emulated, machine
from sandbox.azure.cloud import Settings

VM = f"{COMPUTE}/virtualMachines/web-1"


def test_a_machine_is_made_with_its_disk_and_runs(azure: Azure) -> None:
    made = azure.done("PUT", VM, machine())
    properties = made["properties"]
    assert properties["provisioningState"] == "Succeeded"
    assert properties["storageProfile"]["imageReference"]["exactVersion"] == "22.04.202610070"
    (system,) = azure.disks().values()
    assert (system["name"], system["properties"]["diskSizeGB"]) == ("system", 30)
    assert (system["properties"]["diskState"], system["managedBy"]) == ("Attached", made["id"])
    assert azure.power("web-1") == "PowerState/running"


def test_its_disks_have_the_tags_that_it_had_when_they_were_made(azure: Azure) -> None:
    azure.done("PUT", VM, {**machine(), "tags": {"project": "demo"}})
    azure.done("PATCH", VM, {"tags": {"project": "other"}})
    (system,) = azure.disks().values()
    assert system["tags"] == {"project": "demo"}


def test_what_is_secret_is_never_told(azure: Azure) -> None:
    profile = {**machine()["properties"]["osProfile"], "customData": "c2VjcmV0"}
    made = azure.done("PUT", VM, machine(osProfile=profile))
    seen = json.dumps([made, azure.done("GET", VM, expand="instanceView")])
    assert "correct-Horse-7" not in seen
    assert "c2VjcmV0" not in seen


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"hardwareProfile": {"vmSize": "Standard_Nope"}}, "InvalidParameter", "not valid"),
        ({"hardwareProfile": {}}, "InvalidParameter", "hardwareProfile.vmSize"),
        ({"networkProfile": {"networkInterfaces": []}}, "InvalidParameter", "at least one"),
        ({"osProfile": {}}, "InvalidParameter", "osProfile"),
        (
            {"osProfile": {"adminUsername": "root", "adminPassword": "correct-Horse-7"}},
            "InvalidParameter",
            "Admin Username",
        ),
        (
            {"osProfile": {"adminUsername": "ann", "adminPassword": "weak"}},
            "InvalidParameter",
            "password",
        ),
        ({"osProfile": {"adminUsername": "ann"}}, "InvalidParameter", "Authentication"),
        ({"evictionPolicy": "Delete"}, "EvictionPolicyCanBeSetOnlyOnAzureSpotVirtual", "Spot"),
        ({"priority": "Spot"}, "AzureSpotIsNotSupportedForThisVMSize", "Standard_B2s"),
    ],
)
def test_what_is_not_taken_leaves_nothing(
    azure: Azure, change: dict[str, Any], code: str, words: str
) -> None:
    status, told, message = azure.refused("PUT", VM, machine(**change))
    assert (status, words in message) == (400, True), message
    assert told.startswith(code)
    assert azure.disks() == {}
    assert azure.ask("GET", VM).status == 404


def test_an_image_that_is_not_there(azure: Azure) -> None:
    reference = {"publisher": "Canonical", "offer": "nope", "sku": "x", "version": "latest"}
    body = machine(storageProfile={"imageReference": reference})
    assert azure.refused("PUT", VM, body)[:2] == (404, "PlatformImageNotFound")


def test_an_interface_serves_one_machine(azure: Azure) -> None:
    azure.done("PUT", VM, machine())
    assert azure.refused("PUT", f"{VM}-b", machine())[1] == "NicInUse"
    assert list(azure.disks()) == ["system"]
    interface = f"{NETWORK}/networkInterfaces/nic-1"
    assert azure.done("GET", interface)["properties"]["virtualMachine"]["id"] == VM
    assert azure.refused("DELETE", interface)[0] in (400, 409)


def test_the_quota_counts_what_is_allocated() -> None:
    azure = emulated(Settings(quotas={"cores": 3}))
    azure.done("PUT", VM, machine())
    second = machine("nic-2", storageProfile=_named("other"))
    status, code, message = azure.refused("PUT", f"{VM}-b", second)
    assert (status, code) == (409, "OperationNotAllowed")
    assert "Current Limit: 3, Current Usage: 2, Additional Required: 2" in message
    azure.done("POST", f"{VM}/powerOff")
    assert azure.refused("PUT", f"{VM}-b", second)[1] == "OperationNotAllowed"
    azure.done("POST", f"{VM}/deallocate")
    azure.done("PUT", f"{VM}-b", second)
    assert azure.refused("POST", f"{VM}/start")[1] == "OperationNotAllowed"


def test_regular_never_becomes_spot(azure: Azure) -> None:
    azure.done("PUT", VM, machine(hardwareProfile={"vmSize": "Standard_D2s_v3"}))
    told = azure.refused("PATCH", VM, {"properties": {"priority": "Spot"}})
    assert told[:2] == (400, "BadRequest")
    assert "since no priority was specified" in told[2]


def test_a_regular_one_that_said_so_neither(azure: Azure) -> None:
    size = {"vmSize": "Standard_D2s_v3"}
    azure.done("PUT", VM, machine(hardwareProfile=size, priority="Regular"))
    told = azure.refused("PATCH", VM, {"properties": {"priority": "Spot"}})
    assert told[:2] == (409, "PropertyChangeNotAllowed")


def test_eviction(azure: Azure) -> None:
    size = {"vmSize": "Standard_D2s_v3"}
    azure.done("PUT", VM, machine(hardwareProfile=size, priority="Spot"))
    azure.done("POST", f"{VM}/simulateEviction")
    assert azure.power("web-1") == "PowerState/deallocated"
    other = machine("nic-2", hardwareProfile=size, priority="Spot", evictionPolicy="Delete")
    other["properties"]["storageProfile"] = _named("other")
    azure.done("PUT", f"{VM}-b", other)
    azure.done("POST", f"{VM}-b/simulateEviction")
    assert azure.ask("GET", f"{VM}-b").status == 404


def test_what_is_to_go_with_it_goes(azure: Azure) -> None:
    system = {"createOption": "FromImage", "name": "system", "deleteOption": "Delete"}
    data = [
        {"lun": 0, "createOption": "Empty", "diskSizeGB": 8, "name": "scratch"},
        {"lun": 1, "createOption": "Empty", "diskSizeGB": 8, "name": "gone"},
    ]
    data[1]["deleteOption"] = "Delete"
    reference = machine()["properties"]["storageProfile"]["imageReference"]
    profile = {"imageReference": reference, "osDisk": system, "dataDisks": data}
    azure.done("PUT", VM, machine(storageProfile=profile))
    azure.done("DELETE", VM)
    assert list(azure.disks()) == ["scratch"]
    assert azure.done("GET", f"{NETWORK}/networkInterfaces/nic-1")["name"] == "nic-1"


def test_a_put_without_a_disk_takes_it_off(azure: Azure) -> None:
    azure.done("PUT", f"{COMPUTE}/disks/data", disk())
    azure.done("PUT", VM, machine())
    azure.done("POST", f"{VM}/attachDetachDataDisks", {"dataDisksToAttach": [_data()]})
    assert azure.disks()["data"]["managedBy"] == VM
    azure.done("PATCH", VM, {"tags": {"a": "b"}})
    assert azure.disks()["data"]["properties"]["diskState"] == "Attached"
    body = machine()
    body["properties"]["storageProfile"]["dataDisks"] = []
    azure.done("PUT", VM, body)
    assert azure.disks()["data"]["properties"]["diskState"] == "Unattached"


def test_a_disk_is_at_one_machine_and_one_lun(azure: Azure) -> None:
    azure.done("PUT", f"{COMPUTE}/disks/data", disk())
    azure.done("PUT", VM, machine())
    azure.done("PUT", f"{VM}-b", machine("nic-2", storageProfile=_named("other")))
    attach = {"dataDisksToAttach": [_data()]}
    azure.done("POST", f"{VM}/attachDetachDataDisks", attach)
    told = azure.refused("POST", f"{VM}-b/attachDetachDataDisks", attach)
    assert (told[0], "already owned by VM" in told[2]) == (409, True)
    twice = [{"lun": 3, "createOption": "Empty", "diskSizeGB": 4} for _ in range(2)]
    body = {"properties": {"storageProfile": {"dataDisks": twice}}}
    assert "LUN '3'" in azure.refused("PATCH", VM, body)[2]
    many = [{"lun": n, "createOption": "Empty", "diskSizeGB": 4} for n in range(5)]
    body = {"properties": {"storageProfile": {"dataDisks": many}}}
    assert "is 4." in azure.refused("PATCH", VM, body)[2]


def test_power(azure: Azure) -> None:
    azure.done("PUT", VM, machine())
    azure.done("POST", f"{VM}/powerOff")
    assert azure.power("web-1") == "PowerState/stopped"
    azure.done("POST", f"{VM}/deallocate")
    assert azure.disks()["system"]["properties"]["diskState"] == "Reserved"
    assert azure.refused("POST", f"{VM}/restart")[:2] == (409, "OperationNotAllowed")
    azure.done("POST", f"{VM}/start")
    azure.done("POST", f"{VM}/restart")
    assert azure.power("web-1") == "PowerState/running"


def test_a_resize_that_its_disks_do_not_fit(azure: Azure) -> None:
    azure.done("PUT", VM, machine(hardwareProfile={"vmSize": "Standard_B4ms"}))
    many = [{"lun": n, "createOption": "Empty", "diskSizeGB": 4} for n in range(6)]
    azure.done("PATCH", VM, {"properties": {"storageProfile": {"dataDisks": many}}})
    smaller = {"properties": {"hardwareProfile": {"vmSize": "Standard_B2s"}}}
    assert azure.refused("PATCH", VM, smaller)[1] == "OperationNotAllowed"
    fitting = azure.done("GET", f"{VM}/vmSizes")["value"]
    assert all(size["maxDataDiskCount"] >= 6 for size in fitting)


def test_boot_diagnostics(azure: Azure) -> None:
    azure.done("PUT", VM, machine())
    assert azure.refused("POST", f"{VM}/retrieveBootDiagnosticsData")[0] == 409
    on = {"properties": {"diagnosticsProfile": {"bootDiagnostics": {"enabled": True}}}}
    azure.done("PATCH", VM, on)
    told = azure.done("POST", f"{VM}/retrieveBootDiagnosticsData")
    assert told["serialConsoleLogBlobUri"].startswith("https://localhost/sandbox/")
    assert (
        azure.done("GET", VM, expand="instanceView")["properties"]["instanceView"][
            "bootDiagnostics"
        ]
        == {}
    )


def test_settled_for_good(azure: Azure) -> None:
    azure.done("PUT", VM, machine())
    profile = {"adminUsername": "other"}
    told = azure.refused("PATCH", VM, {"properties": {"osProfile": profile}})
    assert told[:2] == (409, "PropertyChangeNotAllowed")


def test_an_extension_needs_a_machine_that_runs(azure: Azure) -> None:
    azure.done("PUT", VM, machine())
    properties = {
        "publisher": "Microsoft.Azure.Extensions",
        "type": "CustomScript",
        "typeHandlerVersion": "2.1",
        "protectedSettings": {"script": "hidden"},
    }
    body = {"location": "eastus", "properties": properties}
    made = azure.done("PUT", f"{VM}/extensions/setup", body)
    assert "protectedSettings" not in made["properties"]
    assert [r["name"] for r in azure.done("GET", VM)["resources"]] == ["setup"]
    azure.done("POST", f"{VM}/deallocate")
    assert azure.refused("PUT", f"{VM}/extensions/again", body)[0] == 409
    azure.done("DELETE", VM)
    assert azure.ask("GET", f"{VM}/extensions/setup").status == 404


def _named(name: str) -> dict[str, Any]:
    profile = machine()["properties"]["storageProfile"]
    return {**profile, "osDisk": {"createOption": "FromImage", "name": name}}


def _data(name: str = "data") -> dict[str, Any]:
    return {"diskId": f"{COMPUTE}/disks/{name}"}


def test_words_are_taken_in_any_case(azure: Azure) -> None:
    body = machine()
    body["properties"]["storageProfile"]["osDisk"] = {"createOption": "fromimage", "name": "system"}
    made = azure.done("PUT", VM, body)
    assert made["properties"]["storageProfile"]["osDisk"]["createOption"] == "FromImage"


def test_zones_may_come_as_numbers(azure: Azure) -> None:
    made = azure.done("PUT", VM, {**machine(), "zones": [1]})
    assert made["zones"] == ["1"]


@pytest.mark.parametrize("name", ["vm_$$", "-web", "web-", "a" * 65])
def test_a_name_that_is_none(azure: Azure, name: str) -> None:
    assert azure.refused("PUT", f"{COMPUTE}/virtualMachines/{name}", machine())[0] == 400
