"""The vendor's model as a type checker, beside the vendor's own validator."""

from __future__ import annotations

from typing import Any

import pytest

from modalities.action import TOKEN, Output, SdkCall
from modalities.aws.loader import service_model
from modalities.aws.model import problems
from modalities.contract import Problem

RUN: dict[str, Any] = {
    "ImageId": "ami-12345678",
    "InstanceType": "t3.small",
    "MinCount": 1,
    "MaxCount": 1,
    "SubnetId": Output("create-subnet").as_json(),
    "ClientToken": TOKEN,
    "BlockDeviceMappings": [
        {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 30, "VolumeType": "gp3"}}
    ],
    "TagSpecifications": [
        {"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web-1"}]}
    ],
}


def found(service: str, operation: str, parameters: dict[str, Any]) -> tuple[Problem, ...]:
    return problems(SdkCall(service, operation, parameters), "the-step")


def only(service: str, operation: str, parameters: dict[str, Any]) -> Problem:
    (problem,) = found(service, operation, parameters)
    return problem


def test_a_right_call_has_no_problem() -> None:
    assert found("ec2", "RunInstances", RUN) == ()


def test_unknown_names_are_named_with_the_nearest() -> None:
    assert only("ec3", "RunInstances", {}).suggestion == "did you mean ecs?"
    assert only("ec2", "RunInstance", {}).suggestion == "did you mean RunInstances?"
    assert only("ec2", "run_instances", {}).suggestion == "did you mean RunInstances?"
    problem = only("ec2", "RunInstances", {**RUN, "Instancetyp": "t3.small"})
    assert problem.step == "the-step"
    assert problem.path == "Instancetyp"
    assert problem.suggestion == "did you mean InstanceType?"
    assert problem.blocking


def test_the_whole_path_is_given() -> None:
    ebs = {"Ebs": {"VolumeSiz": 30, "VolumeType": "gp33"}}
    paths = {
        p.path: p.suggestion
        for p in found("ec2", "RunInstances", {**RUN, "BlockDeviceMappings": [{}, ebs]})
    }
    assert paths == {
        "BlockDeviceMappings[1].Ebs.VolumeSiz": "did you mean VolumeSize?",
        "BlockDeviceMappings[1].Ebs.VolumeType": "did you mean gp3?",
    }


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "path", "said"),
    [
        ("ec2", "RunInstances", {**RUN, "InstanceType": "t3.smal"}, "InstanceType", "not one"),
        ("ec2", "RunInstances", {**RUN, "MinCount": "1"}, "MinCount", "number"),
        ("ec2", "RunInstances", {**RUN, "MinCount": True}, "MinCount", "number"),
        ("ec2", "RunInstances", {**RUN, "MinCount": 1.5}, "MinCount", "whole"),
        ("ec2", "RunInstances", {**RUN, "EbsOptimized": "yes"}, "EbsOptimized", "true or false"),
        ("ec2", "RunInstances", {**RUN, "KeyName": 7}, "KeyName", "string"),
        ("ec2", "RunInstances", {**RUN, "KeyName": None}, "KeyName", "nothing"),
        ("ec2", "RunInstances", {**RUN, "Monitoring": []}, "Monitoring", "object"),
        ("ec2", "RunInstances", {**RUN, "Monitoring": {}}, "Monitoring.Enabled", "missing"),
        ("ec2", "TerminateInstances", {"InstanceIds": "i-1"}, "InstanceIds", "list"),
        ("ec2", "TerminateInstances", {}, "InstanceIds", "missing"),
        ("elbv2", "CreateTargetGroup", {"Name": "a", "Port": 70000}, "Port", "65535"),
        ("elbv2", "CreateTargetGroup", {"Name": "a", "Port": 0}, "Port", "1"),
        ("elbv2", "CreateTargetGroup", {"Name": "a", "Protocol": "FOO"}, "Protocol", "not one"),
        ("elbv2", "CreateLoadBalancer", {"Name": "a", "Tags": []}, "Tags", "least is 1"),
        ("ssm", "GetParameter", {"Name": ""}, "Name", "least is 1"),
        ("sts", "AssumeRole", {"RoleArn": "x" * 20, "RoleSessionName": "a b"}, "RoleSes", "patt"),
        ("s3", "CreateBucket", {"Bucket": 5}, "Bucket", "string"),
        ("sts", "GetCallerIdentity", {"Who": "me"}, "Who", "no parameter"),
    ],
)
def test_every_kind_of_fault(
    service: str, operation: str, parameters: dict[str, Any], path: str, said: str
) -> None:
    problem = only(service, operation, parameters)
    assert problem.path.startswith(path)
    assert said in problem.message


def test_references_stand_only_for_strings() -> None:
    size = {**RUN, "MinCount": Output("x").as_json()}
    assert only("ec2", "RunInstances", size).path == "MinCount"
    assert found("ec2", "TerminateInstances", {"InstanceIds": [Output("x").as_json()]}) == ()


def test_a_required_token_may_be_left_to_the_library() -> None:
    operation = service_model("ec2").operation_model("CreateCapacityReservationFleet")
    assert operation.idempotent_members == ["ClientToken"]
    names = [p.path for p in found("ec2", operation.name, {})]
    assert "ClientToken" not in names


def test_patterns_that_only_java_reads_are_left_to_aws() -> None:
    tags = [{"Key": "größe", "Value": "x"}]
    assert found("elbv2", "AddTags", {"ResourceArns": ["a"], "Tags": tags}) == ()


def test_values_are_not_shown_at_length() -> None:
    problem = only("ec2", "RunInstances", {**RUN, "InstanceType": "x" * 5000})
    assert len(problem.message) < 200
