"""What AWS calls do to machines, their addresses and the load balancers before them (EC2 and ELBv2
API references)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cloudops.prover.ahead import Ahead, Follow, Thing
from cloudops.prover.naming import name_of, names_of
from modalities.resource import Kind
from modalities.step import Step


def _run(ahead: Ahead, step: Step, call: Mapping[str, Any]) -> None:
    nics: Sequence[Mapping[str, Any]] = call.get("NetworkInterfaces") or ({},)
    first = nics[0]
    subnet_id = name_of(first.get("SubnetId") or call.get("SubnetId"))
    subnet = ahead.get(Kind.SUBNET, subnet_id)
    network = subnet.text("network") if subnet else ""
    groups = names_of(first.get("Groups") or call.get("SecurityGroupIds"))
    public = first.get("AssociatePublicIpAddress")
    if public is None:
        public = bool(subnet and subnet.attributes.get("public"))
    if not network:
        ahead.unread.append(step.id)
    vm = ahead.made(
        Kind.VM,
        step,
        state="running",
        size=name_of(call.get("InstanceType")),
        subnet=subnet_id,
        network=network,
        security_groups=groups or _default_groups(ahead, network),
        public_ip=bool(public),
        nics=tuple(name_of(n["NetworkInterfaceId"]) for n in nics if n.get("NetworkInterfaceId")),
    )
    vm.low, vm.high = _count(call.get("MinCount")), _count(call.get("MaxCount"))


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 1


def _default_groups(ahead: Ahead, network: str) -> tuple[str, ...]:
    groups = (g for g in ahead.of(Kind.SECURITY_GROUP) if g.text("network") == network)
    return tuple(g.id for g in groups if g.attributes.get("default"))


def _nic(ahead: Ahead, step: Step, call: Mapping[str, Any]) -> None:
    subnet = ahead.get(Kind.SUBNET, name_of(call.get("SubnetId")))
    network = subnet.text("network") if subnet else ""
    groups = names_of(call.get("Groups")) or _default_groups(ahead, network)
    subnet_id = name_of(call.get("SubnetId"))
    ahead.made(Kind.NIC, step, subnet=subnet_id, network=network, security_groups=groups)


def _plug(ahead: Ahead, _: Step, call: Mapping[str, Any]) -> None:
    vm = ahead.get(Kind.VM, name_of(call.get("InstanceId")))
    nic = ahead.get(Kind.NIC, name_of(call.get("NetworkInterfaceId")))
    if vm is not None and nic is not None:
        vm.revise(nics=(*vm.texts("nics"), nic.id))
        nic.revise(attached_to=vm.id)


def _set_machine(ahead: Ahead, step: Step, call: Mapping[str, Any]) -> None:
    vm = ahead.get(Kind.VM, name_of(call.get("InstanceId")))
    if vm is None:
        ahead.unread.append(step.id)
        return
    if call.get("Groups"):
        vm.revise(security_groups=names_of(call["Groups"]))
        for nic in (ahead.get(Kind.NIC, id) for id in vm.texts("nics")[:1]):
            if nic is not None:
                nic.revise(security_groups=names_of(call["Groups"]))
    size = call.get("InstanceType")
    if size:
        vm.revise(size=name_of(size.get("Value") if isinstance(size, Mapping) else size))


def _set_nic(ahead: Ahead, _: Step, call: Mapping[str, Any]) -> None:
    nic = ahead.get(Kind.NIC, name_of(call.get("NetworkInterfaceId")))
    if nic is None or not call.get("Groups"):
        return
    groups = names_of(call["Groups"])
    nic.revise(security_groups=groups)
    for vm in ahead.of(Kind.VM):
        if nic.id in vm.texts("nics")[:1]:
            vm.revise(security_groups=groups)


# addresses


def _address(ahead: Ahead, step: Step, _: Mapping[str, Any]) -> None:
    ahead.made(Kind.PUBLIC_IP, step, attached_to=None, association=None)


def _give(ahead: Ahead, step: Step, call: Mapping[str, Any]) -> None:
    address = ahead.get(Kind.PUBLIC_IP, name_of(call.get("AllocationId")))
    nic = ahead.get(Kind.NIC, name_of(call.get("NetworkInterfaceId")))
    holder = name_of(call.get("InstanceId")) or (nic.text("attached_to") if nic else "")
    vm = ahead.get(Kind.VM, holder)
    if address is not None:
        _bare(ahead, address)
        address.revise(attached_to=vm.id if vm else None, association=f"{step.id}.association")
    if vm is None:
        ahead.unread.append(step.id)
    else:
        vm.revise(public_ip=True)


def _take(ahead: Ahead, _: Step, call: Mapping[str, Any]) -> None:
    association = name_of(call.get("AssociationId"))
    for address in ahead.of(Kind.PUBLIC_IP):
        if association and address.text("association") == association:
            _bare(ahead, address)
            address.revise(attached_to=None, association=None)


def _bare(ahead: Ahead, address: Thing) -> None:
    vm = ahead.get(Kind.VM, address.text("attached_to"))
    if vm is not None:
        vm.revise(public_ip=None)


# load balancers


def _balancer(ahead: Ahead, step: Step, call: Mapping[str, Any]) -> None:
    subnets = names_of(call.get("Subnets"))
    inside = next(filter(None, (ahead.get(Kind.SUBNET, s) for s in subnets)), None)
    ahead.made(
        Kind.LOAD_BALANCER,
        step,
        public=call.get("Scheme", "internet-facing") == "internet-facing",
        type=call.get("Type", "application"),
        subnets=subnets,
        network=inside.text("network") if inside else "",
        security_groups=names_of(call.get("SecurityGroups")),
    )


def _guard_balancer(ahead: Ahead, _: Step, call: Mapping[str, Any]) -> None:
    balancer = ahead.get(Kind.LOAD_BALANCER, name_of(call.get("LoadBalancerArn")))
    if balancer is not None:
        balancer.revise(security_groups=names_of(call.get("SecurityGroups")))


def _pool(ahead: Ahead, step: Step, call: Mapping[str, Any]) -> None:
    network = name_of(call.get("VpcId"))
    ahead.made(Kind.TARGET_GROUP, step, port=call.get("Port"), network=network, targets=())


def _join(ahead: Ahead, step: Step, call: Mapping[str, Any]) -> None:
    pool = ahead.get(Kind.TARGET_GROUP, name_of(call.get("TargetGroupArn")))
    if pool is None:
        ahead.unread.append(step.id)
        return
    usual = pool.attributes.get("port")
    new = ({"vm": vm, "port": port or usual} for vm, port in _members(call))
    pool.revise(targets=(*pool.entries("targets"), *new))


def _leave(ahead: Ahead, _: Step, call: Mapping[str, Any]) -> None:
    pool = ahead.get(Kind.TARGET_GROUP, name_of(call.get("TargetGroupArn")))
    if pool is not None:
        gone = {vm for vm, _ in _members(call)}
        pool.revise(targets=tuple(t for t in pool.entries("targets") if t.get("vm") not in gone))


def _members(call: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for target in call.get("Targets") or ():
        yield name_of(target.get("Id")), target.get("Port")


def _listener(ahead: Ahead, step: Step, call: Mapping[str, Any]) -> None:
    pools = (name_of(a.get("TargetGroupArn")) for a in call.get("DefaultActions") or ())
    if not call.get("LoadBalancerArn"):
        ahead.unread.append(step.id)
    ahead.made(
        Kind.LISTENER,
        step,
        load_balancer=name_of(call.get("LoadBalancerArn")),
        port=call.get("Port"),
        protocol=call.get("Protocol"),
        target_group=next((pool for pool in pools if pool), ""),
    )


CALLS: Mapping[str, Follow] = {
    "AllocateAddress": _address,
    "AssociateAddress": _give,
    "AttachNetworkInterface": _plug,
    "CreateListener": _listener,
    "CreateLoadBalancer": _balancer,
    "CreateNetworkInterface": _nic,
    "CreateTargetGroup": _pool,
    "DeregisterTargets": _leave,
    "DetachNetworkInterface": lambda *_: None,
    "DisassociateAddress": _take,
    "ModifyInstanceAttribute": _set_machine,
    "ModifyNetworkInterfaceAttribute": _set_nic,
    "RegisterTargets": _join,
    "RunInstances": _run,
    "SetSecurityGroups": _guard_balancer,
}
