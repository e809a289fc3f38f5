"""The state beside a fresh read: what appeared, vanished and changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cloudops.engine.drift import Drift, Drifted, drift, of_code
from modalities.resource import Kind, Link, Provider, Resource, ResourceRef, World

SCOPE = "111122223333/us-east-1"


def vm(name: str, tags: dict[str, str] | None = None, **attributes: Any) -> Resource:
    ref = ResourceRef(Provider.AWS, SCOPE, Kind.VM, name)
    return Resource(ref, f"i-{name}", attributes, tags or {})


def world(*resources: Resource) -> World:
    return World(Provider.AWS, SCOPE, resources)


def test_nothing_moved() -> None:
    before = world(vm("a", size="t3.small", launched_at="then"), vm("b"))
    after = world(vm("b"), vm("a", size="t3.small", launched_at="now"))
    assert drift(before, after) == ()


def test_everything_that_moved() -> None:
    gone, new = vm("gone"), vm("new")
    before = vm("a", {"owner": "me", "old": "x"}, size="t3.small", monitoring=False)
    after = vm("a", {"owner": "you"}, size="t3.large", monitoring=False, spot=True)
    assert drift(world(before, gone), world(new, after)) == (
        Drift(after.ref, "i-a", Drifted.CHANGED, "size", "t3.small", "t3.large"),
        Drift(after.ref, "i-a", Drifted.CHANGED, "spot", None, True),
        Drift(after.ref, "i-a", Drifted.CHANGED, "tag:old", "x", None),
        Drift(after.ref, "i-a", Drifted.CHANGED, "tag:owner", "me", "you"),
        Drift(gone.ref, "i-gone", Drifted.VANISHED),
        Drift(new.ref, "i-new", Drifted.APPEARED),
    )


def test_a_new_resource_of_an_old_name_is_another_one() -> None:
    old, new = vm("a"), Resource(vm("a").ref, "i-2", {}, {}, (Link("in", Kind.SUBNET, "s"),))
    assert [d.what for d in drift(world(old), world(new))] == [
        Drifted.VANISHED,
        Drifted.APPEARED,
    ]


KEPT = {"i-a": "aws_instance.a", "i-b": "aws_instance.b", "i-c": "aws_instance.c"}
RESIZED = {"actions": ("update",), "before": {"size": "large"}, "after": {"size": "small"}}


def test_code_that_is_behind_is_told_from_code_that_is_ahead() -> None:
    here = world(vm("a"), vm("b"), vm("c"))
    pending = (
        *({"address": KEPT[id], "type": "aws_instance", **RESIZED} for id in ("i-a", "i-b", "i-c")),
        {"address": "aws_vpc.new", "type": "aws_vpc", "actions": ("create",), "after": {"x": 1}},
    )
    ours = {"a": "cli in run 7"}
    found = of_code(pending, KEPT, here, {"i-c"}, lambda r: ours.get(r.name))
    assert found == (
        Drift(vm("a").ref, "i-a", Drifted.CODE_BEHIND, "size", "small", "large", "cli in run 7"),
        Drift(
            vm("b").ref,
            "i-b",
            Drifted.CODE_AHEAD,
            "size",
            "small",
            "large",
            "code: aws_instance.b",
        ),
        Drift("aws_vpc.new", "", Drifted.CODE_AHEAD, "", "create", None, "code: aws_vpc.new"),
    )


def test_what_strangers_did_to_what_only_terraform_knows() -> None:
    def pending(address: str, now: Mapping[str, Any], code: Mapping[str, Any]) -> dict[str, Any]:
        return {"address": address, "actions": ["update"], "before": now, "after": code}

    queue = pending("aws_sqs_queue.q", {"delay": 9, "size": 1}, {"delay": 0, "size": 2})
    table = {"address": "aws_dynamodb_table.t", "actions": ["create"], "after": {"name": "t"}}
    topic = pending("aws_sns_topic.t", {"name": "a"}, {"name": "b"})
    found = of_code(
        (
            {**queue, "moved": {"delay": 0}},
            {**table, "moved": None},
            {**topic, "moved": {"arn": "what the cloud adds by itself"}},
        ),
        {"url": "aws_sqs_queue.q"},
        world(),
        set(),
        lambda r: None,
    )
    assert [(str(d.ref), d.what, d.attribute, d.before, d.now, d.by) for d in found] == [
        ("aws_sqs_queue.q", Drifted.CHANGED, "delay", 0, 9, "outside"),
        ("aws_sqs_queue.q", Drifted.CODE_AHEAD, "size", 2, 1, "code: aws_sqs_queue.q"),
        ("aws_dynamodb_table.t", Drifted.VANISHED, "", None, None, "outside"),
        ("aws_sns_topic.t", Drifted.CODE_AHEAD, "name", "b", "a", "code: aws_sns_topic.t"),
    ]
