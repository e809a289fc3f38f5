"""Networks and what lies in them, security groups with their rules, addresses, interfaces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from modalities.action import SdkCall
from modalities.aws.express.calls import ec2
from modalities.aws.terraform.asked.asking import (
    Asked,
    Calls,
    Values,
    differs,
    known,
    retagged,
    simple,
    specified,
)

# subnets, gateways, routes


def _subnet_created(after: Values) -> Calls:
    made = SUBNET.creates(after)
    return (*made, *_public({}, after))


def _subnet_changed(before: Values, after: Values) -> Calls:
    return (*_public(before, after), *retagged(before, after))


def _public(before: Values, after: Values) -> Calls:
    gives = bool(after.get("map_public_ip_on_launch"))
    if gives is bool(before.get("map_public_ip_on_launch")):
        return ()
    me = known(SubnetId=before.get("id"))
    return (ec2("ModifySubnetAttribute", **me, MapPublicIpOnLaunch={"Value": gives}),)


SUBNET = simple(
    "CreateSubnet",
    "DeleteSubnet",
    "SubnetId",
    "subnet",
    VpcId="vpc_id",
    CidrBlock="cidr_block",
    AvailabilityZone="availability_zone",
)

GATEWAY = simple(
    "CreateInternetGateway", "DeleteInternetGateway", "InternetGatewayId", "internet-gateway"
)


def _gateway_created(after: Values) -> Calls:
    attach = ec2("AttachInternetGateway", **known(VpcId=after.get("vpc_id")))
    return (*GATEWAY.creates(after), *([attach] if "vpc_id" in after else []))


def _gateway_changed(before: Values, after: Values) -> Calls:
    me = known(InternetGatewayId=before.get("id"))
    moves: list[SdkCall] = []
    if differs(before, after, "vpc_id"):
        old, new = before.get("vpc_id"), after.get("vpc_id")
        moves += [ec2("DetachInternetGateway", **me, VpcId=old)] if old else []
        moves += [ec2("AttachInternetGateway", **me, **known(VpcId=new))]
    return (*moves, *retagged(before, after))


def _gateway_deleted(before: Values) -> Calls:
    me = known(InternetGatewayId=before.get("id"))
    off = ec2("DetachInternetGateway", **me, **known(VpcId=before.get("vpc_id")))
    return (*([off] if before.get("vpc_id") else []), *GATEWAY.deletes(before))


ROUTE_TARGETS = {
    "GatewayId": "gateway_id",
    "NatGatewayId": "nat_gateway_id",
    "NetworkInterfaceId": "network_interface_id",
    "TransitGatewayId": "transit_gateway_id",
    "VpcPeeringConnectionId": "vpc_peering_connection_id",
    "EgressOnlyInternetGatewayId": "egress_only_gateway_id",
}


def _way(values: Values) -> dict[str, Any]:
    return known(
        RouteTableId=values.get("route_table_id"),
        DestinationCidrBlock=values.get("destination_cidr_block"),
        DestinationIpv6CidrBlock=values.get("destination_ipv6_cidr_block"),
        DestinationPrefixListId=values.get("destination_prefix_list_id"),
    )


def _route(operation: str, values: Values) -> Calls:
    targets = {p: values.get(a) for p, a in ROUTE_TARGETS.items()}
    return (ec2(operation, **_way(values), **known(**targets)),)


ROUTE = Asked(
    lambda after: _route("CreateRoute", after),
    lambda before, after: _route("ReplaceRoute", {**before, **after}),
    lambda before: (ec2("DeleteRoute", **_way(before)),),
    ("route_table_id", "destination_cidr_block", "destination_ipv6_cidr_block"),
    relation=True,
)

TABLE = simple(
    "CreateRouteTable", "DeleteRouteTable", "RouteTableId", "route-table", VpcId="vpc_id"
)


def _own_routes(table: Any, values: Values, operation: str) -> Iterator[SdkCall]:
    for route in values.get("route") or ():
        said = {
            "route_table_id": table,
            "destination_cidr_block": route.get("cidr_block") or None,
            "destination_ipv6_cidr_block": route.get("ipv6_cidr_block") or None,
            **{a: route.get(a) or None for a in ROUTE_TARGETS.values()},
        }
        yield from _route(operation, said) if operation != "DeleteRoute" else ROUTE.deletes(said)


def _table_changed(before: Values, after: Values) -> Calls:
    had, has = before.get("route") or (), after.get("route") or ()
    gone = {"route": [r for r in had if r not in has]}
    new = {"route": [r for r in has if r not in had]}
    me = before.get("id")
    return (
        *_own_routes(me, gone, "DeleteRoute"),
        *_own_routes(me, new, "CreateRoute"),
        *retagged(before, after),
    )


def _association(values: Values) -> dict[str, Any]:
    return known(
        RouteTableId=values.get("route_table_id"),
        SubnetId=values.get("subnet_id"),
        GatewayId=values.get("gateway_id"),
    )


ASSOCIATION = Asked(
    lambda after: (ec2("AssociateRouteTable", **_association(after)),),
    lambda before, after: (
        ec2(
            "ReplaceRouteTableAssociation",
            **known(AssociationId=before.get("id"), RouteTableId=after.get("route_table_id")),
        ),
    ),
    lambda before: (ec2("DisassociateRouteTable", **known(AssociationId=before.get("id"))),),
    ("route_table_id", "subnet_id"),
    relation=True,
)

# security groups


def _group_created(after: Values) -> Calls:
    """AWS lets all out of a new group, and the provider takes that away."""
    made = ec2(
        "CreateSecurityGroup",
        **known(
            GroupName=after.get("name"),
            Description=after.get("description"),
            VpcId=after.get("vpc_id"),
            TagSpecifications=specified("security-group", after),
        ),
    )
    return (made, *_inside(None, {}, after))


def _inside(group: Any, before: Values, after: Values) -> Iterator[SdkCall]:
    """Rules that stand in the group's own block."""
    for attribute, direction in (("ingress", "Ingress"), ("egress", "Egress")):
        if attribute not in before and attribute not in after:
            continue
        had = list(_permissions(before.get(attribute) or ()))
        has = list(_permissions(after.get(attribute) or ()))
        for verb, some in (
            ("Revoke", [p for p in had if p not in has]),
            ("Authorize", [p for p in has if p not in had]),
        ):
            if some:
                me = known(GroupId=group)
                yield ec2(f"{verb}SecurityGroup{direction}", **me, IpPermissions=some)


