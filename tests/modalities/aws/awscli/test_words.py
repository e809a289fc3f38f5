"""Calls said as commands, and understood again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from fakes.aws_calls import calls
from modalities.action import TOKEN, CliCommand, Output, SdkCall, bind, payload
from modalities.aws.awscli.parsing import parse
from modalities.aws.awscli.words import Unspeakable, command

SUBNET = Output("create-subnet", "id").as_json()
EASY = settings(deadline=None, max_examples=200, suppress_health_check=list(HealthCheck))


class TestThereAndBack:
    @EASY
    @given(calls("ec2", "elbv2", "s3", "iam", "cloudwatch"))
    def test_what_is_said_is_understood_as_it_was_meant(self, call: SdkCall) -> None:
        assert parse(payload(command(call))) == call

    @EASY
    @given(calls("ec2", "elbv2", "s3", references=False))
    def test_the_same_once_it_is_bound(self, call: SdkCall) -> None:
        bound = bind(command(call), lambda output: output.step, "token")
        assert all(isinstance(word, str) for word in payload(bound))
        assert parse(payload(bound)) == call

    @EASY
    @given(calls("ec2", references=False))
    def test_no_word_of_a_value_is_taken_for_an_option(self, call: SdkCall) -> None:
        bound = payload(bind(command(call), lambda output: output.step, "token"))
        assert not [w for w in bound if w.startswith(("file://", "fileb://", "http"))]


def line(service: str, operation: str, **parameters: Any) -> str:
    return command(SdkCall(service, operation, parameters)).line


class TestWording:
    """What a reviewer reads."""

    def test_a_machine(self) -> None:
        said = line(
            "ec2",
            "RunInstances",
            ImageId="ami-1",
            InstanceType="t3.micro",
            MinCount=1,
            MaxCount=1,
            ClientToken=TOKEN,
            NetworkInterfaces=[{"DeviceIndex": 0, "SubnetId": SUBNET}],
        )
        assert said == (
            "aws ec2 run-instances --count 1 --image-id ami-1 --instance-type t3.micro "
            """--client-token '<token>' --network-interfaces '{"DeviceIndex": 0, """
            """"SubnetId": "<create-subnet.id>"}' --output json"""
        )

    @pytest.mark.parametrize(
        ("operation", "parameters", "options"),
        [
            ("TerminateInstances", {"InstanceIds": ["i-1", "i-2"]}, "--instance-ids i-1 i-2"),
            ("StopInstances", {"InstanceIds": ["i-1"], "Force": False}, "--no-force"),
            ("CreateImage", {"InstanceId": "i-1", "NoReboot": False}, "--reboot"),
            ("CreateImage", {"InstanceId": "i-1", "NoReboot": True}, "--no-reboot"),
            ("ModifyInstanceAttribute", {"InstanceType": {"Value": "m5"}}, "--instance-type m5"),
            (
                "ModifyInstanceAttribute",
                {"DisableApiTermination": {"Value": False}},
                "--enable-api-termination",
            ),
            ("ModifyInstanceAttribute", {"EbsOptimized": {"Value": True}}, "--ebs-optimized"),
            ("RunInstances", {"MinCount": 2, "MaxCount": 5}, "--count 2:5"),
            ("CreateVolume", {"Size": 20}, "--size 20"),
            ("DescribeVpcs", {"VpcIds": []}, "--vpc-ids '[]'"),
        ],
    )
    def test_options(self, operation: str, parameters: dict[str, Any], options: str) -> None:
        assert f" {options} " in line("ec2", operation, **parameters)

    def test_services_by_the_names_of_their_commands(self) -> None:
        assert line("s3", "DeleteBucket", Bucket="logs") == (
            "aws s3api delete-bucket --bucket logs --output json"
        )

    def test_text_that_looks_like_an_option_is_tied_to_its_own(self) -> None:
        said = line("ec2", "CreateSecurityGroup", GroupName="g", Description="--force")
        assert "--description=--force" in said

    def test_text_that_looks_like_a_place_goes_where_it_is_not_followed(self) -> None:
        call = SdkCall(
            "ec2", "CreateSecurityGroup", {"GroupName": "g", "Description": "https://wiki"}
        )
        words = payload(command(call))
        assert words[words.index("--cli-input-json") + 1] == {"Description": "https://wiki"}

    def test_a_file_by_name_is_nothing_for_a_plan(self) -> None:
        with pytest.raises(Unspeakable):
            command(SdkCall("s3", "PutObject", {"Bucket": "b", "Key": "k"}))

    def test_json_is_plain(self) -> None:
        tags = [{"Key": "Name", "Value": "größe"}]
        bound = bind(
            command(SdkCall("ec2", "CreateTags", {"Resources": ["vpc-1"], "Tags": tags})),
            lambda output: output.step,
            "t",
        )
        assert isinstance(bound, CliCommand)
        word = payload(bound)[payload(bound).index("--tags") + 1]
        assert (json.loads(word), "größe" in word) == (tags[0], True)
