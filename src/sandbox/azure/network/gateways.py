"""Route tables, NAT gateways and bastion hosts: what subnets are given, and what uses them up."""

from __future__ import annotations

from uuid import uuid4

from sandbox.azure.contract import Change, Embedded, Reference, ResourceType, Sight
from sandbox.azure.documents import Document, changed
from sandbox.azure.entry import Entry
from sandbox.azure.network.public_addresses import ADDRESS, check_free
from sandbox.azure.network.values import choice, kept, missing, number, with_properties
from sandbox.azure.refusal import Refused, bad_request

ROUTE_TABLE = "Microsoft.Network/routeTables"
ROUTE = "Microsoft.Network/routeTables/routes"
NAT_GATEWAY = "Microsoft.Network/natGateways"
BASTION = "Microsoft.Network/bastionHosts"
BASTION_CONFIGURATION = "Microsoft.Network/bastionHosts/bastionHostIpConfigurations"
SUBNET = "Microsoft.Network/virtualNetworks/subnets"
HOPS = ("VirtualNetworkGateway", "VnetLocal", "Internet", "VirtualAppliance", "None")


def complete_table(change: Change) -> Document:
    guid = kept(change, "resourceGuid", str(uuid4()))
    return with_properties(change, {"disableBgpRoutePropagation": False}, {"resourceGuid": guid})


def complete_route(change: Change) -> Document:
    if not change.properties.get("addressPrefix"):
        raise missing("properties.addressPrefix", change.id.text)
    hop = choice(change, "properties.nextHopType", HOPS)
    if (hop == "VirtualAppliance") != bool(change.properties.get("nextHopIpAddress")):
        raise bad_request(
            "InvalidRouteNextHopIpAddress",
            f"Route {change.id.text} needs nextHopIpAddress with next hop VirtualAppliance, and "
            "only then.",
        )
    return with_properties(change, {"hasBgpOverride": False}, {"nextHopType": hop})


def complete_nat(change: Change) -> Document:
    sku = choice(change, "sku.name", ("Standard", "StandardV2"), "Standard")
    fixed = {
        "idleTimeoutInMinutes": number(change, "properties.idleTimeoutInMinutes", 4, 120, 4),
        "resourceGuid": kept(change, "resourceGuid", str(uuid4())),
    }
    return {**with_properties(change, {}, fixed), "sku": {"name": sku}}


def complete_bastion(change: Change) -> Document:
    sku = choice(change, "sku.name", ("Basic", "Standard", "Developer", "Premium"), "Standard")
    name = kept(change, "dnsName", f"bst-{uuid4()}.bastion.sandbox.invalid")
    return {**with_properties(change, {"scaleUnits": 2}, {"dnsName": name}), "sku": {"name": sku}}


def complete_bastion_configuration(change: Change) -> Document:
    check_free(change, "properties.publicIPAddress.id")
    return with_properties(change, {"privateIPAllocationMethod": "Dynamic"}, {})


def show_subnets(sight: Sight) -> Document:
    users = sight.cloud.referrers(sight.entry, SUBNET)
    if not users:
        return sight.document
    return changed(sight.document, "properties.subnets", [{"id": one.id.text} for one in users])


def table_in_use(entry: Entry, by: Entry) -> Refused:
    return bad_request(
        "InUseRouteTableCannotBeDeleted",
        f"Route table {entry.name} is in use and cannot be deleted. It is used by {by.id.text}.",
    )


def nat_in_use(entry: Entry, by: Entry) -> Refused:
    return bad_request(
        "InUseNatGatewayCannotBeDeleted",
        f"Nat gateway {entry.name} is in use and cannot be deleted. It is used by {by.id.text}.",
    )


TYPES = (
    ResourceType(
        name=ROUTE_TABLE,
        etag_in_body=True,
        complete=complete_table,
        read_only=("properties.subnets",),
        embedded=(Embedded("properties.routes", ROUTE),),
        show=show_subnets,
        in_use=table_in_use,
        seconds={"PUT": 3, "DELETE": 4},
    ),
    ResourceType(name=ROUTE, located=False, etag_in_body=True, complete=complete_route),
    ResourceType(
        name=NAT_GATEWAY,
        etag_in_body=True,
        complete=complete_nat,
        read_only=("properties.subnets",),
        references=(Reference("properties.publicIpAddresses[].id", ADDRESS),),
        show=show_subnets,
        in_use=nat_in_use,
        seconds={"PUT": 8, "DELETE": 10},
    ),
    ResourceType(
        name=BASTION,
        etag_in_body=True,
        complete=complete_bastion,
        embedded=(Embedded("properties.ipConfigurations", BASTION_CONFIGURATION),),
        seconds={"PUT": 300, "DELETE": 300},
    ),
    ResourceType(
        name=BASTION_CONFIGURATION,
        located=False,
        etag_in_body=True,
        complete=complete_bastion_configuration,
        references=(
            Reference("properties.subnet.id", SUBNET),
            Reference("properties.publicIPAddress.id", ADDRESS),
        ),
    ),
)
