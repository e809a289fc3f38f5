"""A machine's storageProfile: image, system disk and data disks, made with it where need be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

from sandbox.azure.compute import catalogue
from sandbox.azure.compute.disks import DISK, by_id
from sandbox.azure.compute.images import IMAGE
from sandbox.azure.compute.sizes import MACHINE, Size
from sandbox.azure.contract import Change
from sandbox.azure.documents import Document, at
from sandbox.azure.entry import Entry
from sandbox.azure.ids import ResourceId, key_of, parse
from sandbox.azure.refusal import Refused, bad_request, conflict, not_emulated


def complete(change: Change, size: Size) -> dict[str, Any]:
    """The profile of a new machine; its disks are there afterwards. Raises Refused."""
    sent = change.properties.get("storageProfile")
    if not isinstance(sent, Mapping):
        raise bad_request(
            "InvalidParameter",
            "Required parameter 'storageProfile' is missing (null).",
            "storageProfile",
        )
    image = _image(change, sent)
    system = _system_disk(change, sent.get("osDisk") or {}, image, size)
    data = list(sent.get("dataDisks") or [])
    profile: dict[str, Any] = {**sent, "osDisk": system}
    if image is not None:
        profile["imageReference"] = image.reference
        data = [*_of_image(image, data), *data]
    profile["dataDisks"] = attached(change, data, (), size)
    profile.setdefault("diskControllerType", "SCSI")
    return profile


def again(change: Change, before: Document, size: Size) -> dict[str, Any]:
    """The profile of a machine that is there: data disks come and go, all else stays. A list
    without a disk takes that disk off; no list at all leaves them. Raises Refused."""
    kept: dict[str, Any] = dict(before["storageProfile"])
    sent = at(change.sent, "properties.storageProfile")
    if not isinstance(sent, Mapping):
        _check_count(kept["dataDisks"], size)
        return kept
    _check_settled(change, kept, sent)
    if "dataDisks" in sent:
        kept["dataDisks"] = attached(change, sent["dataDisks"], kept["dataDisks"], size)
    for name in ("caching", "deleteOption", "writeAcceleratorEnabled"):
        if (value := at(sent, f"osDisk.{name}")) is not None:
            kept["osDisk"] = {**kept["osDisk"], name: value}
    _check_count(kept["dataDisks"], size)
    return kept


def attached(change: Change, wanted: Any, had: Any, size: Size) -> list[dict[str, Any]]:
    """Data disks as they are kept: ``had`` stay as they are, new ones are made or looked up."""
    known = {disk["lun"]: disk for disk in had}
    _check_luns(wanted)
    _check_count(wanted, size)
    return [_data_disk(change, disk, known.get(disk["lun"])) for disk in wanted]


class _Image:
    """What a machine starts from. ``data`` are data disks that come with it."""

    def __init__(
        self,
        reference: dict[str, Any],
        system: str,
        gib: int,
        source: Document,
        data: tuple[Document, ...] = (),
    ) -> None:
        self.reference = reference
        self.system = system
        self.gib = gib
        self.source = source
        self.data = data


def system_of(change: Change) -> str:
    """``Linux`` or ``Windows``, before anything is made. Raises Refused."""
    sent = change.properties.get("storageProfile")
    image = _image(change, sent) if isinstance(sent, Mapping) else None
    if image is not None:
        return image.system
    return str(at(change.properties, "storageProfile.osDisk.osType", "Linux"))


def _image(change: Change, sent: Document) -> _Image | None:
    reference = sent.get("imageReference")
    if not isinstance(reference, Mapping):
        return None
    if (id := reference.get("id")) is not None:
        return _own_image(change, str(id))
    if any("Gallery" in name for name in reference):
        raise not_emulated("images of a gallery")
    names = ("publisher", "offer", "sku", "version")
    missing = next((name for name in names if not reference.get(name)), None)
    if missing:
        raise bad_request(
            "InvalidParameter",
            f"Required parameter 'imageReference.{missing}' is missing (null).",
            "imageReference",
        )
    wanted = [str(reference[name]) for name in names]
    found = catalogue.find(*wanted)
    if found is None:
        raise catalogue.not_found(*wanted)
    image, exact = found
    where = f"Publishers/{image.publisher}/ArtifactTypes/VMImage/Offers/{image.offer}"
    id_ = (
        f"/Subscriptions/{change.id.subscription}/Providers/Microsoft.Compute/Locations/"
        f"{change.location}/{where}/Skus/{image.sku}/Versions/{exact}"
    )
    source = {"createOption": "FromImage", "imageReference": {"id": id_}}
    return _Image({**reference, "exactVersion": exact}, image.system, image.gib, source)


def _own_image(change: Change, id: str) -> _Image:
    if "/galleries/" in id.casefold():
        raise not_emulated("images of a gallery")
    entry = by_id(change.cloud, id, IMAGE, "imageReference.id")
    profile = entry.properties["storageProfile"]
    system = profile["osDisk"]
    held = at(system, "managedDisk.id") or at(system, "snapshot.id")
    source = {"createOption": "Copy", "sourceResourceId": held}
    return _Image(
        {"id": entry.id.text},
        str(system["osType"]),
        int(system.get("diskSizeGB", 30)),
        source,
        tuple(profile.get("dataDisks") or ()),
    )


def _of_image(image: _Image, wanted: list[Any]) -> Iterator[dict[str, Any]]:
    """The data disks of an image, where the request does not speak of them itself."""
    spoken = {disk.get("lun") for disk in wanted if isinstance(disk, Mapping)}
    for disk in image.data:
        if disk["lun"] not in spoken:
            yield {
                "lun": disk["lun"],
                "createOption": "FromImage",
                "diskSizeGB": disk["diskSizeGB"],
                "source": disk["managedDisk"]["id"],
            }


def _system_disk(
    change: Change, sent: Document, image: _Image | None, size: Size
) -> dict[str, Any]:
    option = sent.get("createOption", "FromImage" if image else None)
    if option == "Attach":
        return _attached_system(change, sent)
    if option != "FromImage" or image is None:
        raise bad_request(
            "InvalidParameter",
            "Required parameter 'imageReference' is missing (null)."
            if option == "FromImage"
            else f"The value '{option}' of parameter 'osDisk.createOption' is not allowed.",
            "imageReference" if option == "FromImage" else "osDisk.createOption",
        )
    if "vhd" in sent:
        raise not_emulated("disks in a storage account")
    if "diffDiskSettings" in sent:
        raise not_emulated("ephemeral system disks")
    sku = at(sent, "managedDisk.storageAccountType") or usual_sku(size)
    name = sent.get("name") or f"{change.id.name}_OsDisk_1_{uuid4().hex}"
    gib = sent.get("diskSizeGB") or image.gib
    disk = make(change, str(name), str(sku), {"diskSizeGB": gib, "creationData": image.source})
    return {
        "osType": image.system,
        "caching": "ReadWrite",
        "deleteOption": "Detach",
        **sent,
        "name": disk.name,
        "createOption": "FromImage",
        "diskSizeGB": gib,
        "managedDisk": {"storageAccountType": sku, "id": disk.id.text},
    }


def _attached_system(change: Change, sent: Document) -> dict[str, Any]:
    disk = _free(change, at(sent, "managedDisk.id"), "osDisk.managedDisk.id")
    if "osType" not in sent:
        raise bad_request(
            "InvalidParameter", "Required parameter 'osDisk.osType' is missing (null).", "osType"
        )
    return {
        "caching": "ReadWrite",
        "deleteOption": "Detach",
        **sent,
        **_held(disk),
    }


def usual_sku(size: Size) -> str:
    return "Premium_LRS" if size.premium else "Standard_LRS"


def make(change: Change, name: str, sku: str, properties: Document) -> Entry:
    """A disk of the machine's own, in its group and place, with the tags that the machine has now:
    later ones it does not follow (hashicorp/terraform-provider-azurerm#8162). Raises Refused."""
    id = disk_id(change, name)
    if change.cloud.get(id) is not None:
        raise conflict(
            "ConflictingUserInput",
            f"Disk {name} already exists in resource group {change.id.group.upper()}. Only "
            "CreateOption.Attach is supported.",
        )
    body: dict[str, Any] = {
        "location": change.location,
        "sku": {"name": sku},
        "properties": properties,
    }
    if zones := change.body.get("zones"):
        body["zones"] = zones
    if tags := change.body.get("tags"):
        body["tags"] = dict(tags)
    return change.cloud.put(id, body)


def disk_id(change: Change, name: str) -> ResourceId:
    return ResourceId(change.id.scope, "Microsoft.Compute", ("disks",), (name,))


def _data_disk(change: Change, sent: Document, had: Document | None) -> dict[str, Any]:
    id = at(sent, "managedDisk.id")
    if had is not None and _same(had, sent):
        _check_resize(had, sent)
        extra = {n: v for n, v in sent.items() if n in ("caching", "deleteOption", "toBeDetached")}
        return {**had, **extra}
    match sent.get("createOption"):
        case "Attach":
            disk = _free(change, id, "dataDisk.managedDisk.id")
        case "Empty":
            if sent.get("diskSizeGB") is None:
                raise _missing("dataDisk.diskSizeGB")
            disk = _new(change, sent, {"createOption": "Empty"})
        case "FromImage" if "source" in sent:
            creation = {"createOption": "Copy", "sourceResourceId": sent["source"]}
            disk = _new(change, sent, creation)
        case option:
            raise not_emulated(f"a data disk created by {option}")
    told = {name: value for name, value in sent.items() if name != "source"}
    return {
        "caching": "None",
        "deleteOption": "Detach",
        "toBeDetached": False,
        **told,
        **_held(disk),
    }


def _new(change: Change, sent: Document, creation: Document) -> Entry:
    name = sent.get("name") or f"{change.id.name}_disk{sent['lun'] + 2}_{uuid4().hex}"
    sku = at(sent, "managedDisk.storageAccountType") or _usual(change)
    wanted = {"diskSizeGB": sent["diskSizeGB"], "creationData": creation}
    return make(change, str(name), str(sku), wanted)


def _usual(change: Change) -> str:
    from sandbox.azure.compute.sizes import size_of

    named = at(change.body, "properties.hardwareProfile.vmSize")
    if named is None and change.before is not None:
        named = at(change.before.properties, "hardwareProfile.vmSize")
    return usual_sku(size_of(named))


def _held(disk: Entry) -> dict[str, Any]:
    sku = at(disk.document, "sku.name")
    return {
        "name": disk.name,
        "diskSizeGB": disk.properties["diskSizeGB"],
        "managedDisk": {"storageAccountType": sku, "id": disk.id.text},
    }


def _same(had: Document, sent: Document) -> bool:
    """Whether a disk in the request is the one that is at its LUN."""
    id = at(sent, "managedDisk.id")
    if id is not None:
        return key_of(str(id)) == key_of(str(at(had, "managedDisk.id", "")))
    name = sent.get("name")
    return name is None or str(name).casefold() == had["name"].casefold()


def _free(change: Change, id: Any, target: str) -> Entry:
    """The disk, where no other machine has it. Raises Refused."""
    if id is None:
        raise _missing(target)
    disk = by_id(change.cloud, id, DISK, target)
    for machine in change.cloud.referrers(disk, MACHINE):
        if machine.key != change.id.key:
            raise conflict(
                "ConflictingUserInput",
                f"Disk '{disk.id.text}' cannot be attached as the disk is already owned by VM "
                f"'{machine.id.text}'.",
            )
    zones, here = disk.document.get("zones"), change.body.get("zones")
    if zones and here and zones != here:
        raise bad_request(
            "BadRequest",
            f"{disk.id.text} cannot be attached to the VM because it is not in the same zone as "
            "the VM.",
        )
    return disk


def _check_luns(wanted: Any) -> None:
    seen: set[int] = set()
    for disk in wanted:
        lun = disk.get("lun") if isinstance(disk, Mapping) else None
        if not isinstance(lun, int) or not 0 <= lun <= 63:
            raise bad_request(
                "InvalidParameter",
                "The value of parameter 'dataDisk.lun' must be between 0 and 63.",
                "dataDisk.lun",
            )
        if lun in seen:
            raise bad_request(
                "InvalidParameter",
                f"The LUN '{lun}' is specified for more than one data disk of the VM.",
                "dataDisk.lun",
            )
        seen.add(lun)


def _check_count(disks: Any, size: Size) -> None:
    if len(disks) > size.disks:
        raise conflict(
            "OperationNotAllowed",
            "The maximum number of data disks allowed to be attached to a VM of this size is "
            f"{size.disks}.",
            "dataDisks",
        )


def _check_resize(had: Document, sent: Document) -> None:
    gib = sent.get("diskSizeGB")
    if gib is not None and gib != had["diskSizeGB"]:
        raise conflict(
            "ResizeDiskError",
            f"Managed disk resize via Virtual Machine '{had['name']}' is not allowed. Please "
            "resize disk resource at "
            f"{at(had, 'managedDisk.id')}.",
        )


def _check_settled(change: Change, kept: Document, sent: Document) -> None:
    image = sent.get("imageReference")
    if isinstance(image, Mapping):
        for name in ("publisher", "offer", "sku", "id"):
            if image.get(name) not in (None, at(kept, f"imageReference.{name}")):
                raise _settled(f"imageReference.{name}")
    id = at(sent, "osDisk.managedDisk.id")
    same = parse(str(id)) if id else None
    if same is not None and same.key != at(kept, "osDisk.managedDisk.id", "").casefold():
        raise not_emulated("a change of the system disk")
    name = at(sent, "osDisk.name")
    if name is not None and name != kept["osDisk"]["name"]:
        raise _settled("osDisk.name")
    gib = at(sent, "osDisk.diskSizeGB")
    if gib is not None and change.before is not None:
        _check_resize(kept["osDisk"], {"diskSizeGB": gib})


def _settled(name: str) -> Refused:
    return conflict("PropertyChangeNotAllowed", f"Changing property '{name}' is not allowed.")


def _missing(name: str) -> Refused:
    return bad_request("InvalidParameter", f"Required parameter '{name}' is missing (null).", name)
