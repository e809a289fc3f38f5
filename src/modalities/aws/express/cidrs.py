"""Address ranges: which are free.

AWS's bounds for VPCs and subnets, /16 to /28, are in the VPC user guide, "VPC CIDR blocks" and
"Subnet CIDR blocks".
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, ip_network

from modalities.contract import Unsupported

WIDEST, NARROWEST = 16, 28
USUAL_SUBNET = 24

PRIVATE = tuple(IPv4Network(n) for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
"""RFC 1918."""


def parsed(text: str) -> IPv4Network:
    """Raises Unsupported where ``text`` is no IPv4 range."""
    try:
        network = ip_network(text)
    except ValueError as error:
        raise Unsupported(f"{text} is no address range: {error}") from None
    if not isinstance(network, IPv4Network):
        raise Unsupported(f"{text} is an IPv6 range; give an IPv4 range such as 10.0.0.0/16")
    return network


def free_network(taken: Iterable[IPv4Network]) -> IPv4Network:
    """The first private /16 that overlaps none of ``taken``. Raises Unsupported."""
    taken = tuple(taken)
    for space in PRIVATE:
        for network in space.subnets(new_prefix=WIDEST):
            if not any(network.overlaps(other) for other in taken):
                return network
    raise Unsupported("no private /16 range is free; name a smaller one, such as 10.0.0.0/24")


def free_subnet(network: IPv4Network, taken: Iterable[IPv4Network]) -> IPv4Network:
    """The first free range in ``network``: a /24 or, in a small network, at most half of it, so
    that a second has room; narrower where no such range is left. Raises Unsupported."""
    taken = [other for other in taken if other.overlaps(network)]
    largest = min(max(USUAL_SUBNET, network.prefixlen + 1), NARROWEST)
    for prefix in range(max(largest, network.prefixlen), NARROWEST + 1):
        for subnet in network.subnets(new_prefix=prefix):
            if not any(subnet.overlaps(other) for other in taken):
                return subnet
    raise Unsupported(f"no range is free in {network} for another subnet")
