"""Machines, disks and keys, as azurerm says them."""

from __future__ import annotations

from typing import Any

from modalities.azure import ids
from modalities.azure.terraform.blocks import Block, Nested, named
from modalities.azure.terraform.members import Members
from modalities.azure.terraform.rows import placed, refs, switches, tags, taken, zone
from modalities.contract import Unsupported

DISK = {
    "sku.name": "storage_account_type",
    "properties.creationData.createOption": "create_option",
    "properties.diskSizeGB": "disk_size_gb",
    "properties.osType": "os_type",
    "properties.hyperVGeneration": "hyper_v_generation",
    "properties.networkAccessPolicy": "network_access_policy",
    "properties.maxShares": "max_shares",
    "properties.burstingEnabled": "on_demand_bursting_enabled",
    "properties.optimizedForFrequentAttach": "optimized_frequent_attach_enabled",
    "properties.creationData.logicalSectorSize": "logical_sector_size",
    "properties.creationData.performancePlus": "performance_plus_enabled",
}
DISK_REFS = {
    "properties.creationData.imageReference.id": "image_reference_id",
    "properties.creationData.sourceResourceId": "source_resource_id",
    "properties.diskAccessId": "disk_access_id",
    "properties.encryption.diskEncryptionSetId": "disk_encryption_set_id",
}
SPEED = {
    "properties.diskIOPSReadWrite": "disk_iops_read_write",
    "properties.diskMBpsReadWrite": "disk_mbps_read_write",
}
FAST = frozenset({"UltraSSD_LRS", "PremiumV2_LRS"})
"""Disks whose speed is chosen; of others it follows from the size."""

SYSTEM = "properties.storageProfile.osDisk"
IMAGE = "properties.storageProfile.imageReference"
NICS = "properties.networkProfile.networkInterfaces"
LINUX = "properties.osProfile.linuxConfiguration"

MACHINE = {
    "properties.hardwareProfile.vmSize": "size",
    "properties.osProfile.computerName": "computer_name",
    "properties.osProfile.adminUsername": "admin_username",
    "properties.osProfile.allowExtensionOperations": "allow_extension_operations",
    f"{LINUX}.disablePasswordAuthentication": "disable_password_authentication",
    f"{LINUX}.provisionVMAgent": "provision_vm_agent",
    f"{LINUX}.patchSettings.patchMode": "patch_mode",
    f"{LINUX}.patchSettings.assessmentMode": "patch_assessment_mode",
    "properties.priority": "priority",
    "properties.evictionPolicy": "eviction_policy",
    "properties.billingProfile.maxPrice": "max_bid_price",
    "properties.licenseType": "license_type",
    "properties.extensionsTimeBudget": "extensions_time_budget",
    "properties.userData": "user_data",
    "properties.storageProfile.diskControllerType": "disk_controller_type",
    "properties.securityProfile.uefiSettings.secureBootEnabled": "secure_boot_enabled",
    "properties.securityProfile.uefiSettings.vTpmEnabled": "vtpm_enabled",
    "properties.securityProfile.encryptionAtHost": "encryption_at_host_enabled",
}
MACHINE_REFS = {
    "properties.availabilitySet.id": "availability_set_id",
    "properties.proximityPlacementGroup.id": "proximity_placement_group_id",
}

OWN = "Terraform deletes the interface itself, as a resource of its own"
WITH_IT = "the provider deletes the system disk with the machine, if its features say so"
STAYS = "Terraform deletes the disk itself, as a resource of its own"


def key(id: str, members: Members) -> tuple[Block, ...]:
    body = {**placed(id, members), **taken(members, {"properties.publicKey": "public_key"})}
    return (Block("azurerm_ssh_public_key", ids.name_of(id), id, {**body, **tags(members)}),)


def disk(id: str, members: Members) -> tuple[Block, ...]:
    body = {**placed(id, members), **zone(members), **taken(members, DISK)}
    body |= refs(members, DISK_REFS)
    body |= switches(members, {"properties.publicNetworkAccess": "public_network_access_enabled"})
    speed, type = taken(members, SPEED), str(body.get("storage_account_type"))
    tier = taken(members, {"properties.tier": "tier"})
    body |= speed if type in FAST else {}
    body |= tier if type.startswith("Premium") and type not in FAST else {}
    members.only("properties.encryption.type", "EncryptionAtRestWithPlatformKey")
    members.only("properties.dataAccessAuthMode", "None")
    members.passed("sku.tier", "managedByExtended", "properties.LastOwnershipUpdateTime")
    members.passed("properties.diskSizeBytes", "properties.uniqueId", "properties.diskState")
    return (Block("azurerm_managed_disk", ids.name_of(id), id, {**body, **tags(members)}),)


