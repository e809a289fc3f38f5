"""What a call touches is read from the call; names go from tongue to tongue."""

from __future__ import annotations

from typing import Any

import pytest

from modalities.action import Output, SdkCall
from modalities.aws.arns import (
    NAMING,
    arn_of,
    from_terraform,
    kind_of_id,
    ref_from_arn,
    terraform_address,
)
from modalities.aws.loader import service_model
from modalities.aws.refs import CHANGED, touched
from modalities.resource import Kind, Provider, Resource, ResourceRef, World

SCOPE = "111122223333/eu-west-1"
LB = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/front/50dc6c495c0c9188"
LISTENER = (
    "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/front/50dc/0467ef3c8400ae65"
)
GROUP = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/tg/73e2d6bc24d8a067"


def resource(kind: Kind, name: str, id: str, **attributes: Any) -> Resource:
    return Resource(ResourceRef(Provider.AWS, SCOPE, kind, name), id, attributes)


EMPTY = World(Provider.AWS, SCOPE)
WORLD = EMPTY.with_resources(
    [
        resource(Kind.VM, "web-1", "i-0123456789abcdef0"),
        resource(Kind.NIC, "eni-12345678", "eni-12345678", attachment="eni-attach-1"),
        resource(Kind.PUBLIC_IP, "front", "eipalloc-12345678", association="eipassoc-1"),
        resource(Kind.KEY_PAIR, "mine", "key-0123456789abcdef0"),
        resource(Kind.SECURITY_GROUP, "web", "sg-12345678"),
        resource(Kind.VM, "web.1", "i-12345678"),
    ]
)


def names(service: str, operation: str, world: World = EMPTY, **parameters: Any) -> set[str]:
    return {str(ref) for ref in touched(SdkCall(service, operation, parameters), world)}


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        ("ec2", "TerminateInstances", {"InstanceIds": ["i-1", "i-2"]}, {"vm/i-1", "vm/i-2"}),
        (
            "ec2",
            "AttachVolume",
            {"VolumeId": "vol-1", "InstanceId": "i-1"},
            {"disk/vol-1", "vm/i-1"},
        ),
        ("ec2", "DeleteVolume", {"VolumeId": "vol-1"}, {"disk/vol-1"}),
        ("ec2", "DeleteSecurityGroup", {"GroupId": "sg-1"}, {"security_group/sg-1"}),
        ("ec2", "DeleteKeyPair", {"KeyName": "mine"}, {"key_pair/mine"}),
        ("ec2", "RunInstances", {"SubnetId": "subnet-1", "SecurityGroupIds": ["sg-1"]}, set()),
        ("ec2", "DescribeInstances", {"InstanceIds": ["i-1"]}, set()),
        (
            "ec2",
            "CreateTags",
            {
                "Resources": ["i-12345678", "vol-12345678"],
                "Tags": [{"Key": "a", "Value": "i-87654321"}],
            },
            {"vm/i-12345678", "disk/vol-12345678"},
        ),
        (
            "ec2",
            "AuthorizeSecurityGroupIngress",
            {"GroupId": "sg-1", "IpPermissions": [{"UserIdGroupPairs": [{"GroupId": "sg-2"}]}]},
            {"security_group/sg-1"},
        ),
        (
            "ec2",
            "AssociateAddress",
            {"AllocationId": "eipalloc-1", "InstanceId": "i-1"},
            {"public_ip/eipalloc-1", "vm/i-1"},
        ),
        ("ec2", "CreateImage", {"InstanceId": "i-1", "Name": "x"}, {"vm/i-1"}),
        ("ec2", "CreateImage", {"InstanceId": "i-1", "Name": "x", "NoReboot": True}, set()),
        ("elbv2", "DeleteListener", {"ListenerArn": LISTENER}, {f"listener/{LISTENER}"}),
        (
            "elbv2",
            "RegisterTargets",
            {"TargetGroupArn": GROUP, "Targets": [{"Id": "i-12345678"}]},
            {f"target_group/{GROUP}"},
        ),
        ("elbv2", "AddTags", {"ResourceArns": [LB], "Tags": []}, {f"load_balancer/{LB}"}),
        (
            "s3",
            "PutBucketTagging",
            {"Bucket": "b", "Tagging": {"TagSet": [{"Key": "k", "Value": "i-12345678"}]}},
            {"bucket/b"},
        ),
        ("ec2", "FrobnicateThing", {"A": {"B": [{"C": "i-12345678"}]}}, {"vm/i-12345678"}),
        ("ec2", "StartInstances", {"InstanceIds": [Output("x").as_json()]}, set()),
    ],
)
def test_what_a_call_changes(
    service: str, operation: str, parameters: dict[str, Any], expected: set[str]
) -> None:
    assert names(service, operation, **parameters) == expected


