"""Judge of M4 on Azure: the dependency graph, beside the cloud's own references."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sandbox.gym.answers import answered
from sandbox.gym.azure import parts
from sandbox.gym.azure.inventory import refers, same
from sandbox.gym.case import Case, Judgement
from sandbox.gym.inventory import Inventory
from sandbox.gym.sources import Item
from sandbox.gym.topology import Pair, compared, focus_told, picture

NAMED = ("instance", "load_balancer")


def graph(case: Case) -> Judgement:
    """All that hangs together is in it, each edge is one the cloud has, and a picture shows it."""
    true, wanted = links(case.after), core(case.after)
    vms = case.after.of("instance").values()
    rooms = {
        "subnet": {s for vm in vms for s in parts.subnets(case.after, vm)},
        "network": {n for vm in vms for n in parts.networks(case.after, vm)},
    }
    missed = [
        *compared(case, wanted, true, same),
        *focus_told(case, true, rooms, NAMED),
        *picture(case),
    ]
    return answered(case, missed)


def links(cloud: Inventory) -> set[Pair]:
    """What needs what, by ids; a machine's through its interfaces, too."""
    found = {*core(cloud), *_machines(cloud), *_balancers(cloud), *_groups(cloud)}
    return {(one, other) for one, other in found if one and other}


def core(cloud: Inventory) -> set[Pair]:
    """The edges that a graph must have, either way round: those between a machine and its parts,
    its subnet, the network, and the way of a request through the balancer."""
    wanted: set[Pair] = set()
    for id, vm in cloud.of("instance").items():
        for interface in parts.interfaces(vm):
            wanted.add((id, interface))
        wanted |= {(id, disk) for disk in (parts.system_disk(vm), *parts.data_disks(vm))}
        for subnet in parts.subnets(cloud, vm):
            wanted.add((subnet, parts.network_of(subnet)))
        wanted |= {(_of_pool(pool), id) for pool in parts.pools(cloud, vm)}
    for id, nic in cloud.of("interface").items():
        for one in parts.properties(nic)["ipConfigurations"]:
            wanted.add((id, refers(one["properties"].get("subnet"))))
    for id, balancer in cloud.of("load_balancer").items():
        wanted |= {(id, address) for address in parts.frontend_addresses(balancer)}
    return wanted


def _of_pool(pool: str) -> str:
    return pool.partition("/backendaddresspools/")[0]


def _machines(cloud: Inventory) -> Iterator[Pair]:
    for id, vm in cloud.of("instance").items():
        reached = {*parts.subnets(cloud, vm), *parts.networks(cloud, vm)}
        reached |= parts.addresses(cloud, vm) | _guards(cloud, vm)
        yield from ((id, other) for other in reached)
        image = parts.properties(vm)["storageProfile"].get("imageReference") or {}
        yield id, refers(image)
    for id, nic in cloud.of("interface").items():
        told = parts.properties(nic)
        yield id, refers(told.get("networkSecurityGroup"))
        for one in told["ipConfigurations"]:
            inner = one["properties"]
            subnet = refers(inner.get("subnet"))
            yield id, parts.network_of(subnet)
            yield id, refers(inner.get("publicIPAddress"))
            for pool in inner.get("loadBalancerBackendAddressPools") or ():
                yield from ((id, refers(pool)), (id, _of_pool(refers(pool))))
                yield from ((refers(pool), id), (_of_pool(refers(pool)), id))
    for id, network in cloud.of("network").items():
        for subnet in parts.properties(network).get("subnets") or ():
            inner = subnet["properties"]
            yield same(subnet["id"]), id
            for member in ("networkSecurityGroup", "routeTable", "natGateway"):
                yield same(subnet["id"]), refers(inner.get(member))


def _guards(cloud: Inventory, vm: Item) -> set[str]:
    known = cloud.of("interface")
    nics = [known.get(id, {}) for id in parts.interfaces(vm)]
    return {refers(parts.properties(nic).get("networkSecurityGroup")) for nic in nics}


def _balancers(cloud: Inventory) -> Iterator[Pair]:
    vms = cloud.of("instance")
    for id, balancer in cloud.of("load_balancer").items():
        told = parts.properties(balancer)
        yield from ((id, refers(f["properties"].get("subnet"))) for f in _rows(told, "front"))
        for which in PARTS:
            yield from ((id, same(row["id"])) for row in _rows(told, which))
        for pool in _rows(told, "pool"):
            members = (v for v, item in vms.items() if same(pool["id"]) in parts.pools(cloud, item))
            for vm in members:
                yield same(pool["id"]), vm
                subnets = parts.subnets(cloud, vms[vm])
                yield from ((id, s) for s in subnets)
                yield from ((id, parts.network_of(s)) for s in subnets)
        for rule in _rows(told, "rule"):
            for member in ("frontendIPConfiguration", "backendAddressPool", "probe"):
                yield same(rule["id"]), refers(rule["properties"].get(member))
        for front in _rows(told, "front"):
            yield same(front["id"]), refers(front["properties"].get("publicIPAddress"))


PARTS = {
    "front": "frontendIPConfigurations",
    "pool": "backendAddressPools",
    "rule": "loadBalancingRules",
    "probe": "probes",
}


def _rows(told: Any, which: str) -> Sequence[Any]:
    return told.get(PARTS[which]) or ()


def _groups(cloud: Inventory) -> Iterator[Pair]:
    """Everything is in its resource group."""
    groups = cloud.of("group")
    for _, id in cloud.things:
        yield from ((id, group) for group in groups if id.startswith(f"{group}/"))
