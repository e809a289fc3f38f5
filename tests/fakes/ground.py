"""A small account on AWS, and what the SDK hand drafts there: nothing is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cloudops.memory.learning import Setting, learnt
from cloudops.request import Goal, Intent
from cloudops.state.workflow import Workflow
from modalities.aws.express.asked import Asked
from modalities.aws.express.draft import express
from modalities.aws.images import Image
from modalities.change import Change, Selection
from modalities.contract import Draft
from modalities.plan import ModalityName
from modalities.prices import table
from modalities.resource import Kind, Link, Provider, Resource, ResourceRef, World
from modalities.target import Identity, Realm, Target

ACCOUNT, REGION = "123456789012", "us-east-1"
SCOPE = f"{ACCOUNT}/{REGION}"
IDENTITY = Identity(Provider.AWS, ACCOUNT, REGION, "arn:aws:iam::123456789012:user/ann")
TARGET = Target(name="lab", provider=Provider.AWS, realm=Realm.SANDBOX, region=REGION)
VERSIONS = {"botocore": "1.44.8", "policies": "aaaa"}
NOW = datetime(2031, 5, 4, 3, tzinfo=UTC)
PRICES = table.load()


def _made(kind: Kind, name: str, id: str, links: Sequence[Link] = (), **more: object) -> Resource:
    tags = {"Name": name} if kind is Kind.VM else {}
    return Resource(ResourceRef(Provider.AWS, SCOPE, kind, name), id, more, tags, tuple(links))  # type: ignore[arg-type]


NETWORK = _made(Kind.NETWORK, "main", "vpc-0a1b2c3d4e5f60718", cidr="10.0.0.0/16", default=False)
SUBNET = _made(
    Kind.SUBNET,
    "main-a",
    "subnet-0a1b2c3d4e5f60718",
    (Link("in", Kind.NETWORK, NETWORK.id),),
    cidr="10.0.0.0/24",
    zone="us-east-1a",
)


def vm(name: str, number: int, *, size: str = "t3.micro", state: str = "running") -> Resource:
    links = (Link("in", Kind.SUBNET, SUBNET.id), Link("in", Kind.NETWORK, NETWORK.id))
    id = f"i-0a1b2c3d4e5f6{number:04x}"
    return _made(Kind.VM, name, id, links, size=size, state=state, zone="us-east-1a")


def world(*more: Resource) -> World:
    return World(Provider.AWS, SCOPE, (NETWORK, SUBNET, vm("api-1", 1), vm("db-9", 2), *more))


def named(name: str) -> Selection:
    return Selection(kind=Kind.VM, names=(name,))


def intent(*changes: Change) -> Intent:
    return Intent(goal=Goal.PROVISION, summary="do it", changes=changes)


def pick(_: str | None, __: str) -> Image:
    return Image("ami-0123456789abcdef0", "Amazon Linux", "/dev/xvda", 8)


def draft(changes: Sequence[Change], there: World, run: str = "run-1") -> Draft:
    return express(changes, there, TARGET, IDENTITY, run, Asked(pick, lambda _: False), PRICES)


def setting(there: World, run: str = "run-1", *, after: timedelta = timedelta()) -> Setting:
    return Setting(world=there, identity=IDENTITY, run=run, versions=VERSIONS, now=NOW + after)


def workflow(*changes: Change, there: World | None = None, **more: object) -> Workflow:
    """What is learnt where the changes came through in ``there``."""
    ground = there or world()
    made = learnt(intent(*changes), draft(changes, ground), ModalityName.SDK, setting(ground))
    return replace(made, **more)  # type: ignore[arg-type]
