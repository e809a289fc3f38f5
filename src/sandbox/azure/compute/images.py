"""Managed images, of a generalized machine or of a disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.azure.compute.disks import DISK, SNAPSHOT, by_id
from sandbox.azure.compute.sizes import MACHINE
from sandbox.azure.compute.spelling import spelled
from sandbox.azure.contract import Change, ResourceType
from sandbox.azure.documents import Document, at
from sandbox.azure.entry import Entry
from sandbox.azure.refusal import bad_request, conflict, not_emulated

IMAGE = "Microsoft.Compute/images"


def complete(change: Change) -> Document:
    change = spelled(change)
    if change.before is not None:
        return {**change.body, "properties": {**change.before.properties, **change.properties}}
    source = at(change.properties, "sourceVirtualMachine.id")
    if source is not None:
        profile = _of_machine(change, by_id(change.cloud, source, MACHINE, "sourceVirtualMachine"))
    else:
        profile = _of_disk(change)
    generation = change.properties.get("hyperVGeneration") or "V1"
    properties = {**change.properties, "storageProfile": profile, "hyperVGeneration": generation}
    return {**change.body, "properties": properties}


def _of_machine(change: Change, machine: Entry) -> dict[str, Any]:
    if not machine.inner.get("generalized"):
        raise conflict(
            "OperationNotAllowed",
            f"VM '{machine.name}' is not generalized: 'Image' can only be created from a "
            "generalized virtual machine.",
        )
    profile = machine.properties["storageProfile"]
    system = profile["osDisk"]
    disks = [_part(change, disk, {"lun": disk["lun"]}) for disk in profile.get("dataDisks", [])]
    head = {"osType": system["osType"], "osState": "Generalized"}
    return {"osDisk": _part(change, system, head), "dataDisks": disks, "zoneResilient": False}


def _part(change: Change, disk: Document, head: dict[str, Any]) -> dict[str, Any]:
    held = change.cloud.require(disk["managedDisk"]["id"])
    return {
        **head,
        "diskSizeGB": held.properties["diskSizeGB"],
        "managedDisk": {"id": held.id.text},
        "caching": disk.get("caching", "None"),
        "storageAccountType": at(held.document, "sku.name"),
    }


def _of_disk(change: Change) -> dict[str, Any]:
    system = at(change.properties, "storageProfile.osDisk")
    if not isinstance(system, Mapping) or "osType" not in system:
        raise bad_request(
            "InvalidParameter",
            "Required parameter 'storageProfile.osDisk.osType' is missing (null).",
            "osDisk",
        )
    if "blobUri" in system:
        raise not_emulated("an image of a blob")
    for name, type in (("managedDisk", DISK), ("snapshot", SNAPSHOT)):
        if (id := at(system, f"{name}.id")) is not None:
            held = by_id(change.cloud, id, type, f"osDisk.{name}")
            made = {"osState": "Generalized", "diskSizeGB": held.properties["diskSizeGB"], **system}
            return {"zoneResilient": False, "dataDisks": [], "osDisk": made}
    raise bad_request(
        "InvalidParameter", "The image needs a source: managedDisk or snapshot.", "osDisk"
    )


TYPES = (ResourceType(name=IMAGE, complete=complete, seconds={"PUT": 30, "DELETE": 5}),)
