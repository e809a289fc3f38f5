"""What somebody else makes of the emulated Azure, and sees of it, past all of our code."""

from __future__ import annotations

from typing import Any

from modalities.azure import ids
from modalities.resource import Kind


def id_of(cloud: Any, kind: Kind, *names: str) -> str:
    return ids.arm_id(cloud.identity.scope, kind, *names)


def power(cloud: Any, name: str) -> str:
    """``running``, ``stopped``, ``deallocated``; ``gone`` where there is no such machine."""
    machines = {vm.name for vm in cloud.world(Kind.VM)}
    if name not in machines:
        return "gone"
    view = cloud.ask("GET", f"{id_of(cloud, Kind.VM, name)}/instanceView")
    return str(view["statuses"][-1]["code"]).partition("/")[2]


def data_disk(cloud: Any, vm: str, name: str, gib: int = 32, lun: int = 0, **more: Any) -> str:
    """An empty disk on the machine; ``more`` is what the machine says of it."""
    properties = {"creationData": {"createOption": "Empty"}, "diskSizeGB": gib}
    body = {"sku": {"name": "StandardSSD_LRS"}, "properties": properties}
    id: str = cloud.put(Kind.DISK, name, body)
    entry = {"lun": lun, "createOption": "Attach", "managedDisk": {"id": id}, **more}
    had = cloud.get(Kind.VM, vm)["properties"]["storageProfile"]["dataDisks"]
    profile = {"storageProfile": {"dataDisks": [*had, entry]}}
    cloud.ask("PATCH", id_of(cloud, Kind.VM, vm), {"properties": profile})
    return id


def goes_with(cloud: Any, vm: str) -> None:
    """The machine's system disk and interfaces go with it from now on."""
    told = cloud.get(Kind.VM, vm)["properties"]
    nics = [
        {"id": n["id"], "properties": {"deleteOption": "Delete", "primary": True}}
        for n in told["networkProfile"]["networkInterfaces"]
    ]
    profile = {
        "storageProfile": {"osDisk": {"createOption": "FromImage", "deleteOption": "Delete"}},
        "networkProfile": {"networkInterfaces": nics},
    }
    cloud.ask("PATCH", id_of(cloud, Kind.VM, vm), {"properties": profile})


def address(cloud: Any, nic: str, name: str, goes: bool = False) -> str:
    """A public address on an interface; where it ``goes``, it is deleted with it."""
    body = {
        "sku": {"name": "Standard"},
        "properties": {"publicIPAllocationMethod": "Static"},
    }
    id: str = cloud.put(Kind.PUBLIC_IP, name, body)
    document = cloud.get(Kind.NIC, nic)
    option = {"properties": {"deleteOption": "Delete"}} if goes else {}
    inner = document["properties"]["ipConfigurations"][0]["properties"]
    inner["publicIPAddress"] = {"id": id, **option}
    cloud.ask("PUT", document["id"], document)
    return id


def group(cloud: Any, name: str, *rules: dict[str, Any]) -> str:
    """A security group with rules as Azure has them, ``rule-0`` and so on; priorities from 300
    where none are said."""
    usual = {
        "protocol": "Tcp",
        "access": "Allow",
        "direction": "Inbound",
        "sourceAddressPrefix": "*",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
    }
    written = [
        {"name": f"rule-{n}", "properties": {**usual, "priority": 300 + n, **rule}}
        for n, rule in enumerate(rules)
    ]
    id: str = cloud.put(Kind.SECURITY_GROUP, name, {"properties": {"securityRules": written}})
    return id


def guard(cloud: Any, nic: str, group_id: str) -> None:
    document = cloud.get(Kind.NIC, nic)
    document["properties"]["networkSecurityGroup"] = {"id": group_id}
    cloud.ask("PUT", document["id"], document)


def rules(cloud: Any, name: str) -> dict[str, dict[str, Any]]:
    """Properties of the rules of a group, by name."""
    found = cloud.get(Kind.SECURITY_GROUP, name)["properties"]["securityRules"]
    return {rule["name"]: rule["properties"] for rule in found}


def balancer(cloud: Any, name: str, *nics: str) -> str:
    """A public load balancer of port 80 with a pool of the interfaces."""
    public = cloud.put(
        Kind.PUBLIC_IP,
        f"{name}-ip",
        {"sku": {"name": "Standard"}, "properties": {"publicIPAllocationMethod": "Static"}},
    )
    id = id_of(cloud, Kind.LOAD_BALANCER, name)
    rule = {
        "frontendIPConfiguration": {"id": f"{id}/frontendIPConfigurations/face"},
        "backendAddressPool": {"id": f"{id}/backendAddressPools/pool"},
        "probe": {"id": f"{id}/probes/health"},
        "protocol": "Tcp",
        "frontendPort": 80,
        "backendPort": 80,
    }
    probe = {"protocol": "Tcp", "port": 80}
    face = {"name": "face", "properties": {"publicIPAddress": {"id": public}}}
    properties = {
        "frontendIPConfigurations": [face],
        "backendAddressPools": [{"name": "pool"}],
        "probes": [{"name": "health", "properties": probe}],
        "loadBalancingRules": [{"name": "http", "properties": rule}],
    }
    cloud.put(Kind.LOAD_BALANCER, name, {"sku": {"name": "Standard"}, "properties": properties})
    for nic in nics:
        document = cloud.get(Kind.NIC, nic)
        inner = document["properties"]["ipConfigurations"][0]["properties"]
        inner["loadBalancerBackendAddressPools"] = [{"id": f"{id}/backendAddressPools/pool"}]
        cloud.ask("PUT", document["id"], document)
    return id
