"""What only joins two things has an id of its own in the copy of a target."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fakes.ec2 import called, patient
from modalities.iac.copied import renamed
from modalities.iac.home import Home
from modalities.iac.states import ids
from modalities.target import Target

INGRESS, EGRESS = "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"


@pytest.fixture
def target(target: Target) -> Target:
    return patient(target)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path, tmp_path / ".cloudops")


def keep(home: Home, *resources: tuple[str, str, dict[str, Any]]) -> None:
    told = [
        {
            "mode": "managed",
            "type": type,
            "name": name,
            "instances": [{"attributes": attributes}],
        }
        for type, name, attributes in resources
    ]
    home.state_file.write_text(json.dumps({"version": 4, "serial": 7, "resources": told}))


def rule(group: str, id: str, first: int | None, last: int | None, protocol: str) -> dict[str, Any]:
    return {
        "id": id,
        "security_group_rule_id": id,
        "arn": f"arn:aws:ec2:us-east-1:123456789012:security-group-rule/{id}",
        "security_group_id": group,
        "ip_protocol": protocol,
        "from_port": first,
        "to_port": last,
        "cidr_ipv4": "10.0.0.0/8",
    }


def test_rules_are_known_by_the_ids_of_the_copy(target: Target, home: Home) -> None:
    vpc = called(target, "CreateVpc", {"CidrBlock": "10.7.0.0/16"})["Vpc"]["VpcId"]
    about = {"GroupName": "web", "Description": "web", "VpcId": vpc}
    group = called(target, "CreateSecurityGroup", about)["GroupId"]

    def opened(protocol: str, **ports: int) -> str:
        permission = {"IpProtocol": protocol, "IpRanges": [{"CidrIp": "10.0.0.0/8"}], **ports}
        body = {"GroupId": group, "IpPermissions": [permission]}
        made = called(target, "AuthorizeSecurityGroupIngress", body)["SecurityGroupRules"]
        return str(made[0]["SecurityGroupRuleId"])

    one = opened("tcp", FromPort=80, ToPort=80)
    more = opened("tcp", FromPort=80, ToPort=90)
    every = opened("-1")
    keep(
        home,
        (INGRESS, "one", rule(group, "sgr-1", 80, 80, "tcp")),
        (INGRESS, "more", rule(group, "sgr-2", 80, 90, "tcp")),
        (INGRESS, "every", rule(group, "sgr-3", None, None, "-1")),
        (INGRESS, "gone", rule(group, "sgr-4", 443, 443, "tcp")),
        (EGRESS, "out", rule(group, "sgr-5", 80, 80, "tcp")),
        ("aws_security_group", "web", {"id": group}),
    )
    renamed(home, target)
    assert ids(home.state()) == {
        f"{INGRESS}.one": one,
        f"{INGRESS}.more": more,
        f"{INGRESS}.every": every,
        f"{INGRESS}.gone": "sgr-4",
        f"{EGRESS}.out": "sgr-5",
        "aws_security_group.web": group,
    }
    first = home.state()["resources"][0]["instances"][0]["attributes"]
    assert first["arn"].endswith(one)
    assert first["security_group_rule_id"] == one
    assert home.state()["serial"] == 8, "a plan made before knows the old ids"
    before = home.state_file.read_bytes()
    renamed(home, target)
    assert home.state_file.read_bytes() == before


def test_an_association_is_known_by_the_id_of_the_copy(target: Target, home: Home) -> None:
    vpc = called(target, "CreateVpc", {"CidrBlock": "10.7.0.0/16"})["Vpc"]["VpcId"]
    place = {"VpcId": vpc, "CidrBlock": "10.7.1.0/24"}
    subnet = called(target, "CreateSubnet", place)["Subnet"]["SubnetId"]
    table = called(target, "CreateRouteTable", {"VpcId": vpc})["RouteTable"]["RouteTableId"]
    joined = called(target, "AssociateRouteTable", {"RouteTableId": table, "SubnetId": subnet})
    what = {"id": "rtbassoc-1", "route_table_id": table, "subnet_id": subnet}
    keep(home, ("aws_route_table_association", "it", what))
    renamed(home, target)
    assert ids(home.state()) == {"aws_route_table_association.it": joined["AssociationId"]}


def test_where_nothing_only_joins_nothing_is_asked(home: Home) -> None:
    nowhere: Any = None
    keep(home, ("aws_vpc", "lab", {"id": "vpc-1"}))
    renamed(home, nowhere)
    home.state_file.unlink()
    renamed(home, nowhere)
