"""What makes a thing that is not there: one way and nothing to choose, or nobody's to make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from modalities.action import SdkCall
from modalities.aws.operating.expressing import expressed
from modalities.aws.operating.resolving import resolved
from modalities.aws.operating.supplying import lacking
from modalities.change import Operate
from modalities.contract import Unresolved
from modalities.resource import Provider, World

WORLD = World(Provider.AWS, "123456789012/eu-west-1")


@pytest.mark.parametrize(
    ("call", "noun", "maker"),
    [
        (
            SdkCall("sqs", "SetQueueAttributes", {}),
            "queue",
            SdkCall("sqs", "CreateQueue", {"QueueName": "x-1"}),
        ),
        (
            SdkCall("logs", "PutRetentionPolicy", {}),
            "log group",
            SdkCall("logs", "CreateLogGroup", {"logGroupName": "x-1"}),
        ),
        (
            SdkCall("s3", "PutBucketVersioning", {}),
            "bucket",
            SdkCall("s3", "CreateBucket", {"Bucket": "x-1"}),
        ),
        (
            SdkCall("iam", "AddUserToGroup", {}),
            "group",
            SdkCall("iam", "CreateGroup", {"GroupName": "x-1"}),
        ),
        (SdkCall("iam", "PutRolePolicy", {}), "role", None),
        (SdkCall("lambda", "UpdateFunctionConfiguration", {}), "function", None),
        (SdkCall("kms", "CreateAlias", {}), "key", None),
        (SdkCall("ec2", "CreateSubnet", {}), "vpc", None),
        (SdkCall("sqs", "DeleteQueue", {}), "queue", None),
        (SdkCall("sqs", "GetQueueUrl", {}), "queue", None),
    ],
)
def test_only_what_takes_nothing_but_its_name(
    call: SdkCall, noun: str, maker: SdkCall | None
) -> None:
    lack = lacking(call, noun, "x-1")
    assert lack.maker == maker
    assert lack.name == "x-1"


def test_a_name_that_the_maker_does_not_take_is_none() -> None:
    assert lacking(SdkCall("iam", "AddUserToGroup", {}), "group", "a b").maker is None


def test_who_finds_no_address_says_what_lacks() -> None:
    def nothing(call: SdkCall) -> Mapping[str, Any]:
        return {}

    call = SdkCall("sqs", "SetQueueAttributes", {"QueueUrl": "jobs-9", "Attributes": {}})
    with pytest.raises(Unresolved) as stop:
        resolved(call, nothing)
    assert stop.value.lacking is not None
    assert stop.value.lacking.maker == SdkCall("sqs", "CreateQueue", {"QueueName": "jobs-9"})


def test_who_finds_no_thing_to_change_says_it_too() -> None:
    call = SdkCall("logs", "PutRetentionPolicy", {"logGroupName": "/app", "retentionInDays": 7})
    change = Operate(provider=Provider.AWS, calls=(call,), words="do it")
    with pytest.raises(Unresolved) as stop:
        expressed(change, WORLD, lambda look: None)
    assert stop.value.lacking is not None
    assert stop.value.lacking.maker == SdkCall("logs", "CreateLogGroup", {"logGroupName": "/app"})
