"""Judges of P1, P2 and P3 on Azure: machines made as the prompt states, and nothing beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.gym.azure import parts
from sandbox.gym.azure.inventory import refers
from sandbox.gym.case import Case, Judgement, sorted_out
from sandbox.gym.difference import Difference
from sandbox.gym.inventory import name_of
from sandbox.gym.sources import Item

ROOM = frozenset({"group", "network", "security_group", "interface"})
"""What a machine stands in and comes with: may be made where one is asked for."""

TAGGED = ("instance", "volume", "network", "interface", "security_group", "address")
"""Kinds that carry a tag meant for everything; a load balancer does, too."""


def single(case: Case) -> Judgement:
    """P1: exactly one running machine, as stated."""
    return _judged(case, 1, balanced=False)


def three(case: Case) -> Judgement:
    """P2: three running machines, all in one network."""
    return _judged(case, 3, balanced=False)


def behind_balancer(case: Case) -> Judgement:
    """P3: three running machines in one network, all in the pool of one load balancer."""
    return _judged(case, 3, balanced=True)


def _judged(case: Case, count: int, *, balanced: bool) -> Judgement:
    vms = case.added("instance")
    missed = [*_counted(vms, count), *_placed(case, vms), *_called(case, vms), *_sized(case, vms)]
    missed += [*_equipped(case, vms), *_disked(case, vms), *_tagged(case, vms)]
    if balanced:
        missed += _balanced(case, vms)
    allowed = [d for d in case.differences if _belongs(d, case, vms, balanced)]
    unwanted, left_over = sorted_out(case.differences, allowed)
    return Judgement(missed=tuple(missed), unwanted=unwanted, left_over=left_over)


def _counted(vms: list[Item], count: int) -> Iterator[str]:
    running = [vm for vm in vms if parts.power(vm) == "running"]
    if len(running) != count or len(vms) != count:
        yield f"{len(running)} machines run and {len(vms)} were made, not {count}"


def _placed(case: Case, vms: list[Item]) -> Iterator[str]:
    wanted = case.wanted
    found = {network for vm in vms for network in parts.networks(case.after, vm)}
    if vms and (not all(found) or len(found) != 1):
        yield "the machines are not all in one network"
    if wanted.one_subnet and len({s for vm in vms for s in parts.subnets(case.after, vm)}) > 1:
        yield "the machines are not all in one subnet"
    new = {parts.id_of(item) for item in case.added("network")}
    for id in found & case.after.of("network").keys():
        network = case.after.of("network")[id]
        spaces = parts.properties(network)["addressSpace"]["addressPrefixes"]
        if wanted.network and name_of(network) != wanted.network:
            yield f"the network is called {name_of(network)}, not {wanted.network}"
        if wanted.cidr and (spaces != [wanted.cidr] or id not in new):
            yield f"the network is {', '.join(spaces)}, not a new one of {wanted.cidr}"


def _called(case: Case, vms: list[Item]) -> Iterator[str]:
    wanted, names = case.wanted, sorted(name_of(vm) for vm in vms)
    if wanted.names and names != sorted(wanted.names):
        yield f"the machines are called {', '.join(names)}, not {', '.join(wanted.names)}"
    if wanted.prefix and not all(name.startswith(wanted.prefix) for name in names):
        yield f"the names {', '.join(names)} do not all begin with {wanted.prefix}"


def _sized(case: Case, vms: list[Item]) -> Iterator[str]:
    """Memory may be a fifth off what was said, as people say it."""
    wanted = case.wanted
    for vm in vms:
        size = str(parts.properties(vm)["hardwareProfile"]["vmSize"])
        facts = case.types[size.casefold()]
        vcpus, gib = facts["numberOfCores"], facts["memoryInMB"] / 1024
        if wanted.azure_size and size.casefold() != wanted.azure_size.casefold():
            yield f"{name_of(vm)} is a {size}, not a {wanted.azure_size}"
        if wanted.vcpus and vcpus != wanted.vcpus:
            yield f"{name_of(vm)} ({size}) has {vcpus} vCPUs, not {wanted.vcpus}"
        if wanted.memory_gib and abs(gib - wanted.memory_gib) > wanted.memory_gib / 5:
            yield f"{name_of(vm)} ({size}) has {gib:g} GiB, not about {wanted.memory_gib:g}"
        if wanted.small and (vcpus > 2 or gib > 4):
            yield f"{name_of(vm)} ({size}) is not small: {vcpus} vCPUs, {gib:g} GiB"
    if wanted.identical and len({_make(vm) for vm in vms}) > 1:
        yield "the machines are not alike"


def _make(vm: Item) -> str:
    told = parts.properties(vm)
    image = sorted((told["storageProfile"].get("imageReference") or {}).items())
    return f"{told['hardwareProfile']['vmSize']} {image}"


def _equipped(case: Case, vms: list[Item]) -> Iterator[str]:
    wanted = case.wanted
    for vm in vms:
        image = parts.properties(vm)["storageProfile"].get("imageReference") or {}
        words = " ".join(str(part) for part in image.values()).lower()
        names = (wanted.system or "", *ALSO.get(wanted.system or "", ()))
        if wanted.system and not any(name in words for name in names):
            yield f"{name_of(vm)} does not run {wanted.system}"
        if wanted.public and not parts.public_ips(case.after, vm):
            yield f"{name_of(vm)} has no public address"


ALSO = {"ubuntu": ("canonical",), "red hat": ("redhat", "rhel")}
"""What an image of a system is called beside its own name."""


def _disked(case: Case, vms: list[Item]) -> Iterator[str]:
    volumes = case.after.of("volume")
    for vm in vms:
        system = volumes.get(parts.system_disk(vm))
        if system is None:
            yield f"{name_of(vm)} has no disk to start from"
            continue
        gib = parts.properties(system)["diskSizeGB"]
        if case.wanted.boot_gib and gib != case.wanted.boot_gib:
            yield f"the OS disk has {gib} GiB, not {case.wanted.boot_gib}"


def _tagged(case: Case, vms: list[Item]) -> Iterator[str]:
    wanted = case.wanted.tags
    things = vms
    if case.wanted.tag_all:
        things = [item for kind in (*TAGGED, "load_balancer") for item in case.added(kind)]
    for item in things:
        has = item.get("tags") or {}
        if missing := {k: v for k, v in wanted.items() if has.get(k) != v}:
            said = ", ".join(f"{key}={value}" for key, value in missing.items())
            yield f"{name_of(item)} lacks the tag {said}"


def _balanced(case: Case, vms: list[Item]) -> Iterator[str]:
    """One balancer, a rule on the stated port (80), its pool's members all machines."""
    wanted, balancers = case.wanted, case.added("load_balancer")
    if len(balancers) != 1:
        yield f"{len(balancers)} load balancers were made, not one"
        return
    (balancer,) = balancers
    if wanted.balancer and name_of(balancer) != wanted.balancer:
        yield f"the load balancer is called {name_of(balancer)}, not {wanted.balancer}"
    if wanted.public_balancer and not parts.frontend_addresses(balancer):
        yield "the load balancer has no public address"
    rules = [r["properties"] for r in parts.properties(balancer).get("loadBalancingRules") or ()]
    port = wanted.port or 80
    mine = [rule for rule in rules if rule["frontendPort"] == port]
    if not mine:
        yield f"no rule for port {port}, but for {[rule['frontendPort'] for rule in rules]}"
        return
    yield from _served(case, mine[0], vms)