def _permissions(rules: Any) -> Iterator[dict[str, Any]]:
    for rule in rules:
        entry: dict[str, Any] = {
            "IpProtocol": str(rule.get("protocol", "-1")),
            "IpRanges": [{"CidrIp": c} for c in rule.get("cidr_blocks") or ()],
            "Ipv6Ranges": [{"CidrIpv6": c} for c in rule.get("ipv6_cidr_blocks") or ()],
            "UserIdGroupPairs": [{"GroupId": g} for g in rule.get("security_groups") or ()],
            "PrefixListIds": [{"PrefixListId": p} for p in rule.get("prefix_list_ids") or ()],
        }
        if entry["IpProtocol"] not in ("-1", "all"):
            entry |= known(FromPort=rule.get("from_port"), ToPort=rule.get("to_port"))
        yield {k: v for k, v in entry.items() if v != []}


def _group_changed(before: Values, after: Values) -> Calls:
    return (*_inside(before.get("id"), before, after), *retagged(before, after))


def _rule(values: Values) -> dict[str, Any]:
    """A rule of its own as ``IpPermissions``."""
    entry: dict[str, Any] = {"IpProtocol": str(values.get("ip_protocol", "-1"))}
    if entry["IpProtocol"] != "-1":
        entry |= known(FromPort=values.get("from_port"), ToPort=values.get("to_port"))
    for attribute, name, key in (
        ("cidr_ipv4", "IpRanges", "CidrIp"),
        ("cidr_ipv6", "Ipv6Ranges", "CidrIpv6"),
        ("referenced_security_group_id", "UserIdGroupPairs", "GroupId"),
        ("prefix_list_id", "PrefixListIds", "PrefixListId"),
    ):
        if values.get(attribute) is not None:
            entry[name] = [{key: values[attribute]}]
    return {**known(GroupId=values.get("security_group_id")), "IpPermissions": [entry]}


def _old_rule(values: Values) -> dict[str, Any]:
    """aws_security_group_rule, in which several sources may stand."""
    source = values.get("source_security_group_id")
    own = [
        *([source] if source else []),
        *([values.get("security_group_id")] if values.get("self") else []),
    ]
    (entry,) = _permissions([{**values, "security_groups": own}])
    return {**known(GroupId=values.get("security_group_id")), "IpPermissions": [entry]}


def _rules(said: Any, direction: Any, keeps: tuple[str, ...]) -> Asked:
    """A rule that is a resource. A change of it takes the old one away and puts the new."""

    def creates(after: Values) -> Calls:
        return (ec2(f"AuthorizeSecurityGroup{direction(after)}", **said(after)),)

    def deletes(before: Values) -> Calls:
        return (ec2(f"RevokeSecurityGroup{direction(before)}", **said(before)),)

    def updates(before: Values, after: Values) -> Calls:
        now = {**before, **after}
        return (*deletes(before), *creates(now)) if said(before) != said(now) else ()

    return Asked(creates, updates, deletes, keeps, relation=True)


