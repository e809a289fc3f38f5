"""What belongs to an operation, by the vendor's own model: no cloud is asked here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from modalities.action import OUTPUT, SdkCall
from modalities.aws.operating.expressing import expressed, name_of
from modalities.change import Operate
from modalities.contract import Unresolved, Unsupported
from modalities.look import Look
from modalities.resource import Kind, Provider, Resource, ResourceRef, World
from modalities.step import Effect, Irreversible, Step

WORLD = World(Provider.AWS, "123456789012/eu-west-1")
QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders"


def operate(*calls: SdkCall) -> Operate:
    return Operate(provider=Provider.AWS, calls=calls, words="do it")


def gone(look: Look) -> Resource | None:
    return None


def there(look: Look, **attributes: Any) -> Resource:
    ref = ResourceRef(Provider.AWS, WORLD.scope, Kind.OTHER, look.name)
    return Resource(ref, look.id, {name: attributes.get(name) for name in look.shows})


def step(service: str, operation: str, *, exists: bool = False, **parameters: Any) -> Step:
    see = there if exists else gone
    draft = expressed(operate(SdkCall(service, operation, parameters)), WORLD, see)
    return draft.steps[0]


def undo_of(one: Step) -> tuple[str, Mapping[str, Any]]:
    assert isinstance(one.undo, tuple)
    action = one.undo[0].action
    assert isinstance(action, SdkCall)
    return action.operation, action.parameters


MADE = [
    ("sqs", "CreateQueue", {"QueueName": "orders"}, "GetQueueUrl", "DeleteQueue"),
    ("sns", "CreateTopic", {"Name": "alerts"}, "ListTopics", "DeleteTopic"),
    ("logs", "CreateLogGroup", {"logGroupName": "/app"}, "DescribeLogGroups", "DeleteLogGroup"),
    ("iam", "CreateUser", {"UserName": "bob"}, "GetUser", "DeleteUser"),
    ("kinesis", "CreateStream", {"StreamName": "s"}, "DescribeStream", "DeleteStream"),
    ("ecs", "CreateCluster", {"clusterName": "c"}, "DescribeClusters", "DeleteCluster"),
    ("batch", "CreateJobQueue",
     {"jobQueueName": "q", "priority": 1, "computeEnvironmentOrder": []},
     "DescribeJobQueues", "DeleteJobQueue"),
    ("secretsmanager", "CreateSecret", {"Name": "n"}, "ListSecrets", "DeleteSecret"),
    ("apigateway", "CreateRestApi", {"name": "shop"}, "GetRestApi", "DeleteRestApi"),
]  # fmt: skip


@pytest.mark.parametrize(("service", "operation", "parameters", "reader", "end"), MADE)
def test_what_is_made_is_read_back_and_taken_back(
    service: str, operation: str, parameters: dict[str, Any], reader: str, end: str
) -> None:
    made = step(service, operation, **parameters)
    assert made.effect is Effect.CREATE
    assert made.expects[0].test == "exists"
    assert made.expects[0].id["operation"] == reader
    assert undo_of(made)[0] == end
    assert made.changes[0].kind is Kind.OTHER


def test_an_address_that_only_the_answer_tells_is_an_output() -> None:
    made = step("sqs", "CreateQueue", QueueName="orders")
    assert made.outputs == {"QueueUrl": '"QueueUrl"'}
    assert undo_of(made)[1] == {"QueueUrl": {OUTPUT: "create-queue-orders.QueueUrl"}}


def test_what_is_there_already_is_not_made_again() -> None:
    with pytest.raises(Unresolved, match="is there already"):
        step("sqs", "CreateQueue", exists=True, QueueName="orders")


def test_what_goes_is_gone_for_good_and_advised_of() -> None:
    draft = expressed(operate(SdkCall("sqs", "DeleteQueue", {"QueueUrl": QUEUE})), WORLD, there)
    (one,) = draft.steps
    assert one.effect is Effect.DELETE
    assert one.expects[0].test == "absent"
    assert isinstance(one.undo, Irreversible)
    assert draft.advisories[0].severity == "danger"
    assert [r.name for r in draft.seen] == ["sqs queue orders"]


def test_what_is_not_there_need_not_go() -> None:
    draft = expressed(operate(SdkCall("sqs", "DeleteQueue", {"QueueUrl": QUEUE})), WORLD, gone)
    assert draft.steps == ()
    assert draft.defaults == ("sqs queue orders is not there",)


def test_emptying_is_not_deleting() -> None:
    one = step("sqs", "PurgeQueue", exists=True, QueueUrl=QUEUE)
    assert one.expects == ()
    assert isinstance(one.undo, Irreversible)


def test_a_value_is_read_back_and_put_back() -> None:
    def see(look: Look) -> Resource:
        return there(look, retentionInDays=30)

    call = SdkCall("logs", "PutRetentionPolicy", {"logGroupName": "/app", "retentionInDays": 14})
    (one,) = expressed(operate(call), WORLD, see).steps
    (expect,) = one.expects
    assert (expect.test, expect.attribute, expect.value) == ("is", "retentionInDays", 14)
    assert undo_of(one) == (
        "PutRetentionPolicy",
        {"logGroupName": "/app", "retentionInDays": 30},
    )
    assert one.before == {"retentionInDays": 30}


def test_a_value_that_was_not_there_goes_by_the_opposite() -> None:
    one = step("logs", "PutRetentionPolicy", exists=True, logGroupName="/app", retentionInDays=14)
    assert undo_of(one) == ("DeleteRetentionPolicy", {"logGroupName": "/app"})


def test_what_is_so_already_needs_no_step() -> None:
    def see(look: Look) -> Resource:
        return there(look, retentionInDays=14)

    call = SdkCall("logs", "PutRetentionPolicy", {"logGroupName": "/app", "retentionInDays": 14})
    assert expressed(operate(call), WORLD, see).steps == ()


def test_what_is_not_there_cannot_be_changed() -> None:
    wanted: tuple[tuple[str, dict[str, Any]], ...] = (
        ("UpdateApiKey", {"apiKey": "k", "patchOperations": [{"op": "replace"}]}),
        ("UpdateRestApi", {"restApiId": "r", "patchOperations": [{"op": "replace"}]}),
    )
    for operation, parameters in wanted:
        with pytest.raises(Unresolved, match="there is no apigateway"):
            step("apigateway", operation, **parameters)


def test_tags_are_told_apart_one_by_one() -> None:
    def see(look: Look) -> Resource:
        return there(look, **{"tag:team": "web"})

    call = SdkCall("sqs", "TagQueue", {"QueueUrl": QUEUE, "Tags": {"team": "app", "env": "dev"}})
    (one,) = expressed(operate(call), WORLD, see).steps
    assert {e.attribute: e.value for e in one.expects} == {"tag:team": "app", "tag:env": "dev"}
    assert isinstance(one.undo, tuple)
    assert [r.action.parameters for r in one.undo if isinstance(r.action, SdkCall)] == [
        {"QueueUrl": QUEUE, "Tags": {"team": "web"}},
        {"QueueUrl": QUEUE, "TagKeys": ["env"]},
    ]


def test_what_is_overwritten_and_not_shown_is_not_said_to_come_back() -> None:
    """A parameter's type is shown and its value is not: the same type says nothing."""

    def see(look: Look) -> Resource:
        return there(look, Type="String")

    parameters = {"Name": "/a", "Value": "new", "Type": "String", "Overwrite": True}
    draft = expressed(operate(SdkCall("ssm", "PutParameter", parameters)), WORLD, see)
    (one,) = draft.steps
    assert one.expects == ()
    assert isinstance(one.undo, Irreversible)
    assert any("not seen" in advisory.text for advisory in draft.advisories)


