"""What a target holds, read with as few calls as the asked kinds allow, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

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
from modalities.aws.describe.sources import Items, ec2
from modalities.aws.errors import AWS_ERRORS
from modalities.aws.session import client, refused
from modalities.resource import Kind, Provider, World
from modalities.target import Identity, Target

SIDE_BY_SIDE = 8

SOURCES: dict[str, tuple[str, Callable[[Target], Items]]] = {
    "load_balancers": ("elbv2", sources.load_balancers),
    "target_groups": ("elbv2", sources.target_groups),
    "buckets": ("s3", sources.buckets),
    "instances": ("ec2", sources.instances),
    "volumes": ("ec2", ec2("describe_volumes", "Volumes")),
    "nics": ("ec2", ec2("describe_network_interfaces", "NetworkInterfaces")),
    "security_groups": ("ec2", ec2("describe_security_groups", "SecurityGroups")),
    "vpcs": ("ec2", ec2("describe_vpcs", "Vpcs")),
    "subnets": ("ec2", ec2("describe_subnets", "Subnets")),
    "gateways": ("ec2", ec2("describe_internet_gateways", "InternetGateways")),
    "route_tables": ("ec2", ec2("describe_route_tables", "RouteTables")),
    "addresses": ("ec2", ec2("describe_addresses", "Addresses")),
    "key_pairs": ("ec2", sources.key_pairs),
    "images": ("ec2", ec2("describe_images", "Images", Owners=["self"])),
    "snapshots": ("ec2", sources.snapshots),
}
"""Each list with its service; those that take several calls come first and begin first."""

Answers: TypeAlias = Mapping[str, Items]

KINDS: dict[Kind, tuple[tuple[str, ...], Callable[..., Iterable[Found]]]] = {
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
}
"""The lists a kind is made from. A kind is read whole and the same whichever others are read
with it: names and fingerprints must not depend on that."""


def read(target: Target, identity: Identity, kinds: Sequence[Kind] = ()) -> World:
    """The world of ``target``; all kinds where none is named.

    Raises CloudError, also where only a part may not be read: what a reader does not see
    would count as gone.
    """
    wanted = tuple(dict.fromkeys(kinds)) or tuple(Kind)
    needed = {name for kind in wanted for name in KINDS[kind][0]}
    answers = _answers(target, [name for name in SOURCES if name in needed])
    found = (f for kind in wanted for f in _found(kind, answers))
    return World(Provider.AWS, identity.scope, named(found, identity.scope))


def _found(kind: Kind, answers: Answers) -> Iterable[Found]:
    needed, translate = KINDS[kind]
    return translate(*(answers[name] for name in needed))


def _answers(target: Target, names: Sequence[str]) -> Answers:
    if len(names) == 1:
        return {names[0]: _fetch(target, names[0])}
    for service in {SOURCES[name][0] for name in names}:
        client(target, service)  # made one after the other: making is not parallel work
    with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(names)), "describe") as pool:
        return dict(zip(names, pool.map(lambda name: _fetch(target, name), names), strict=True))


def _fetch(target: Target, name: str) -> Items:
    service, fetch = SOURCES[name]
    try:
        return fetch(target)
    except AWS_ERRORS as error:
        raise refused(error, service, target) from error
