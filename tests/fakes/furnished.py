"""A resource group with one of every kind that Azure has, made as somebody else would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Put = Callable[[str, dict[str, Any]], Any]

OWNED = {"location": "eastus", "tags": {"owner": "team-a"}}
UBUNTU = {
    "publisher": "Canonical",
    "offer": "0001-com-ubuntu-server-jammy",
    "sku": "22_04-lts-gen2",
    "version": "latest",
}


def furnish(put: Put, group: str) -> None:
    """``put`` sends a PUT; ``group`` is the group's id, which is made with the rest."""
    network = f"{group}/providers/Microsoft.Network"
    compute = f"{group}/providers/Microsoft.Compute"
    put(group, OWNED)
    _networks(put, network)
    _balancer(put, network)
    _machine(put, network, compute)
    source = {"createOption": "Copy", "sourceResourceId": f"{compute}/disks/data"}
    put(f"{compute}/snapshots/before", {**OWNED, "properties": {"creationData": source}})
    system = {
        "osType": "Linux",
        "osState": "Generalized",
        "snapshot": {"id": f"{compute}/snapshots/before"},
    }
    profile = {"hyperVGeneration": "V2", "storageProfile": {"osDisk": system}}
    put(f"{compute}/images/golden", {**OWNED, "properties": profile})
    public = {"publicKey": "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7"}
    put(f"{compute}/sshPublicKeys/key", {**OWNED, "properties": public})
    account = {"sku": {"name": "Standard_LRS"}, "kind": "StorageV2", "properties": {}}
    put(f"{group}/providers/Microsoft.Storage/storageAccounts/bucket1", {**OWNED, **account})


def _networks(put: Put, network: str) -> None:
    rule = {
        "priority": 100,
        "access": "Allow",
        "direction": "Inbound",
        "protocol": "Tcp",
        "sourceAddressPrefix": "10.0.0.0/8",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRanges": ["22", "8000-8080"],
    }
    rules = {"securityRules": [{"name": "ssh", "properties": rule}]}
    put(f"{network}/networkSecurityGroups/guard", {**OWNED, "properties": rules})
    guard = {"id": f"{network}/networkSecurityGroups/guard"}
    subnet = {"addressPrefix": "10.0.0.0/24", "networkSecurityGroup": guard}
    space = {"addressPrefixes": ["10.0.0.0/16"]}
    subnets = [{"name": "default", "properties": subnet}]
    put(
        f"{network}/virtualNetworks/net",
        {**OWNED, "properties": {"addressSpace": space, "subnets": subnets}},
    )
    for name in ("ip", "front-ip"):
        put(
            f"{network}/publicIPAddresses/{name}",
            {
                **OWNED,
                "sku": {"name": "Standard"},
                "properties": {"publicIPAllocationMethod": "Static"},
            },
        )


def _balancer(put: Put, network: str) -> None:
    own = f"{network}/loadBalancers/front"
    address = {"publicIPAddress": {"id": f"{network}/publicIPAddresses/front-ip"}}
    probe = {"protocol": "Tcp", "port": 80, "intervalInSeconds": 5, "numberOfProbes": 2}
    rule = {
        "protocol": "Tcp",
        "frontendPort": 80,
        "backendPort": 8080,
        "frontendIPConfiguration": {"id": f"{own}/frontendIPConfigurations/fe"},
        "backendAddressPool": {"id": f"{own}/backendAddressPools/pool"},
        "probe": {"id": f"{own}/probes/alive"},
    }
    properties = {
        "frontendIPConfigurations": [{"name": "fe", "properties": address}],
        "backendAddressPools": [{"name": "pool"}],
        "probes": [{"name": "alive", "properties": probe}],
        "loadBalancingRules": [{"name": "http", "properties": rule}],
    }
    put(own, {**OWNED, "sku": {"name": "Standard"}, "properties": properties})


def _machine(put: Put, network: str, compute: str) -> None:
    configuration = {
        "subnet": {"id": f"{network}/virtualNetworks/net/subnets/default"},
        "publicIPAddress": {"id": f"{network}/publicIPAddresses/ip"},
        "loadBalancerBackendAddressPools": [
            {"id": f"{network}/loadBalancers/front/backendAddressPools/pool"}
        ],
    }
    guard = {"id": f"{network}/networkSecurityGroups/guard"}
    inner = [{"name": "first", "properties": configuration}]
    put(
        f"{network}/networkInterfaces/web-nic",
        {**OWNED, "properties": {"networkSecurityGroup": guard, "ipConfigurations": inner}},
    )
    empty = {"creationData": {"createOption": "Empty"}, "diskSizeGB": 64}
    put(
        f"{compute}/disks/data",
        {**OWNED, "sku": {"name": "Premium_LRS"}, "properties": empty},
    )
    put(f"{compute}/virtualMachines/web", {**OWNED, "properties": machine(network, compute)})


def machine(network: str, compute: str) -> dict[str, Any]:
    """The properties of the machine ``web``, with its disk as its first."""
    nic = {"id": f"{network}/networkInterfaces/web-nic", "properties": {"deleteOption": "Delete"}}
    return {
        "hardwareProfile": {"vmSize": "Standard_B2s"},
        "storageProfile": {
            "imageReference": UBUNTU,
            "osDisk": {"createOption": "FromImage", "name": "web-os", "deleteOption": "Delete"},
            "dataDisks": [
                {
                    "lun": 0,
                    "createOption": "Attach",
                    "managedDisk": {"id": f"{compute}/disks/data"},
                }
            ],
        },
        "osProfile": {
            "computerName": "web",
            "adminUsername": "azureuser",
            "adminPassword": "correct-Horse-7",
        },
        "networkProfile": {"networkInterfaces": [nic]},
        "diagnosticsProfile": {"bootDiagnostics": {"enabled": True}},
    }
