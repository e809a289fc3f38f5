"""What AWS calls do to networks, routes and what security groups let in (EC2 API reference)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cloudops.prover.ahead import Ahead, Follow
from cloudops.prover.naming import name_of, names_of
from modalities.resource import Kind
from modalities.step import Step

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


def _network(ahead: Ahead, step: Step, call: Mapping[str, Any]) -> None:
    made = ahead.made(Kind.NETWORK, step, cidr=name_of(call.get("CidrBlock")))
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
    ahead.made(
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
    ahead.made(Kind.GATEWAY, step, networks=())


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
    ahead.made(Kind.ROUTE_TABLE, step, network=network, main=False, subnets=(), routes=())


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
    ahead.made(Kind.SECURITY_GROUP, step, network=network, default=False, rules=())


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


CALLS: Mapping[str, Follow] = {
    "AssociateRouteTable": _serve,
    "AssociateVpcCidrBlock": _more_range,
    "AttachInternetGateway": _attach_gateway,
    "AuthorizeSecurityGroupIngress": _let_in,
    "CreateInternetGateway": _gateway,
    "CreateRoute": _route,
    "CreateRouteTable": _table,
    "CreateSecurityGroup": _group,
    "CreateSubnet": _subnet,
    "CreateVpc": _network,
    "DeleteRoute": _unroute,
    "DescribeRouteTables": _find_table,
    "DetachInternetGateway": _detach_gateway,
    "ModifySubnetAttribute": _set_subnet,
    "ReplaceRoute": _route,
    "RevokeSecurityGroupIngress": _keep_out,
}
