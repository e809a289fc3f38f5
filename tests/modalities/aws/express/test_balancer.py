from __future__ import annotations

from typing import Any

import pytest

from modalities.aws.refusals.names import BALANCED
from modalities.change import Create
from modalities.contract import Unresolved, Unsupported
from modalities.resource import Kind
from modalities.wanted import LoadBalancer, Network, Vm


def balancer(cloud: Any) -> dict[str, Any]:
    (found,) = cloud.elbv2.describe_load_balancers()["LoadBalancers"]
    return dict(found)


def test_for_machines_that_are_there(cloud: Any) -> None:
    _, (subnet,) = cloud.network("net")
    ids = {cloud.outside(name, SubnetId=subnet) for name in ("a", "b")}
    before = cloud.holdings()
    draft = cloud.make(Create(wanted=(LoadBalancer(name="front", targets=("a", "b")),)))
    assert "subnet net-b is added to net: two zones are needed" in draft.defaults
    assert any("way to the internet" in a.text for a in draft.advisories)
    (pool,) = cloud.elbv2.describe_target_groups()["TargetGroups"]
    health = cloud.elbv2.describe_target_health(TargetGroupArn=pool["TargetGroupArn"])
    assert {h["Target"]["Id"] for h in health["TargetHealthDescriptions"]} == ids
    assert {vm["InstanceId"] for vm in cloud.vms()} == ids
    assert cloud.guards("a") == cloud.guards("b") == {"default", "front-targets"}
    cloud.undo()
    assert cloud.holdings() == before
    assert cloud.guards("a") == {"default"}


def test_traffic_reaches_the_targets_from_the_load_balancer_alone(cloud: Any) -> None:
    lb = LoadBalancer(name="front", port=80, target_port=8080, targets=("a",))
    cloud.make(Create(wanted=(Network(name="net"), Vm(name="a"), lb)))
    front = cloud.groups()["front-access"]
    assert balancer(cloud)["SecurityGroups"] == [front["GroupId"]]
    assert cloud.guards("a") == {"front-targets"}
    (outer,) = front["IpPermissions"]
    assert (outer["FromPort"], outer["IpRanges"][0]["CidrIp"]) == (80, "0.0.0.0/0")
    (inner,) = cloud.groups()["front-targets"]["IpPermissions"]
    assert (inner["FromPort"], inner["ToPort"]) == (8080, 8080)
    assert [p["GroupId"] for p in inner["UserIdGroupPairs"]] == [front["GroupId"]]
    assert not inner["IpRanges"]


def test_tcp_is_a_network_load_balancer_on_one_subnet(cloud: Any) -> None:
    before = cloud.holdings()
    lb = LoadBalancer(name="front", protocol="tcp", targets=("a",), network="net")
    cloud.make(Create(wanted=(Network(name="net"), Vm(name="a", network="net"), lb)))
    assert balancer(cloud)["Type"] == "network"
    assert len(balancer(cloud)["AvailabilityZones"]) == 1
    cloud.undo()
    assert cloud.holdings() == before


def test_internal_needs_no_way_to_the_internet(cloud: Any) -> None:
    lb = LoadBalancer(name="front", public=False, targets=("a",))
    draft = cloud.make(Create(wanted=(Network(name="net"), Vm(name="a"), lb)))
    assert balancer(cloud)["Scheme"] == "internal"
    assert not [s for s in draft.steps if "gateway" in s.id]
    rules = [s for s in draft.steps if s.id == "open-80-of-front-access"]
    assert rules[0].after["rules"][0]["source"] == "10.0.0.0/16"


def test_machines_stand_in_both_zones(cloud: Any) -> None:
    names = ("a", "b", "c")
    lb = LoadBalancer(name="front", targets=names)
    cloud.make(Create(wanted=(*(Vm(name=n) for n in names), lb)))
    zones = [vm["Placement"]["AvailabilityZone"] for vm in cloud.vms(*names)]
    assert len(set(zones)) == 2
    served = {z["ZoneName"] for z in balancer(cloud)["AvailabilityZones"]}
    assert set(zones) <= served


def test_it_stands_in_the_zones_of_its_targets(cloud: Any) -> None:
    _, subnets = cloud.network("net", subnets=3)
    cloud.outside("a", SubnetId=subnets[2])
    cloud.make(Create(wanted=(LoadBalancer(name="front", targets=("a",)),)))
    served = {z["SubnetId"] for z in balancer(cloud)["AvailabilityZones"]}
    assert subnets[2] in served
    assert len(served) == 2


def test_what_cannot_be(cloud: Any) -> None:
    def draft(**more: Any) -> Any:
        return cloud.draft(Create(wanted=(LoadBalancer(name="front", **more),)))

    with pytest.raises(Unsupported, match="TCP 443"):
        draft(protocol="https")
    with pytest.raises(Unsupported, match="not udp"):
        draft(protocol="udp")
    with pytest.raises(Unresolved, match="no VM ghost"):
        draft(targets=("ghost",))
    _, (subnet,) = cloud.network("net")
    cloud.outside("a", SubnetId=subnet)
    cloud.outside("b")
    with pytest.raises(Unsupported, match="one network"):
        draft(targets=("a", "b"))


def test_port_443_without_a_protocol_is_passed_on_as_it_is(cloud: Any) -> None:
    draft = cloud.draft(Create(wanted=(LoadBalancer(name="front", port=443),)))
    (call,) = [s.action for s in draft.steps if s.id == "create-load-balancer-front"]
    assert call.parameters["Type"] == "network"
    assert any("no targets" in a.text for a in draft.advisories)


def test_names_stay_within_what_aws_takes(cloud: Any) -> None:
    long = "a-very-long-name-of-a-balancer-x"
    for _ in range(2):
        draft = cloud.draft(Create(wanted=(LoadBalancer(name=long),)))
        (call,) = [s.action for s in draft.steps if s.id.startswith("create-target-group")]
        assert BALANCED.fullmatch(call.parameters["Name"])
        cloud.elbv2.create_target_group(
            Name=call.parameters["Name"],
            Protocol="HTTP",
            Port=80,
            VpcId=cloud.ec2.describe_vpcs()["Vpcs"][0]["VpcId"],
        )
    assert len(cloud.world(Kind.TARGET_GROUP).resources) == 2