def test_with_a_world_every_name_is_given() -> None:
    assert names("ec2", "StopInstances", WORLD, InstanceIds=["i-0123456789abcdef0"]) == {
        "vm/web-1",
        "vm/i-0123456789abcdef0",
    }
    assert names("ec2", "DeleteKeyPair", WORLD, KeyName="mine") == {
        "key_pair/mine",
        "key_pair/key-0123456789abcdef0",
    }
    assert names("ec2", "DeleteSecurityGroup", WORLD, GroupName="web") == {
        "security_group/web",
        "security_group/sg-12345678",
    }


def test_relations_are_found_in_the_world() -> None:
    detach = names("ec2", "DetachNetworkInterface", WORLD, AttachmentId="eni-attach-1")
    assert detach == {"nic/eni-12345678"}
    free = names("ec2", "DisassociateAddress", WORLD, AssociationId="eipassoc-1")
    assert free == {"public_ip/front", "public_ip/eipalloc-12345678"}


def test_the_table_names_parameters_that_exist() -> None:
    for operation, parameters in CHANGED.items():
        service = next(s for s in ("ec2", "elbv2") if operation in service_model(s).operation_names)
        shape: Any = service_model(service).operation_model(operation).input_shape
        assert set(parameters) <= set(shape.members), operation


IDS = {
    Kind.LOAD_BALANCER: LB,
    Kind.LISTENER: LISTENER,
    Kind.TARGET_GROUP: GROUP,
    Kind.BUCKET: "a-bucket",
}


@pytest.mark.parametrize("kind", NAMING)
def test_arns_both_ways(kind: Kind) -> None:
    id = IDS.get(kind, f"{NAMING[kind].prefix}0123456789abcdef0")
    ref = EMPTY.ref(kind, id)
    arn = arn_of(ref, id)
    assert arn.startswith("arn:aws:")
    assert ref_from_arn(arn, SCOPE) == ref
    assert kind_of_id(arn) is kind


@pytest.mark.parametrize(
    ("scope", "partition"), [("1/cn-north-1", "aws-cn"), ("1/us-gov-east-1", "aws-us-gov")]
)
def test_arns_of_other_partitions(scope: str, partition: str) -> None:
    ref = ResourceRef(Provider.AWS, scope, Kind.VM, "i-12345678")
    assert arn_of(ref, "i-12345678").startswith(f"arn:{partition}:ec2:")


@pytest.mark.parametrize(
    "text", ["", "i-", "i-xyz", "arn:aws:iam::1:role/x", "arn:aws:s3:::b/key", "web-1", "arn:::::"]
)
def test_what_is_no_id_of_ours(text: str) -> None:
    assert kind_of_id(text) is None
    assert ref_from_arn(text) is None


def test_terraform_addresses() -> None:
    assert terraform_address(EMPTY.ref(Kind.VM, "web-1")) == "aws_instance.web_1"
    assert terraform_address(EMPTY.ref(Kind.DISK, "1st disk")) == "aws_ebs_volume._1st_disk"
    assert {terraform_address(EMPTY.ref(kind, "x")) for kind in NAMING} == {
        f"{naming.terraform}.x" for naming in NAMING.values()
    }


@pytest.mark.parametrize(
    "address",
    ["aws_instance.web_1", "aws_instance.web-1", 'module.net["a.b"].aws_instance.web_1["x"]'],
)
def test_from_a_terraform_address(address: str) -> None:
    """Two machines would have this address: both are said, none is guessed."""
    assert [r.name for r in from_terraform(address, WORLD)] == ["web-1", "web.1"]


@pytest.mark.parametrize("address", ["", "aws_instance", "google_vm.x", "aws_instance.other"])
def test_from_what_is_none_of_ours(address: str) -> None:
    assert from_terraform(address, WORLD) == ()
