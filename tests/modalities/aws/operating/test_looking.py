from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from modalities.action import SdkCall
from modalities.aws.operating.looking import _resource, require_read, thing_in
from modalities.aws.operating.resolving import resolved
from modalities.contract import Unresolved, Unsupported
from modalities.look import CALLED, Look
from modalities.postcondition import true_of
from modalities.receipt import CloudError, Trouble
from modalities.resource import Kind, Provider, World
from modalities.step import Expect

CALL = SdkCall("sns", "ListTopics", {})
TOPICS = {"Topics": [{"TopicArn": "arn:aws:sns:eu-west-1:1:alerts"}]}


def look(**said: Any) -> Look:
    return Look(name="a thing", call=CALL, **said)


@pytest.mark.parametrize(
    ("page", "asked", "found"),
    [
        (TOPICS, {"at": "Topics", "where": {"TopicArn": {CALLED: "alerts"}}}, True),
        (TOPICS, {"at": "Topics", "where": {"TopicArn": {CALLED: "lerts"}}}, False),
        ({"Urls": ["http://x/a"]}, {"at": "Urls", "where": {"": "http://x/a"}}, True),
        ({"Table": {}}, {"at": "Table"}, False),
        ({}, {"at": "Item"}, False),
        ({}, {}, True),
        ({"Name": "a", "DeletedDate": "2026-01-01"}, {}, False),
        ({"Gateways": [{"Id": "n", "State": "deleted"}]},
         {"at": "Gateways", "where": {"Id": "n"}}, False),
    ],
)  # fmt: skip
def test_a_thing_is_there_or_not(
    page: Mapping[str, Any], asked: dict[str, Any], found: bool
) -> None:
    assert (thing_in(page, look(**asked)) is not None) is found


def test_a_look_is_the_same_after_it_was_written_down() -> None:
    one = look(at="Topics", where={"TopicArn": "a"}, shows={"x": '"x"'})
    assert Look.parse(one.as_json()) == one
    assert one.id == Look.parse(one.as_json()).id


@pytest.mark.parametrize(("tags", "holds"), [({"team": "red"}, True), ({}, False)])
def test_a_tag_that_was_read_is_what_a_postcondition_looks_at(
    tags: dict[str, str], holds: bool
) -> None:
    one = look(shows={"tag:team": '"Tags"."team"'})
    resource = _resource(one, {"Tags": tags}, "1/r")
    world = World(Provider.AWS, "1/r", (resource,))
    expect = Expect(Kind.OTHER, one.as_json(), "is", "tag:team", "red")
    assert true_of(expect, world) is holds
    gone = Expect(Kind.OTHER, one.as_json(), "is", "tag:team", None)
    assert true_of(gone, world) is not holds


@pytest.mark.parametrize(
    ("service", "operation"),
    [("sqs", "DeleteQueue"), ("sqs", "NoSuchThing"), ("ssm", "GetParameter"), ("kms", "Decrypt")],
)
def test_only_what_certainly_reads_and_no_secret_is_asked(service: str, operation: str) -> None:
    with pytest.raises(Unsupported):
        require_read(SdkCall(service, operation, {}))


def test_a_name_becomes_the_address_that_is_needed() -> None:
    def ask(call: SdkCall) -> Mapping[str, Any]:
        assert call == SdkCall("sqs", "GetQueueUrl", {"QueueName": "orders"})
        return {"QueueUrl": "https://q/1/orders"}

    call, told = resolved(SdkCall("sqs", "DeleteQueue", {"QueueUrl": "orders"}), ask)
    assert call.parameters == {"QueueUrl": "https://q/1/orders"}
    assert told == ("orders is https://q/1/orders",)


def test_a_name_becomes_the_arn_that_ends_with_it() -> None:
    call, _ = resolved(SdkCall("sns", "DeleteTopic", {"TopicArn": "alerts"}), lambda _: TOPICS)
    assert call.parameters == {"TopicArn": "arn:aws:sns:eu-west-1:1:alerts"}


def test_a_name_of_nothing_is_no_address() -> None:
    with pytest.raises(Unresolved, match="sns has no topic nope"):
        resolved(SdkCall("sns", "DeleteTopic", {"TopicArn": "nope"}), lambda _: TOPICS)


def test_who_may_not_look_is_not_told_that_nothing_is_there() -> None:
    def refused(call: SdkCall) -> Mapping[str, Any]:
        raise CloudError(Trouble.PERMISSION, "AccessDenied", "no")

    with pytest.raises(CloudError):
        resolved(SdkCall("sns", "DeleteTopic", {"TopicArn": "alerts"}), refused)


def test_an_arn_is_taken_as_it_is() -> None:
    given = SdkCall("sns", "DeleteTopic", {"TopicArn": "arn:aws:sns:eu-west-1:1:alerts"})
    assert resolved(given, lambda _: {}) == (given, ())
