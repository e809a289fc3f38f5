"""What a target holds, read by commands."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.aws import Say, Scripted, error_xml, sandbox_target
from fakes.commands import HAND, needs_aws
from modalities.aws import inventory, session
from modalities.receipt import CloudError, Trouble
from modalities.resource import Kind
from modalities.sdk.aws import AwsSdk
from modalities.target import Target

IDENTITY = (
    "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account>"
    "<Arn>arn:aws:iam::123456789012:user/me</Arn><UserId>me</UserId></GetCallerIdentityResult>"
    "</GetCallerIdentityResponse>"
)


@needs_aws
class TestReading:
    def test_the_same_world_as_by_any_other_hand(self, target: Target) -> None:
        ec2: Any = session.client(target, "ec2")
        elbv2: Any = session.client(target, "elbv2")
        s3: Any = session.client(target, "s3")
        image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
        key = ec2.create_key_pair(KeyName="mine")["KeyName"]
        subnets = [s["SubnetId"] for s in ec2.describe_subnets()["Subnets"]][:2]
        ec2.run_instances(ImageId=image, MinCount=2, MaxCount=2, KeyName=key, SubnetId=subnets[0])
        balancer = elbv2.create_load_balancer(Name="front", Subnets=subnets)["LoadBalancers"][0]
        group = elbv2.create_target_group(
            Name="tg", Protocol="HTTP", Port=80, VpcId=balancer["VpcId"]
        )["TargetGroups"][0]["TargetGroupArn"]
        forward = [{"Type": "forward", "TargetGroupArn": group}]
        elbv2.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80,
            DefaultActions=forward,
        )
        bucket = f"logs-{session.identify(target).account}"
        s3.create_bucket(Bucket=bucket)
        tagging = {"TagSet": [{"Key": "sign", "Value": "größe 日本 'x' \"y\""}]}
        s3.put_bucket_tagging(Bucket=bucket, Tagging=tagging)
        by_library = inventory.read(target, session.identify(target))
        assert {r.kind for r in by_library} > {Kind.VM, Kind.LISTENER, Kind.BUCKET, Kind.KEY_PAIR}
        assert HAND.read(target) == by_library

    def test_a_question_is_put_once_in_a_look(self, target: Target) -> None:
        HAND.identify(target)
        before = HAND.traffic(target).requests
        HAND.read(target, (Kind.VM, Kind.DISK))
        assert HAND.traffic(target).requests == before + 2

    def test_who_we_are_is_as_by_any_other_hand(self, target: Target) -> None:
        assert HAND.identify(target) == AwsSdk().identify(target)

    def test_a_look_ends_soon_where_nobody_lets_us_in(self, scripted: Scripted) -> None:
        endpoint = scripted(Say(200, IDENTITY), Say(401, error_xml("AuthFailure")))
        with pytest.raises(CloudError) as caught:
            HAND.read(sandbox_target(endpoint.url))
        assert caught.value.trouble is Trouble.AUTH
        assert len(endpoint.requests) < len(inventory.SOURCES)
