"""A world, built up directly in moto's objects: no calls, so no time and no new ids."""

from __future__ import annotations

from moto.ec2.models import ec2_backends

from modalities.resource import World
from sandbox.aws.overlay import images
from sandbox.aws.seed import balancing, buckets, machines, network
from sandbox.aws.seed.account import bare_account
from sandbox.daemon import ACCOUNT

STAGES = (
    network.networks,
    network.subnets,
    network.gateways,
    network.route_tables,
    network.security_groups,
    machines.key_pairs,
    machines.snapshots,
    machines.images,
    machines.images_of_vms,
    machines.nics,
    machines.vms,
    machines.disks,
    machines.public_ips,
    balancing.target_groups,
    balancing.load_balancers,
    balancing.listeners,
    buckets.buckets,
)
"""Each stands on those before it."""


def prepare(world: World) -> None:
    """In the process that is copied: what every copy for this region would build again."""
    region = world.scope.partition("/")[2]
    if region in ec2_backends[ACCOUNT].regions:
        images.ready(region)


def furnish_with(world: World) -> None:
    """Everything of ``world`` in the account and region of its scope, which must be unused.

    Raises CannotSeed, ValueError.
    """
    account = bare_account(world)
    for stage in STAGES:
        stage(account)
    if account.left_out:
        print("not copied:", ", ".join(account.left_out), flush=True)  # noqa: T201 - the log
