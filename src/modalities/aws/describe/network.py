"""VPCs and what lies in them, as neutral resources (docs/attributes.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from modalities.aws.describe.found import Found, Raw, known, links, tags_of
from modalities.resource import Json, Kind

EVERY_PORT = (0, 65535)

TARGETS = (
    "GatewayId",
    "NatGatewayId",
    "InstanceId",
    "NetworkInterfaceId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "EgressOnlyInternetGatewayId",
    "LocalGatewayId",
    "CarrierGatewayId",
    "CoreNetworkArn",
)
SOURCES = {
    "IpRanges": "CidrIp",
    "Ipv6Ranges": "CidrIpv6",
    "PrefixListIds": "PrefixListId",
    "UserIdGroupPairs": "GroupId",
}
DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


def networks(vpcs: Iterable[Raw]) -> Iterator[Found]:
    for vpc in vpcs:
        attributes = known(
            cidr=vpc.get("CidrBlock"), state=vpc.get("State"), default=vpc.get("IsDefault")
        )
        yield Found(Kind.NETWORK, vpc["VpcId"], attributes, tags_of(vpc))


def subnets(items: Iterable[Raw]) -> Iterator[Found]:
    for item in items:
        attributes = known(
            cidr=item.get("CidrBlock"),
            zone=item.get("AvailabilityZone"),
            network=item.get("VpcId"),
            public=item.get("MapPublicIpOnLaunch"),
            default=item.get("DefaultForAz"),
            ipv6=_ipv6(item),
        )
        inside = links("in", Kind.NETWORK, [item.get("VpcId")])
        yield Found(Kind.SUBNET, item["SubnetId"], attributes, tags_of(item), inside)


def _ipv6(subnet: Raw) -> str | None:
    ranges = subnet.get("Ipv6CidrBlockAssociationSet") or ()
    states = ("associating", "associated")
    held = [r for r in ranges if (r.get("Ipv6CidrBlockState") or {}).get("State") in states]
    return str(held[0]["Ipv6CidrBlock"]) if held else None


def gateways(items: Iterable[Raw]) -> Iterator[Found]:
    for item in items:
        attached = sorted(a["VpcId"] for a in item.get("Attachments") or ())
        inside = links("in", Kind.NETWORK, attached)
        attributes: dict[str, Json] = {"networks": [*attached]}
        yield Found(Kind.GATEWAY, item["InternetGatewayId"], attributes, tags_of(item), inside)


def route_tables(items: Iterable[Raw]) -> Iterator[Found]:
    for item in items:
        associations = item.get("Associations") or ()
        served = sorted(a["SubnetId"] for a in associations if a.get("SubnetId"))
        routes = [_route(r) for r in item.get("Routes") or ()]
        attributes = known(
            network=item.get("VpcId"),
            main=any(a.get("Main") for a in associations),
            subnets=served,
            routes=sorted(routes, key=str),
        )
        gateways = [r["target"] for r in routes if r["target"].startswith("igw-")]
        yield Found(
            Kind.ROUTE_TABLE,
            item["RouteTableId"],
            attributes,
            tags_of(item),
            links("in", Kind.NETWORK, [item.get("VpcId")])
            + links("routes_for", Kind.SUBNET, served)
            + links("routes_to", Kind.GATEWAY, gateways),
        )


def _route(route: Raw) -> dict[str, str]:
    return {
        "destination": next((route[k] for k in DESTINATIONS if route.get(k)), ""),
        "target": next((route[k] for k in TARGETS if route.get(k)), ""),
    }


def security_groups(items: Iterable[Raw]) -> Iterator[Found]:
    for item in items:
        name = item.get("GroupName", "")
        rules = [
            *(r for p in item.get("IpPermissions") or () for r in _rules("in", p)),
            *(r for p in item.get("IpPermissionsEgress") or () for r in _rules("out", p)),
        ]
        attributes = known(
            network=item.get("VpcId"),
            description=item.get("Description"),
            default=name == "default",
            rules=sorted(rules, key=str),
        )
        inside = links("in", Kind.NETWORK, [item.get("VpcId")])
        yield Found(Kind.SECURITY_GROUP, item["GroupId"], attributes, tags_of(item), inside, name)


def _rules(direction: str, permission: Raw) -> Iterator[dict[str, Json]]:
    """One rule for each source, with its description where it has one. All ports are written as
    0 to 65535; of ICMP, the ports are type and code (-1: any)."""
    protocol = permission.get("IpProtocol", "-1")
    every = protocol == "-1"
    first, last = EVERY_PORT if every else (permission.get("FromPort"), permission.get("ToPort"))
    for ranges, source in SOURCES.items():
        for each in permission.get(ranges) or ():
            told = each.get("Description")
            yield {
                "direction": direction,
                "protocol": "all" if every else protocol,
                "first_port": first,
                "last_port": last,
                "source": each.get(source),
                **({"description": told} if told else {}),
            }


def nics(items: Iterable[Raw]) -> Iterator[Found]:
    for item in items:
        groups = sorted(g["GroupId"] for g in item.get("Groups") or ())
        attachment = item.get("Attachment") or {}
        attributes = known(
            subnet=item.get("SubnetId"),
            network=item.get("VpcId"),
            private_ip=item.get("PrivateIpAddress"),
            primary=attachment.get("DeviceIndex") == 0,
            delete_with_vm=bool(attachment.get("DeleteOnTermination")),
            security_groups=groups,
        )
        attributes["public_ip"] = (item.get("Association") or {}).get("PublicIp")
        attributes["attached_to"] = attachment.get("InstanceId")
        attributes["attachment"] = attachment.get("AttachmentId")
        yield Found(
            Kind.NIC,
            item["NetworkInterfaceId"],
            attributes,
            tags_of(item, "TagSet"),
            links("in", Kind.SUBNET, [item.get("SubnetId")])
            + links("guarded_by", Kind.SECURITY_GROUP, groups),
        )


def public_ips(addresses: Iterable[Raw]) -> Iterator[Found]:
    for item in addresses:
        nic = item.get("NetworkInterfaceId") or None
        attributes: dict[str, Json] = {
            "address": item.get("PublicIp"),
            "attached_to": item.get("InstanceId") or None,
            "nic": nic,
            "association": item.get("AssociationId") or None,
        }
        id = item.get("AllocationId") or item["PublicIp"]
        assigned = links("assigned_to", Kind.NIC, [nic])
        yield Found(Kind.PUBLIC_IP, id, attributes, tags_of(item), assigned)
