"""What AWS calls do to networks, rules, machines and what stands before them, read from their
parameters (EC2 and ELBv2 API references)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from cloudops.prover.ahead import Ahead, Thing
from cloudops.prover.naming import name_of, names_of
from modalities.resource import Kind
from modalities.step import Step

Follow: TypeAlias = Callable[[Ahead, Step, Mapping[str, Any]], None]

SERVICES = ("ec2", "elbv2", "s3")
EVERY_PORT = (0, 65535)
ROUTES_TO = (
    "GatewayId",
    "NatGatewayId",
    "InstanceId",
    "NetworkInterfaceId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "EgressOnlyInternetGatewayId",
)

HARMLESS = frozenset(
    {
        *("AddTags", "RemoveTags", "CreateTags", "DeleteTags"),
        *("AttachVolume", "DetachVolume", "CreateVolume", "ModifyVolume"),
        *("StartInstances", "StopInstances", "RebootInstances"),
        *("MonitorInstances", "UnmonitorInstances"),
        *("CreateImage", "CreateSnapshot", "CreateKeyPair", "ImportKeyPair"),
        *("AuthorizeSecurityGroupEgress", "RevokeSecurityGroupEgress"),
    }
)
"""Calls that neither open nor close a way to a machine, nor take an address."""


def _name(step: Step) -> str:
    return step.changes[0].name if step.changes else step.id


def _make(ahead: Ahead, kind: Kind, step: Step, **attributes: Any) -> Thing:
    return ahead.make(kind, f"{step.id}.id", _name(step), step.id, attributes)


# networks


def _network(ahead: Ahead, step: Step, call: Mapping[str, Any]) -> None:
    made = _make(ahead, Kind.NETWORK, step, cidr=name_of(call.get("CidrBlock")))
    table = {"network": made.id, "main": True, "subnets": (), "routes": ()}
    ahead.make(Kind.ROUTE_TABLE, _main(made.id), f"{made.name}-main", step.id, table)
    group = {"network": made.id, "default": True, "rules": ()}
    ahead.make(Kind.SECURITY_GROUP, f"{made.id}/default", "default", step.id, group)


def _main(network: str) -> str:
    return f"{network}/main"


def _more_range(ahead: Ahead, _: Step, call: Mapping[str, Any]) -> None:
    network = ahead.get(Kind.NETWORK, name_of(call.get("VpcId")))
    if network is not None:
        more = (*network.texts("more"), name_of(call.get("CidrBlock")))
        network.revise(more=more)


def _subnet(ahead: Ahead, step: Step, call: Mapping[str, Any]) -> None:
    _make(
        ahead,
        Kind.SUBNET,
        step,
        cidr=name_of(call.get("CidrBlock")),
        network=name_of(call.get("VpcId")),
        zone=name_of(call.get("AvailabilityZone")),
        public=False,
    )


def _set_subnet(ahead: Ahead, _: Step, call: Mapping[str, Any]) -> None:
    subnet = ahead.get(Kind.SUBNET, name_of(call.get("SubnetId")))
    given = call.get("MapPublicIpOnLaunch")
    if subnet is not None and isinstance(given, Mapping):
        subnet.revise(public=bool(given.get("Value")))


def _gateway(ahead: Ahead, step: Step, _: Mapping[str, Any]) -> None:
    _make(ahead, Kind.GATEWAY, step, networks=())


def _attach_gateway(ahead: Ahead, step: Step, call: Mapping[str, Any]) -> None:
    gateway = ahead.get(Kind.GATEWAY, name_of(call.get("InternetGatewayId")))
    if gateway is None:
        ahead.unread.append(step.id)
    else:
        network = name_of(call.get("VpcId"))
        gateway.revise(networks=(*gateway.texts("networks"), network))


def _detach_gateway(ahead: Ahead, _: Step, call: Mapping[str, Any]) -> None:
    gateway = ahead.get(Kind.GATEWAY, name_of(call.get("InternetGatewayId")))
    if gateway is not None:
        network = name_of(call.get("VpcId"))
        gateway.revise(networks=tuple(n for n in gateway.texts("networks") if n != network))


def _table(ahead: Ahead, step: Step, call: Mapping[str, Any]) -> None:
    network = name_of(call.get("VpcId"))
    _make(ahead, Kind.ROUTE_TABLE, step, network=network, main=False, subnets=(), routes=())


def _find_table(ahead: Ahead, step: Step, call: Mapping[str, Any]) -> None:
    """A read of a network's main route table: what it tells is the id of one that is known."""
    filters = {str(f.get("Name")): f.get("Values") for f in call.get("Filters") or ()}
    for network in names_of(filters.get("vpc-id")) if "association.main" in filters else ():
        tables = (t for t in ahead.of(Kind.ROUTE_TABLE) if t.text("network") == network)
        for table in tables:
            if table.attributes.get("main"):
                ahead.same(f"{step.id}.id", table.id)
                return


