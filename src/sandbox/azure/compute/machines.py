"""Virtual machines: what is taken, what is kept, what goes with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from sandbox.azure.compute import (
    attaching,
    boot_diagnostics,
    instance_view,
    power,
    priority,
    signing_in,
    storage,
)
from sandbox.azure.compute.disks import DISK
from sandbox.azure.compute.sizes import MACHINE, SET, Size, require_cores, size_of
from sandbox.azure.compute.spelling import spelled
from sandbox.azure.contract import Action, Change, Cloud, Reference, ResourceType, Sight
from sandbox.azure.documents import Document, at, every, merged
from sandbox.azure.entry import Entry
from sandbox.azure.locations import LOCATIONS
from sandbox.azure.refusal import bad_request, conflict, not_emulated
from sandbox.azure.showing import stamp

NIC = "Microsoft.Network/networkInterfaces"
EXTENSION = f"{MACHINE}/extensions"
ZONED = frozenset(location.name for location in LOCATIONS if location.zones)
NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9_])?")
GONE_WITH = (
    ("storageProfile.osDisk", "managedDisk.id"),
    ("storageProfile.dataDisks[]", "managedDisk.id"),
    ("networkProfile.networkInterfaces[]", "id"),
)
"""Parts with a deleteOption, and where each has the id of what it is."""


def complete(change: Change) -> Document:
    change = spelled(change)
    if change.before is None:
        _check_name(change)
    body = _new(change) if change.before is None else _again(change, change.before)
    return {**change.body, **body}


def _new(change: Change) -> dict[str, Any]:
    properties = change.properties
    size = size_of(_size_name(properties))
    priority.check(change, properties, size)
    _check_place(change)
    _check_interfaces(change)
    require_cores(change.cloud, change.location, size, priority.is_spot(properties))
    profile = properties.get("storageProfile")
    attach = at(profile, "osDisk.createOption") == "Attach"
    told: dict[str, Any] = {
        **properties,
        "hardwareProfile": {**properties["hardwareProfile"], "vmSize": size.name},
        "vmId": str(uuid4()),
        "timeCreated": stamp(change.cloud.now()),
    }
    if not attach:
        told["osProfile"] = signing_in.complete(change, storage.system_of(change))
    elif "osProfile" in properties:
        raise bad_request("InvalidParameter", "Parameter 'osProfile' is not allowed.", "osProfile")
    told["storageProfile"] = storage.complete(change, size)
    if priority.is_spot(properties):
        told.setdefault("evictionPolicy", "Deallocate")
        told.setdefault("billingProfile", {"maxPrice": -1})
    return {"properties": told}


def _again(change: Change, before: Entry) -> dict[str, Any]:
    """What is there with what was sent laid on it: a part that is not in a PUT stays, so that a
    client that leaves out what it does not know breaks nothing."""
    had = before.properties
    size = size_of(at({**had, **change.properties}, "hardwareProfile.vmSize"))
    priority.check(change, {**had, **change.properties}, size)
    signing_in.check_same(change, had)
    _check_settled(change, before)
    _check_interfaces(change)
    _check_size(change, before, size)
    sent = {
        name: value
        for name, value in change.properties.items()
        if name not in ("storageProfile", "osProfile", "instanceView", "resources")
    }
    told = {**had, **{name: merged(had.get(name), value) for name, value in sent.items()}}
    told["hardwareProfile"] = {**told["hardwareProfile"], "vmSize": size.name}
    told["storageProfile"] = storage.again(change, had, size)
    kept = {name: before.document[name] for name in ("zones",) if name in before.document}
    return {**kept, "properties": told}


def _size_name(properties: Document) -> Any:
    name = at(properties, "hardwareProfile.vmSize")
    if name is None:
        raise bad_request(
            "InvalidParameter",
            "Required parameter 'hardwareProfile.vmSize' is missing (null).",
            "hardwareProfile.vmSize",
        )
    return name


def _check_name(change: Change) -> None:
    """learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules"""
    if not NAME.fullmatch(change.id.name):
        raise bad_request(
            "InvalidParameter",
            f"The virtual machine name '{change.id.name}' is not valid: 1 to 64 letters, digits, "
            "periods, underscores and hyphens, beginning with a letter or digit and not ending "
            "with a period or hyphen.",
            "vmName",
        )


def _check_place(change: Change) -> None:
    zones = change.body.get("zones") or []
    if zones and at(change.properties, "availabilitySet.id"):
        raise bad_request(
            "BadRequest", "Availability zone is not supported with an availability set."
        )
    if zones and (change.location not in ZONED or not set(zones) <= {"1", "2", "3"}):
        raise bad_request(
            "InvalidAvailabilityZone",
            f"The zone(s) '{','.join(map(str, zones))}' for resource '{MACHINE}/{change.id.name}' "
            f"is not supported in location '{change.location}'.",
        )


def _check_interfaces(change: Change) -> None:
    """There is at least one, and no other machine has it. Raises Refused."""
    profile = change.properties.get("networkProfile")
    if isinstance(profile, Mapping) and profile.get("networkInterfaceConfigurations"):
        raise not_emulated("network interfaces made by the machine itself")
    ids = [str(id) for id in every(change.properties, "networkProfile.networkInterfaces[].id")]
    if not ids and (change.before is None or profile is not None):
        raise bad_request(
            "InvalidParameter",
            "The virtual machine must have at least one network interface.",
            "networkProfile",
        )
    for id in ids:
        nic = change.cloud.get(id)
        for machine in change.cloud.referrers(nic, MACHINE) if nic else ():
            if machine.key != change.id.key:
                raise bad_request(
                    "NicInUse",
                    f"Network Interface {id} is used by existing resource {machine.id.text}. In "
                    "order to use the network interface, it must be dissociated from the resource.",
                )
    if len(ids) > 1:
        _check_primary(change)


def _check_primary(change: Change) -> None:
    found = every(change.properties, "networkProfile.networkInterfaces[]")
    if sum(bool(at(nic, "properties.primary")) for nic in found) != 1:
        raise bad_request(
            "VirtualMachineMustHaveOneNetworkInterfaceAsPrimary",
            f"Virtual machine {change.id.name} must have one network interface set as the primary.",
        )


def _check_settled(change: Change, before: Entry) -> None:
    wanted = at(change.properties, "availabilitySet.id")
    had = at(before.properties, "availabilitySet.id")
    if wanted is not None and str(wanted).casefold() != str(had).casefold():
        raise conflict(
            "PropertyChangeNotAllowed", "Changing property 'availabilitySet.id' is not allowed."
        )
    zones = change.sent.get("zones")
    if zones is not None and zones != before.document.get("zones", []):
        raise conflict("PropertyChangeNotAllowed", "Changing property 'zones' is not allowed.")
    nics = at(change.sent, "properties.networkProfile.networkInterfaces")
    had_nics = at(before.properties, "networkProfile.networkInterfaces")
    moved = nics is not None and _ids(nics) != _ids(had_nics)
    if moved and before.inner.get("power") != "deallocated":
        raise conflict(
            "AddingOrDeletingNetworkInterfacesOnARunningVirtualMachineNotSupported",
            "Secondary network interfaces cannot be added or deleted from a running virtual "
            "machine.",
        )


def _ids(nics: Any) -> set[str]:
    return {str(nic.get("id", "")).casefold() for nic in nics or ()}


def _check_size(change: Change, before: Entry, size: Size) -> None:
    had = size_of(at(before.properties, "hardwareProfile.vmSize"))
    if size == had or before.inner.get("power") == "deallocated":
        return
    freed = had.vcpus
    if size.family != had.family and not priority.is_spot(before.properties):
        require_cores(change.cloud, change.location, size, spot=False, freed=0)
    else:
        spot = priority.is_spot(before.properties)
        require_cores(change.cloud, change.location, size, spot, freed)


def inner(change: Change) -> Mapping[str, Any]:
    if change.before is not None:
        return change.before.inner
    return {"power": "running", "since": stamp(change.cloud.now())}


def show(sight: Sight) -> Document:
    document = dict(sight.document)
    if "instanceview" in sight.expand.casefold():
        view = instance_view.of(sight.cloud, sight.entry)
        document["properties"] = {**document["properties"], "instanceView": view}
    below = sight.cloud.find(EXTENSION, sight.entry.id.text)
    if below:
        document["resources"] = [sight.cloud.shown(one) for one in below]
    return document


def after_delete(cloud: Cloud, entry: Entry) -> None:
    """What was to go with it, goes."""
    for part, path in GONE_WITH:
        for one in every(entry.properties, part):
            option = at(one, "deleteOption") or at(one, "properties.deleteOption")
            id = at(one, path)
            if option == "Delete" and id is not None:
                _goes(cloud, str(id))


def _goes(cloud: Cloud, id: str) -> None:
    """And the address of an interface, where that was to go with the interface."""
    held = cloud.get(id)
    if held is None:
        return
    addresses = [
        str(address["id"])
        for address in every(
            cloud.shown(held), "properties.ipConfigurations[].properties.publicIPAddress"
        )
        if at(address, "properties.deleteOption") == "Delete"
    ]
    cloud.delete(id)
    for address in addresses:
        cloud.delete(address)


TYPES = (
    ResourceType(
        name=MACHINE,
        etag_in_body=True,
        complete=complete,
        inner=inner,
        secret=signing_in.SECRETS,
        references=(
            Reference("properties.networkProfile.networkInterfaces[].id", NIC),
            Reference("properties.availabilitySet.id", SET),
            Reference("properties.storageProfile.osDisk.managedDisk.id", DISK),
            Reference("properties.storageProfile.dataDisks[].managedDisk.id", DISK),
        ),
        show=show,
        after_delete=after_delete,
        actions=(
            *power.ACTIONS,
            *boot_diagnostics.ACTIONS,
            *instance_view.ACTIONS,
            Action("attachDetachDataDisks", attaching.run, seconds=10),
        ),
        seconds={"PUT": 40, "PATCH": 10, "DELETE": 30},
    ),
)
