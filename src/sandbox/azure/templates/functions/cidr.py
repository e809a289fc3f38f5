"""CIDR functions.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-cidr
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network

from sandbox.azure.templates.faults import ExpressionFault
from sandbox.azure.templates.functions.entry import Function, integer, text
from sandbox.azure.templates.values import Json


def parse_cidr(network: Json) -> Json:
    """IPv4 has a broadcast address and two that no host may have; IPv6 has neither."""
    net = _network("parseCidr", network)
    parsed = {"network": str(net.network_address), "netmask": str(net.netmask)}
    first, last = net.network_address, net.broadcast_address
    if isinstance(net, IPv4Network):
        parsed["broadcast"] = str(net.broadcast_address)
        if net.prefixlen < 31:
            first, last = first + 1, last - 1
    return {**parsed, "firstUsable": str(first), "lastUsable": str(last), "cidr": net.prefixlen}


def cidr_subnet(network: Json, prefix: Json, index: Json) -> Json:
    net = _network("cidrSubnet", network)
    length, at = integer("cidrSubnet", prefix), integer("cidrSubnet", index)
    if not net.prefixlen <= length <= net.max_prefixlen:
        raise ExpressionFault(
            f"The template language function 'cidrSubnet' expects a new CIDR between "
            f"'{net.prefixlen}' and '{net.max_prefixlen}'. The provided value is '{length}'."
        )
    if not 0 <= at < 1 << (length - net.prefixlen):
        raise _outside("cidrSubnet", at, net)
    start = int(net.network_address) + (at << (net.max_prefixlen - length))
    return f"{type(net.network_address)(start)}/{length}"


def cidr_host(network: Json, index: Json) -> Json:
    """Host 0 is the first address after the network's own."""
    net = _network("cidrHost", network)
    at = integer("cidrHost", index)
    usable = net.num_addresses - (2 if isinstance(net, IPv4Network) else 1)
    if not 0 <= at < usable:
        raise _outside("cidrHost", at, net)
    return str(net.network_address + 1 + at)


def _network(name: str, value: Json) -> IPv4Network | IPv6Network:
    written = text(name, value)
    try:
        return ip_network(written, strict=False)
    except ValueError:
        raise ExpressionFault(
            f"The template language function '{name}' expects an IP address range in CIDR "
            f"notation. The provided value is '{written}'."
        ) from None


def _outside(name: str, index: int, net: IPv4Network | IPv6Network) -> ExpressionFault:
    return ExpressionFault(
        f"The template language function '{name}' has an index '{index}' that is outside of "
        f"the network '{net}'."
    )


FUNCTIONS = {
    "cidrhost": Function(cidr_host, 2, 2),
    "cidrsubnet": Function(cidr_subnet, 3, 3),
    "parsecidr": Function(parse_cidr, 1, 1),
}
