"""Judges of P1, P2 and P3: machines made as the prompt states, and nothing beside them."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.gym.case import Case, Judgement, sorted_out
from sandbox.gym.difference import Difference
from sandbox.gym.inventory import name_of, tags_of
from sandbox.gym.sources import Item

ROOM = frozenset(
    {"network", "subnet", "gateway", "route_table", "network_acl", "security_group", "interface"}
)
"""What a machine stands in and comes with: may be made where one is asked for."""

BALANCING = frozenset({"load_balancer", "listener", "target_group"})
TAGGED = ("instance", "volume", "network", "subnet", "gateway")
"""Kinds that carry a tag meant for everything. Others come by themselves with these."""


def single(case: Case) -> Judgement:
    """P1: exactly one running machine, as stated."""
    return _judged(case, 1, balanced=False)


def three(case: Case) -> Judgement:
    """P2: three running machines, all in one network."""
    return _judged(case, 3, balanced=False)


def behind_balancer(case: Case) -> Judgement:
    """P3: three running machines in one network, all targets of one load balancer."""
    return _judged(case, 3, balanced=True)


def _judged(case: Case, count: int, *, balanced: bool) -> Judgement:
    vms = case.added("instance")
    missed = [*_counted(vms, count), *_placed(case, vms), *_called(case, vms), *_sized(case, vms)]
    missed += [*_disked(case, vms), *_tagged(case, vms)]
    if balanced:
        missed += _balanced(case, vms)
    allowed = [d for d in case.differences if _belongs(d, case, vms, balanced)]
    unwanted, left_over = sorted_out(case.differences, allowed)
    return Judgement(missed=tuple(missed), unwanted=unwanted, left_over=left_over)


def _counted(vms: list[Item], count: int) -> Iterator[str]:
    running = [vm for vm in vms if vm["State"]["Name"] == "running"]
    if len(running) != count or len(vms) != count:
        yield f"{len(running)} machines run and {len(vms)} were made, not {count}"


def _placed(case: Case, vms: list[Item]) -> Iterator[str]:
    wanted, networks = case.wanted, {vm.get("VpcId") for vm in vms}
    if vms and (None in networks or len(networks) > 1):
        yield "the machines are not all in one network"
    if wanted.one_subnet and len({vm.get("SubnetId") for vm in vms}) > 1:
        yield "the machines are not all in one subnet"
    found = [case.after.of("network")[str(id)] for id in networks if id]
    new = [item["VpcId"] for item in case.added("network")]
    for network in found:
        if wanted.network and name_of(network) != wanted.network:
            yield f"the network is called {name_of(network) or 'nothing'}, not {wanted.network}"
        if wanted.cidr and (network["CidrBlock"] != wanted.cidr or network["VpcId"] not in new):
            yield f"the network is {network['CidrBlock']}, not a new one of {wanted.cidr}"


def _called(case: Case, vms: list[Item]) -> Iterator[str]:
    wanted, names = case.wanted, sorted(name_of(vm) for vm in vms)
    if wanted.names and names != sorted(wanted.names):
        yield f"the machines are called {', '.join(names)}, not {', '.join(wanted.names)}"
    if wanted.prefix and not all(name.startswith(wanted.prefix) for name in names):
        yield f"the names {', '.join(names)} do not all begin with {wanted.prefix}"
    if len(set(names)) < len(names) or not all(names):
        yield f"the machines have no names of their own: {', '.join(names)}"


def _sized(case: Case, vms: list[Item]) -> Iterator[str]:
    """Memory may be a fifth off what was said, as people say it."""
    wanted = case.wanted
    for vm in vms:
        type, facts = vm["InstanceType"], case.types[vm["InstanceType"]]
        vcpus, gib = facts["VCpuInfo"]["DefaultVCpus"], facts["MemoryInfo"]["SizeInMiB"] / 1024
        if wanted.type and type != wanted.type:
            yield f"{name_of(vm)} is a {type}, not a {wanted.type}"
        if wanted.vcpus and vcpus != wanted.vcpus:
            yield f"{name_of(vm)} ({type}) has {vcpus} vCPUs, not {wanted.vcpus}"
        if wanted.memory_gib and abs(gib - wanted.memory_gib) > wanted.memory_gib / 5:
            yield f"{name_of(vm)} ({type}) has {gib:g} GiB, not about {wanted.memory_gib:g}"
        if wanted.small and (vcpus > 2 or gib > 4):
            yield f"{name_of(vm)} ({type}) is not small: {vcpus} vCPUs, {gib:g} GiB"
        if wanted.system and not _runs(case, vm, wanted.system):
            yield f"{name_of(vm)} does not run {wanted.system}"
        if wanted.public and not vm.get("PublicIpAddress"):
            yield f"{name_of(vm)} has no public address"
    if wanted.identical and len({(vm["InstanceType"], vm["ImageId"]) for vm in vms}) > 1:
        yield "the machines are not alike"


def _runs(case: Case, vm: Item, system: str) -> bool:
    image = case.images.get(vm["ImageId"], {})
    words = " ".join(str(image.get(key, "")) for key in ("Name", "Description", "ImageLocation"))
    return system.split()[0] in words.lower()


def _disked(case: Case, vms: list[Item]) -> Iterator[str]:
    volumes = case.after.of("volume")
    for vm in vms:
        mapped = {m["DeviceName"]: m["Ebs"]["VolumeId"] for m in vm.get("BlockDeviceMappings", ())}
        root = volumes.get(mapped.get(vm.get("RootDeviceName", ""), ""))
        if root is None:
            yield f"{name_of(vm)} has no disk to start from"
        elif case.wanted.boot_gib and root["Size"] != case.wanted.boot_gib:
            yield f"the OS disk has {root['Size']} GiB, not {case.wanted.boot_gib}"


def _tagged(case: Case, vms: list[Item]) -> Iterator[str]:
    wanted = case.wanted.tags
    things = vms
    if case.wanted.tag_all:
        things = [item for kind in TAGGED for item in case.added(kind)]
    for item in things:
        if missing := {k: v for k, v in wanted.items() if tags_of(item).get(k) != v}:
            said = ", ".join(f"{key}={value}" for key, value in missing.items())
            yield f"{name_of(item) or _id(item)} lacks the tag {said}"


def _id(item: Item) -> str:
    return next(str(item[key]) for key in item if key.endswith("Id") and key != "OwnerId")


def _balanced(case: Case, vms: list[Item]) -> Iterator[str]:
    """One balancer, one listener on the stated port (80), its group's targets all machines."""
    wanted, balancers = case.wanted, case.added("load_balancer")
    if len(balancers) != 1:
        yield f"{len(balancers)} load balancers were made, not one"
        return
    (balancer,) = balancers
    if wanted.balancer and balancer["LoadBalancerName"] != wanted.balancer:
        yield f"the load balancer is called {balancer['LoadBalancerName']}, not {wanted.balancer}"
    if wanted.public_balancer and balancer["Scheme"] != "internet-facing":
        yield f"the load balancer is {balancer['Scheme']}"
    if balancer["VpcId"] not in {vm.get("VpcId") for vm in vms}:
        yield "the load balancer is not in the machines' network"
    yield from _served(case, balancer["LoadBalancerArn"], vms)


