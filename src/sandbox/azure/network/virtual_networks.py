"""Virtual networks, their subnets and peerings."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any, TypeAlias
from uuid import uuid4

from sandbox.azure.contract import (
    Action,
    Call,
    Change,
    Done,
    Embedded,
    Reference,
    ResourceType,
    Sight,
)
from sandbox.azure.documents import Document, at, changed
from sandbox.azure.entry import Entry
from sandbox.azure.network.allocation import free_address, taken_in
from sandbox.azure.refusal import Refused, bad_request

NETWORK = "Microsoft.Network/virtualNetworks"
SUBNET = "Microsoft.Network/virtualNetworks/subnets"
PEERING = "Microsoft.Network/virtualNetworks/virtualNetworkPeerings"
GROUP = "Microsoft.Network/networkSecurityGroups"

Prefix: TypeAlias = IPv4Network | IPv6Network


def complete_network(change: Change) -> Document:
    prefixes = at(change.properties, "addressSpace.addressPrefixes") or []
    if not isinstance(prefixes, list) or not prefixes:
        raise bad_request(
            "InvalidRequestFormat",
            "Cannot parse the request: addressSpace.addressPrefixes is missing.",
            "properties.addressSpace",
        )
    parsed = [_prefix(text, change.id.text) for text in prefixes]
    _check_apart(parsed, change.id.text)
    _check_subnets(change, parsed)
    properties = {
        "resourceGuid": _guid(change),
        "enableDdosProtection": False,
        **change.properties,
    }
    return {**change.body, "properties": properties}


def _check_subnets(change: Change, spaces: list[Prefix]) -> None:
    """All that the network will have: each is inside, and no two overlap."""
    seen: list[Prefix] = []
    for name, prefixes in _subnets_after(change):
        for prefix in prefixes:
            if not any(_inside(prefix, space) for space in spaces):
                raise _not_inside(str(prefix), name)
            if any(_overlap(prefix, other) for other in seen):
                raise _overlapping(name, change.id.name)
        seen += prefixes


def complete_subnet(change: Change) -> Document:
    prefixes = _prefixes_of(change.properties, change.id.text)
    if not prefixes:
        raise bad_request(
            "InvalidRequestFormat",
            "Cannot parse the request: addressPrefix is missing.",
            "properties.addressPrefix",
        )
    network = change.cloud.require(change.id.above)
    spaces = at(network.properties, "addressSpace.addressPrefixes") or []
    wholes = [ip_network(text, strict=False) for text in spaces]
    for prefix in prefixes:
        if not any(_inside(prefix, whole) for whole in wholes):
            raise _not_inside(str(prefix), change.id.name)
    if change.above is None:
        _check_others(change, network, prefixes)
    _check_still_fits(change, prefixes)
    properties = {
        "delegations": [],
        "privateEndpointNetworkPolicies": "Disabled",
        "privateLinkServiceNetworkPolicies": "Enabled",
        **change.properties,
    }
    return {**change.body, "properties": properties}


def _check_others(change: Change, network: Entry, prefixes: list[Prefix]) -> None:
    for other in change.cloud.find(SUBNET, network.id.text):
        if other.key == change.id.key:
            continue
        for prefix in _prefixes_of(other.properties, other.id.text):
            if any(_overlap(prefix, mine) for mine in prefixes):
                raise _overlapping(change.id.name, network.name)


def _check_still_fits(change: Change, prefixes: list[Prefix]) -> None:
    before = change.before
    if before is None or not change.cloud.referrers(before):
        return
    if _prefixes_of(before.properties, before.id.text) != prefixes:
        raise bad_request(
            "InUsePrefixCannotBeDeleted",
            f"IpPrefix {before.properties.get('addressPrefix')} on Subnet {change.id.name} has "
            "active allocations and cannot be deleted.",
        )


def _subnets_after(change: Change) -> list[tuple[str, list[Prefix]]]:
    """Name and prefixes of every subnet that the network will have."""
    sent = at(change.sent, "properties.subnets")
    if isinstance(sent, list):
        named = ((item.get("name", ""), item.get("properties", {})) for item in sent)
    else:
        kept = change.cloud.find(SUBNET, change.id.text) if change.before else ()
        named = ((entry.name, entry.properties) for entry in kept)
    return [(name, _prefixes_of(properties, change.id.text)) for name, properties in named]


def _prefixes_of(properties: Document, id: str) -> list[Prefix]:
    one, many = properties.get("addressPrefix"), properties.get("addressPrefixes")
    texts = [one] if one else list(many or [])
    return [_prefix(text, id) for text in texts]


def _prefix(text: Any, id: str) -> Prefix:
    try:
        return ip_network(str(text))
    except ValueError:
        why = "it is not a valid address prefix"
        try:
            right = ip_network(str(text), strict=False)
            why = f"its host bits are not zero: should be {right}"
        except ValueError:
            pass
        raise bad_request(
            "InvalidCIDRNotation",
            f"The address prefix {text} in resource {id} has an invalid CIDR notation: {why}.",
        ) from None


def _check_apart(prefixes: list[Prefix], id: str) -> None:
    for n, one in enumerate(prefixes):
        if any(_overlap(one, other) for other in prefixes[:n]):
            raise bad_request(
                "VnetAddressSpaceOverlapsInternally",
                f"The address space of virtual network {id} overlaps with itself at {one}.",
            )


def _overlap(one: Prefix, other: Prefix) -> bool:
    return one.version == other.version and one.overlaps(other)


def _inside(part: Prefix, whole: Prefix) -> bool:
    return part.version == whole.version and part.subnet_of(whole)  # type: ignore[arg-type]


def _not_inside(prefix: str, name: str) -> Refused:
    return bad_request(
        "NetcfgInvalidSubnet",
        f"Subnet '{name}' is not valid because its IP address range {prefix} is outside the IP "
        "address range of virtual network.",
    )


def _overlapping(name: str, network: str) -> Refused:
    return bad_request(
        "NetcfgSubnetRangesOverlap",
        f"Subnet '{name}' is not valid because its IP address range overlaps with that of an "
        f"existing subnet in virtual network '{network}'.",
    )


def _guid(change: Change) -> str:
    kept = change.before.properties.get("resourceGuid") if change.before else None
    return str(kept or uuid4())


def show_subnet(sight: Sight) -> Document:
    used = [by for by in sight.cloud.referrers(sight.entry) if by.type.endswith("onfigurations")]
    if not used:
        return sight.document
    return changed(
        sight.document, "properties.ipConfigurations", [{"id": by.id.text} for by in used]
    )


def subnet_in_use(entry: Entry, by: Entry) -> Refused:
    return bad_request(
        "InUseSubnetCannotBeDeleted",
        f"Subnet {entry.name} is in use by {by.id.text} and cannot be deleted. In order to delete "
        "the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.",
    )


def check_address(call: Call) -> Done:
    """GET virtualNetworks/{v}/CheckIPAddressAvailability?ipAddress=..."""
    wanted = call.query.get("ipAddress", "")
    for subnet in call.cloud.find(SUBNET, call.resource.id.text):
        if any(holds(prefix, wanted) for prefix in _prefixes_of(subnet.properties, "")):
            free = wanted not in taken_in(call.cloud, subnet)
            others = [] if free else [free_address(call.cloud, subnet)]
            return Done({"available": free, "availableIPAddresses": others})
    raise bad_request(
        "PrivateIPAddressNotInAnySubnet", f"IP address {wanted} is in no subnet of the network."
    )


def holds(prefix: Prefix, address: str) -> bool:
    try:
        return ip_address(address) in prefix
    except ValueError:
        return False


TYPES = (
    ResourceType(
        name=NETWORK,
        etag_in_body=True,
        complete=complete_network,
        embedded=(
            Embedded("properties.subnets", SUBNET, kept_when_absent=True),
            Embedded("properties.virtualNetworkPeerings", PEERING, kept_when_absent=True),
        ),
        actions=(Action("checkIPAddressAvailability", check_address, method="GET"),),
        seconds={"PUT": 4, "DELETE": 8},
    ),
    ResourceType(
        name=SUBNET,
        located=False,
        etag_in_body=True,
        complete=complete_subnet,
        read_only=tuple(
            f"properties.{name}"
            for name in (
                "ipConfigurations",
                "ipConfigurationProfiles",
                "privateEndpoints",
                "purpose",
                "resourceNavigationLinks",
                "serviceAssociationLinks",
            )
        ),
        references=(
            Reference("properties.networkSecurityGroup.id", GROUP),
            Reference("properties.routeTable.id", "Microsoft.Network/routeTables"),
            Reference("properties.natGateway.id", "Microsoft.Network/natGateways"),
        ),
        show=show_subnet,
        in_use=subnet_in_use,
        seconds={"PUT": 4, "DELETE": 6},
    ),
)
