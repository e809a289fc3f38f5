"""A way back keeps what others have put into a list since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from fakes.ec2 import called, patient
from modalities.action import SdkCall
from modalities.aws import session
from modalities.aws.asking import Wire
from modalities.aws.rebasing import Rebasing
from modalities.target import Target


@pytest.fixture
def target(target: Target) -> Target:
    return patient(target)


@pytest.fixture
def laid(target: Target) -> Rebasing:
    return Rebasing(Wire(target))


def machine(target: Target) -> str:
    image = called(target, "DescribeImages", {})["Images"][0]["ImageId"]
    order = {"ImageId": image, "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"}
    return str(called(target, "RunInstances", order)["Instances"][0]["InstanceId"])


def group(target: Target, vm: str, name: str) -> str:
    reservations = called(target, "DescribeInstances", {"InstanceIds": [vm]})["Reservations"]
    about = {
        "GroupName": name,
        "Description": name,
        "VpcId": reservations[0]["Instances"][0]["VpcId"],
    }
    return str(called(target, "CreateSecurityGroup", about)["GroupId"])


def guarded(vm: str, groups: Sequence[str]) -> SdkCall:
    return SdkCall("ec2", "ModifyInstanceAttribute", {"InstanceId": vm, "Groups": list(groups)})


def put(target: Target, call: SdkCall) -> None:
    called(target, call.operation, dict(call.parameters))


def test_a_group_that_another_run_gave_a_machine_stays(target: Target, laid: Rebasing) -> None:
    vm = machine(target)
    first, mine, theirs = (group(target, vm, name) for name in ("first", "mine", "theirs"))
    was, done = guarded(vm, [first]), guarded(vm, [first, mine])
    put(target, done)
    assert laid.rebased([done], was) == was
    put(target, guarded(vm, [first, mine, theirs]))
    now = Rebasing(Wire(target))
    assert now.rebased([done], was) == guarded(vm, [first, theirs])
    earlier = guarded(vm, [mine, first])
    assert now.rebased([guarded(vm, [first])], earlier) == guarded(vm, [first, theirs, mine])


def tagged(**tags: str) -> SdkCall:
    if not tags:
        return SdkCall("s3", "DeleteBucketTagging", {"Bucket": "logs"})
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    return SdkCall("s3", "PutBucketTagging", {"Bucket": "logs", "Tagging": {"TagSet": pairs}})


def test_a_tag_that_others_gave_a_bucket_stays(target: Target, laid: Rebasing) -> None:
    s3: Any = session.client(target, "s3")
    s3.create_bucket(Bucket="logs")
    done = tagged(env="prod")
    assert laid.rebased([done], tagged()) == tagged(), "there are none"
    s3.put_bucket_tagging(**tagged(env="prod", owner="ann").parameters)
    now = Rebasing(Wire(target))
    assert now.rebased([done], tagged()) == tagged(owner="ann")
    again = Rebasing(Wire(target))
    assert again.rebased([done], tagged(env="dev")) == tagged(owner="ann", env="dev")
    s3.put_bucket_tagging(**done.parameters)
    assert Rebasing(Wire(target)).rebased([done], tagged()) == tagged()


def test_any_other_call_stays_as_it_is(laid: Rebasing) -> None:
    stop = SdkCall("ec2", "StopInstances", {"InstanceIds": ["i-1"]})
    start = SdkCall("ec2", "StartInstances", {"InstanceIds": ["i-1"]})
    assert laid.rebased([stop], start) is start
    size = SdkCall("ec2", "ModifyInstanceAttribute", {"InstanceId": "i-1", "InstanceType": {}})
    assert laid.rebased([guarded("i-1", ["sg-1"])], size) is size
    nobody = guarded("i-0123456789abcdef0", ["sg-1"])
    assert laid.rebased([guarded("i-0123456789abcdef0", ["sg-2"])], nobody) is nobody
