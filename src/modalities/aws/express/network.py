"""Networks and subnets: made where they are wanted and not there yet."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network

from modalities import cidrs, wanted
from modalities.action import SdkCall
from modalities.aws.express.board import Board
from modalities.aws.express.calls import ec2, labelled
from modalities.contract import Unresolved
from modalities.resource import Kind, Link, Resource
from modalities.selecting import one
from modalities.step import Effect, Expect, Reversal, Step
from modalities.wanted import Tags

DEFAULT_NAME = "main"
NARROWEST = 28
"""VPCs and subnets have /16 to /28 (VPC user guide, "VPC CIDR blocks", "Subnet CIDR blocks")."""


def named(board: Board, name: str) -> Resource:
    """The network of this name. Raises Unresolved."""
    return one(board.world, Kind.NETWORK, name)


def network_of(board: Board, resource: Resource) -> Resource:
    """The network a resource lies in. Raises Unresolved where the world does not show it."""
    found = board.get(Kind.NETWORK, resource.attributes.get("network"))
    if found is None:
        raise Unresolved(f"it is not known in which network {resource.ref} lies")
    return found


def default_network(board: Board, tags: Tags = ()) -> Resource:
    """Where things go that name no network: the account's default, else a new one."""
    for network in board.world.of(Kind.NETWORK):
        if network.attributes.get("default"):
            board.note(f"network: the account's default, {network.name}")
            return network
    board.note(f"network: {DEFAULT_NAME}, as the account has no default one")
    return ensure_network(board, wanted.Network(name=DEFAULT_NAME, tags=tags))


def ensure_network(board: Board, want: wanted.Network) -> Resource:
    """The network wanted: the one of that name where there is one, else a new one.

    Raises Unresolved where the one that is there has another range.
    """
    there = board.existing(Kind.NETWORK, want.name)
    if there is not None:
        has = there.attributes.get("cidr")
        if want.cidr is not None and has != want.cidr:
            raise Unresolved(f"there is a network {want.name} already, and its range is {has}")
        board.note(f"network {want.name} is there already and is used")
        return there
    cidr = want.cidr or str(cidrs.free_network(_ranges(board.world.of(Kind.NETWORK))))
    cidrs.parsed(cidr)
    if want.cidr is None:
        board.note(f"range of network {want.name}: {cidr}")
    tags = board.tags(want.name, want.tags)
    return board.create(
        Kind.NETWORK,
        want.name,
        ec2("CreateVpc", CidrBlock=cidr, TagSpecifications=labelled("vpc", tags)),
        "Vpc.VpcId",
        lambda id: ec2("DeleteVpc", VpcId=id),
        f"make network {want.name} ({cidr})",
        tags=tags,
        attributes={"cidr": cidr, "default": False},
        shown={"cidr": cidr},
        checks={"cidr": cidr},
    )


def subnets_of(board: Board, network: Resource) -> tuple[Resource, ...]:
    """Default subnets first and those in local zones last, by zone and name."""
    inside = (s for s in board.world.of(Kind.SUBNET) if s.attributes.get("network") == network.id)
    return tuple(sorted(inside, key=_rank))


def _rank(subnet: Resource) -> tuple[bool, bool, str, str]:
    zone = str(subnet.attributes.get("zone"))
    return not subnet.attributes.get("default"), zone.count("-") > 2, zone, subnet.name


def ensure_subnet(board: Board, want: wanted.Subnet, network: Resource) -> Resource:
    """The subnet wanted: the one of that name in the network, else a new one."""
    same = [s for s in subnets_of(board, network) if s.name.casefold() == want.name.casefold()]
    if same:
        has = same[0].attributes.get("cidr")
        if want.cidr is not None and has != want.cidr:
            raise Unresolved(f"there is a subnet {want.name} already, and its range is {has}")
        board.note(f"subnet {want.name} is there already and is used")
        return same[0]
    return new_subnet(
        board, network, name=want.name, cidr=want.cidr, zone=want.zone, tags=want.tags
    )