def _serve(ahead: Ahead, _: Step, call: Mapping[str, Any]) -> None:
    table = ahead.get(Kind.ROUTE_TABLE, name_of(call.get("RouteTableId")))
    if table is not None:
        table.revise(subnets=(*table.texts("subnets"), name_of(call.get("SubnetId"))))


def _route(ahead: Ahead, step: Step, call: Mapping[str, Any]) -> None:
    _unroute(ahead, step, call)
    table = ahead.get(Kind.ROUTE_TABLE, name_of(call.get("RouteTableId")))
    target = next((name_of(call[k]) for k in ROUTES_TO if call.get(k)), "")
    if table is None:
        ahead.unread.append(step.id)
    else:
        new = {"destination": _destination(call), "target": target}
        table.revise(routes=(*table.entries("routes"), new))


def _unroute(ahead: Ahead, _: Step, call: Mapping[str, Any]) -> None:
    table = ahead.get(Kind.ROUTE_TABLE, name_of(call.get("RouteTableId")))
    if table is not None:
        there = _destination(call)
        kept = tuple(r for r in table.entries("routes") if r.get("destination") != there)
        table.revise(routes=kept)


def _destination(call: Mapping[str, Any]) -> str:
    return name_of(call.get("DestinationCidrBlock") or call.get("DestinationIpv6CidrBlock"))


# what may come in


def _group(ahead: Ahead, step: Step, call: Mapping[str, Any]) -> None:
    network = name_of(call.get("VpcId"))
    _make(ahead, Kind.SECURITY_GROUP, step, network=network, default=False, rules=())


def _let_in(ahead: Ahead, step: Step, call: Mapping[str, Any]) -> None:
    group = ahead.get(Kind.SECURITY_GROUP, name_of(call.get("GroupId")))
    if group is None:
        ahead.unread.append(step.id)
    else:
        group.revise(rules=(*group.entries("rules"), *rules_of(call)))


def _keep_out(ahead: Ahead, _: Step, call: Mapping[str, Any]) -> None:
    group = ahead.get(Kind.SECURITY_GROUP, name_of(call.get("GroupId")))
    if group is not None:
        gone = [_same(rule) for rule in rules_of(call)]
        group.revise(rules=tuple(r for r in group.entries("rules") if _same(r) not in gone))


def _same(rule: Mapping[str, Any]) -> tuple[Any, ...]:
    keys = ("direction", "protocol", "first_port", "last_port", "source")
    return tuple(rule.get(key) for key in keys)


def rules_of(call: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Rules of incoming traffic as docs/attributes.md has them; also of the flat form."""
    for permission in call.get("IpPermissions") or ([call] if "IpProtocol" in call else ()):
        protocol = str(permission.get("IpProtocol", "-1")).casefold()
        every = protocol in ("-1", "all")
        first, last = permission.get("FromPort"), permission.get("ToPort")
        if every:
            first, last = EVERY_PORT
        for source in _sources(permission):
            yield {
                "direction": "in",
                "protocol": "all" if every else protocol,
                "first_port": first,
                "last_port": last,
                "source": source,
            }


def _sources(permission: Mapping[str, Any]) -> Iterator[str]:
    if permission.get("CidrIp"):
        yield name_of(permission["CidrIp"])
    lists = (("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6"), ("UserIdGroupPairs", "GroupId"))
    for ranges, key in lists:
        for entry in permission.get(ranges) or ():
            yield name_of(entry.get(key))


# machines


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
    vm = _make(
        ahead,
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
    _make(ahead, Kind.NIC, step, subnet=subnet_id, network=network, security_groups=groups)


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
    _make(ahead, Kind.PUBLIC_IP, step, attached_to=None, association=None)


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
    _make(
        ahead,
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
    _make(ahead, Kind.TARGET_GROUP, step, port=call.get("Port"), network=network, targets=())


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
    _make(
        ahead,
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
    "AssociateRouteTable": _serve,
    "AssociateVpcCidrBlock": _more_range,
    "AttachInternetGateway": _attach_gateway,
    "AttachNetworkInterface": _plug,
    "AuthorizeSecurityGroupIngress": _let_in,
    "CreateInternetGateway": _gateway,
    "CreateListener": _listener,
    "CreateLoadBalancer": _balancer,
    "CreateNetworkInterface": _nic,
    "CreateRoute": _route,
    "CreateRouteTable": _table,
    "CreateSecurityGroup": _group,
    "CreateSubnet": _subnet,
    "CreateTargetGroup": _pool,
    "CreateVpc": _network,
    "DeleteRoute": _unroute,
    "DeregisterTargets": _leave,
    "DescribeRouteTables": _find_table,
    "DetachInternetGateway": _detach_gateway,
    "DetachNetworkInterface": lambda *_: None,
    "DisassociateAddress": _take,
    "ModifyInstanceAttribute": _set_machine,
    "ModifyNetworkInterfaceAttribute": _set_nic,
    "ModifySubnetAttribute": _set_subnet,
    "RegisterTargets": _join,
    "ReplaceRoute": _route,
    "RevokeSecurityGroupIngress": _keep_out,
    "RunInstances": _run,
    "SetSecurityGroups": _guard_balancer,
}
