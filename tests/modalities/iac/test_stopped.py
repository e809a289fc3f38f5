"""A machine that ran, and that Terraform was ended at after it had stopped it, runs again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from fakes.ec2 import LONG, called, patient
from modalities.iac.stopped import running, started
from modalities.receipt import CloudError
from modalities.target import Target

WEB = "aws_instance.web"


@pytest.fixture
def target(target: Target) -> Target:
    return patient(target)


@pytest.fixture
def web(target: Target) -> str:
    image = called(target, "DescribeImages")["Images"][0]["ImageId"]
    order = {"ImageId": image, "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"}
    return str(called(target, "RunInstances", order)["Instances"][0]["InstanceId"])


def change(type: str = "aws_instance", *actions: str, **more: str) -> Mapping[str, Any]:
    return {"address": f"{type}.web", "type": type, "actions": list(actions or ["update"]), **more}


def state(target: Target, id: str) -> str:
    (found,) = called(target, "DescribeInstances", {"InstanceIds": [id]})["Reservations"]
    return str(found["Instances"][0]["State"]["Name"])


def test_what_runs_and_is_to_be_changed_is_known_by_its_import_or_the_state(
    target: Target, web: str
) -> None:
    assert running(target, (change(importing=web),), {}) == {WEB: web}
    assert running(target, (change(),), {WEB: web}) == {WEB: web}
    assert running(target, (change(),), {}) == {}
    assert running(target, (change("aws_instance", "create"),), {WEB: web}) == {}
    assert running(target, (change("aws_ebs_volume"),), {"aws_ebs_volume.web": "v-1"}) == {}
    called(target, "StopInstances", {"InstanceIds": [web]})
    assert running(target, (change(),), {WEB: web}) == {}


def test_it_is_started_once(target: Target, web: str) -> None:
    called(target, "StopInstances", {"InstanceIds": [web]})
    ends = time.monotonic() + LONG
    (line,) = started(target, {WEB: web}, (WEB,), ends)
    assert line == f"{WEB} ({web}) had been stopped on the way, and was started"
    assert state(target, web) in ("pending", "running")
    assert list(started(target, {WEB: web}, (WEB,), ends)) == []


@pytest.mark.parametrize("why", ["of no concern", "not writable", "did not run"])
def test_else_it_is_left_as_it_is(target: Target, web: str, why: str) -> None:
    called(target, "StopInstances", {"InstanceIds": [web]})
    place = replace(target, writable=False) if why == "not writable" else target
    ran = {} if why == "did not run" else {WEB: web}
    concerned = () if why == "of no concern" else (WEB,)
    assert list(started(place, ran, concerned, time.monotonic() + LONG)) == []
    assert state(target, web) == "stopped"


def test_nothing_is_started_when_the_time_is_over(target: Target, web: str) -> None:
    called(target, "StopInstances", {"InstanceIds": [web]})
    with pytest.raises(CloudError, match="no time"):
        list(started(target, {WEB: web}, (WEB,), time.monotonic() - 1))
    assert state(target, web) == "stopped"