def new_subnet(
    board: Board,
    network: Resource,
    *,
    name: str | None = None,
    cidr: str | None = None,
    zone: str | None = None,
    tags: Tags = (),
) -> Resource:
    """A subnet in a free range; its name ends in the letter of its zone where none is given.
    ``tags`` are those of what it is made for where the network has none of its own."""
    siblings = subnets_of(board, network)
    zone = zone or next(iter(fresh_zones(board, siblings)))
    if cidr is None:
        space = cidrs.parsed(str(network.attributes["cidr"]))
        cidr = str(cidrs.free_subnet([space], _ranges(siblings), NARROWEST))
    else:
        cidrs.parsed(cidr)
    name = name or f"{network.name}-{zone.removeprefix(board.region).strip('-') or zone}"
    given = board.tags(name, inherited(board, network), tags)
    return board.create(
        Kind.SUBNET,
        name,
        ec2(
            "CreateSubnet",
            VpcId=board.value(network.id),
            CidrBlock=cidr,
            AvailabilityZone=zone,
            TagSpecifications=labelled("subnet", given),
        ),
        "Subnet.SubnetId",
        lambda id: ec2("DeleteSubnet", SubnetId=id),
        f"make subnet {name} ({cidr}, {zone}) in network {network.name}",
        tags=given,
        links=(Link("in", Kind.NETWORK, network.id),),
        attributes={"cidr": cidr, "zone": zone, "network": network.id, "public": False},
        shown={"cidr": cidr, "zone": zone, "network": network.name},
        checks={"cidr": cidr},
        uses=(network,),
    )


def give_public_addresses(board: Board, subnet: Resource) -> None:
    """Machines started in the subnet get a public address unless told otherwise."""
    if subnet.attributes.get("public"):
        return
    me = board.value(subnet.id)

    def call(on: bool) -> SdkCall:
        return ec2("ModifySubnetAttribute", SubnetId=me, MapPublicIpOnLaunch={"Value": on})

    board.add(
        Step(
            id=board.name_step("give public addresses in", subnet.name),
            effect=Effect.UPDATE,
            action=call(True),
            why=f"machines in subnet {subnet.name} get public addresses",
            changes=board.refs(subnet),
            expects=(Expect(Kind.SUBNET, me, "is", "public", True),),
            undo=(
                Reversal(
                    call(False),
                    Effect.UPDATE,
                    "give no public addresses",
                    (Expect(Kind.SUBNET, me, "is", "public", False, within=60),),
                ),
            ),
            before={"public": False},
            after={"public": True},
        )
    )
    board.revise(subnet, public=True)


def inherited(board: Board, resource: Resource) -> Tags:
    """Tags that were asked for on something made here: its parts carry them too."""
    if not board.made_here(resource):
        return ()
    own = {"Name", *board.tags(resource.name)}
    return tuple((k, v) for k, v in resource.tags.items() if k not in own)


def zones(board: Board) -> tuple[str, ...]:
    """Zones that the account's subnets show; the first two letters where they show fewer."""
    seen = {str(s.attributes.get("zone", "")) for s in board.world.of(Kind.SUBNET)}
    usual = {f"{board.region}{letter}" for letter in "ab"}
    known = {zone for zone in seen if zone[:-1] == board.region}  # no local zones
    return tuple(sorted(known if len(known) > 1 else known | usual))


def fresh_zones(board: Board, subnets: Iterable[Resource]) -> tuple[str, ...]:
    """Zones that none of ``subnets`` is in, before those that are taken."""
    taken = {s.attributes.get("zone") for s in subnets}
    return tuple(sorted(zones(board), key=lambda zone: (zone in taken, zone)))


def _ranges(resources: Iterable[Resource]) -> tuple[IPv4Network, ...]:
    return tuple(
        cidrs.parsed(str(r.attributes["cidr"])) for r in resources if "cidr" in r.attributes
    )
