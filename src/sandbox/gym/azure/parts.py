"""What belongs to a machine or a load balancer, by ids in the spelling of `same`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.gym.azure.inventory import refers, same
from sandbox.gym.inventory import Inventory
from sandbox.gym.sources import Item


def properties(item: Item) -> Any:
    return item.get("properties") or {}


def power(vm: Item) -> str:
    """``running``, ``stopped`` (a deallocated machine, too), or what else Azure calls it."""
    view = properties(vm).get("instanceView") or {}
    codes = [str(status["code"]) for status in view.get("statuses", ())]
    state = next((c.partition("/")[2] for c in codes if c.startswith("PowerState/")), "unknown")
    return "stopped" if state == "deallocated" else state


def system_disk(vm: Item) -> str:
    return refers(properties(vm)["storageProfile"]["osDisk"].get("managedDisk"))


def data_disks(vm: Item) -> dict[str, int]:
    """The place (LUN) of each."""
    disks = properties(vm)["storageProfile"].get("dataDisks") or ()
    return {refers(disk.get("managedDisk")): disk["lun"] for disk in disks}


def interfaces(vm: Item) -> tuple[str, ...]:
    return tuple(refers(n) for n in properties(vm)["networkProfile"]["networkInterfaces"])


def configurations(cloud: Inventory, vm: Item) -> Iterator[Any]:
    """Properties of the IP configurations of its interfaces."""
    known = cloud.of("interface")
    for id in interfaces(vm):
        for one in properties(known.get(id, {})).get("ipConfigurations", ()):
            yield one["properties"]


def subnets(cloud: Inventory, vm: Item) -> set[str]:
    return {refers(one.get("subnet")) for one in configurations(cloud, vm)}


def networks(cloud: Inventory, vm: Item) -> set[str]:
    return {network_of(subnet) for subnet in subnets(cloud, vm)}


def network_of(subnet: str) -> str:
    return subnet.partition("/subnets/")[0]


def addresses(cloud: Inventory, vm: Item) -> set[str]:
    """Ids of its public addresses."""
    found = {refers(one.get("publicIPAddress")) for one in configurations(cloud, vm)}
    return found - {""}


def public_ips(cloud: Inventory, vm: Item) -> set[str]:
    known = cloud.of("address")
    found = {properties(known.get(id, {})).get("ipAddress") for id in addresses(cloud, vm)}
    return {str(ip) for ip in found if ip}


def pools(cloud: Inventory, vm: Item) -> set[str]:
    """Ids of the pools of load balancers that it is in."""
    return {
        refers(pool)
        for one in configurations(cloud, vm)
        for pool in one.get("loadBalancerBackendAddressPools") or ()
    }


def frontend_addresses(balancer: Item) -> set[str]:
    fronts = properties(balancer).get("frontendIPConfigurations") or ()
    return {refers(f["properties"].get("publicIPAddress")) for f in fronts} - {""}


def id_of(item: Item) -> str:
    return same(str(item["id"]))
