from __future__ import annotations

from typing import Any

import pytest

from fakes.specimens import call, ref, step, subject
from modalities.action import Action, CliCommand
from modalities.resource import Kind
from modalities.step import Effect, Step
from policies.finding import Finding, Severity
from policies.required_tags import evaluate

OWNER = [{"Key": "owner", "Value": "platform"}]


def creating(kind: Kind, action: Action, **more: Any) -> Step:
    return step("make", Effect.CREATE, action, ref(kind, "x"), **more)


def found(*steps: Step, required: tuple[str, ...] = ("owner",)) -> tuple[Finding, ...]:
    return tuple(evaluate(subject(*steps, required_tags=required)))


def specification(kind: str, tags: list[dict[str, str]]) -> dict[str, Any]:
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tags}]}


@pytest.mark.parametrize(
    ("kind", "action"),
    [
        (Kind.VM, call("RunInstances", **specification("instance", OWNER))),
        (Kind.DISK, call("CreateVolume", **specification("volume", OWNER))),
        (Kind.NETWORK, call("CreateVpc", **specification("vpc", OWNER))),
        (Kind.PUBLIC_IP, call("AllocateAddress", **specification("elastic-ip", OWNER))),
        (Kind.LOAD_BALANCER, call("CreateLoadBalancer", "elbv2", Tags=OWNER)),
        (Kind.TARGET_GROUP, call("CreateTargetGroup", "elbv2", Tags=OWNER)),
        (Kind.KEY_PAIR, call("ImportKeyPair", **specification("key-pair", OWNER))),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_tagged_creation_passes(kind: Kind, action: Action) -> None:
    assert found(creating(kind, action)) == ()


@pytest.mark.parametrize(
    ("kind", "action"),
    [
        (Kind.VM, call("RunInstances")),
        (Kind.VM, call("RunInstances", **specification("volume", OWNER))),
        (Kind.VM, call("RunInstances", **specification("instance", [{"Key": "Owner"}]))),
        (
            Kind.VM,
            call("RunInstances", **specification("instance", [{"Key": "owner", "Value": ""}])),
        ),
        (Kind.LOAD_BALANCER, call("CreateLoadBalancer", "elbv2", Tags=[])),
        (Kind.BUCKET, call("CreateBucket", "s3", Bucket="x")),
        (Kind.VM, CliCommand(("aws", "ec2", "run-instances"))),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_untagged_creation_is_denied(kind: Kind, action: Action) -> None:
    (finding,) = found(creating(kind, action))
    assert finding.severity is Severity.DENY
    assert finding.reason == f"{kind.words} x is created without tag owner"
    assert finding.step == "make"


def test_off_while_nothing_is_required() -> None:
    assert found(creating(Kind.VM, call("RunInstances")), required=()) == ()


def test_every_missing_tag_is_named() -> None:
    action = call("RunInstances", **specification("instance", OWNER))
    (finding,) = found(creating(Kind.VM, action), required=("owner", "cost-centre", "env"))
    assert finding.reason.endswith("without tags cost-centre, env")


def test_tags_that_a_later_step_puts_on() -> None:
    made = creating(Kind.BUCKET, call("CreateBucket", "s3", Bucket="x"))
    by_name = step(
        "tag",
        Effect.UPDATE,
        call("PutBucketTagging", "s3", Bucket="x", Tagging={"TagSet": OWNER}),
        ref(Kind.BUCKET, "x"),
    )
    by_output = step(
        "tag",
        Effect.UPDATE,
        call("CreateTags", Resources=[{"$output": "make.id"}], Tags=OWNER),
        ref(Kind.BUCKET, "y"),
    )
    other = step(
        "tag", Effect.UPDATE, call("CreateTags", Resources=["i-1"], Tags=OWNER), ref(Kind.VM, "y")
    )
    assert found(made, by_name) == ()
    assert found(made, by_output) == ()
    assert found(made, other)


def test_what_makes_nothing_of_its_own_needs_no_tags() -> None:
    route = creating(Kind.ROUTE_TABLE, call("CreateRoute"))
    attach = creating(Kind.DISK, call("AttachVolume"))
    update = step("u", Effect.UPDATE, call("ModifyInstanceAttribute"), ref(Kind.VM, "x"))
    assert found(route, attach, update) == ()


def test_taking_a_required_tag_off() -> None:
    machine = ref(Kind.VM, "x")
    by_pair = call("DeleteTags", Resources=["i-1"], Tags=[{"Key": "owner"}])
    by_key = call("RemoveTags", "elbv2", ResourceArns=["a"], TagKeys=["owner"])
    another = call("DeleteTags", Resources=["i-1"], Tags=[{"Key": "note"}])
    assert found(step("untag", Effect.UPDATE, by_pair, machine))[0].reason == "VM x loses tag owner"
    assert found(step("untag", Effect.UPDATE, by_key, machine))
    assert found(step("untag", Effect.UPDATE, another, machine)) == ()


def test_other_hands_are_taken_at_their_word() -> None:
    action = CliCommand(("az", "vm", "create"))
    assert found(creating(Kind.VM, action, after={"tags": {"owner": "platform"}})) == ()
