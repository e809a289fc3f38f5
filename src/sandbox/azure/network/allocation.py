"""Private addresses: the lowest free one of a subnet, as Azure gives them."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from sandbox.azure.contract import Change, Cloud
from sandbox.azure.documents import Document, at
from sandbox.azure.entry import Entry
from sandbox.azure.network.values import choice
from sandbox.azure.refusal import bad_request

RESERVED = 4
"""Azure keeps the network's own address and the three after it, and the last one."""


def allocated(change: Change, subnet_id: str) -> Document:
    """Method and address of an IP configuration or a frontend in a subnet: the one that is
    wanted, the one it has, or a free one. Raises Refused."""
    path = "properties.privateIPAllocationMethod"
    method = choice(change, path, ("Dynamic", "Static"), "Dynamic")
    subnet = change.cloud.get(subnet_id)
    if subnet is None:
        return {"privateIPAllocationMethod": method}  # the missing reference is said later
    wanted = at(change.body, "properties.privateIPAddress")
    before = change.before
    moved = before is not None and at(before.document, "properties.subnet.id") != subnet_id
    if before is not None and not moved and (method == "Dynamic" or not wanted):
        wanted = before.properties.get("privateIPAddress")
    elif method == "Dynamic" and (moved or before is not None):
        wanted = None
    address = str(wanted) if wanted else free_address(change.cloud, subnet)
    if wanted:
        _check_wanted(change, subnet, address)
    return {"privateIPAllocationMethod": method, "privateIPAddress": address}


def _check_wanted(change: Change, subnet: Entry, wanted: str) -> None:
    prefix = ip_network(prefix_of(subnet), strict=False)
    try:
        place = int(ip_address(wanted)) - int(prefix.network_address)
    except ValueError:
        place = -1
    if not 0 <= place < prefix.num_addresses:
        raise bad_request(
            "PrivateIPAddressNotInSubnet",
            f"Private static IP address {wanted} does not belong to the range of subnet prefix "
            f"{prefix}.",
        )
    if place < RESERVED or place == prefix.num_addresses - 1:
        raise bad_request(
            "PrivateIPAddressInReservedRange",
            f"Private static IP address {wanted} falls within reserved IP range of subnet prefix "
            f"{prefix}.",
        )
    for by in change.cloud.referrers(subnet):
        if by.key != change.id.key and by.properties.get("privateIPAddress") == wanted:
            raise bad_request(
                "PrivateIPAddressIsAllocated",
                f"IP configuration {change.id.text} is using the private IP address {wanted} "
                f"which is already allocated to resource {by.id.text}.",
            )


def taken_in(cloud: Cloud, subnet: Entry) -> frozenset[str]:
    """The private addresses that are in use in a subnet."""
    found = (by.properties.get("privateIPAddress") for by in cloud.referrers(subnet))
    return frozenset(str(address) for address in found if address)


def free_address(cloud: Cloud, subnet: Entry) -> str:
    """The lowest that is not. Raises Refused where there is none left."""
    taken = taken_in(cloud, subnet)
    prefix = ip_network(prefix_of(subnet), strict=False)
    for n in range(RESERVED, prefix.num_addresses - 1):
        if (address := str(prefix[n])) not in taken:
            return address
    raise bad_request(
        "SubnetIsFull",
        f"Subnet {subnet.name} with address prefix {prefix} does not have enough capacity for 1 "
        "IP addresses.",
    )


def prefix_of(subnet: Entry) -> str:
    """Its first prefix of IPv4, else its first."""
    one, many = subnet.properties.get("addressPrefix"), subnet.properties.get("addressPrefixes")
    texts = [str(one)] if one else [str(text) for text in many or ()]
    return next((text for text in texts if ":" not in text), texts[0])
