"""Disks, snapshots, images, availability sets, keys, and what there is to choose from."""

from __future__ import annotations

from typing import Any

from fakes.azure import COMPUTE, Azure, disk, machine
from sandbox.azure.names import SUBSCRIPTION

VM = f"{COMPUTE}/virtualMachines/web-1"
HERE = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Compute"
IMAGES = f"{HERE}/locations/eastus/publishers/Canonical/artifacttypes/vmimage/offers"


def test_a_disk_grows_and_never_shrinks(azure: Azure) -> None:
    path = f"{COMPUTE}/disks/data"
    assert azure.ask("PUT", path, disk(64)).status == 202
    azure.done("PATCH", path, {"properties": {"diskSizeGB": 128}})
    status, code, message = azure.refused("PATCH", path, {"properties": {"diskSizeGB": 32}})
    assert (status, code) == (400, "InvalidParameter")
    assert "between '128'" in message
    assert azure.disks()["data"]["properties"]["diskSizeBytes"] == 128 * 1024**3


def test_the_system_disk_of_a_running_machine_does_not_grow(azure: Azure) -> None:
    azure.done("PUT", VM, machine())
    larger = {"properties": {"diskSizeGB": 64}}
    assert azure.refused("PATCH", f"{COMPUTE}/disks/system", larger)[1] == "OperationNotAllowed"
    azure.done("POST", f"{VM}/deallocate")
    azure.done("PATCH", f"{COMPUTE}/disks/system", larger)


def test_a_disk_in_use_stays(azure: Azure) -> None:
    azure.done("PUT", VM, machine())
    status, code, message = azure.refused("DELETE", f"{COMPUTE}/disks/system")
    assert (status, code) == (409, "OperationNotAllowed")
    assert message == f"Disk system is attached to VM {VM}."


def test_a_snapshot_and_a_disk_of_it(azure: Azure) -> None:
    azure.done("PUT", VM, machine())
    copy = {"createOption": "Copy", "sourceResourceId": f"{COMPUTE}/disks/system"}
    body = {"location": "eastus", "properties": {"creationData": copy}}
    made = azure.ask("PUT", f"{COMPUTE}/snapshots/before", body)
    assert made.body["properties"]["diskSizeGB"] == 30
    copy = {"createOption": "Copy", "sourceResourceId": f"{COMPUTE}/snapshots/before"}
    body = {"location": "eastus", "properties": {"creationData": copy}}
    azure.done("PUT", f"{COMPUTE}/disks/again", body)
    again = azure.disks()["again"]["properties"]
    assert (again["diskSizeGB"], again["osType"]) == (30, "Linux")


def test_an_image_needs_a_machine_that_is_generalized(azure: Azure) -> None:
    azure.done("PUT", VM, machine())
    path = f"{COMPUTE}/images/golden"
    body = {"location": "eastus", "properties": {"sourceVirtualMachine": {"id": VM}}}
    assert azure.refused("PUT", path, body)[0] == 409
    assert azure.refused("POST", f"{VM}/generalize")[0] == 409
    azure.done("POST", f"{VM}/deallocate")
    azure.done("POST", f"{VM}/generalize")
    azure.done("PUT", path, body)
    assert azure.refused("POST", f"{VM}/start")[0] == 409
    profile: dict[str, Any] = {"imageReference": {"id": path}, "osDisk": {"name": "second"}}
    azure.done("PUT", f"{VM}-b", machine("nic-2", storageProfile=profile))
    assert azure.disks()["second"]["properties"]["osType"] == "Linux"


def test_a_set_with_machines_stays(azure: Azure) -> None:
    path = f"{COMPUTE}/availabilitySets/front"
    azure.done("PUT", path, {"location": "eastus", "sku": {"name": "Aligned"}, "properties": {}})
    azure.done("PUT", VM, machine(availabilitySet={"id": path}))
    assert azure.done("GET", path)["properties"]["virtualMachines"] == [{"id": VM}]
    assert azure.refused("DELETE", path)[1] == "OperationNotAllowed"
    azure.done("DELETE", VM)
    assert azure.ask("DELETE", path).status == 200


def test_a_generated_key_is_told_once(azure: Azure) -> None:
    path = f"{COMPUTE}/sshPublicKeys/mine"
    azure.done("PUT", path, {"location": "eastus"})
    pair = azure.done("POST", f"{path}/generateKeyPair")
    assert pair["privateKey"].startswith("-----BEGIN OPENSSH PRIVATE KEY-----")
    kept = azure.done("GET", path)["properties"]
    assert kept == {"publicKey": pair["publicKey"]}


def test_what_there_is_to_choose_from(azure: Azure) -> None:
    sizes = azure.done("GET", f"{HERE}/locations/eastus/vmSizes")["value"]
    assert {"Standard_B1s", "Standard_D2s_v5"} <= {size["name"] for size in sizes}
    assert "Canonical" in {
        p["name"] for p in azure.done("GET", f"{HERE}/locations/eastus/publishers")
    }
    jammy = f"{IMAGES}/0001-com-ubuntu-server-jammy/skus/22_04-lts-gen2/versions"
    (newest,) = azure.done("GET", jammy, top="1", orderby="name desc")
    exact = azure.done("GET", f"{jammy}/{newest['name']}")
    assert exact["properties"]["osDiskImage"]["operatingSystem"] == "Linux"
    skus = azure.done("GET", f"{HERE}/skus", filter="location eq 'westeurope'")["value"]
    assert {sku["locations"][0] for sku in skus} == {"westeurope"}
    azure.done("PUT", VM, machine())
    used = azure.done("GET", f"{HERE}/locations/eastus/usages")["value"]
    cores = {row["name"]["value"]: row["currentValue"] for row in used}
    assert (cores["cores"], cores["standardBSFamily"], cores["virtualMachines"]) == (2, 2, 1)


def test_what_no_guest_could_do_is_refused(azure: Azure) -> None:
    azure.done("PUT", VM, machine())
    assert azure.refused("POST", f"{VM}/runCommand", {"commandId": "RunShellScript"})[1] == (
        "NotEmulated"
    )
