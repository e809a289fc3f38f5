"""The tasks of the paper, as changes: done, looked at by boto3, and taken back."""

from __future__ import annotations

from typing import Any

import pytest

from modalities.change import Attach, Create, Selection, SetDiagnostics, SetPriority
from modalities.resource import Kind
from modalities.wanted import Disk, LoadBalancer, Network, Vm

WEB = Selection(kind=Kind.VM, names=("web-1",))


@pytest.fixture(params=["sandbox", "moto"])
def either(request: pytest.FixtureRequest) -> Any:
    """The sandbox's cloud, and moto as it is."""
    return request.getfixturevalue("cloud" if request.param == "sandbox" else "plain")


def test_p1_a_single_vm(either: Any) -> None:
    before = either.holdings()
    either.make(Create(wanted=(Vm(name="build-agent", vcpus=2, memory_gib=4),)))
    vm = either.vm("build-agent")
    assert vm["State"]["Name"] == "running"
    assert vm["InstanceType"] == "t3a.medium"
    assert vm.get("PublicIpAddress") is None
    new = {kind for kind, _ in either.holdings() - before}
    assert new == {Kind.VM, Kind.DISK, Kind.NIC}
    either.undo()
    assert either.holdings() == before


def test_p1_in_a_network_of_its_own(either: Any) -> None:
    before = either.holdings()
    net = Network(name="net", cidr="10.20.0.0/16")
    either.make(Create(wanted=(net, Vm(name="db-test", network="net", disk_gib=64))))
    vm = either.vm("db-test")
    (vpc,) = either.ec2.describe_vpcs(VpcIds=[vm["VpcId"]])["Vpcs"]
    assert vpc["CidrBlock"] == "10.20.0.0/16"
    assert either.disk(vm["BlockDeviceMappings"][0]["Ebs"]["VolumeId"])["Size"] == 64
    either.undo()
    assert either.holdings() == before


def test_p2_three_vms_in_one_network(either: Any) -> None:
    before = either.holdings()
    vms = tuple(Vm(name=f"app-{n}", network="lab-net") for n in (1, 2, 3))
    draft = either.make(Create(wanted=(Network(name="lab-net"), *vms)))
    assert len(draft.steps) == 5
    made = either.vms("app-1", "app-2", "app-3")
    assert {vm["State"]["Name"] for vm in made} == {"running"}
    assert len({vm["VpcId"] for vm in made}) == 1
    assert len({vm["SubnetId"] for vm in made}) == 1
    either.undo()
    assert either.holdings() == before


def test_p3_three_vms_behind_a_load_balancer(either: Any) -> None:
    before = either.holdings()
    names = ("web-1", "web-2", "web-3")
    either.make(
        Create(
            wanted=(
                Network(name="main"),
                *(Vm(name=name, network="main") for name in names),
                LoadBalancer(name="front", port=8080, target_port=8080, targets=names),
            )
        )
    )
    vms = either.vms(*names)
    assert {vm["State"]["Name"] for vm in vms} == {"running"}
    (balancer,) = either.elbv2.describe_load_balancers()["LoadBalancers"]
    assert balancer["Scheme"] == "internet-facing"
    assert {balancer["VpcId"]} == {vm["VpcId"] for vm in vms}
    assert len(balancer["AvailabilityZones"]) == 2
    arn = balancer["LoadBalancerArn"]
    (listener,) = either.elbv2.describe_listeners(LoadBalancerArn=arn)["Listeners"]
    assert (listener["Port"], listener["Protocol"]) == (8080, "HTTP")
    pool = listener["DefaultActions"][0]["TargetGroupArn"]
    health = either.elbv2.describe_target_health(TargetGroupArn=pool)["TargetHealthDescriptions"]
    targets = {(h["Target"]["Id"], h["Target"]["Port"]) for h in health}
    assert targets == {(vm["InstanceId"], 8080) for vm in vms}
    either.undo()
    assert either.holdings() == before


def test_u1_an_additional_disk(either: Any) -> None:
    id = either.outside("web-1")
    before = either.holdings()
    draft = either.make(Attach(what=Disk(), to=WEB))
    vm = either.vm("web-1")
    assert vm["InstanceId"] == id
    (new,) = either.holdings() - before
    disk = either.disk(new[1])
    assert (disk["Size"], disk["VolumeType"]) == (32, "gp3")
    assert disk["Attachments"][0]["InstanceId"] == id
    assert [step.id for step in draft.steps] == [
        "create-disk-web-1-data-1",
        "attach-disk-web-1-data-1-to-web-1",
    ]
    assert not any(step.disrupts for step in draft.steps)
    either.undo()
    assert either.holdings() == before


def test_u2_diagnostics(cloud: Any) -> None:
    id = cloud.outside("web-1")
    draft = cloud.make(SetDiagnostics(what=WEB, wording="boot diagnostics"))
    vm = cloud.vm("web-1")
    assert vm["InstanceId"] == id
    assert vm["Monitoring"]["State"] == "enabled"
    assert any("detailed monitoring" in a.text for a in draft.advisories)
    assert cloud.draft(SetDiagnostics(what=WEB)).steps == ()
    cloud.undo()
    assert cloud.vm("web-1")["Monitoring"]["State"] == "disabled"


def test_u3_from_standard_to_spot(either: Any, request: pytest.FixtureRequest) -> None:
    _, (subnet,) = either.network("net")
    old = either.outside("web-1", SubnetId=subnet, tags={"owner": "team-a"})
    data = either.volume("data")
    either.plug(data, old)
    was, before = either.vm("web-1"), either.holdings()
    draft = either.make(SetPriority(what=WEB, spot=True))
    now = either.vm("web-1")
    assert now["InstanceId"] != old
    assert now["InstanceLifecycle"] == "spot"
    assert now["State"]["Name"] == "running"
    for same in ("InstanceType", "SubnetId"):
        assert now[same] == was[same]
    assert sorted(t["Key"] + t["Value"] for t in now["Tags"]) == ["Nameweb-1", "ownerteam-a"]
    (attachment,) = either.disk(data)["Attachments"]
    assert (attachment["InstanceId"], attachment["Device"]) == (now["InstanceId"], "/dev/sdf")
    # moto leaves the interface of a machine that it was not told about
    own = {Kind.NIC} if request.node.callspec.params["either"] == "moto" else set()
    after = either.holdings()
    kinds = [sorted(kind for kind, _ in some if kind not in own) for some in (before, after)]
    assert kinds[0] == kinds[1], "nothing is left over, and nothing is missing"
    assert [a.text for a in draft.advisories if a.severity == "danger" and "destroyed" in a.text]
