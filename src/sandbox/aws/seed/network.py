"""Networks and what lies in them: subnets, gateways, route tables and security groups."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from moto.ec2.models.route_tables import Route
from moto.ec2.models.security_groups import SecurityGroup, SecurityGroupRule

from modalities.resource import Kind, Resource
from sandbox.aws.ids import given
from sandbox.aws.seed.account import Account

ROUTE_TARGETS = {
    "igw": "gateway",
    "vgw": "gateway",
    "nat": "nat_gateway",
    "eigw": "egress_only_igw",
    "tgw": "transit_gateway",
    "eni": "interface",
    "i": "instance",
    "pcx": "vpc_pcx",
    "cagw": "carrier_gateway",
}
"""Prefix of a route's target to the field moto keeps it in, of which it reads the id alone."""


def networks(account: Account) -> None:
    """A VPC brings a main route table and a default group: with the world's ids, or not at all."""
    for network in account.world.of(Kind.NETWORK):
        main = _first(account, Kind.ROUTE_TABLE, network, "main")
        group = _first(account, Kind.SECURITY_GROUP, network, "default")
        is_default = bool(network.attributes.get("default"))
        with given(network.id, main, group):
            vpc = account.ec2.create_vpc(str(network.attributes["cidr"]), is_default=is_default)
        if is_default:
            account.ec2.default_vpc = vpc
        if main is None:
            _drop(account.ec2.route_tables, "vpc_id", network.id)
        if group is None:
            account.ec2.groups[network.id].clear()
        account.tag(network)


def subnets(account: Account) -> None:
    for subnet in account.world.of(Kind.SUBNET):
        a: Mapping[str, Any] = subnet.attributes
        with given(subnet.id):
            made = account.ec2.create_subnet(
                vpc_id=a["network"], cidr_block=a["cidr"], availability_zone=a["zone"]
            )
        made.default_for_az = bool(a.get("default"))
        made.map_public_ip_on_launch = bool(a.get("public"))
        account.tag(subnet)


def gateways(account: Account) -> None:
    for gateway in account.world.of(Kind.GATEWAY):
        if not gateway.id.startswith("igw-"):
            account.left_out.append(str(gateway.ref))
            continue
        with given(gateway.id):
            account.ec2.create_internet_gateway()
        for network in _list(gateway.attributes, "networks"):
            account.ec2.attach_internet_gateway(gateway.id, network)
        account.tag(gateway)


def route_tables(account: Account) -> None:
    for table in account.world.of(Kind.ROUTE_TABLE):
        a: Mapping[str, Any] = table.attributes
        if table.id not in account.ec2.route_tables:
            with given(table.id):
                account.ec2.create_route_table(a["network"])
        made = account.ec2.route_tables[table.id]
        for subnet in _list(a, "subnets"):
            account.ec2.associate_route_table(table.id, subnet_id=subnet)
        for route in _list(a, "routes"):
            _add_route(made, str(route["destination"]), str(route.get("target") or ""))
        account.tag(table)


def security_groups(account: Account) -> None:
    for group in account.world.of(Kind.SECURITY_GROUP):
        a: Mapping[str, Any] = group.attributes
        network = a["network"]
        made = account.ec2.groups[network].get(group.id)
        if made is None:
            made = SecurityGroup(
                account.ec2,
                group.id,
                str(a.get("group_name") or group.name),
                str(a.get("description") or group.name),
                vpc_id=str(network),
                is_default=bool(a.get("default")),
            )
            account.ec2.groups[network][group.id] = made
        made.ingress_rules.clear()
        made.egress_rules.clear()
        for rule in _list(a, "rules"):
            outward = rule.get("direction") in ("out", "outbound", "egress")
            rules = made.egress_rules if outward else made.ingress_rules
            rules.append(_rule(account, group.id, rule, outward))
        account.tag(group)


def _range(source: str, description: object) -> dict[str, str]:
    told = {"Description": str(description)} if description else {}
    return {"CidrIpv6" if ":" in source else "CidrIp": source, **told}


def _rule(
    account: Account, group: str, rule: Mapping[str, Any], outward: bool
) -> SecurityGroupRule:
    source = str(rule.get("source") or "")
    protocol = str(rule.get("protocol", "all"))
    with given(rule.get("id")):
        return SecurityGroupRule(
            account.ec2,
            "-1" if protocol == "all" else protocol,
            group,
            _port(rule.get("first_port")),
            _port(rule.get("last_port")),
            _range(source, rule.get("description")) if "/" in source else None,
            _pair(account, source) if source.startswith("sg-") else None,
            {"PrefixListId": source} if source.startswith("pl-") else None,
            is_egress=outward,
        )


def _pair(account: Account, group: str) -> dict[str, str]:
    """As moto keeps it after a call: a rule is found again only by the very same entries."""
    owner = account.ec2.account_id
    return {"GroupId": group, "UserId": owner, "OwnerId": owner}


def _port(value: object) -> str:
    return "-1" if value is None else str(value)


def _add_route(table: Any, destination: str, target: str) -> None:
    if target == "local" or not target:
        return
    holder = SimpleNamespace(id=target)
    kept = ROUTE_TARGETS.get(target.partition("-")[0])
    where: dict[str, Any] = {kept: holder} if kept else {"vpc_endpoint_id": target}
    if destination.startswith("pl-"):
        prefixes: Any = SimpleNamespace(id=destination)
        route = Route(table, None, None, destination_prefix_list=prefixes, **where)
    elif ":" in destination:
        route = Route(table, None, destination, **where)
    else:
        route = Route(table, destination, None, **where)
    table._routes[route.id] = route


def _first(account: Account, kind: Kind, network: Resource, flag: str) -> str | None:
    fitting = (
        r.id
        for r in account.world.of(kind)
        if r.attributes.get(flag) and r.attributes.get("network") == network.id
    )
    return next(fitting, None)


def _drop(made: dict[str, Any], attribute: str, value: str) -> None:
    for id in [id for id, item in made.items() if getattr(item, attribute) == value]:
        del made[id]


def _list(attributes: Mapping[str, Any], name: str) -> list[Any]:
    return list(attributes.get(name) or ())
