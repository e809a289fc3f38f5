"""What Terraform itself can show of a cloud: data sources, and the world that they tell of.

The provider lists VPCs, subnets, route tables, security groups and their rules, instances,
volumes, addresses, interfaces and load balancers, and gateways as far as a route leads to them.
It does not list listeners, target groups, key pairs, buckets, images and snapshots (a data
source there wants to be told the name), and of an instance it does not tell whether it is spot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from modalities.aws.describe import balancing, compute, network
from modalities.aws.describe.found import Found, named
from modalities.aws.express.calls import pairs
from modalities.aws.terraform.values import Body, Nested, Ref, Value, block, headed
from modalities.aws.terraform.writing import PROVIDER
from modalities.contract import Unsupported
from modalities.resource import Kind, Provider, World

LISTS: Mapping[Kind, tuple[str, str, str]] = {
    Kind.NETWORK: ("aws_vpcs", "aws_vpc", "id"),
    Kind.SUBNET: ("aws_subnets", "aws_subnet", "id"),
    Kind.ROUTE_TABLE: ("aws_route_tables", "aws_route_table", "route_table_id"),
    Kind.SECURITY_GROUP: ("aws_security_groups", "aws_security_group", "id"),
    Kind.VM: ("aws_instances", "aws_instance", "instance_id"),
    Kind.DISK: ("aws_ebs_volumes", "aws_ebs_volume", ""),
    Kind.NIC: ("aws_network_interfaces", "aws_network_interface", "id"),
    Kind.PUBLIC_IP: ("aws_eips", "aws_eip", "id"),
    Kind.LOAD_BALANCER: ("aws_lbs", "aws_lb", "arn"),
}
"""The data source that lists the ids of a kind, the one that shows one, and its argument."""

IDS = {Kind.PUBLIC_IP: "allocation_ids", Kind.LOAD_BALANCER: "arns"}

WITH: Mapping[Kind, tuple[Kind, ...]] = {
    Kind.DISK: (Kind.VM,),
    Kind.GATEWAY: (Kind.ROUTE_TABLE,),
    Kind.VM: (Kind.SUBNET,),
}
"""What must be looked at too: only machines tell of their disks, and subnets of a network."""

LIVE = ("pending", "running", "stopping", "stopped")

SHOWN = frozenset({*LISTS, Kind.GATEWAY})


def sources(kinds: Iterable[Kind]) -> str:
    """A module of data sources for these kinds; a plan of it reads them.

    Raises Unsupported where the provider does not list one of them.
    """
    wanted: dict[Kind, None] = dict.fromkeys(k for k in kinds if k is not Kind.RESOURCE_GROUP)
    if hidden := [kind.words for kind in wanted if kind not in SHOWN]:
        names = ", ".join(hidden)
        raise Unsupported(f"Terraform's AWS provider has no data source that lists every {names}")
    wanted |= dict.fromkeys(more for kind in tuple(wanted) for more in WITH.get(kind, ()))
    aws = {"source": "hashicorp/aws", "version": PROVIDER}
    head = block("terraform", {"required_providers": Nested({"aws": aws})})
    return "\n".join((head, *(text for kind in wanted for text in _of_kind(kind))))


def _of_kind(kind: Kind) -> Iterator[str]:
    if kind is Kind.GATEWAY:
        yield _gateways()
        return
    every, one, argument = LISTS[kind]
    more: Body = {"instance_state_names": LIVE} if kind is Kind.VM else {}
    yield block(headed("data", every, "all"), more) if more else f'data "{every}" "all" {{}}\n'
    yield _each(one, f"data.{every}.all.{IDS.get(kind, 'ids')}", argument)
    if kind is Kind.SECURITY_GROUP:
        yield 'data "aws_vpc_security_group_rules" "all" {}\n'
        rules = "data.aws_vpc_security_group_rules.all.ids"
        yield _each("aws_vpc_security_group_rule", rules, "security_group_rule_id")


def _each(type: str, ids: str, argument: str) -> str:
    body: dict[str, Value] = {"for_each": Ref(f"toset({ids})")}
    if argument:
        body[argument] = Ref("each.value")
    else:
        volume: Body = {"name": "volume-id", "values": (Ref("each.value"),)}
        body["filter"] = Nested(volume)
    return block(headed("data", type, "each"), body)


def _gateways() -> str:
    """Those that a route leads to."""
    ways = (
        "toset([for route in flatten([for t in data.aws_route_table.each : t.routes]) : "
        'route.gateway_id if startswith(route.gateway_id, "igw-")])'
    )
    body = {"for_each": Ref(ways), "internet_gateway_id": Ref("each.value")}
    return block(headed("data", "aws_internet_gateway", "each"), body)


# what they show

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def seen(values: Mapping[str, Any], scope: str) -> World:
    """The world that a plan or state with these data sources shows (``terraform show -json``).

    Attributes that no data source tells are left out: not known.
    """
    rows = _rows(values)
    found = [f for show in SHOW for f in show(rows)]
    return World(Provider.AWS, scope, named(found, scope))


def _rows(values: Mapping[str, Any]) -> Rows:
    """The values of every data source, by type."""
    root = values.get("prior_state") or values
    resources = ((root.get("values") or {}).get("root_module") or {}).get("resources") or ()
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for resource in resources:
        if resource.get("mode") == "data":
            rows.setdefault(resource["type"], []).append(resource.get("values") or {})
    return rows


def _tags(row: Mapping[str, Any]) -> list[dict[str, str]]:
    return pairs(row.get("tags") or {})


def _networks(rows: Rows) -> Iterator[Found]:
    return network.networks(
        {
            "VpcId": v["id"],
            "CidrBlock": v.get("cidr_block"),
            "State": v.get("state"),
            "IsDefault": v.get("default"),
            "Tags": _tags(v),
        }
        for v in rows.get("aws_vpc", ())
    )


def _subnets(rows: Rows) -> Iterator[Found]:
    return network.subnets(
        {
            "SubnetId": v["id"],
            "CidrBlock": v.get("cidr_block"),
            "AvailabilityZone": v.get("availability_zone"),
            "VpcId": v.get("vpc_id"),
            "MapPublicIpOnLaunch": v.get("map_public_ip_on_launch"),
            "DefaultForAz": v.get("default_for_az"),
            "Tags": _tags(v),
        }
        for v in rows.get("aws_subnet", ())
    )


def _gateways_seen(rows: Rows) -> Iterator[Found]:
    return network.gateways(
        {
            "InternetGatewayId": v["id"],
            "Attachments": [{"VpcId": a["vpc_id"]} for a in v.get("attachments") or ()],
            "Tags": _tags(v),
        }
        for v in rows.get("aws_internet_gateway", ())
    )


ROUTES = {
    "cidr_block": "DestinationCidrBlock",
    "ipv6_cidr_block": "DestinationIpv6CidrBlock",
    "destination_prefix_list_id": "DestinationPrefixListId",
    "gateway_id": "GatewayId",
    "nat_gateway_id": "NatGatewayId",
    "instance_id": "InstanceId",
    "network_interface_id": "NetworkInterfaceId",
    "transit_gateway_id": "TransitGatewayId",
    "vpc_peering_connection_id": "VpcPeeringConnectionId",
    "egress_only_gateway_id": "EgressOnlyInternetGatewayId",
}


def _route_tables(rows: Rows) -> Iterator[Found]:
    """The route inside the network, which AWS lists and the provider leaves out, is put in."""
    cidrs = {v["id"]: v.get("cidr_block") for v in rows.get("aws_vpc", ())}
    return network.route_tables(
        {
            "RouteTableId": v["route_table_id"],
            "VpcId": v.get("vpc_id"),
            "Associations": [
                {"SubnetId": a.get("subnet_id"), "Main": a.get("main")}
                for a in v.get("associations") or ()
            ],
            "Routes": [*_local(cidrs.get(v.get("vpc_id"))), *_routes(v)],
            "Tags": _tags(v),
        }
        for v in rows.get("aws_route_table", ())
    )


def _local(cidr: Any) -> list[dict[str, Any]]:
    return [{"DestinationCidrBlock": cidr, "GatewayId": "local"}] if cidr else []


def _routes(table: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for route in table.get("routes") or ():
        if route.get("gateway_id") != "local":
            yield {name: route.get(own) for own, name in ROUTES.items() if route.get(own)}


def _security_groups(rows: Rows) -> Iterator[Found]:
    rules = rows.get("aws_vpc_security_group_rule", ())
    return network.security_groups(
        {
            "GroupId": v["id"],
            "GroupName": v.get("name"),
            "Description": v.get("description"),
            "VpcId": v.get("vpc_id"),
            "IpPermissions": list(_permissions(rules, v["id"], False)),
            "IpPermissionsEgress": list(_permissions(rules, v["id"], True)),
            "Tags": _tags(v),
        }
        for v in rows.get("aws_security_group", ())
    )


def _permissions(
    rules: Sequence[Mapping[str, Any]], group: str, egress: bool
) -> Iterator[dict[str, Any]]:
    for rule in rules:
        if rule.get("security_group_id") == group and bool(rule.get("is_egress")) is egress:
            yield {
                "IpProtocol": rule.get("ip_protocol"),
                "FromPort": rule.get("from_port"),
                "ToPort": rule.get("to_port"),
                "IpRanges": [{"CidrIp": rule["cidr_ipv4"]}] if rule.get("cidr_ipv4") else [],
                "Ipv6Ranges": [{"CidrIpv6": rule["cidr_ipv6"]}] if rule.get("cidr_ipv6") else [],
                "PrefixListIds": [{"PrefixListId": p}] if (p := rule.get("prefix_list_id")) else [],
                "UserIdGroupPairs": [{"GroupId": g}]
                if (g := rule.get("referenced_security_group_id"))
                else [],
            }


def _instances(rows: Rows) -> list[dict[str, Any]]:
    networks = {v["id"]: v.get("vpc_id") for v in rows.get("aws_subnet", ())}
    attached: dict[str, list[dict[str, Any]]] = {}
    for nic in rows.get("aws_network_interface", ()):
        for attachment in nic.get("attachment") or ():
            there = attached.setdefault(str(attachment.get("instance_id")), [])
            there.append(
                {
                    "NetworkInterfaceId": nic["id"],
                    "Attachment": {"DeviceIndex": attachment.get("device_index")},
                    "Groups": [{"GroupId": g} for g in nic.get("security_groups") or ()],
                }
            )
    return [
        _instance(v, networks.get(v.get("subnet_id")), attached.get(v["id"]))
        for v in rows.get("aws_instance", ())
    ]


def _instance(v: Mapping[str, Any], vpc: Any, nics: list[dict[str, Any]] | None) -> dict[str, Any]:
    root = [*(v.get("root_block_device") or ())]
    primary = [{"NetworkInterfaceId": id}] if (id := v.get("network_interface_id")) else []
    return {
        "InstanceId": v["id"],
        "State": {"Name": v.get("instance_state")},
        "InstanceType": v.get("instance_type"),
        "ImageId": v.get("ami"),
        "Placement": {"AvailabilityZone": v.get("availability_zone")},
        "VpcId": vpc,
        "SubnetId": v.get("subnet_id") or None,
        "PrivateIpAddress": v.get("private_ip") or None,
        "PublicIpAddress": v.get("public_ip") or None,
        "SecurityGroups": [{"GroupId": g} for g in v.get("vpc_security_group_ids") or ()],
        "Monitoring": {"State": "enabled" if v.get("monitoring") else "disabled"},
        "KeyName": v.get("key_name") or None,
        "RootDeviceName": root[0].get("device_name") if root else None,
        "BlockDeviceMappings": [
            {
                "DeviceName": d.get("device_name"),
                "Ebs": {
                    "VolumeId": d.get("volume_id"),
                    "DeleteOnTermination": d.get("delete_on_termination"),
                },
            }
            for d in (*root, *(v.get("ebs_block_device") or ()))
        ],
        "NetworkInterfaces": nics or primary,
        "LaunchTime": v.get("launch_time") or None,
        "Tags": _tags(v),
    }


UNTOLD = ("spot", "platform")
"""What no data source tells of a machine."""


def _vms(rows: Rows) -> Iterator[Found]:
    for found in compute.vms(_instances(rows)):
        told = {k: v for k, v in found.attributes.items() if k not in UNTOLD}
        yield replace(found, attributes=told)


def _disks(rows: Rows) -> Iterator[Found]:
    """Whether a disk is in use is told by the machine that has it."""
    instances = _instances(rows)
    held = {
        m["Ebs"]["VolumeId"]: {"InstanceId": i["InstanceId"], "Device": m["DeviceName"]}
        for i in instances
        for m in i["BlockDeviceMappings"]
    }
    volumes = (
        {
            "VolumeId": v["volume_id"],
            "Size": v.get("size"),
            "VolumeType": v.get("volume_type"),
            "Iops": v.get("iops") or None,
            "Throughput": v.get("throughput") or None,
            "State": "in-use" if v["volume_id"] in held else "available",
            "AvailabilityZone": v.get("availability_zone"),
            "Encrypted": v.get("encrypted"),
            "SnapshotId": v.get("snapshot_id"),
            "Attachments": [held[v["volume_id"]]] if v["volume_id"] in held else [],
            "Tags": _tags(v),
        }
        for v in rows.get("aws_ebs_volume", ())
    )
    return compute.disks(volumes, instances)


def _nics(rows: Rows) -> Iterator[Found]:
    return network.nics(
        {
            "NetworkInterfaceId": v["id"],
            "SubnetId": v.get("subnet_id"),
            "VpcId": v.get("vpc_id"),
            "PrivateIpAddress": v.get("private_ip"),
            "Groups": [{"GroupId": g} for g in v.get("security_groups") or ()],
            "Attachment": {
                "AttachmentId": a.get("attachment_id"),
                "InstanceId": a.get("instance_id") or None,
                "DeviceIndex": a.get("device_index"),
            }
            if (a := next(iter(v.get("attachment") or ()), None))
            else None,
            "Association": {"PublicIp": p.get("public_ip")}
            if (p := next(iter(v.get("association") or ()), None))
            else None,
            "TagSet": _tags(v),
        }
        for v in rows.get("aws_network_interface", ())
    )


def _nics_told(rows: Rows) -> Iterator[Found]:
    for found in _nics(rows):
        told = {k: v for k, v in found.attributes.items() if k != "delete_with_vm"}
        yield replace(found, attributes=told)


def _public_ips(rows: Rows) -> Iterator[Found]:
    return network.public_ips(
        {
            "AllocationId": v["id"],
            "PublicIp": v.get("public_ip"),
            "InstanceId": v.get("instance_id"),
            "NetworkInterfaceId": v.get("network_interface_id"),
            "AssociationId": v.get("association_id"),
            "Tags": _tags(v),
        }
        for v in rows.get("aws_eip", ())
    )


def _load_balancers(rows: Rows) -> Iterator[Found]:
    zones = {v["id"]: v.get("availability_zone") for v in rows.get("aws_subnet", ())}
    return balancing.load_balancers(
        {
            "LoadBalancerArn": v["arn"],
            "LoadBalancerName": v.get("name"),
            "Scheme": "internal" if v.get("internal") else "internet-facing",
            "DNSName": v.get("dns_name"),
            "Type": v.get("load_balancer_type"),
            "VpcId": v.get("vpc_id"),
            "AvailabilityZones": [
                {"SubnetId": s, "ZoneName": zones.get(s)} for s in v.get("subnets") or ()
            ],
            "SecurityGroups": v.get("security_groups") or (),
            "Listeners": [],
            "Tags": _tags(v),
        }
        for v in rows.get("aws_lb", ())
    )


SHOW: tuple[Callable[[Rows], Iterator[Found]], ...] = (
    _networks,
    _subnets,
    _gateways_seen,
    _route_tables,
    _security_groups,
    _vms,
    _disks,
    _nics_told,
    _public_ips,
    _load_balancers,
)
