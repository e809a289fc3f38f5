"""What a filled-in wizard comes to: the resources of a machine, in one deployment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.console.azure.cloud import Cloud
from sandbox.console.azure.deploying import Piece, deployed
from sandbox.console.azure.kinds import (
    ADDRESS,
    GUARD,
    INTERFACE,
    MACHINE,
    NETWORK,
    SSH_KEY,
)
from sandbox.console.azure.limits import require_cores
from sandbox.console.azure.pages.wizards import body, group_made, inside
from sandbox.console.azure.visit import at
from sandbox.console.form import Values
from sandbox.console.operations import Done

FIRST_PRIORITY, STEP = 300, 20
"""Priorities of the portal's own rules."""

RULE_NAMES = {"22": "SSH", "80": "HTTP", "443": "HTTPS", "3389": "RDP"}


def create(cloud: Cloud, _: Sequence[str], values: Values) -> Done:
    require_cores(cloud, values.text("location"), values.text("size"))
    group, name = group_made(cloud, values), values.text("name")
    key, download = _key(cloud, group, values)
    subnet, network = subnet_of(group, values)
    address, addresses = address_of(group, values)
    guard, guards = _guard(group, values)
    nic = Piece(
        inside(group, INTERFACE.type, f"{name}-nic"),
        interface(values, subnet, address, guard),
    )
    machine = Piece(inside(group, MACHINE.type, name), _machine(values, nic.id, key))
    pieces = (*network, *addresses, *guards, nic, machine)
    return deployed(cloud, group, f"CreateVm-{name}", pieces, download)


def _key(cloud: Cloud, group: str, values: Values) -> tuple[str, tuple[str, str] | None]:
    """The public key, and the file of a new private one, which is there once."""
    match values.text("key_source"):
        case "own":
            return values.text("public_key"), None
        case "stored":
            stored = cloud.get(values.text("stored_key"))
            return str(at(stored, "properties.publicKey", "")), None
    name = values.text("key_name") or f"{values.text('name')}_key"
    id = inside(group, SSH_KEY.type, name)
    cloud.put(id, {"location": values.text("location")})
    made = cloud.post(id, "generateKeyPair")
    return str(made["publicKey"]), (f"{name}.pem", str(made["privateKey"]))


def subnet_of(group: str, values: Values) -> tuple[str, tuple[Piece, ...]]:
    """The id of the subnet, and the network that is made for it."""
    if not values.new("subnet"):
        return values.text("subnet"), ()
    inner = values.text("subnet.inner")
    id = inside(group, NETWORK.type, values.text("subnet.name"))
    properties = {
        "addressSpace": {"addressPrefixes": [values.text("subnet.space")]},
        "subnets": [{"name": inner, "properties": {"addressPrefix": values.text("subnet.prefix")}}],
    }
    network = Piece(id, {"location": values.text("location"), "properties": properties})
    return f"{id}/subnets/{inner}", (network,)


def address_of(group: str, values: Values) -> tuple[str, tuple[Piece, ...]]:
    """The id of the public address, empty where there is to be none; and the new one."""
    if not values.new("address"):
        chosen = values.text("address")
        return ("" if chosen == "none" else chosen), ()
    id = inside(group, ADDRESS.type, values.text("address.name"))
    zone = values.text("zone")
    made = {
        "location": values.text("location"),
        "sku": {"name": "Standard"},
        **({"zones": [zone]} if zone not in ("", "none") else {}),
        "properties": {"publicIPAllocationMethod": "Static"},
    }
    return id, (Piece(id, made),)


def _guard(group: str, values: Values) -> tuple[str, tuple[Piece, ...]]:
    """The id of the security group of the interface, and the new one."""
    match values.text("guard"):
        case "advanced":
            return values.text("nsg"), ()
        case "basic":
            pass
        case _:
            return "", ()
    id = inside(group, GUARD.type, f"{values.text('name')}-nsg")
    rules = [
        {"name": RULE_NAMES[port], "properties": _rule(port, FIRST_PRIORITY + STEP * place)}
        for place, port in enumerate(values.many("ports"))
    ]
    made = {"location": values.text("location"), "properties": {"securityRules": rules}}
    return id, (Piece(id, made),)


