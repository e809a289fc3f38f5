"""An account in which nothing is yet: not even the default VPC that AWS puts into a new one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from moto.ec2.models import EC2Backend, ec2_backends
from moto.elbv2.models import ELBv2Backend, elbv2_backends
from moto.s3.models import S3Backend, s3_backends

from modalities.resource import Resource, World
from modalities.target import account_of


class _Bare(EC2Backend):
    def create_default_vpc(self) -> Any:
        return None


class CannotSeed(Exception):
    """A resource of the world has no counterpart here; the text names it and says why."""

    def __init__(self, resource: Resource, why: object) -> None:
        super().__init__(f"{resource.ref} ({resource.id}) cannot be imitated: {why}")


@dataclass(frozen=True, slots=True)
class Account:
    """The backends of one account and region, and the world they are to hold.

    ``left_out`` collects what is in the world and has no counterpart, for the log.
    """

    world: World
    region: str
    ec2: Any
    elb: ELBv2Backend
    s3: S3Backend
    left_out: list[str] = field(default_factory=list)

    def tag(self, resource: Resource) -> None:
        """EC2's tags."""
        if resource.tags:
            self.ec2.tags[resource.id].update(resource.tags)


def bare_account(world: World) -> Account:
    """``world.scope`` is ``account/region``. Raises ValueError where it is not."""
    account, region = account_of(world.scope), world.scope.partition("/")[2]
    if not (len(account) == 12 and account.isdecimal() and region):
        raise ValueError(f"{world.scope!r} is not an account and a region")
    if region not in ec2_backends[account].regions:
        raise ValueError(f"{region!r} is not a region of AWS")
    ec2: Any = _Bare(region, account)
    dict.__setitem__(ec2_backends[account], region, ec2)
    buckets = s3_backends[account][ec2.partition]
    return Account(world, region, ec2, elbv2_backends[account][region], buckets)
