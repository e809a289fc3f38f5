"""Each rule on a step that breaks it and on one that does not, without any cloud."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.plans import call, ref, resource, step
from modalities.aws.refusals.names import BALANCED, BUCKET
from modalities.aws.rules import preconditions
from modalities.contract import Problem
from modalities.resource import Kind, Link, Provider, World
from modalities.step import Effect, Step

REGION = "eu-west-1"
A, B = f"{REGION}a", f"{REGION}b"

WORLD = World(
    Provider.AWS,
    f"123456789012/{REGION}",
    (
        resource(Kind.NETWORK, "net", "vpc-1", cidr="10.0.0.0/16"),
        resource(Kind.NETWORK, "other", "vpc-2", cidr="10.2.0.0/16"),
        resource(Kind.NETWORK, "default", "vpc-0", cidr="172.31.0.0/16", default=True),
        resource(Kind.SUBNET, "a", "subnet-a", cidr="10.0.0.0/24", zone=A, network="vpc-1"),
        resource(Kind.SUBNET, "a2", "subnet-a2", cidr="10.0.2.0/24", zone=A, network="vpc-1"),
        resource(Kind.SUBNET, "b", "subnet-b", cidr="10.0.1.0/24", zone=B, network="vpc-1"),
        resource(Kind.SUBNET, "o", "subnet-o", cidr="10.2.0.0/24", zone=A, network="vpc-2"),
        resource(Kind.SUBNET, "d", "subnet-d", cidr="172.31.0.0/20", zone=A, network="vpc-0"),
        resource(Kind.GATEWAY, "igw", "igw-1", networks=["vpc-1"]),
        resource(Kind.SECURITY_GROUP, "g", "sg-1", network="vpc-1"),
        resource(Kind.SECURITY_GROUP, "default", "sg-0", network="vpc-0", default=True),
        resource(
            Kind.VM,
            "web",
            "i-1",
            state="running",
            zone=A,
            network="vpc-1",
            root_device="/dev/xvda",
            devices={"/dev/xvda": "vol-r", "/dev/sdf": "vol-f"},
        ),
        resource(Kind.VM, "off", "i-2", state="stopped", zone=B, network="vpc-1"),
        resource(Kind.VM, "far", "i-3", state="running", zone=A, network="vpc-2"),
        resource(Kind.DISK, "root", "vol-r", zone=A, attached_to="i-1", device="/dev/xvda"),
        resource(Kind.DISK, "f", "vol-f", zone=A, gib=10, attached_to="i-1", device="/dev/sdf"),
        resource(Kind.DISK, "free", "vol-1", zone=A, gib=10, type="gp3", attached_to=None),
        resource(Kind.IMAGE, "mine", "ami-1", links=(Link("uses", Kind.SNAPSHOT, "snap-1"),)),
        resource(Kind.SNAPSHOT, "snap", "snap-1", gib=20),
        resource(
            Kind.LOAD_BALANCER,
            "front",
            "arn:lb",
            type="application",
            links=(Link("has", Kind.LISTENER, "arn:listener"),),
        ),
        resource(Kind.LISTENER, "front-80", "arn:listener", port=80),
        resource(Kind.TARGET_GROUP, "pool", "arn:tg", network="vpc-1"),
    ),
)

OUT = {"$output": "made.id"}


def does(operation: str, *, service: str = "ec2", id: str = "it", **parameters: Any) -> Step:
    return step(id, Effect.UPDATE, call(operation, service, **parameters), ref(Kind.VM, "x"))


def elb(operation: str, **parameters: Any) -> Step:
    return does(operation, service="elbv2", **parameters)


def vpc(cidr: str) -> Step:
    return does("CreateVpc", CidrBlock=cidr)


def subnet(cidr: str, network: Any = "vpc-1", zone: str = A) -> Step:
    return does("CreateSubnet", CidrBlock=cidr, VpcId=network, AvailabilityZone=zone)


def ingress(first: Any, last: Any, source: str = "0.0.0.0/0", protocol: str = "tcp") -> Step:
    rule = {"IpProtocol": protocol, "FromPort": first, "ToPort": last}
    rule["IpRanges"] = [{"CidrIp": source}]
    return does("AuthorizeSecurityGroupIngress", GroupId="sg-1", IpPermissions=[rule])


def attach(disk: Any, vm: Any = "i-1", device: str = "/dev/sdg", id: str = "it") -> Step:
    return does("AttachVolume", VolumeId=disk, InstanceId=vm, Device=device, id=id)


def disk(type: str, gib: int, **more: Any) -> Step:
    return does("CreateVolume", VolumeType=type, Size=gib, AvailabilityZone=A, **more)


def run(**more: Any) -> Step:
    asked: dict[str, Any] = {"ImageId": "ami-2", "InstanceType": "t3.micro"}
    return does("RunInstances", **(asked | more))


def in_subnet(id: str, *groups: str) -> dict[str, Any]:
    return {"NetworkInterfaces": [{"SubnetId": id, "Groups": [*groups]}]}


def root(gib: int, type: str = "gp3") -> dict[str, Any]:
    ebs = {"VolumeSize": gib, "VolumeType": type}
    return {"BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": ebs}]}


def balancer(*subnets: str, type: str = "application", scheme: str = "internet-facing") -> Step:
    return elb("CreateLoadBalancer", Name="front", Subnets=[*subnets], Type=type, Scheme=scheme)


def listener(port: int, protocol: str = "HTTP", on: str = "arn:lb", **more: Any) -> Step:
    return elb("CreateListener", LoadBalancerArn=on, Port=port, Protocol=protocol, **more)


def made(operation: str, service: str = "ec2", **parameters: Any) -> Step:
    return does(operation, service=service, id="made", **parameters)


def found(*steps: Step) -> tuple[Problem, ...]:
    return preconditions(steps, WORLD)


FINE: list[tuple[Step, ...]] = [
    (vpc("10.9.0.0/16"),),
    (subnet("10.0.9.0/24"),),
    (vpc("10.9.0.0/16"), subnet("10.0.9.0/28", zone=B)),
    (made("CreateVpc", CidrBlock="10.9.0.0/16"), subnet("10.9.1.0/24", OUT)),
    (ingress(0, 65535),),
    (ingress(-1, -1, protocol="icmp"),),
    (attach("vol-1"),),
    (does("DetachVolume", VolumeId="vol-f", id="first"), attach("vol-f", device="/dev/sdf")),
    (made("CreateVolume", VolumeType="gp3", Size=1, AvailabilityZone=A), attach(OUT)),
    (made("RunInstances", **in_subnet("subnet-a")), attach("vol-1", OUT, "/dev/sdf")),
    (disk("st1", 125),),
    (disk("io2", 10, Iops=5000),),
    (run(**in_subnet("subnet-a", "sg-1"), **root(8)),),
    (run(ImageId="ami-1", **root(20)),),
    (balancer("subnet-a", "subnet-b"),),
    (balancer("subnet-a", type="network"),),
    (balancer("subnet-o", type="network", scheme="internal"),),
    (listener(8080),),
    (listener(443, "HTTPS", Certificates=[{"CertificateArn": "arn:c"}]),),
    (made("CreateLoadBalancer", "elbv2", Name="n", Type="network"), listener(80, "TCP", OUT)),  # type: ignore[arg-type]
    (elb("RegisterTargets", TargetGroupArn="arn:tg", Targets=[{"Id": "i-1"}]),),
    (does("ModifyInstanceAttribute", InstanceId="i-2", InstanceType={"Value": "t3.large"}),),
    (does("StartInstances", InstanceIds=["i-2"]),),
    (does("ModifyVolume", VolumeId="vol-1", Size=20),),
    (does("CreateBucket", service="s3", Bucket="reports.of-mine"),),
    (does("CreateSecurityGroup", GroupName="web (front)", Description="a, b: c"),),
    (does("CreateKeyPair", KeyName="deploy key"),),
]


@pytest.mark.parametrize("steps", FINE, ids=lambda steps: steps[-1].action.operation)
def test_what_aws_takes_is_let_through(steps: tuple[Step, ...]) -> None:
    assert found(*steps) == ()


BROKEN: list[tuple[tuple[Step, ...], str, str]] = [
    ((vpc("10.0.0.0/8"),), "CidrBlock", "/16"),
    ((vpc("10.0.0.0/29"),), "CidrBlock", "/28"),
    ((vpc("nonsense"),), "CidrBlock", "no IPv4 range"),
    ((subnet("10.5.0.0/24"),), "CidrBlock", "not inside"),
    ((subnet("10.0.1.128/25"),), "CidrBlock", "overlaps subnet b"),
    ((subnet("10.0.9.0/30"),), "CidrBlock", "/28"),
    ((subnet("10.0.9.0/24", zone="us-east-1a"),), "AvailabilityZone", "not in eu-west-1"),
    ((ingress(90, 80),), "IpPermissions[0]", "no ports"),
    ((ingress(0, 70000),), "IpPermissions[0]", "no ports"),
    ((ingress(None, None),), "IpPermissions[0]", "name their ports"),
    ((ingress(80, 80, "10.0.0.1/8"),), "IpPermissions[0].IpRanges", "no address range"),
    ((attach("vol-1", "i-2"),), "VolumeId", f"{A}, the machine in {B}"),
    ((attach("vol-f"),), "VolumeId", "attached to i-1"),
    ((attach("vol-1", device="/dev/sdf"),), "Device", "in use"),
    ((attach("vol-1", id="first"), attach("vol-1", device="/dev/sdh")), "VolumeId", "attached"),
    ((attach("vol-1", "i-9"),), "InstanceId", "no machine i-9"),
    ((does("DetachVolume", VolumeId="vol-1"),), "VolumeId", "not attached"),
    ((does("DetachVolume", VolumeId="vol-r"),), "VolumeId", "runs from"),
    ((disk("gp3", 0),), "Size", "1 to 65536"),
    ((disk("st1", 100),), "Size", "125"),
    ((disk("io1", 10),), "Iops", "must be given"),
    ((disk("io1", 10, Iops=600),), "Iops", "500 IOPS at most"),
    ((run(**root(8, "st1")),), "BlockDeviceMappings[0].Ebs.VolumeSize", "125"),
    ((run(**root(200, "st1")),), "BlockDeviceMappings[0].Ebs.VolumeType", "starts from"),
    ((run(ImageId="ami-1", **root(8)),), "BlockDeviceMappings[0].Ebs.VolumeSize", "needs 20"),
    ((run(**in_subnet("subnet-o", "sg-1")),), "Groups", "another network"),
    ((balancer("subnet-a"),), "Subnets", "two zones"),
    ((balancer("subnet-a", "subnet-a2"),), "Subnets", "one zone"),
    ((balancer("subnet-a", "subnet-o"),), "Subnets", "in one network"),
    ((balancer("subnet-o", type="network"),), "Scheme", "internet gateway"),
    ((listener(80),), "Port", "already"),
    ((listener(8080, "TCP"),), "Protocol", "speaks HTTP, HTTPS"),
    ((listener(443, "HTTPS"),), "Certificates", "certificate"),
    (
        (elb("RegisterTargets", TargetGroupArn="arn:tg", Targets=[{"Id": "i-3"}]),),
        "Targets[0].Id",
        "another network",
    ),
    (
        (does("ModifyInstanceAttribute", InstanceId="i-1", InstanceType={"Value": "t3.large"}),),
        "InstanceType",
        "running",
    ),
    ((does("StartInstances", InstanceIds=["i-9"]),), "InstanceId", "no machine"),
    ((does("ModifyVolume", VolumeId="vol-1", Size=5),), "Size", "cannot become"),
    ((elb("CreateTargetGroup", Name="a_b"),), "Name", "letters, digits and hyphens"),
    ((elb("CreateLoadBalancer", Name="internal-x", Scheme="internal"),), "Name", "AWS's own"),
    ((does("CreateSecurityGroup", GroupName="sg-web", Description="d"),), "GroupName", "for ids"),
    ((does("CreateSecurityGroup", GroupName="default", Description="d"),), "GroupName", "already"),
    ((does("CreateSecurityGroup", GroupName="w", Description="ü"),), "Description", "is not"),
    ((does("CreateKeyPair", KeyName=" k"),), "KeyName", "ASCII"),
    ((does("CreateImage", InstanceId="i-1", Name="?"),), "Name", "no image name"),
    (
        (does("CreateTags", Resources=["i-1"], Tags=[{"Key": "AWS:x", "Value": ""}]),),
        "Tags",
        "AWS's own",
    ),
    (
        (does("CreateTags", Resources=["i-1"], Tags=[{"Key": "x", "Value": "v" * 257}]),),
        "Tags",
        "256",
    ),
]


@pytest.mark.parametrize(
    ("steps", "path", "words"), BROKEN, ids=lambda value: value if isinstance(value, str) else ""
)
def test_what_aws_refuses_is_named(steps: tuple[Step, ...], path: str, words: str) -> None:
    problems = [p for p in found(*steps) if p.blocking]
    assert [(p.step, p.path) for p in problems if words in p.message] == [("it", path)]


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ((vpc("10.0.0.0/20"),), "overlaps the range of network net"),
        ((does("TerminateInstances", InstanceIds=["i-1"]),), "termination protection"),
        ((run(InstanceType="m5.4xlarge", MaxCount=3),), "48 vCPU on demand"),
        ((run(**in_subnet("subnet-a", *["sg-1"] * 6)),), "6 security groups"),
        ((balancer("subnet-d", type="network"),), "internet gateway"),
        (
            (
                step(
                    "it",
                    Effect.UPDATE,
                    call("AuthorizeSecurityGroupIngress", GroupId="sg-0"),
                    ref(Kind.SECURITY_GROUP, "default"),
                ),
            ),
            "default network",
        ),
    ],
)
def test_what_aws_may_refuse_is_said_and_does_not_block(
    steps: tuple[Step, ...], words: str
) -> None:
    (problem,) = found(*steps)
    assert words in problem.message
    assert not problem.blocking


def test_what_we_made_has_no_termination_protection() -> None:
    ours = resource(Kind.VM, "ours", "i-7", tags={"cloudops:run": "r"}, state="running")
    gone = does("TerminateInstances", InstanceIds=["i-7"])
    assert preconditions((gone,), WORLD.with_resources((ours,))) == ()


def test_spot_has_a_quota_of_its_own() -> None:
    spot = run(InstanceType="m5.4xlarge", MaxCount=3, InstanceMarketOptions={"MarketType": "spot"})
    assert found(spot) == ()


def test_a_gateway_attached_by_the_plan_counts() -> None:
    way = does("AttachInternetGateway", InternetGatewayId="igw-9", VpcId="vpc-2", id="way")
    assert found(way, balancer("subnet-o", type="network")) == ()


def test_a_machine_stopped_by_the_plan_can_be_resized() -> None:
    off = does("StopInstances", InstanceIds=["i-1"], id="off")
    size = does("ModifyInstanceAttribute", InstanceId="i-1", InstanceType={"Value": "t3.large"})
    assert found(off, size) == ()


def test_after_its_machine_is_gone_a_disk_is_free() -> None:
    gone = does("TerminateInstances", InstanceIds=["i-1"], id="gone")
    blocking = [p for p in found(gone, attach("vol-f", "i-3")) if p.blocking]
    assert blocking == []


@pytest.mark.parametrize(
    "name", ["Ab", "a", "a" * 64, "-ab", "ab-", "a..b", "192.168.1.1", "xn--ab", "ab-s3alias"]
)
def test_bucket_names_that_are_none_come_with_one_that_is(name: str) -> None:
    (problem,) = found(does("CreateBucket", service="s3", Bucket=name))
    better = problem.suggestion.removeprefix("such as ")
    assert not better or found(does("CreateBucket", service="s3", Bucket=better)) == ()


@given(st.text(max_size=40))
def test_the_suggested_name_of_a_balancer_is_one(name: str) -> None:
    for problem in found(elb("CreateTargetGroup", Name=name)):
        better = problem.suggestion.removeprefix("such as ")
        assert BALANCED.fullmatch(better) or not better


@given(st.from_regex(BUCKET, fullmatch=True))
def test_no_bucket_name_crashes_a_rule(name: str) -> None:
    for problem in found(does("CreateBucket", service="s3", Bucket=name)):
        assert problem.blocking


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_ids_of_any_shape_are_looked_up_without_a_crash(value: Any) -> None:
    for given_call in (
        call("AttachVolume", VolumeId=value, InstanceId=value, Device="/dev/sdf"),
        call("CreateSubnet", CidrBlock=value, VpcId=value, AvailabilityZone=value),
        call("CreateVpc", CidrBlock=value),
    ):
        preconditions((step("it", Effect.UPDATE, given_call, ref(Kind.VM, "x")),), WORLD)
