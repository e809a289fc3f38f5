"""The real Terraform on the sandbox's cloud: what others made is taken over, and code that
others overtook follows."""

from __future__ import annotations

from typing import Any

from modalities import wanted as w
from modalities.aws import session
from modalities.aws.terraform import meaning, sources
from modalities.aws.terraform.reconciling import followed
from modalities.change import Create, Delete, Selection, SetTags
from modalities.resource import Kind


def named(type: str, name: str) -> list[dict[str, Any]]:
    return [{"ResourceType": type, "Tags": [{"Key": "Name", "Value": name}]}]


def others_made(studio: Any) -> dict[str, str]:
    """A network with a machine, its disk and a load balancer, made by boto3."""
    ec2, elb = studio.ec2, studio.client("elbv2")
    tags = named("vpc", "old")
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16", TagSpecifications=tags)["Vpc"]["VpcId"]
    nets = [
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.7.{n}.0/24", AvailabilityZone=f"us-east-1{'ab'[n]}"
        )["Subnet"]["SubnetId"]
        for n in range(2)
    ]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    here = [{"Name": "vpc-id", "Values": [vpc]}]
    (main,) = ec2.describe_route_tables(Filters=here)["RouteTables"]
    ec2.create_route(
        RouteTableId=main["RouteTableId"],
        DestinationCidrBlock="0.0.0.0/0",
        GatewayId=gateway,
    )
    vm = ec2.run_instances(
        ImageId=studio.image(),
        InstanceType="t3.small",
        MinCount=1,
        MaxCount=1,
        SubnetId=nets[0],
        TagSpecifications=named("instance", "old-1"),
    )["Instances"][0]["InstanceId"]
    ec2.describe_instances()  # it is running now
    disk = ec2.create_volume(
        AvailabilityZone="us-east-1a",
        Size=20,
        VolumeType="gp3",
        TagSpecifications=named("volume", "old-data"),
    )["VolumeId"]
    ec2.attach_volume(VolumeId=disk, InstanceId=vm, Device="/dev/sdf")
    (lb,) = elb.create_load_balancer(Name="old-lb", Subnets=nets, Type="application")[
        "LoadBalancers"
    ]
    return {"vpc": vpc, "vm": vm, "disk": disk, "lb": lb["LoadBalancerArn"]}


def test_what_others_made_is_taken_over_and_only_the_change_is_made(studio: Any) -> None:
    ids = others_made(studio)
    names = {Kind.VM: "old-1", Kind.DISK: "old-data", Kind.LOAD_BALANCER: "old-lb"}
    tags = (("env", "prod"),)
    changes = [SetTags(what=Selection(kind=k, names=(n,)), add=tags) for k, n in names.items()]
    made = studio.edition(*changes)
    assert {*made.imports.values()} == {ids["vm"], ids["disk"], ids["lb"]}
    studio.write(made)
    assert studio.plan() == dict.fromkeys(made.imports, ("import", "update"))
    for entry in meaning.changes(studio.last):
        assert {*entry["before"], *entry["after"]} <= {"id", "name", "tags"}
    studio.apply()
    assert studio.plan() == {}
    found = studio.world()
    assert all(found.named(k, n)[0].tags["env"] == "prod" for k, n in names.items())


def test_data_sources_show_what_the_api_shows(studio: Any) -> None:
    others_made(studio)
    world = studio.world()
    (studio.directory / "main.tf").write_text(
        sources.sources(kind for kind in Kind if kind in sources.SHOWN)
    )
    studio.terraform.formatted(studio.directory)
    studio.plan()
    seen = sources.seen(studio.last, session.identify(studio.target).scope)
    assert {r.ref for r in seen} == {r.ref for r in world if r.kind in sources.SHOWN}
    for shown in seen:
        real = world.get(shown.kind, shown.id)
        assert real is not None
        known = {k: v for k, v in shown.attributes.items() if k in real.attributes}
        assert known == {k: real.attributes[k] for k in known}
        assert shown.tags == real.tags
        lost = {x.kind for x in {*real.links} - {*shown.links}}
        assert lost <= {Kind.LISTENER, Kind.KEY_PAIR}
        untold = {*real.attributes} - {*shown.attributes}
        assert untold <= {"spot", "platform", "delete_with_vm", "state"}


def test_a_module_lives_through_changes_by_other_hands(studio: Any) -> None:
    """Made by code, changed by boto3, followed by the code, and taken down by code."""
    studio.bring_about(
        Create(
            wanted=(
                w.Network(name="shop"),
                w.Subnet(name="a"),
                w.Disk(name="data", gib=10, zone="us-east-1a"),
                w.Bucket(name="logs-1"),
            )
        )
    )
    world = studio.world()
    (disk,) = world.named(Kind.DISK, "data")
    (subnet,) = world.named(Kind.SUBNET, "a")
    studio.ec2.create_tags(Resources=[disk.id], Tags=[{"Key": "seen", "Value": 'by "boto3" ${x}'}])
    studio.ec2.modify_volume(VolumeId=disk.id, Size=20)
    studio.ec2.delete_subnet(SubnetId=subnet.id)
    studio.tf("apply", "-refresh-only", "-auto-approve", "-input=false", "-no-color")
    assert set(studio.plan()) == {"aws_ebs_volume.data", "aws_subnet.a"}
    before = studio.module()
    edited = followed(before, studio.last)
    assert set(edited) == {"storage.tf", "network.tf"}
    for name, text in edited.items():
        (studio.directory / name).write_bytes(text.encode())
    studio.terraform.formatted(studio.directory)
    assert studio.plan() == {}
    gone = [
        Delete(what=Selection(kind=k, names=(n,)), explicit=f"delete {n}")
        for k, n in ((Kind.DISK, "data"), (Kind.BUCKET, "logs-1"), (Kind.NETWORK, "shop"))
    ]
    studio.bring_about(*gone)
    assert not studio.world().named(Kind.DISK, "data")
    assert not studio.world().named(Kind.NETWORK, "shop")
    assert {*studio.module().files} == {"variables.tf", "versions.tf"}


def test_what_nobody_wrote_down_is_taken_over_to_be_deleted(studio: Any) -> None:
    ids = others_made(studio)
    what = Selection(kind=Kind.VM, names=("old-1",))
    made = studio.bring_about(Delete(what=what, explicit="delete old-1"))
    assert made.first is not None
    states = studio.ec2.describe_instances(InstanceIds=[ids["vm"]])["Reservations"]
    assert states[0]["Instances"][0]["State"]["Name"] == "terminated"
    assert studio.ec2.describe_volumes(VolumeIds=[ids["disk"]])["Volumes"]
    assert not studio.module().blocks or "aws_instance" not in str(studio.module().files)
