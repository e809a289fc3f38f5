"""Networks and subnets: made where they are wanted and not there yet."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network

from modalities import cidrs, wanted
from modalities.azure.express import names
from modalities.azure.express.board import Board
from modalities.contract import Unresolved, Unsupported
from modalities.resource import Kind, Link, Resource
from modalities.selecting import one
from modalities.wanted import Tags

DEFAULT_NAME = "main"
NARROWEST = 29
"""Azure keeps five addresses of each subnet for itself (virtual network FAQ, "Are there any
restrictions on using IP addresses within these subnets?")."""

RESERVED = frozenset(
    {
        "gatewaysubnet",
        "azurebastionsubnet",
        "azurefirewallsubnet",
        "azurefirewallmanagementsubnet",
        "routeserversubnet",
    }
)
"""Subnets that Azure's own services have for themselves."""


def named(board: Board, name: str) -> Resource:
    """The network of this name. Raises Unresolved, Unsupported where it is in another region."""
    found = one(board.world, Kind.NETWORK, name)
    _require_here(board, found)
    return found


def _require_here(board: Board, network: Resource) -> None:
    region = network.attributes.get("region")
    if region not in (None, board.region):
        raise Unsupported(
            f"network {network.name} is in {region}: what is made in {board.region} cannot be in it"
        )


def network_of(board: Board, resource: Resource) -> Resource:
    """The network a resource lies in. Raises Unresolved where the world does not show it."""
    found = board.get(Kind.NETWORK, resource.attributes.get("network"))
    if found is None:
        raise Unresolved(f"it is not known in which network {resource.ref} lies")
    return found


def default_network(board: Board, stem: str = "", tags: Tags = ()) -> Resource:
    """Where things go that name no network: the only one of the group and region, else a new
    one, called after them. Raises Unresolved where there are several."""
    networks = board.world.of(Kind.NETWORK)
    here = [n for n in networks if n.attributes.get("region") in (None, board.region)]
    if len(here) > 1:
        raise Unresolved("which of the networks is meant?", tuple(n.name for n in here))
    if here:
        if not board.made_here(here[0]):
            board.note(f"network: {here[0].name}, the only one")
        return here[0]
    name = board.free_name(Kind.NETWORK, f"{stem}VNET" if stem else DEFAULT_NAME)
    board.note(f"network: {name}, as there is none yet")
    return ensure_network(board, wanted.Network(name=name, tags=tags))


def ensure_network(board: Board, want: wanted.Network) -> Resource:
    """The network wanted: the one of that name where there is one, else a new one.

    Raises Unresolved where the one that is there has another range.
    """
    there = board.existing(Kind.NETWORK, want.name)
    if there is not None:
        _check_range(there, want.cidr, "network")
        _require_here(board, there)
        board.note(f"network {want.name} is there already and is used")
        return there
    names.check(Kind.NETWORK, want.name)
    cidr = want.cidr or str(cidrs.free_network(ranges(board.world.of(Kind.NETWORK))))
    cidrs.parsed(cidr)
    if want.cidr is None:
        board.note(f"range of network {want.name}: {cidr}")
    return board.create(
        Kind.NETWORK,
        want.name,
        {"location": board.region, "properties": {"addressSpace": {"addressPrefixes": [cidr]}}},
        f"make network {want.name} ({cidr})",
        tags=board.tags(want.tags),
        attributes={"cidr": cidr, "cidrs": [cidr], "region": board.region},
        shown={"cidr": cidr, "region": board.region},
        checks={"cidr": cidr},
    )


def _check_range(there: Resource, cidr: str | None, what: str) -> None:
    if cidr is not None and cidr not in [str(r) for r in ranges([there])]:
        has = there.attributes.get("cidr")
        raise Unresolved(f"there is a {what} {there.name} already, and its range is {has}")


def subnets_of(board: Board, network: Resource) -> tuple[Resource, ...]:
    """By name, without those of Azure's own services."""
    inside = (s for s in board.world.of(Kind.SUBNET) if s.attributes.get("network") == network.id)
    usable = (s for s in inside if s.name.rpartition("/")[2].casefold() not in RESERVED)
    return tuple(sorted(usable, key=lambda s: s.id))


def subnet_in(board: Board, network: Resource, stem: str = "", tags: Tags = ()) -> Resource:
    """Where in the network a machine goes that names no subnet: the first that is there, else a
    new one, called after it."""
    inside = subnets_of(board, network)
    if not inside:
        name = f"{stem}Subnet" if stem else None
        return new_subnet(board, network, name=name, tags=tags)
    if not board.made_here(inside[0]):
        board.note(f"subnet: {called(inside[0])} of network {network.name}")
    return inside[0]


def ensure_subnet(board: Board, want: wanted.Subnet, network: Resource) -> Resource:
    """The subnet wanted: the one of that name in the network, else a new one."""
    there = board.get(Kind.SUBNET, board.id_of(Kind.SUBNET, network.name, want.name))
    if there is not None:
        _check_range(there, want.cidr, "subnet")
        board.note(f"subnet {want.name} is there already and is used")
        return there
    if want.zone is not None:
        board.note(f"subnet {want.name}: a subnet of Azure is in every zone of its region")
    if want.public:
        board.note(f"subnet {want.name}: on Azure it is the machine that has a public address")
    return new_subnet(board, network, name=want.name, cidr=want.cidr, tags=want.tags)


def new_subnet(
    board: Board,
    network: Resource,
    *,
    name: str | None = None,
    cidr: str | None = None,
    tags: Tags = (),
) -> Resource:
    """A subnet in a free range. Azure's subnets have no tags: ``tags`` are said to be lost."""
    name = name or "default"
    names.check(Kind.SUBNET, name)
    every = [s for s in board.world.of(Kind.SUBNET) if s.attributes.get("network") == network.id]
    if cidr is None:
        cidr = str(cidrs.free_subnet(ranges([network]), ranges(every), NARROWEST))
    else:
        cidrs.parsed(cidr)
    if tags:
        board.note("subnets have no tags on Azure")
    return board.create(
        Kind.SUBNET,
        (network.name, name),
        {"properties": {"addressPrefix": cidr}},
        f"make subnet {name} ({cidr}) in network {network.name}",
        links=(Link("in", Kind.NETWORK, network.id),),
        attributes={
            "cidr": cidr,
            "network": network.id,
            "security_groups": [],
            "region": network.attributes.get("region"),
        },
        shown={"cidr": cidr, "network": network.name},
        checks={"cidr": cidr},
        uses=(network,),
    )


def called(subnet: Resource) -> str:
    """A subnet's own name, also where another network has one of the same."""
    return subnet.id.rpartition("/")[2]


def ranges(resources: Iterable[Resource]) -> tuple[IPv4Network, ...]:
    """Those of networks or subnets, as far as they are IPv4."""
    texts = [text for r in resources for text in _texts(r)]
    return tuple(IPv4Network(text) for text in texts if ":" not in text)


def _texts(resource: Resource) -> list[str]:
    several = resource.attributes.get("cidrs")
    if isinstance(several, (list, tuple)) and several:
        return [str(text) for text in several]
    one = resource.attributes.get("cidr")
    return [str(one)] if one else []
