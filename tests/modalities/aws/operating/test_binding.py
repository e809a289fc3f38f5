"""Several calls of which one stands on another: by reference, by name, or not at all."""

from __future__ import annotations

import pytest

from modalities.action import OUTPUT, SdkCall
from modalities.aws.operating.binding import bound, made_by, ordered
from modalities.aws.operating.expressing import expressed
from modalities.change import Operate
from modalities.contract import Unresolved
from modalities.look import Look
from modalities.resource import Provider, Resource, World
from modalities.step import Step

WORLD = World(Provider.AWS, "123456789012/eu-west-1")
QUEUE = SdkCall("sqs", "CreateQueue", {"QueueName": "orders"})
TOPIC = SdkCall("sns", "CreateTopic", {"Name": "alerts"})
ROLE = SdkCall("iam", "CreateRole", {"RoleName": "r", "AssumeRolePolicyDocument": "{}"})


def gone(look: Look) -> Resource | None:
    return None


def steps(*calls: SdkCall) -> tuple[Step, ...]:
    change = Operate(provider=Provider.AWS, calls=calls, words="do it")
    return expressed(change, WORLD, gone).steps


def test_what_takes_an_address_gets_it_from_the_call_that_makes_the_thing() -> None:
    call = SdkCall("sqs", "SetQueueAttributes", {"QueueUrl": "orders", "Attributes": {}})
    other, told = bound(call, (TOPIC, QUEUE))
    assert other.parameters["QueueUrl"] == {OUTPUT: "2.QueueUrl"}
    assert told == ("orders is what sqs:CreateQueue makes before",)


@pytest.mark.parametrize(
    ("call", "before"),
    [
        (SdkCall("sqs", "SetQueueAttributes", {"QueueUrl": "other"}), QUEUE),
        (SdkCall("sns", "Subscribe", {"TopicArn": "orders", "Protocol": "sqs"}), QUEUE),
        (SdkCall("sqs", "SetQueueAttributes", {"QueueUrl": "https://q/1/orders"}), QUEUE),
        (
            SdkCall("sqs", "SetQueueAttributes", {"QueueUrl": "orders"}),
            SdkCall("sqs", "GetQueueUrl", {"QueueName": "orders"}),
        ),
        (SdkCall("sqs", "TagQueue", {"QueueUrl": "o"}), SdkCall("sqs", "CreateFoo", {"Name": "o"})),
    ],
)
def test_what_nothing_before_makes_stays_as_it_was_said(call: SdkCall, before: SdkCall) -> None:
    assert bound(call, (before,)) == (call, ())


def test_calls_that_name_nothing_of_each_other_may_run_at_once() -> None:
    one, other = steps(QUEUE, TOPIC)
    assert one.needs == other.needs == ()


def test_what_names_the_thing_that_an_earlier_call_makes_waits_for_it() -> None:
    policy = {"RoleName": "r", "PolicyName": "p", "PolicyDocument": "{}"}
    first, then, apart = steps(ROLE, SdkCall("iam", "PutRolePolicy", policy), QUEUE)
    assert then.needs == (first.id,)
    assert apart.needs == ()


def test_a_name_at_the_end_of_an_arn_is_a_name() -> None:
    given = {
        "FunctionName": "f",
        "Role": "arn:aws:iam::123456789012:role/r",
        "Code": {"S3Bucket": "code", "S3Key": "k"},
    }
    first, then = steps(ROLE, SdkCall("lambda", "CreateFunction", given))
    assert then.needs == (first.id,)


def test_two_changes_of_one_thing_come_in_their_order() -> None:
    made, first, then = steps(
        SdkCall("logs", "CreateLogGroup", {"logGroupName": "/app"}),
        SdkCall("logs", "PutRetentionPolicy", {"logGroupName": "/app", "retentionInDays": 7}),
        SdkCall("logs", "AssociateKmsKey", {"logGroupName": "/app", "kmsKeyId": "k"}),
    )
    assert first.needs == (made.id,)
    assert made.id in then.needs


def test_what_only_changes_makes_nothing() -> None:
    assert made_by(SdkCall("sqs", "SetQueueAttributes", {"QueueUrl": "orders"})) == frozenset()
    assert made_by(QUEUE) == {"orders"}


def test_what_names_a_thing_comes_behind_what_makes_it_and_references_lead_where_they_did() -> None:
    keep = SdkCall("logs", "PutRetentionPolicy", {"logGroupName": "/app", "retentionInDays": 7})
    make = SdkCall("logs", "CreateLogGroup", {"logGroupName": "/app"})
    tie = SdkCall("sns", "TagResource", {"ResourceArn": {OUTPUT: "3.TopicArn"}, "Tags": []})
    first, then, topic, last = ordered((keep, make, TOPIC, tie))
    assert (first, then, topic) == (make, keep, TOPIC)
    assert last.parameters["ResourceArn"] == {OUTPUT: "3.TopicArn"}
    moved = ordered((keep, TOPIC, tie, make))
    assert [call.operation for call in moved][:2] == ["CreateTopic", "TagResource"]
    assert ordered((make, keep)) == (make, keep)


def test_an_order_that_changes_takes_its_references_along() -> None:
    tag = SdkCall("sqs", "TagQueue", {"QueueUrl": {OUTPUT: "2.QueueUrl"}, "Tags": {"a": "alerts"}})
    assert ordered((tag, QUEUE, TOPIC))[-1].parameters["QueueUrl"] == {OUTPUT: "1.QueueUrl"}


def test_a_circle_stays_as_it_is() -> None:
    one = SdkCall("sns", "CreateTopic", {"Name": "a", "Tags": [{"Key": "of", "Value": "b"}]})
    other = SdkCall("sqs", "CreateQueue", {"QueueName": "b", "tags": {"of": "a"}})
    assert ordered((one, other)) == (one, other)


def test_what_is_about_a_thing_does_not_make_it() -> None:
    keep = SdkCall("logs", "PutRetentionPolicy", {"logGroupName": "/app", "retentionInDays": 7})
    with pytest.raises(Unresolved, match="there is no logs log group /app"):
        steps(keep)
