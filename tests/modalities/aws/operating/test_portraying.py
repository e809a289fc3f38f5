"""What shows a thing whole, and what of an answer stays until somebody changes it."""

from __future__ import annotations

from typing import Any

import pytest

from modalities.action import SdkCall
from modalities.aws.operating.expressing import name_of
from modalities.aws.operating.portraying import portraits
from modalities.aws.operating.settled import settled, tags_of
from modalities.look import Look

ENDPOINT = {"VpcId": "vpc-1", "ServiceName": "s3"}
RULE = {"Name": "r", "ScheduleExpression": "rate(1 day)"}


@pytest.mark.parametrize(
    ("service", "operation", "given", "name", "type", "shown_by"),
    [
        ("sqs", "CreateQueue", {"QueueName": "orders"}, "sqs queue orders", "sqs:queue",
         ["GetQueueAttributes", "GetQueueUrl", "ListQueueTags"]),
        ("logs", "PutRetentionPolicy", {"logGroupName": "/app", "retentionInDays": 14},
         "logs log group /app", "logs:log-group", ["DescribeLogGroups"]),
        ("ssm", "PutParameter", {"Name": "/a/b", "Value": "x", "Type": "String"},
         "ssm parameter /a/b", "ssm:parameter", ["DescribeParameters"]),
        ("events", "PutRule", RULE, "events rule r", "events:rule", ["DescribeRule"]),
        ("ec2", "CreateVpcEndpoint", ENDPOINT, "ec2 vpc endpoint", "ec2:vpc-endpoint",
         ["DescribeVpcEndpoints"]),
    ],
)  # fmt: skip
def test_portraits(
    service: str, operation: str, given: dict[str, Any], name: str, type: str, shown_by: list[str]
) -> None:
    looks = portraits(SdkCall(service, operation, given), "it")
    assert [look.call.operation for look in looks] == shown_by
    assert {(look.name, look.type) for look in looks} == {(name, type)}


def test_of_a_service_that_is_none_there_is_no_portrait() -> None:
    assert portraits(SdkCall("nope", "CreateThing", {}), "it") == ()


def look(service: str, operation: str, at: str = "", **where: Any) -> Look:
    return Look(name="x", call=SdkCall(service, operation, {}), at=at, where=where)


def test_what_nobody_can_set_moves_by_itself_and_is_left_out() -> None:
    group = {
        "logGroupName": "/app",
        "creationTime": 1,
        "retentionInDays": 14,
        "storedBytes": 5,
        "arn": "arn:aws:logs:us-east-1:1:log-group:/app:*",
    }
    kept = settled(look("logs", "DescribeLogGroups", '"logGroups"', logGroupName="/app"), group)
    assert kept == {k: group[k] for k in ("logGroupName", "retentionInDays", "arn")}


def test_structures_are_one_name_and_lists_are_what_they_hold() -> None:
    table = {
        "TableName": "t",
        "ItemCount": 7,
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "NumberOfDecreasesToday": 1},
        "GlobalSecondaryIndexes": [{"IndexName": "i", "IndexSizeBytes": 3}],
    }
    assert settled(look("dynamodb", "DescribeTable", '"Table"'), table) == {
        "TableName": "t",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "ProvisionedThroughput.ReadCapacityUnits": 5,
        "GlobalSecondaryIndexes": [{"IndexName": "i"}],
    }


def test_counters_in_a_map_and_addresses_that_let_anybody_in_are_left_out() -> None:
    told = {"VisibilityTimeout": "30", "ApproximateNumberOfMessages": "4"}
    kept = settled(look("sqs", "GetQueueAttributes"), {"Attributes": told, "ResponseMetadata": {}})
    assert kept == {"Attributes.VisibilityTimeout": "30"}
    code = {"Code": {"Location": "https://x/?X-Amz-Signature=abc", "RepositoryType": "S3"}}
    assert "Code.Location" not in settled(look("lambda", "GetFunction"), code)


@pytest.mark.parametrize(
    "thing",
    [
        {"Tags": {"a": "b"}},
        {"Role": {"Tags": [{"Key": "a", "Value": "b"}]}},
        {"TagList": [{"TagKey": "a", "TagValue": "b"}]},
    ],
)
def test_tags_however_they_are_written(thing: dict[str, Any]) -> None:
    assert tags_of(thing) == {"a": "b"}
    assert tags_of({"Attributes": {}}) == {}


@pytest.mark.parametrize(
    ("service", "name", "calls"),
    [
        ("sqs", "sqs queue orders", [
            ("CreateQueue", {"QueueName": "orders"}),
            ("SetQueueAttributes", {"QueueUrl": "https://sqs.x/1/orders", "Attributes": {}}),
            ("SendMessage", {"QueueUrl": "https://sqs.x/1/orders", "MessageBody": "x"}),
        ]),
        ("logs", "logs log group /app/web", [
            ("CreateLogGroup", {"logGroupName": "/app/web"}),
            ("PutRetentionPolicy", {"logGroupName": "/app/web", "retentionInDays": 1}),
            ("DeleteLogGroup", {"logGroupName": "arn:aws:logs:e:1:log-group:/app/web:*"}),
        ]),
        ("sns", "sns topic alerts", [
            ("CreateTopic", {"Name": "alerts"}),
            ("DeleteTopic", {"TopicArn": "arn:aws:sns:e:1:alerts"}),
        ]),
    ],
)  # fmt: skip
def test_whatever_is_done_to_a_thing_is_under_one_lock(
    service: str, name: str, calls: list[tuple[str, dict[str, Any]]]
) -> None:
    for operation, given in calls:
        assert name_of(SdkCall(service, operation, given)) == name
