"""What a target holds, read with as few calls as the asked kinds allow, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

from modalities.aws.asking import Asker, Items, Wire
from modalities.aws.describe import sources
from modalities.aws.describe.balancing import listeners, load_balancers, target_groups
from modalities.aws.describe.buckets import buckets
from modalities.aws.describe.compute import disks, images, key_pairs, snapshots, vms
from modalities.aws.describe.found import Found, named
from modalities.aws.describe.network import (
    gateways,
    networks,
    nics,
    public_ips,
    route_tables,
    security_groups,
    subnets,
)
from modalities.aws.describe.sources import ec2
from modalities.resource import Kind, Provider, World
from modalities.target import Identity, Target

SIDE_BY_SIDE = 8

SOURCES: dict[str, tuple[str, Callable[[Asker], Items]]] = {
    "load_balancers": ("elbv2", sources.load_balancers),
    "target_groups": ("elbv2", sources.target_groups),
    "buckets": ("s3", sources.buckets),
    "instances": ("ec2", sources.instances),
    "volumes": ("ec2", ec2("DescribeVolumes", "Volumes")),
    "nics": ("ec2", ec2("DescribeNetworkInterfaces", "NetworkInterfaces")),
    "security_groups": ("ec2", ec2("DescribeSecurityGroups", "SecurityGroups")),
    "vpcs": ("ec2", ec2("DescribeVpcs", "Vpcs")),
    "subnets": ("ec2", ec2("DescribeSubnets", "Subnets")),
    "gateways": ("ec2", ec2("DescribeInternetGateways", "InternetGateways")),
    "route_tables": ("ec2", ec2("DescribeRouteTables", "RouteTables")),
    "addresses": ("ec2", ec2("DescribeAddresses", "Addresses")),
    "key_pairs": ("ec2", sources.key_pairs),
    "images": ("ec2", ec2("DescribeImages", "Images", Owners=["self"])),
    "snapshots": ("ec2", sources.snapshots),
}
"""Each list with its service; those that take several calls come first and begin first."""

Answers: TypeAlias = Mapping[str, Items]

KINDS: dict[Kind, tuple[tuple[str, ...], Callable[..., Iterable[Found]]]] = {
    Kind.RESOURCE_GROUP: ((), tuple),  # AWS has none
    Kind.NETWORK: (("vpcs",), networks),
    Kind.SUBNET: (("subnets",), subnets),
    Kind.GATEWAY: (("gateways",), gateways),
    Kind.ROUTE_TABLE: (("route_tables",), route_tables),
    Kind.SECURITY_GROUP: (("security_groups",), security_groups),
    Kind.VM: (("instances",), vms),
    Kind.DISK: (("volumes", "instances"), disks),
    Kind.NIC: (("nics",), nics),
    Kind.PUBLIC_IP: (("addresses",), public_ips),
    Kind.LOAD_BALANCER: (("load_balancers",), load_balancers),
    Kind.LISTENER: (("load_balancers",), listeners),
    Kind.TARGET_GROUP: (("target_groups",), target_groups),
    Kind.KEY_PAIR: (("key_pairs",), key_pairs),
    Kind.BUCKET: (("buckets",), buckets),
    Kind.IMAGE: (("images",), images),
    Kind.SNAPSHOT: (("snapshots",), snapshots),
    Kind.OTHER: ((), tuple),  # looked at one by one, by who knows which
}
"""The lists a kind is made from. A kind is read whole and the same whichever others are read
with it: names and fingerprints must not depend on that."""


def read(target: Target, identity: Identity, kinds: Sequence[Kind] = ()) -> World:
    """The world of ``target``; all kinds where none is named.

    Raises CloudError, also where only a part may not be read: what a reader does not see
    would count as gone.
    """
    return told(Wire(target), identity, kinds)


def told(ask: Asker, identity: Identity, kinds: Sequence[Kind] = ()) -> World:
    """The same by any hand's way to ask."""
    wanted = tuple(dict.fromkeys(kinds)) or tuple(Kind)
    needed = {name for kind in wanted for name in KINDS[kind][0]}
    answers = _answers(ask, [name for name in SOURCES if name in needed])
    found = (f for kind in wanted for f in described(kind, answers))
    return World(Provider.AWS, identity.scope, named(found, identity.scope))


def described(kind: Kind, answers: Answers) -> Iterable[Found]:
    needed, translate = KINDS[kind]
    return translate(*(answers[name] for name in needed))


def _answers(ask: Asker, names: Sequence[str]) -> Answers:
    if not names:
        return {}
    if len(names) == 1:
        return {names[0]: SOURCES[names[0]][1](ask)}
    ask.prepare({SOURCES[name][0] for name in names})
    with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(names)), "describe") as pool:
        return dict(zip(names, pool.map(lambda name: SOURCES[name][1](ask), names), strict=True))
