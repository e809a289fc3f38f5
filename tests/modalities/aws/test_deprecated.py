"""What AWS's own model calls deprecated is refused with AWS's word on it, whoever proposes it."""

from __future__ import annotations

import pytest

from modalities.action import SdkCall
from modalities.aws.deprecated import deprecated
from modalities.aws.operating.drafting import asked
from modalities.aws.operating.expressing import expressed
from modalities.change import Operate
from modalities.contract import Unsupported
from modalities.resource import Provider, World
from modalities.target import Realm, Target

WORLD = World(Provider.AWS, "123456789012/eu-west-1")
TAG = SdkCall("logs", "TagLogGroup", {"logGroupName": "/app", "tags": {"team": "web"}})


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (TAG, "logs:TagLogGroup is deprecated: Please use the generic tagging API TagResource"),
        (SdkCall("efs", "CreateTags", {"FileSystemId": "f"}), "Use TagResource"),
        (
            SdkCall("s3", "PutBucketLifecycle", {"Bucket": "b"}),
            "use PutBucketLifecycleConfiguration",
        ),
        (SdkCall("lambda", "InvokeAsync", {"FunctionName": "f"}), "says no more"),
        (
            SdkCall("appsync", "CreateApiCache", {"atRestEncryptionEnabled": True}),
            "atRestEncryptionEnabled is deprecated",
        ),
    ],
)
def test_it_is_told_with_what_the_vendor_says(call: SdkCall, said: str) -> None:
    (word,) = deprecated(call)
    assert said in word


@pytest.mark.parametrize(
    "call",
    [
        SdkCall("logs", "TagResource", {"resourceArn": "a", "tags": {}}),
        SdkCall("nosuch", "Create", {}),
        SdkCall("sqs", "NoSuch", {"QueueName": "a"}),
        SdkCall("sqs", "CreateQueue", {"NoSuch": [{"a": 1}], "QueueName": {"a": "b"}}),
    ],
)
def test_of_what_is_not_and_of_what_the_model_does_not_have_nothing_is_said(call: SdkCall) -> None:
    assert deprecated(call) == ()


def test_no_step_is_made_of_it() -> None:
    change = Operate(provider=Provider.AWS, calls=(TAG,), words="tag log group /app")
    with pytest.raises(Unsupported, match="use the generic tagging API"):
        expressed(change, WORLD, lambda look: None)


def test_nor_is_it_asked() -> None:
    target = Target(name="t", provider=Provider.AWS, realm=Realm.SANDBOX, region="us-east-1")
    call = SdkCall("logs", "ListTagsLogGroup", {"logGroupName": "/app"})
    with pytest.raises(Unsupported, match="is deprecated"):
        asked(call, target)
