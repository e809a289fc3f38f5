"""Address ranges: which are free."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, ip_network

from modalities.contract import Unsupported

USUAL_NETWORK, USUAL_SUBNET = 16, 24

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
        for network in space.subnets(new_prefix=USUAL_NETWORK):
            if not any(network.overlaps(other) for other in taken):
                return network
    raise Unsupported("no private /16 range is free; name a smaller one, such as 10.0.0.0/24")


def free_subnet(
    spaces: Iterable[IPv4Network], taken: Iterable[IPv4Network], narrowest: int
) -> IPv4Network:
    """The first free range in one of ``spaces``: a /24 or, in a small network, at most half of
    it, so that a second has room; narrower where no such range is left, down to the prefix
    ``narrowest``. Raises Unsupported."""
    spaces, taken = tuple(spaces), tuple(taken)
    for prefix in range(USUAL_SUBNET, narrowest + 1):
        for space in spaces:
            if prefix <= min(space.prefixlen, narrowest - 1):
                continue  # the whole of it would leave no room for another
            near = [other for other in taken if other.overlaps(space)]
            for subnet in space.subnets(new_prefix=prefix):
                if not any(subnet.overlaps(other) for other in near):
                    return subnet
    within = ", ".join(str(space) for space in spaces)
    raise Unsupported(f"no range is free in {within or 'the network'} for another subnet")
