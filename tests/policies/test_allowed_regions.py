from __future__ import annotations

from typing import Any

import pytest

from fakes.specimens import call, ref, step, subject
from modalities.action import Action, CliCommand
from modalities.resource import Kind
from modalities.step import Effect, Step
from policies.allowed_regions import evaluate
from policies.finding import Finding, Severity

EUROPE = ("eu-west-1", "eu-central-1")


def acting(action: Action, effect: Effect = Effect.CREATE, **more: Any) -> Step:
    return step("act", effect, action, ref(Kind.VM, "x"), **more)


def found(
    *steps: Step, region: str = "eu-west-1", allowed: tuple[str, ...] = EUROPE
) -> tuple[Finding, ...]:
    return tuple(evaluate(subject(*steps, region=region, allowed_regions=allowed)))


@pytest.mark.parametrize(
    "action",
    [
        call("RunInstances"),
        call("RunInstances", Placement={"AvailabilityZone": "eu-west-1a"}),
        call("CreateBucket", "s3", CreateBucketConfiguration={"LocationConstraint": "EU"}),
        call(
            "CreateBucket", "s3", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        ),
        call("CreateSubnet", AvailabilityZone={"$output": "zone.name"}),
        call("CopySnapshot", SourceRegion="us-east-1", SourceSnapshotId="snap-1"),
    ],
    ids=str,
)
def test_must_not_fire(action: Action) -> None:
    assert found(acting(action)) == ()


@pytest.mark.parametrize(
    ("action", "where"),
    [
        (call("RunInstances", Placement={"AvailabilityZone": "us-east-1a"}), "us-east-1"),
        (call("CreateVolume", AvailabilityZone="us-east-1-bos-1a"), "us-east-1"),
        (
            call(
                "CreateBucket", "s3", CreateBucketConfiguration={"LocationConstraint": "ap-east-1"}
            ),
            "ap-east-1",
        ),
        (call("CopySnapshot", DestinationRegion="us-west-2"), "us-west-2"),
        (call("CreateSubnet", Zones=[{"Zone": "us-gov-west-1b"}]), "us-gov-west-1"),
        (call("begin_create_or_update", "compute", parameters={"location": "WestUS"}), "westus"),
    ],
    ids=str,
)
def test_must_fire(action: Action, where: str) -> None:
    (finding,) = found(acting(action))
    assert (finding.severity, finding.step) == (Severity.DENY, "act")
    assert f"is put in {where}, which is not an allowed region" in finding.reason


def test_a_plan_in_a_region_that_is_not_allowed() -> None:
    (finding,) = found(acting(call("RunInstances")), region="us-east-1")
    assert finding.reason == (
        "the plan acts in us-east-1, which is not an allowed region (eu-central-1, eu-west-1)"
    )
    assert "allowed_regions" in finding.remedy


def test_looking_and_leaving_are_allowed_anywhere() -> None:
    look = acting(call("DescribeInstances"), Effect.READ)
    leave = acting(call("TerminateInstances"), Effect.DELETE)
    assert found(look, leave, region="us-east-1") == ()
    assert found(acting(call("StopInstances"), Effect.UPDATE), region="us-east-1")


def test_off_while_no_region_is_named() -> None:
    assert found(acting(call("RunInstances")), region="us-east-1", allowed=()) == ()


def test_what_any_hand_says_it_leaves_behind() -> None:
    action = CliCommand(("aws", "ec2", "create-volume"))
    assert found(acting(action, after={"zone": "us-east-1c"}))
    assert found(acting(action, after={"zone": "eu-west-1c"})) == ()


def test_names_that_only_look_like_regions_are_left_alone() -> None:
    named = call("CreateTags", Tags=[{"Key": "origin", "Value": "us-east-1"}])
    assert found(acting(named, Effect.UPDATE)) == ()
