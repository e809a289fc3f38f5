"""What a call made twice: one stays, the other goes again, and what is in use is left and told."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import reduce
from typing import Any

import pytest

from fakes.ec2 import LONG, called, patient
from modalities.aws import session
from modalities.aws.inventory import read
from modalities.drafting import RUN_TAG
from modalities.iac.surplus import MadeTwice, marked, removed
from modalities.resource import Kind
from modalities.target import Target

TAGS = {"Name": "lab", RUN_TAG: "run-1"}
CALLS = {
    "aws_vpc": ("CreateVpc", "vpc", "Vpc.VpcId", {"CidrBlock": "10.7.0.0/16"}),
    "aws_internet_gateway": (
        "CreateInternetGateway",
        "internet-gateway",
        "InternetGateway.InternetGatewayId",
        {},
    ),
    "aws_eip": ("AllocateAddress", "elastic-ip", "AllocationId", {"Domain": "vpc"}),
}


@pytest.fixture
def target(target: Target) -> Target:
    return patient(target)


def in_time() -> float:
    return time.monotonic() + LONG


def change(type: str = "aws_vpc", name: str = "lab") -> dict[str, Any]:
    after = {"tags": {**TAGS, "Name": name}}
    return {"address": f"{type}.lab", "type": type, "actions": ["create"], "after": after}


def made(target: Target, type: str = "aws_vpc", tags: Mapping[str, str] = TAGS) -> str:
    operation, noun, path, parameters = CALLS[type]
    told = [{"Key": key, "Value": value} for key, value in tags.items()]
    specified = {"TagSpecifications": [{"ResourceType": noun, "Tags": told}]}
    found = called(target, operation, {**parameters, **specified})
    return str(reduce(lambda part, name: part[name], path.split("."), found))


def networks(target: Target) -> set[str]:
    world = read(target, session.identify(target), (Kind.NETWORK,))
    return {each.id for each in world if not each.attributes.get("default")}


@pytest.mark.parametrize("type", sorted(CALLS))
def test_the_one_that_terraform_does_not_know_goes(target: Target, type: str) -> None:
    first, second = made(target, type), made(target, type)
    (line,) = removed(target, [change(type)], {f"{type}.lab": second}, in_time())
    assert first in line
    assert list(removed(target, [change(type)], {f"{type}.lab": second}, in_time())) == []


@pytest.mark.parametrize("owner", [None, "ann", "run-1"])
@pytest.mark.parametrize("name", ["logs", "other"])
def test_a_bucket_that_has_no_tags_yet_is_told_by_its_name(
    target: Target, name: str, owner: str | None
) -> None:
    """S3 makes a bucket by one call and tags it by another: Terraform may die between the two."""
    s3: Any = session.client(target, "s3")
    name, wished = f"{name}-of-{owner}", f"logs-of-{owner}"
    s3.create_bucket(Bucket=name)
    if owner is not None:
        tags = {**TAGS, "Name": wished} if owner == "run-1" else {"owner": owner}
        told = [{"Key": key, "Value": value} for key, value in tags.items()]
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": told})
    wanted = change("aws_s3_bucket", wished)
    wanted["after"]["bucket"] = wished
    world = read(target, session.identify(target), (Kind.BUCKET,))
    found = [each.id for each in marked(world, wanted) if each.id == name]
    mine = owner == "run-1" or (name == wished and owner is None)
    assert found == ([name] if mine else [])


def test_what_is_of_another_run_or_name_or_address_stays(target: Target) -> None:
    ours, also = made(target), made(target)
    others = {
        made(target, tags={**TAGS, RUN_TAG: "run-2"}),
        made(target, tags={**TAGS, "Name": "other"}),
        made(target, tags={"Name": "lab"}),
    }
    known = {"aws_vpc.lab": ours, "aws_vpc.there": also}
    assert list(removed(target, [change()], known, in_time())) == []
    assert networks(target) == {ours, also} | others


def test_what_is_in_use_stays_and_is_told(target: Target) -> None:
    first, second = made(target), made(target)
    called(target, "CreateSubnet", {"VpcId": first, "CidrBlock": "10.7.1.0/24"})
    with pytest.raises(MadeTwice, match=f"{first} stays: it is in use") as told:
        list(removed(target, [change()], {"aws_vpc.lab": second}, in_time()))
    assert told.value.address == "aws_vpc.lab"
    assert networks(target) == {first, second}


def test_two_addresses_of_one_name_are_two_things(target: Target) -> None:
    both = {made(target), made(target)}
    changes = [change(), {**change(), "address": "aws_vpc.lab_2"}]
    assert list(removed(target, changes, {"aws_vpc.lab": "vpc-0"}, in_time())) == []
    assert networks(target) == both


def test_what_was_not_made_by_then_is_not_judged(target: Target) -> None:
    both = {made(target), made(target)}
    assert list(removed(target, [change()], {}, in_time())) == []
    assert networks(target) == both


def test_nobody_who_may_not_write_removes_anything(target: Target) -> None:
    both = {made(target), second := made(target)}
    with pytest.raises(MadeTwice, match="resumed, or undone"):
        list(
            removed(replace(target, writable=False), [change()], {"aws_vpc.lab": second}, in_time())
        )
    assert networks(target) == both


def test_where_no_time_is_left_it_is_told(target: Target) -> None:
    both = {made(target), second := made(target)}
    with pytest.raises(MadeTwice, match="no time was left"):
        list(removed(target, [change()], {"aws_vpc.lab": second}, time.monotonic() + 0.1))
    assert networks(target) == both


def test_who_was_stopped_until_the_time_was_over_removes_nothing(target: Target) -> None:
    both = {made(target), second := made(target)}
    left = removed(target, [change()], {"aws_vpc.lab": second}, ends := time.monotonic() + 1.0)
    time.sleep(max(0.0, ends - time.monotonic()))
    with pytest.raises(MadeTwice, match="no time was left"):
        list(left)
    assert networks(target) == both


def test_a_copy_is_thrown_away_whole(target: Target) -> None:
    both = {made(target), second := made(target)}
    copy = replace(target, copy_of="lab")
    assert list(removed(copy, [change()], {"aws_vpc.lab": second}, in_time())) == []
    assert networks(target) == both