def _rule(port: str, priority: int) -> dict[str, Any]:
    return {
        "direction": "Inbound",
        "access": "Allow",
        "protocol": "Tcp",
        "priority": priority,
        "sourceAddressPrefix": "*",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": port,
    }


def interface(values: Values, subnet: str, address: str, guard: str) -> dict[str, Any]:
    config: dict[str, Any] = {"subnet": {"id": subnet}}
    if private := values.text("private"):
        config |= {"privateIPAddress": private, "privateIPAllocationMethod": "Static"}
    if pool := values.text("pool").removeprefix("none"):
        config["loadBalancerBackendAddressPools"] = [{"id": pool}]
    if address:
        gone = {"deleteOption": "Delete"} if values.flag("nic_gone") else {}
        config["publicIPAddress"] = {"id": address, **({"properties": gone} if gone else {})}
    properties: dict[str, Any] = {
        "ipConfigurations": [{"name": "ipconfig1", "properties": config}],
        **({"networkSecurityGroup": {"id": guard}} if guard else {}),
    }
    return {"location": values.text("location"), "properties": properties}


def _machine(values: Values, nic: str, key: str) -> dict[str, Any]:
    user, name = values.text("user"), values.text("name")
    ssh = {"path": f"/home/{user}/.ssh/authorized_keys", "keyData": key}
    properties: dict[str, Any] = {
        "hardwareProfile": {"vmSize": values.text("size")},
        "storageProfile": _storage(values),
        "osProfile": {
            "computerName": name,
            "adminUsername": user,
            "linuxConfiguration": {
                "disablePasswordAuthentication": True,
                "ssh": {"publicKeys": [ssh]},
            },
        },
        "networkProfile": {
            "networkInterfaces": [
                {"id": nic, "properties": {"deleteOption": _gone(values, "nic_gone")}}
            ]
        },
    }
    if values.flag("spot"):
        properties |= {
            "priority": "Spot",
            "evictionPolicy": values.text("eviction") or "Deallocate",
            "billingProfile": {"maxPrice": -1},
        }
    if values.text("diagnostics") != "off":
        properties["diagnosticsProfile"] = {"bootDiagnostics": {"enabled": True}}
    return body(values, properties)


def _gone(values: Values, name: str) -> str:
    return "Delete" if values.flag(name) else "Detach"


def _storage(values: Values) -> dict[str, Any]:
    image, name = values.text("image"), values.text("name")
    urn = ("publisher", "offer", "sku", "version")
    reference = (
        {"id": image} if image.startswith("/") else dict(zip(urn, image.split(":"), strict=True))
    )
    system: dict[str, Any] = {
        "name": f"{name}_OsDisk",
        "createOption": "FromImage",
        "managedDisk": {"storageAccountType": values.text("os_type")},
        "deleteOption": _gone(values, "os_gone"),
    }
    if size := values.number("os_size"):
        system["diskSizeGB"] = size
    data: list[dict[str, Any]] = [
        {"lun": lun, "createOption": "Attach", "managedDisk": {"id": id}}
        for lun, id in enumerate(values.many("existing"))
    ]
    if size := values.number("data_size"):
        new = {
            "lun": len(data),
            "name": f"{name}_DataDisk_{len(data)}",
            "createOption": "Empty",
            "diskSizeGB": size,
            "managedDisk": {"storageAccountType": values.text("data_type") or "Premium_LRS"},
            "deleteOption": _gone(values, "data_gone"),
        }
        data.append(new)
    return {"imageReference": reference, "osDisk": system, "dataDisks": data}
