"""All that a cloud holds at one moment, down to every member of every answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.gym.reader import Reader
from sandbox.gym.sources import ELSEWHERE, SOURCES, Item

GONE = frozenset({"terminated", "shutting-down"})
"""States of an instance that is no more, although it is listed for an hour."""

FOLLOWS = frozenset({("subnet", "AvailableIpAddressCount")})
"""Members that are no fact of the thing itself, but count what else there is."""

REGIONS = ("eu-west-1", "us-west-2")
"""Looked at beside the target's own, for what does not belong there."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """``things`` by kind and id, with the members of the vendor's answer. A listener also has
    its rules, a target group the health of its targets, both of ELB their tags."""

    things: Mapping[tuple[str, str], Item] = field(default_factory=dict)

    def of(self, kind: str) -> dict[str, Item]:
        """Those of a kind, by id."""
        return {id: item for (k, id), item in self.things.items() if k == kind}

    def named(self, kind: str, name: str) -> list[Item]:
        return [item for item in self.of(kind).values() if name_of(item) == name]


def name_of(item: Item) -> str:
    """The Name tag; where there is none, what else the vendor calls a name. Azure has ``name``."""
    for key in ("LoadBalancerName", "TargetGroupName", "KeyName", "GroupName", "name"):
        if key in item:
            return str(item[key])
    return tags_of(item).get("Name", "")


def tags_of(item: Item) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in item.get("Tags") or ()}


def take(reader: Reader) -> Inventory:
    """Everything in the reader's region, and what costs money in two others. Raises botocore's
    ClientError: a cloud that cannot be read cannot be judged."""
    things: dict[tuple[str, str], Item] = {}
    for source in SOURCES:
        things |= {(source.kind, id): item for id, item in source.read(reader)}
    things |= {("instance", id): item for id, item in _instances(reader)}
    for region in REGIONS:
        if region != reader.region:
            things |= _elsewhere(reader, region)
    _balancing(reader, things)
    return Inventory({(kind, id): _plain(_own(kind, item)) for (kind, id), item in things.items()})


def _own(kind: str, item: Item) -> Item:
    """Without what only follows from other things."""
    return {key: part for key, part in item.items() if (kind, key) not in FOLLOWS}


def _instances(reader: Reader, region: str | None = None) -> Iterator[tuple[str, Item]]:
    pages = reader.client("ec2", region).get_paginator("describe_instances").paginate()
    for reservation in (r for page in pages for r in page["Reservations"]):
        for instance in reservation["Instances"]:
            if instance["State"]["Name"] not in GONE:
                yield instance["InstanceId"], instance


def _elsewhere(reader: Reader, region: str) -> dict[tuple[str, str], Item]:
    found = dict(_instances(reader, region))
    things = {(f"instance in {region}", id): item for id, item in found.items()}
    for source in ELSEWHERE:
        rows = source.read(reader, region)
        things |= {(f"{source.kind} in {region}", id): item for id, item in rows}
    return things


def _balancing(reader: Reader, things: dict[tuple[str, str], Item]) -> None:
    """Listeners, rules, registered targets and tags, which ELB tells apart from the rest."""
    elb = reader.elb
    for kind, arn in [key for key in things if key[0] in ("load_balancer", "target_group")]:
        tags = elb.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
        more: dict[str, Any] = {"Tags": tags}
        if kind == "load_balancer":
            for listener in elb.describe_listeners(LoadBalancerArn=arn)["Listeners"]:
                id = listener["ListenerArn"]
                rules = elb.describe_rules(ListenerArn=id)["Rules"]
                things["listener", id] = {**listener, "Rules": rules}
        else:
            health = elb.describe_target_health(TargetGroupArn=arn)
            more["Targets"] = health["TargetHealthDescriptions"]
        things[kind, arn] = {**things[kind, arn], **more}


def _plain(value: Any) -> Any:
    """As JSON has it, lists in an order of their own, so that two answers can be compared."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        parts = [_plain(part) for part in value]
        return sorted(parts, key=lambda part: json.dumps(part, sort_keys=True))
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
