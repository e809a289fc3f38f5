"""What was to be taken over and is not there any more is told by the cloud alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from fakes.ec2 import called, patient
from modalities.iac.taken_over import gone, untold
from modalities.target import Target

WEB, DATA = "aws_instance.web", "aws_volume_attachment.data"


@pytest.fixture
def target(target: Target) -> Target:
    return patient(target)


def change(address: str, importing: str | None, **before: Any) -> Mapping[str, Any]:
    actions = ["delete", "create"]
    change = {"address": address, "type": address.split(".")[0], "actions": actions}
    return {**change, "before": before, **({"importing": importing} if importing else {})}


def test_what_is_replaced_is_gone_once_it_is_destroyed(target: Target) -> None:
    image = called(target, "DescribeImages")["Images"][0]["ImageId"]
    order = {"ImageId": image, "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"}
    machine = called(target, "RunInstances", order)["Instances"][0]
    id, zone = machine["InstanceId"], machine["Placement"]["AvailabilityZone"]
    disk = called(target, "CreateVolume", {"Size": 1, "AvailabilityZone": zone})["VolumeId"]
    called(target, "AttachVolume", {"VolumeId": disk, "InstanceId": id, "Device": "/dev/sdf"})
    joined = {"volume_id": disk, "instance_id": id, "device_name": "/dev/sdf"}
    changes = (change(WEB, id), change(DATA, f"/dev/sdf:{disk}:{id}", **joined))
    assert gone(target, changes, ()) == frozenset()
    called(target, "DetachVolume", {"VolumeId": disk, "InstanceId": id})
    assert gone(target, changes, ()) == {DATA}
    called(target, "TerminateInstances", {"InstanceIds": [id]})
    assert gone(target, changes, ()) == {WEB, DATA}
    assert gone(target, changes, (WEB,)) == {DATA}


def test_what_was_not_to_be_taken_over_and_what_has_no_kind_is_not_told(target: Target) -> None:
    made, foreign = change(WEB, None), change("aws_sqs_queue.jobs", "jobs")
    assert gone(target, (made, foreign), ()) == frozenset()


def test_what_people_import_by_name_is_found_by_it(target: Target) -> None:
    called(target, "CreateKeyPair", {"KeyName": "deploy"})
    there, not_there = change("aws_key_pair.a", "deploy"), change("aws_key_pair.b", "other")
    assert gone(target, (there, not_there), ()) == {"aws_key_pair.b"}


def test_how_far_a_change_went_of_what_the_state_does_not_know_is_not_told() -> None:
    changed = {**change(WEB, "i-1"), "actions": ["update"]}
    assert untold((changed, change(DATA, "vol-1")), ()) == (WEB,)
    assert untold((changed,), (WEB,)) == ()
    assert untold(({**change(WEB, None), "actions": ["update"]},), ()) == ()