RULE = (
    "security_group_id",
    "ip_protocol",
    "from_port",
    "to_port",
    "cidr_ipv4",
    "cidr_ipv6",
    "referenced_security_group_id",
    "prefix_list_id",
)
OLD_RULE = (
    "security_group_id",
    "type",
    "protocol",
    "from_port",
    "to_port",
    "cidr_blocks",
    "ipv6_cidr_blocks",
    "source_security_group_id",
    "self",
)


def _direction(values: Values) -> str:
    return "Ingress" if values.get("type") == "ingress" else "Egress"


GROUP = Asked(
    _group_created,
    _group_changed,
    lambda before: (ec2("DeleteSecurityGroup", **known(GroupId=before.get("id"))),),
)

# addresses and interfaces


def _allocated(after: Values) -> Calls:
    made = ec2(
        "AllocateAddress", Domain="vpc", **known(TagSpecifications=specified("elastic-ip", after))
    )
    return (made, *_given({}, after))


def _given(before: Values, after: Values) -> Calls:
    """The address may say itself whose it is."""
    if not differs(before, after, "instance", "network_interface"):
        return ()
    to = known(
        InstanceId=after.get("instance") or None,
        NetworkInterfaceId=after.get("network_interface") or None,
    )
    me = known(AllocationId=before.get("id"))
    if to:
        return (ec2("AssociateAddress", **me, **to),)
    return (ec2("DisassociateAddress", **known(AssociationId=before.get("association_id"))),)


EIP = Asked(
    _allocated,
    lambda before, after: (*_given(before, after), *retagged(before, after)),
    lambda before: (ec2("ReleaseAddress", **known(AllocationId=before.get("id"))),),
    ("association_id",),
)


def _associated(values: Values) -> Calls:
    said = known(
        AllocationId=values.get("allocation_id"),
        InstanceId=values.get("instance_id") or None,
        NetworkInterfaceId=values.get("network_interface_id") or None,
    )
    return (ec2("AssociateAddress", **said),)


EIP_ASSOCIATION = Asked(
    _associated,
    lambda before, after: _associated({**before, **after}),
    lambda before: (ec2("DisassociateAddress", **known(AssociationId=before.get("id"))),),
    ("allocation_id", "instance_id", "network_interface_id"),
    relation=True,
)


def _nic_changed(before: Values, after: Values) -> Calls:
    me = known(NetworkInterfaceId=before.get("id"))
    change = ec2(
        "ModifyNetworkInterfaceAttribute", **me, **known(Groups=after.get("security_groups"))
    )
    moved = differs(before, after, "security_groups", "description", "source_dest_check")
    return (*([change] if moved else []), *retagged(before, after))


NIC = replace(
    simple(
        "CreateNetworkInterface",
        "DeleteNetworkInterface",
        "NetworkInterfaceId",
        "network-interface",
        SubnetId="subnet_id",
        Groups="security_groups",
    ),
    updates=_nic_changed,
)


def _plugged(values: Values) -> Calls:
    said = known(
        NetworkInterfaceId=values.get("network_interface_id"),
        InstanceId=values.get("instance_id"),
        DeviceIndex=values.get("device_index"),
    )
    return (ec2("AttachNetworkInterface", **said),)


NIC_ATTACHMENT = Asked(
    _plugged,
    lambda before, after: _plugged({**before, **after}),
    lambda before: (
        ec2("DetachNetworkInterface", **known(AttachmentId=before.get("attachment_id"))),
    ),
    ("network_interface_id", "instance_id", "attachment_id"),
    relation=True,
)

TYPES: Mapping[str, Asked] = {
    "aws_vpc": simple("CreateVpc", "DeleteVpc", "VpcId", "vpc", CidrBlock="cidr_block"),
    "aws_subnet": replace(SUBNET, creates=_subnet_created, updates=_subnet_changed),
    "aws_internet_gateway": replace(
        GATEWAY,
        creates=_gateway_created,
        updates=_gateway_changed,
        deletes=_gateway_deleted,
        keeps=("vpc_id",),
    ),
    "aws_route": ROUTE,
    "aws_route_table": replace(
        TABLE,
        creates=lambda after: (*TABLE.creates(after), *_own_routes(None, after, "CreateRoute")),
        updates=_table_changed,
    ),
    "aws_route_table_association": ASSOCIATION,
    "aws_security_group": GROUP,
    "aws_default_security_group": replace(
        GROUP, creates=lambda after: tuple(_inside(None, {}, after)), deletes=lambda _: ()
    ),
    "aws_vpc_security_group_ingress_rule": _rules(_rule, lambda _: "Ingress", RULE),
    "aws_vpc_security_group_egress_rule": _rules(_rule, lambda _: "Egress", RULE),
    "aws_security_group_rule": _rules(_old_rule, _direction, OLD_RULE),
    "aws_eip": EIP,
    "aws_eip_association": EIP_ASSOCIATION,
    "aws_network_interface": NIC,
    "aws_network_interface_attachment": NIC_ATTACHMENT,
}
