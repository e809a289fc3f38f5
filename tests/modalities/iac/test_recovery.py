"""What a killed Terraform had made and not noted is found by its mark."""

from __future__ import annotations

from typing import Any

import pytest

from modalities.drafting import RUN_TAG
from modalities.iac.recovery import made_by
from modalities.iac.surplus import MadeTwice
from modalities.resource import Kind, Link, Provider, Resource, ResourceRef, World

SCOPE = "123456789012/us-east-1"
TAGS = {"Name": "lab", RUN_TAG: "run-1"}
CHANGE: dict[str, Any] = {
    "address": "aws_vpc.lab",
    "type": "aws_vpc",
    "actions": ["create"],
    "after": {"tags": TAGS},
}


def world(*ids: str, tags: dict[str, str] = TAGS) -> World:
    ref = ResourceRef(Provider.AWS, SCOPE, Kind.NETWORK, "lab")
    return World(Provider.AWS, SCOPE, tuple(Resource(ref, id, {}, tags=tags) for id in ids))


def test_the_one_that_bears_the_mark_is_it() -> None:
    found = made_by(world("vpc-1"), CHANGE, [CHANGE], set())
    assert found is not None
    assert found.id == "vpc-1"


def test_what_is_known_or_of_another_run_is_not() -> None:
    assert made_by(world("vpc-1"), CHANGE, [CHANGE], {"vpc-1"}) is None
    other = world("vpc-1", tags={**TAGS, RUN_TAG: "run-2"})
    assert made_by(other, CHANGE, [CHANGE], set()) is None


def test_of_two_by_one_call_it_is_the_one_that_was_gone_on_with() -> None:
    ref = ResourceRef(Provider.AWS, SCOPE, Kind.SUBNET, "inside")
    inside = Resource(ref, "subnet-1", links=(Link("in", Kind.NETWORK, "vpc-1"),))
    two = world("vpc-1", "vpc-2")
    found = made_by(two.with_resources([*two, inside]), CHANGE, [CHANGE], set())
    assert found is not None
    assert found.id == "vpc-1"


def test_of_two_gateways_it_is_the_one_that_is_attached() -> None:
    change = {**CHANGE, "address": "aws_internet_gateway.lab", "type": "aws_internet_gateway"}
    ref = ResourceRef(Provider.AWS, SCOPE, Kind.GATEWAY, "lab")
    attached = Resource(ref, "igw-1", {}, TAGS, (Link("in", Kind.NETWORK, "vpc-1"),))
    loose = Resource(ref, "igw-2", {}, TAGS)
    found = made_by(World(Provider.AWS, SCOPE, (attached, loose)), change, [change], set())
    assert found is not None
    assert found.id == "igw-1"


def test_of_two_for_two_addresses_nobody_can_say_which_and_neither_is_left_out() -> None:
    changes = [CHANGE, {**CHANGE, "address": "aws_vpc.lab_2"}]
    with pytest.raises(MadeTwice, match="vpc-1, vpc-2") as told:
        made_by(world("vpc-2", "vpc-1"), CHANGE, changes, set())
    assert told.value.address == "aws_vpc.lab"