def _served(case: Case, rule: Any, vms: list[Item]) -> Iterator[str]:
    named = (rule.get("backendAddressPool"), *(rule.get("backendAddressPools") or ()))
    pools = {refers(pool) for pool in named} - {""}
    out = [name_of(vm) for vm in vms if not pools & parts.pools(case.after, vm)]
    if out or not pools:
        yield f"{', '.join(out)} get nothing from the load balancer's rule"
    wanted = case.wanted.target_port
    if wanted and rule["backendPort"] != wanted:
        yield f"machines are served on {rule['backendPort']}, not on {wanted}"


def _belongs(difference: Difference, case: Case, vms: list[Item], balanced: bool) -> bool:
    """Whether a change is part of what was asked for."""
    if difference.what != "added":
        return False
    kind, id = difference.kind, difference.id
    if kind == "volume":
        return id in {parts.system_disk(vm) for vm in vms}
    if kind == "interface":
        return id in {n for vm in vms for n in parts.interfaces(vm)}
    if kind == "address":
        mine = {a for vm in vms for a in parts.addresses(case.after, vm)} if _public(case) else ()
        fronts = [a for lb in case.added("load_balancer") for a in parts.frontend_addresses(lb)]
        return id in mine or (balanced and id in fronts)
    return kind == "instance" or kind in ROOM or (balanced and kind == "load_balancer")


def _public(case: Case) -> bool:
    return case.wanted.public
