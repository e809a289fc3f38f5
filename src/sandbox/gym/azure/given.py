"""What a task starts from on Azure, made with the vendor's SDK by somebody who is not the agent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.gym.azure.reader import Reader

IMAGE = {
    "publisher": "Canonical",
    "offer": "0001-com-ubuntu-server-jammy",
    "sku": "22_04-lts-gen2",
    "version": "latest",
}
SIZE = "Standard_D2s_v5"
"""One that is sold as spot, too: the B-series is not."""
KEY = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQDGymmakesthisuponlyforthesandbox gym"

Given = Callable[[Reader], None]


def nothing(_: Reader) -> None:
    """A subscription without a resource group."""


def one_vm(cloud: Reader) -> None:
    _machine(cloud, "web-1", _room(cloud))


def one_vm_with_data(cloud: Reader) -> None:
    """With a data disk of 32 GiB and the tag ``owner=team-a``."""
    data = _disk(cloud, "web-1-data", 32, "StandardSSD_LRS")
    _machine(cloud, "web-1", _room(cloud), disks=(data,), tags={"owner": "team-a"})


def one_of_two_stopped(cloud: Reader) -> None:
    subnet = _room(cloud)
    _machine(cloud, "web-1", subnet)
    _machine(cloud, "web-2", subnet)
    cloud.client("compute").virtual_machines.begin_deallocate(cloud.group, "web-2").result()


def public_vm(cloud: Reader) -> None:
    subnet = _room(cloud)
    address = _address(cloud, "web-1-ip")
    _machine(cloud, "web-1", subnet, address=address)


def vm_with_disks(cloud: Reader) -> None:
    subnet = _room(cloud)
    disks = (
        _disk(cloud, "web-1-logs", 50, "Premium_LRS"),
        _disk(cloud, "web-1-archive", 125, "Standard_LRS"),
    )
    _machine(cloud, "web-1", subnet, disks=disks)


def tier(cloud: Reader) -> None:
    """Three machines in one subnet of lab-net, in the pool of a public load balancer."""
    subnet = _room(cloud)
    pool = _balancer(cloud, _address(cloud, "front-ip"))
    for number in (1, 2, 3):
        _machine(cloud, f"web-{number}", subnet, pool=pool)


GIVEN: Mapping[str, Given] = {
    "P1": nothing,
    "P2": nothing,
    "P3": nothing,
    "U1": one_vm,
    "U2": one_vm,
    "U3": one_vm_with_data,
    "M1": one_of_two_stopped,
    "M2": public_vm,
    "M3": vm_with_disks,
    "M4": tier,
    "M5": nothing,
}
"""By the id of the task. What M5's service health tells is in health.py."""


def _room(cloud: Reader) -> str:
    """The group, and in it lab-net with one subnet; the subnet's id."""
    _group(cloud)
    body = {
        "location": cloud.location,
        "properties": {
            "addressSpace": {"addressPrefixes": ["10.40.0.0/16"]},
            "subnets": [{"name": "lab-net-a", "properties": {"addressPrefix": "10.40.1.0/24"}}],
        },
    }
    made = cloud.client("network").virtual_networks.begin_create_or_update(
        cloud.group, "lab-net", body
    )
    return str(made.result().subnets[0].id)


def _group(cloud: Reader) -> None:
    cloud.client("resource").resource_groups.create_or_update(
        cloud.group, {"location": cloud.location}
    )


def _address(cloud: Reader, name: str) -> str:
    body = {
        "location": cloud.location,
        "sku": {"name": "Standard"},
        "properties": {"publicIPAllocationMethod": "Static"},
    }
    made = cloud.client("network").public_ip_addresses.begin_create_or_update(
        cloud.group, name, body
    )
    return str(made.result().id)


def _disk(cloud: Reader, name: str, gib: int, sku: str) -> str:
    _group(cloud)
    body = {
        "location": cloud.location,
        "sku": {"name": sku},
        "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": gib},
    }
    made = cloud.client("compute").disks.begin_create_or_update(cloud.group, name, body)
    return str(made.result().id)


def _machine(
    cloud: Reader,
    name: str,
    subnet: str,
    *,
    disks: tuple[str, ...] = (),
    tags: Mapping[str, str] | None = None,
    address: str = "",
    pool: str = "",
) -> None:
    """A running machine with an interface of its own."""
    interface = _interface(cloud, f"{name}-nic", subnet, address, pool)
    keys = [{"path": "/home/azureuser/.ssh/authorized_keys", "keyData": KEY}]
    attached = [
        {"lun": lun, "createOption": "Attach", "managedDisk": {"id": disk}}
        for lun, disk in enumerate(disks)
    ]
    system = {"createOption": "FromImage", "managedDisk": {"storageAccountType": "StandardSSD_LRS"}}
    body: dict[str, Any] = {
        "location": cloud.location,
        "tags": dict(tags or {}),
        "properties": {
            "hardwareProfile": {"vmSize": SIZE},
            "storageProfile": {"imageReference": IMAGE, "osDisk": system, "dataDisks": attached},
            "osProfile": {
                "computerName": name,
                "adminUsername": "azureuser",
                "linuxConfiguration": {
                    "disablePasswordAuthentication": True,
                    "ssh": {"publicKeys": keys},
                },
            },
            "networkProfile": {"networkInterfaces": [{"id": interface}]},
        },
    }
    machines = cloud.client("compute").virtual_machines
    machines.begin_create_or_update(cloud.group, name, body).result()


def _interface(cloud: Reader, name: str, subnet: str, address: str, pool: str) -> str:
    properties: dict[str, Any] = {"subnet": {"id": subnet}}
    if address:
        properties["publicIPAddress"] = {"id": address}
    if pool:
        properties["loadBalancerBackendAddressPools"] = [{"id": pool}]
    body = {
        "location": cloud.location,
        "properties": {"ipConfigurations": [{"name": "ipconfig1", "properties": properties}]},
    }
    made = cloud.client("network").network_interfaces.begin_create_or_update(
        cloud.group, name, body
    )
    return str(made.result().id)


def _balancer(cloud: Reader, address: str) -> str:
    """The load balancer front, which passes port 80 on; the id of its pool."""
    own = (
        f"{cloud.scope}/resourceGroups/{cloud.group}"
        "/providers/Microsoft.Network/loadBalancers/front"
    )
    frontend = {"name": "public", "properties": {"publicIPAddress": {"id": address}}}
    rule = {
        "frontendIPConfiguration": {"id": f"{own}/frontendIPConfigurations/public"},
        "backendAddressPool": {"id": f"{own}/backendAddressPools/vms"},
        "probe": {"id": f"{own}/probes/tcp"},
        "protocol": "Tcp",
        "frontendPort": 80,
        "backendPort": 80,
    }
    probe = {"protocol": "Tcp", "port": 80, "intervalInSeconds": 15, "numberOfProbes": 2}
    body = {
        "location": cloud.location,
        "sku": {"name": "Standard"},
        "properties": {
            "frontendIPConfigurations": [frontend],
            "backendAddressPools": [{"name": "vms"}],
            "probes": [{"name": "tcp", "properties": probe}],
            "loadBalancingRules": [{"name": "http", "properties": rule}],
        },
    }
    balancers = cloud.client("network").load_balancers
    balancers.begin_create_or_update(cloud.group, "front", body).result()
    return f"{own}/backendAddressPools/vms"
