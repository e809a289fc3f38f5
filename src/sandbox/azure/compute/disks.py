"""Managed disks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from sandbox.azure.compute.catalogue import MarketImage, find
from sandbox.azure.compute.sizes import MACHINE
from sandbox.azure.compute.spelling import SKUS, spelled
from sandbox.azure.contract import Change, Cloud, ResourceType, Sight
from sandbox.azure.documents import Document, at, changed
from sandbox.azure.entry import Entry
from sandbox.azure.ids import parse
from sandbox.azure.refusal import Refused, bad_request, conflict, not_emulated
from sandbox.azure.showing import stamp

DISK = "Microsoft.Compute/disks"
SNAPSHOT = "Microsoft.Compute/snapshots"
MOST = 32767
"""GiB of a managed disk."""
IOPS = {"Standard_LRS": (500, 60), "StandardSSD_LRS": (500, 100)}
PREMIUM = ((4, 120, 25), (64, 240, 50), (128, 500, 100), (256, 1100, 125), (512, 2300, 150))
"""Up to so many GiB: operations and MB a second. (Sizes P1 to P20; larger ones as P30.)"""
LARGEST = (5000, 200)


def complete(change: Change) -> Document:
    change = spelled(change)
    sku = _sku(change)
    before = change.before.properties if change.before else None
    if before is not None:
        _check_update(change, before)
    made = _made(change) if before is None else {}
    properties = {**made, **(before or {}), **change.properties}
    gib = _gib(properties.get("diskSizeGB"))
    operations, megabytes = speed(sku, gib)
    properties |= {
        "diskSizeGB": gib,
        "diskSizeBytes": gib * 1024**3,
        "diskIOPSReadWrite": operations,
        "diskMBpsReadWrite": megabytes,
    }
    tier = "Premium" if sku.startswith("Premium") else "Standard"
    return {**change.body, "sku": {"name": sku, "tier": tier}, "properties": properties}


def speed(sku: str, gib: int) -> tuple[int, int]:
    if sku in IOPS:
        return IOPS[sku]
    found = (fast[1:] for fast in PREMIUM if gib <= fast[0])
    return next(found, LARGEST)


def _sku(change: Change) -> str:
    asked = at(change.body, "sku.name")
    kept = at(change.before.document, "sku.name") if change.before else None
    wanted = str(asked or kept or "Standard_LRS")
    found = next((sku for sku in SKUS if sku.casefold() == wanted.casefold()), None)
    if found is None:
        raise bad_request(
            "InvalidParameter",
            f"The value '{wanted}' of parameter 'disk.sku.name' is not supported. Supported "
            f"values are: {', '.join(SKUS)}.",
            "disk.sku.name",
        )
    return found


def _made(change: Change) -> dict[str, Any]:
    """What a new disk is, by what it is created from."""
    creation = change.properties.get("creationData")
    if not isinstance(creation, Mapping) or "createOption" not in creation:
        raise _required("disk.creationData.createOption")
    return {
        "uniqueId": str(uuid4()),
        "timeCreated": stamp(change.cloud.now()),
        "encryption": {"type": "EncryptionAtRestWithPlatformKey"},
        "networkAccessPolicy": "AllowAll",
        "publicNetworkAccess": "Enabled",
        **_content(change, creation),
    }


def _content(change: Change, creation: Document) -> dict[str, Any]:
    match creation["createOption"]:
        case "Empty":
            if change.properties.get("diskSizeGB") is None:
                raise _required("disk.diskSizeGB")
            return {}
        case "FromImage":
            image = _market(str(at(creation, "imageReference.id", "")))
            return _at_least(change, image.gib, image.system, image.generation)
        case "Copy":
            source = change.cloud.require(str(creation.get("sourceResourceId", "")))
            told = source.properties
            gib = int(told["diskSizeGB"])
            return _at_least(change, gib, told.get("osType"), told.get("hyperVGeneration"))
        case "Attach" | "Import" | "Upload" | "Restore" as other:
            raise not_emulated(f"a disk created by {other}")
    raise bad_request(
        "InvalidParameter",
        f"The value '{creation['createOption']}' of parameter 'disk.creationData.createOption' is "
        "not supported.",
        "disk.creationData.createOption",
    )


def _at_least(
    change: Change, gib: int, system: str | None, generation: str | None
) -> dict[str, Any]:
    """As large as its source, or larger; with the system that is on it."""
    wanted = change.properties.get("diskSizeGB")
    if wanted is not None:
        _check_range(_gib(wanted), gib)
    told = {"diskSizeGB": gib, "osType": system, "hyperVGeneration": generation}
    return {name: value for name, value in told.items() if value is not None}


def _market(id: str) -> MarketImage:
    """``/Subscriptions/{s}/Providers/Microsoft.Compute/Locations/{l}/Publishers/{p}/ArtifactTypes/
    VMImage/Offers/{o}/Skus/{k}/Versions/{v}``. Raises Refused."""
    parts = id.split("/")
    named = {parts[n].casefold(): parts[n + 1] for n in range(1, len(parts) - 1, 2)}
    wanted = [named.get(name, "") for name in ("publishers", "offers", "skus", "versions")]
    found = find(*wanted)
    if found is None:
        raise Refused(404, "PlatformImageNotFound", f"The platform image '{id}' is not available.")
    return found[0]


def _check_update(change: Change, before: Document) -> None:
    gib, had = change.properties.get("diskSizeGB"), int(before["diskSizeGB"])
    if gib is not None:
        _check_range(_gib(gib), had)
    creation = at(change.sent, "properties.creationData.createOption")
    if creation is not None and creation != at(before, "creationData.createOption"):
        raise conflict(
            "PropertyChangeNotAllowed", "Changing property 'creationData' is not allowed."
        )
    if gib is not None and _gib(gib) > had and change.before is not None:
        _check_grows(change.cloud, change.before)


def _check_grows(cloud: Cloud, disk: Entry) -> None:
    """The disk that a machine runs from grows only while the machine does not run."""
    for machine in cloud.referrers(disk, MACHINE):
        system = at(machine.properties, "storageProfile.osDisk.managedDisk.id", "")
        if system.casefold() == disk.key and machine.inner.get("power") != "deallocated":
            raise conflict(
                "OperationNotAllowed",
                f"Cannot resize disk {disk.name} while it is attached to running VM "
                f"{machine.id.text}. Resizing a disk of an Azure Virtual Machine requires the "
                "virtual machine to be deallocated. Please stop your VM and retry the operation.",
            )


def _gib(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise bad_request(
            "InvalidParameter",
            f"The value '{value}' of parameter 'disk.diskSizeGB' is not a whole number.",
            "disk.diskSizeGB",
        )
    return value if 1 <= value <= MOST else _check_range(value, 1)


def _check_range(value: int, least: int) -> int:
    """Raises Refused where it is below ``least`` or above what there is."""
    if not least <= value <= MOST:
        raise bad_request(
            "InvalidParameter",
            f"The value '{value}' of parameter 'disk.diskSizeGB' is out of range. The value must "
            f"be between '{least}' and '{MOST}', inclusive.",
            "disk.diskSizeGB",
        )
    return value


def _required(name: str) -> Refused:
    return bad_request("InvalidParameter", f"Required parameter '{name}' is missing (null).", name)


def show(sight: Sight) -> Document:
    users = sight.cloud.referrers(sight.entry, MACHINE)
    if not users:
        return changed(sight.document, "properties.diskState", "Unattached")
    there = any(user.inner.get("power") != "deallocated" for user in users)
    state = "Attached" if there else "Reserved"
    seen = changed(sight.document, "properties.diskState", state)
    return {**seen, "managedBy": users[0].id.text}


def in_use(entry: Entry, by: Entry) -> Refused:
    return conflict("OperationNotAllowed", f"Disk {entry.name} is attached to VM {by.id.text}.")


def snapshot(change: Change) -> Document:
    change = spelled(change)
    if change.before is not None:
        properties = {**change.before.properties, **change.properties}
        return {**change.body, "properties": properties}
    creation = change.properties.get("creationData") or {}
    if creation.get("createOption") != "Copy":
        raise not_emulated(f"a snapshot created by {creation.get('createOption', 'nothing')}")
    source = change.cloud.require(
        str(creation.get("sourceResourceId") or creation.get("sourceUri") or "")
    )
    told = source.properties
    properties = {
        "incremental": False,
        "diskSizeGB": told["diskSizeGB"],
        "diskSizeBytes": told["diskSizeBytes"],
        "osType": told.get("osType"),
        "hyperVGeneration": told.get("hyperVGeneration"),
        "uniqueId": str(uuid4()),
        "timeCreated": stamp(change.cloud.now()),
        "encryption": {"type": "EncryptionAtRestWithPlatformKey"},
        "networkAccessPolicy": "AllowAll",
        "publicNetworkAccess": "Enabled",
        "diskState": "Unattached",
        **change.properties,
        "creationData": {
            **creation,
            "sourceResourceId": source.id.text,
            "sourceUniqueId": told["uniqueId"],
        },
    }
    sku = str(at(change.body, "sku.name") or "Standard_LRS")
    return {
        **change.body,
        "sku": {"name": sku, "tier": sku.partition("_")[0]},
        "properties": {name: value for name, value in properties.items() if value is not None},
    }


def by_id(cloud: Cloud, text: Any, type: str, target: str) -> Entry:
    """What an id in a request names. Raises Refused where it is none of that type, or not there."""
    id = parse(str(text))
    if id is None or id.type.casefold() != type.casefold():
        raise bad_request("InvalidParameter", f"The value '{text}' is no id of {type}.", target)
    return cloud.require(id)


TYPES = (
    ResourceType(
        name=DISK,
        complete=complete,
        show=show,
        in_use=in_use,
        seconds={"PUT": 3, "PATCH": 3, "DELETE": 3},
    ),
    ResourceType(name=SNAPSHOT, complete=snapshot, seconds={"PUT": 5, "DELETE": 3}),
)