def machine(id: str, members: Members) -> tuple[Block, ...]:
    """With the attachments of its data disks. Raises Unsupported for what is no Linux machine
    made from an image and entered by key."""
    _require_linux(id, members)
    body = {**placed(id, members), **zone(members), **taken(members, MACHINE)}
    body |= refs(members, MACHINE_REFS)
    body |= {
        "network_interface_ids": _interfaces(members),
        "admin_ssh_key": _keys(id, str(body.get("admin_username")), members),
        "os_disk": _system(members),
        **_image(members),
        **_diagnostics(members),
    }
    body = {name: value for name, value in body.items() if value != ()}
    members.only("properties.osProfile.requireGuestProvisionSignal", True)
    # read-only by now (https://github.com/Azure/azure-rest-api-specs/pull/29225)
    members.passed(f"{LINUX}.enableVMAgentPlatformUpdates")
    _require_key(id, body)
    boots = body.get("secure_boot_enabled") or body.get("vtpm_enabled")
    trusted = ("TrustedLaunch",) if boots else ()
    members.only("properties.securityProfile.securityType", "Standard", *trusted)
    disks = members.items("properties.storageProfile.dataDisks")
    block = Block("azurerm_linux_virtual_machine", ids.name_of(id), id, {**body, **tags(members)})
    return block, *(_attached(id, one) for one in disks)


def _require_linux(id: str, members: Members) -> None:
    system = members.take(f"{SYSTEM}.osType")
    made = members.take(f"{SYSTEM}.createOption")
    name = ids.name_of(id)
    if str(system or "Linux").casefold() != "linux":
        raise Unsupported(f"{name} runs {system}: azurerm wants its password in the code")
    if str(made or "FromImage").casefold() != "fromimage":
        raise Unsupported(
            f"{name} starts from a disk that was there before ({made}): azurerm's machines are "
            "made from images (azurerm_virtual_machine, whose are not, is no longer developed)"
        )


def _require_key(id: str, body: dict[str, Any]) -> None:
    if body.get("disable_password_authentication") is not True:
        raise Unsupported(
            f"{ids.name_of(id)} lets people in by password: azurerm wants that in the code"
        )


def _interfaces(members: Members) -> tuple[Any, ...]:
    """The primary one first, as the provider wants them."""
    found = []
    for one in members.items(NICS):
        one.unsaid("properties.deleteOption", "Detach", OWN)
        first = one.take("properties.primary") is True
        found.append((not first, named(str(one.take("id")))))
    return tuple(ref for _, ref in sorted(found, key=lambda pair: pair[0]))


def _keys(id: str, user: str, members: Members) -> tuple[Nested, ...]:
    found = []
    for one in members.items(f"{LINUX}.ssh.publicKeys"):
        path = one.take("path")
        if path not in (None, f"/home/{user}/.ssh/authorized_keys"):
            raise Unsupported(f"{ids.name_of(id)}: azurerm cannot put a key at {path!r:.80}")
        found.append(Nested({"username": user, "public_key": str(one.take("keyData"))}))
    return tuple(found)


def _system(members: Members) -> Nested:
    rows = {
        f"{SYSTEM}.name": "name",
        f"{SYSTEM}.caching": "caching",
        f"{SYSTEM}.managedDisk.storageAccountType": "storage_account_type",
        f"{SYSTEM}.diskSizeGB": "disk_size_gb",
        f"{SYSTEM}.writeAcceleratorEnabled": "write_accelerator_enabled",
    }
    told = taken(members, rows)
    members.passed(f"{SYSTEM}.managedDisk.id")  # it is made with the machine, and named above
    members.unsaid(f"{SYSTEM}.deleteOption", "Delete", WITH_IT)
    return Nested(
        {**told, **refs(members, {f"{SYSTEM}.managedDisk.diskEncryptionSet.id": ENCRYPTION})}
    )


ENCRYPTION = "disk_encryption_set_id"


def _image(members: Members) -> dict[str, Any]:
    members.passed(f"{IMAGE}.exactVersion")
    own = refs(members, {f"{IMAGE}.id": "source_image_id"})
    words = {f"{IMAGE}.{name}": name for name in ("publisher", "offer", "sku", "version")}
    told = taken(members, words)
    return {**own, **({"source_image_reference": Nested(told)} if told else {})}


def _diagnostics(members: Members) -> dict[str, Any]:
    path = "properties.diagnosticsProfile.bootDiagnostics"
    on = members.take(f"{path}.enabled")
    uri = taken(members, {f"{path}.storageUri": "storage_account_uri"})
    return {"boot_diagnostics": Nested(uri)} if on else {}


def _attached(vm: str, members: Members) -> Block:
    members.passed("createOption", "diskSizeGB", "managedDisk.storageAccountType", "toBeDetached")
    members.unsaid("deleteOption", "Detach", STAYS)
    name, held = str(members.take("name")), members.take("managedDisk.id")
    if held is None:
        raise Unsupported(f"disk {name} of {ids.name_of(vm)} is made by the machine itself")
    rows = {"lun": "lun", "writeAcceleratorEnabled": "write_accelerator_enabled"}
    body = {
        "managed_disk_id": named(str(held)),
        "virtual_machine_id": named(vm),
        "caching": members.take("caching") or "None",
        **taken(members, rows),
    }
    id = f"{vm}/dataDisks/{name}"
    return Block("azurerm_virtual_machine_data_disk_attachment", name, id, body)
