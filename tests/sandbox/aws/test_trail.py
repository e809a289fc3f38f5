"""CloudTrail's event history over what the sandbox saw, as botocore's model has it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from modalities.aws.trail import CloudTrail
from modalities.resource import Kind
from modalities.trail import MADE, Asked
from sandbox.daemon import Sandbox

Clients = Callable[..., Any]


@pytest.fixture
def lookup(connect: Clients) -> Callable[..., dict[str, Any]]:
    """LookupEvents, no more often than twice a second."""
    client = connect("cloudtrail")

    def ask(**parameters: Any) -> dict[str, Any]:
        time.sleep(0.51)
        answer: dict[str, Any] = client.lookup_events(**parameters)
        return answer

    return ask


@pytest.fixture
def bob(sandbox: Sandbox, connect: Clients) -> Any:
    """EC2 by somebody else's keys."""
    import boto3

    iam = connect("iam")
    iam.create_user(UserName="bob")
    key = iam.create_access_key(UserName="bob")["AccessKey"]
    return boto3.client(
        "ec2",
        endpoint_url=sandbox.endpoint(),
        region_name="us-east-1",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )


def named(name: str) -> dict[str, Any]:
    return {"LookupAttributes": [{"AttributeKey": "ResourceName", "AttributeValue": name}]}


def test_who_did_what(bob: Any, lookup: Callable[..., dict[str, Any]]) -> None:
    vpc = bob.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    bob.create_tags(Resources=[vpc], Tags=[{"Key": "owner", "Value": "bob"}])
    bob.describe_vpcs()
    with pytest.raises(ClientError):
        bob.attach_internet_gateway(VpcId=vpc, InternetGatewayId="igw-12345678")
    failed, tagged, made = lookup(**named(vpc))["Events"]
    assert [e["EventName"] for e in (failed, tagged, made)] == [
        "AttachInternetGateway",
        "CreateTags",
        "CreateVpc",
    ]
    assert made["Username"] == "bob"
    assert made["EventSource"] == "ec2.amazonaws.com"
    assert {"ResourceType": "AWS::EC2::VPC", "ResourceName": vpc} in made["Resources"]
    document = json.loads(tagged["CloudTrailEvent"])
    assert document["userIdentity"]["arn"].endswith(":user/bob")
    assert document["requestParameters"]["tagSet"]["items"] == [{"key": "owner", "value": "bob"}]
    assert json.loads(failed["CloudTrailEvent"])["errorCode"] == "InvalidInternetGatewayID.NotFound"


def test_no_secret_gets_in(ec2: Any, lookup: Callable[..., dict[str, Any]], image: str) -> None:
    ec2.run_instances(
        ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1, UserData="password=hunter2"
    )
    ec2.create_key_pair(KeyName="mine")
    text = json.dumps(lookup()["Events"], default=str)
    assert "hunter2" not in text
    assert "PRIVATE KEY" not in text
    assert '"mine"' in text


def test_its_limits(ec2: Any, connect: Clients, lookup: Callable[..., dict[str, Any]]) -> None:
    for n in range(5):
        ec2.create_vpc(CidrBlock=f"10.{n}.0.0/16")
    by_name = {"AttributeKey": "EventName", "AttributeValue": "CreateVpc"}
    first = lookup(MaxResults=3, LookupAttributes=[by_name])
    second = lookup(MaxResults=3, LookupAttributes=[by_name], NextToken=first["NextToken"])
    ids = [e["EventId"] for e in (*first["Events"], *second["Events"])]
    assert len(set(ids)) == 5
    assert "NextToken" not in second
    now = datetime.now(UTC)
    assert lookup(EndTime=now - timedelta(days=1))["Events"] == []
    for wrong, code in (
        ({"NextToken": first["NextToken"]}, "InvalidNextTokenException"),
        ({"MaxResults": 51}, "MaxResults"),
        ({"StartTime": now, "EndTime": now - timedelta(1)}, "InvalidTimeRangeException"),
        ({"LookupAttributes": [by_name, by_name]}, "InvalidLookupAttributesException"),
    ):
        with pytest.raises(Exception, match=code):
            lookup(**wrong)
    hurried = connect("cloudtrail")

    def ask_at_once() -> None:
        for _ in range(4):
            hurried.lookup_events()

    with pytest.raises(ClientError, match="Rate exceeded"):
        ask_at_once()


def test_our_reader_reads_it(sandbox: Sandbox, bob: Any) -> None:
    """At AWS's pace, past its limit of two a second, from a time on."""
    disks = [bob.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"] for _ in "abcd"]
    asked = [Asked(Kind.DISK, id, id) for id in disks]
    found = CloudTrail().statement(sandbox.target(), asked, lambda *_: None)
    assert found.silent == {}
    for id in disks:
        (deed,) = found.deeds[id]
        assert (deed.name, deed.actor, deed.concerns) == ("CreateVolume", "bob", (MADE,))
    later = datetime.now(UTC) + timedelta(minutes=5)
    none = CloudTrail().statement(
        sandbox.target(), [Asked(Kind.DISK, disks[0], "x", later)], lambda *_: None
    )
    assert none.deeds == {}


def test_an_empty_cloud_has_no_past(
    sandbox: Sandbox, ec2: Any, lookup: Callable[..., dict[str, Any]]
) -> None:
    ec2.create_vpc(CidrBlock="10.9.0.0/16")
    assert lookup()["Events"]
    sandbox.reset()
    assert lookup()["Events"] == []
