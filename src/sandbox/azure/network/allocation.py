"""Private addresses: the lowest free one of a subnet, as Azure gives them."""

from __future__ import annotations

from ipaddress import ip_network

from sandbox.azure.contract import Cloud
from sandbox.azure.entry import Entry
from sandbox.azure.refusal import bad_request

RESERVED = 4
"""Azure keeps the network's own address and the three after it, and the last one."""


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