def test_a_later_call_takes_what_an_earlier_one_gives() -> None:
    draft = expressed(
        operate(
            SdkCall("sqs", "CreateQueue", {"QueueName": "orders"}),
            SdkCall(
                "sqs",
                "TagQueue",
                {"QueueUrl": {OUTPUT: "1.QueueUrl"}, "Tags": {"team": "app"}},
            ),
        ),
        WORLD,
        gone,
    )
    first, second = draft.steps
    assert second.needs == (first.id,)
    assert isinstance(second.action, SdkCall)
    assert second.action.parameters["QueueUrl"] == {OUTPUT: f"{first.id}.QueueUrl"}
    assert first.outputs == {"QueueUrl": '"QueueUrl"'}
    assert first.expects[0].within > 0


@pytest.mark.parametrize(
    "call",
    [
        SdkCall("sqs", "CreateQueue", {"QueueNam": "orders"}),
        SdkCall("nosuch", "Create", {}),
        SdkCall("secretsmanager", "GetSecretValue", {"SecretId": "a"}),
        SdkCall("sqs", "TagQueue", {"QueueUrl": {OUTPUT: "1.QueueUrl"}, "Tags": {}}),
    ],
)
def test_what_the_model_does_not_have_or_shows_a_secret_is_refused(call: SdkCall) -> None:
    with pytest.raises(Unsupported):
        expressed(operate(call), WORLD, gone)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (SdkCall("sqs", "CreateQueue", {"QueueName": "orders"}), "sqs queue orders"),
        (SdkCall("sqs", "DeleteQueue", {"QueueUrl": QUEUE}), "sqs queue orders"),
        (
            SdkCall("sns", "DeleteTopic", {"TopicArn": "arn:aws:sns:eu-west-1:1:alerts"}),
            "sns topic alerts",
        ),
        (
            SdkCall("logs", "PutRetentionPolicy", {"logGroupName": "/app", "retentionInDays": 1}),
            "logs log group /app",
        ),
    ],
)
def test_a_thing_has_one_name_whatever_is_done_to_it(call: SdkCall, name: str) -> None:
    assert name_of(call) == name


def test_what_is_made_first_is_waited_for_by_what_is_set_of_it() -> None:
    """By its name alone: nothing of the one's answer goes into the other."""
    made, kept = expressed(
        operate(
            SdkCall("logs", "CreateLogGroup", {"logGroupName": "/app"}),
            SdkCall("logs", "PutRetentionPolicy", {"logGroupName": "/app", "retentionInDays": 14}),
        ),
        WORLD,
        gone,
    ).steps
    assert kept.needs == (made.id,)
    assert undo_of(kept)[0] == "DeleteRetentionPolicy"


def test_what_has_nothing_in_common_does_not_wait() -> None:
    calls = (SdkCall("logs", "CreateLogGroup", {"logGroupName": name}) for name in ("/a", "/b"))
    assert all(not step.needs for step in expressed(operate(*calls), WORLD, gone).steps)
