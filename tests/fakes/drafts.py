"""Drafts of AWS calls without a cloud."""

from __future__ import annotations

from collections.abc import Iterable

from modalities.aws.express.asked import Asked
from modalities.aws.express.draft import express
from modalities.aws.images import Image
from modalities.change import Change
from modalities.contract import Draft
from modalities.prices import table
from modalities.resource import Kind, Link, Provider, Resource, ResourceRef, World
from modalities.target import Identity, Realm, Target

REGION = "eu-west-1"
SCOPE = f"123456789012/{REGION}"
TARGET = Target(name="sandbox", provider=Provider.AWS, realm=Realm.SANDBOX, region=REGION)
IDENTITY = Identity(Provider.AWS, "123456789012", REGION, "arn:aws:iam::123456789012:user/me")


def image(wanted: str | None, architecture: str) -> Image:
    return Image(
        id="ami-0123456789abcdef0",
        description="Linux",
        root_device="/dev/xvda",
        min_gib=8,
    )


def empty_world() -> World:
    return World(Provider.AWS, SCOPE)


def resource(
    kind: Kind,
    name: str,
    id: str,
    links: Iterable[Link] = (),
    tags: bool = True,
    **attributes: object,
) -> Resource:
    """Something that a world holds."""
    return Resource(
        ResourceRef(Provider.AWS, SCOPE, kind, name),
        id,
        attributes,  # type: ignore[arg-type]
        {"Name": name} if tags else {},
        tuple(links),
    )


def world(*resources: Resource) -> World:
    return World(Provider.AWS, SCOPE, resources)


def drafted(before: World, *changes: Change) -> Draft:
    """What the SDK hand would do."""
    asked = Asked(image, lambda _: False)
    return express(changes, before, TARGET, IDENTITY, "run-test", asked, table.load())