def _served(case: Case, arn: str, vms: list[Item]) -> Iterator[str]:
    port = case.wanted.port or 80
    listeners = [e for e in case.added("listener") if e["LoadBalancerArn"] == arn]
    listener = next((e for e in listeners if e["Port"] == port), None)
    if listener is None:
        yield f"no listener on port {port}, but on {[e['Port'] for e in listeners]}"
        return
    groups = {a["TargetGroupArn"] for a in listener["DefaultActions"] if "TargetGroupArn" in a}
    targets = [t for g in groups for t in case.after.of("target_group")[g]["Targets"]]
    ids = {target["Target"]["Id"] for target in targets}
    if ids != {vm["InstanceId"] for vm in vms}:
        yield f"{len(ids)} targets are registered, not the {len(vms)} machines"
    ports = {target["Target"]["Port"] for target in targets}
    if case.wanted.target_port and ports != {case.wanted.target_port}:
        yield f"targets are served on {sorted(ports)}, not on {case.wanted.target_port}"


def _belongs(difference: Difference, case: Case, vms: list[Item], balanced: bool) -> bool:
    """Whether a change is part of what was asked for."""
    if difference.what != "added":
        return False
    kind, id = difference.kind, difference.id
    if kind == "volume":
        return _vm_of(case.after.of("volume")[id]) in {vm["InstanceId"] for vm in vms}
    if kind == "address":
        used = case.after.of("address")[id].get("AssociationId")
        return bool(used) and case.wanted.public
    return kind == "instance" or kind in ROOM or (balanced and kind in BALANCING)


def _vm_of(volume: Item) -> str:
    return str(next((a["InstanceId"] for a in volume.get("Attachments", ())), ""))
