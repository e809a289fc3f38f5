"""What joins two things is found in the cloud by what it joins, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.ec2 import called, patient
from modalities.aws import session
from modalities.aws.asking import Wire
from modalities.aws.inventory import read
from modalities.iac.relations import RELATIONS, standing
from modalities.resource import Kind, Provider, Resource, ResourceRef, World
from modalities.target import Target


@pytest.fixture
def target(target: Target) -> Target:
    return patient(target)


def found(target: Target, type: str, **said: Any) -> str | None:
    world = read(target, session.identify(target), (RELATIONS[type][0],))
    return standing(Wire(target), world, type, said)


def test_a_network_s_relations(target: Target) -> None:
    vpc = called(target, "CreateVpc", {"CidrBlock": "10.7.0.0/16"})["Vpc"]["VpcId"]
    place = {"VpcId": vpc, "CidrBlock": "10.7.1.0/24"}
    subnet = called(target, "CreateSubnet", place)["Subnet"]["SubnetId"]
    table = called(target, "CreateRouteTable", {"VpcId": vpc})["RouteTable"]["RouteTableId"]
    gateway = called(target, "CreateInternetGateway", {})["InternetGateway"]["InternetGatewayId"]
    called(target, "AttachInternetGateway", {"InternetGatewayId": gateway, "VpcId": vpc})
    followed = {"route_table_id": table, "subnet_id": subnet}
    route = {"route_table_id": table, "destination_cidr_block": "0.0.0.0/0"}
    assert found(target, "aws_route_table_association", **followed) is None
    assert found(target, "aws_route", **route) is None
    called(target, "AssociateRouteTable", {"RouteTableId": table, "SubnetId": subnet})
    way = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway}
    called(target, "CreateRoute", {"RouteTableId": table, **way})
    assert found(target, "aws_route_table_association", **followed) == f"{subnet}/{table}"
    assert found(target, "aws_route", **route) == f"{table}_0.0.0.0/0"


def test_a_rule_is_found_by_all_that_it_says(target: Target) -> None:
    vpc = called(target, "CreateVpc", {"CidrBlock": "10.8.0.0/16"})["Vpc"]["VpcId"]
    about = {"GroupName": "web", "Description": "web", "VpcId": vpc}
    group = called(target, "CreateSecurityGroup", about)["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    permission = {**rule, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    opened = {"GroupId": group, "IpPermissions": [permission]}
    made = called(target, "AuthorizeSecurityGroupIngress", opened)["SecurityGroupRules"][0]
    said = {"security_group_id": group, "ip_protocol": "tcp", "from_port": "443"}
    mine = {**said, "cidr_ipv4": "10.0.0.0/8"}
    ingress = "aws_vpc_security_group_ingress_rule"
    assert found(target, ingress, **mine) == made["SecurityGroupRuleId"]
    assert found(target, ingress, **{**mine, "from_port": "80"}) is None
    assert found(target, ingress, **{**mine, "cidr_ipv4": "0.0.0.0/0"}) is None
    assert found(target, "aws_vpc_security_group_egress_rule", **mine) is None


def test_what_hangs_on_a_machine(target: Target) -> None:
    image = called(target, "DescribeImages", {})["Images"][0]["ImageId"]
    order = {"ImageId": image, "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"}
    machine = called(target, "RunInstances", order)["Instances"][0]
    id, zone = machine["InstanceId"], machine["Placement"]["AvailabilityZone"]
    disk = called(target, "CreateVolume", {"Size": 1, "AvailabilityZone": zone})["VolumeId"]
    address = called(target, "AllocateAddress", {"Domain": "vpc"})["AllocationId"]
    attached = {"volume_id": disk, "instance_id": id}
    on = {"allocation_id": address, "instance_id": id}
    assert found(target, "aws_volume_attachment", **attached) is None
    assert found(target, "aws_eip_association", **on) is None
    called(target, "AttachVolume", {"VolumeId": disk, "InstanceId": id, "Device": "/dev/sdf"})
    associated = called(target, "AssociateAddress", {"AllocationId": address, "InstanceId": id})
    assert found(target, "aws_volume_attachment", **attached) == f"/dev/sdf:{disk}:{id}"
    assert found(target, "aws_eip_association", **on) == associated["AssociationId"]
    assert found(target, "aws_eip_association", **{**on, "instance_id": "i-other"}) is None
    assert found(target, "aws_ec2_instance_state", instance_id=id) == id


def test_what_is_on_somebody_s_interface_is_not_ours_for_want_of_a_machine(target: Target) -> None:
    on = {"attached_to": None, "nic": "eni-theirs", "association": "eipassoc-1"}
    ref = ResourceRef(Provider.AWS, "123456789012/us-east-1", Kind.PUBLIC_IP, "front")
    world = World(Provider.AWS, ref.scope, (Resource(ref, "eipalloc-1", on),))
    said = {"allocation_id": "eipalloc-1", "instance_id": "i-1"}
    assert standing(Wire(target), world, "aws_eip_association", said) is None
    mine = {**said, "network_interface_id": "eni-theirs"}
    assert standing(Wire(target), world, "aws_eip_association", mine) == "eipassoc-1"
