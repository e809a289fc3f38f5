"""The world of a target, read from an emulated AWS that another client filled."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from fakes.aws import Say, Scripted, error_xml, keys_of, sandbox_target
from modalities.aws import session
from modalities.aws.describe.balancing import target_groups
from modalities.aws.describe.compute import disks, vms
from modalities.aws.describe.found import Found, named
from modalities.aws.describe.network import public_ips, security_groups
from modalities.aws.inventory import KINDS, SOURCES, read
from modalities.receipt import CloudError, Trouble
from modalities.resource import Kind, Link, Resource, World
from modalities.target import Target

DOCUMENTED = Path(__file__).parents[3] / "docs" / "attributes.md"


def look(target: Target, *kinds: Kind) -> World:
    return read(target, session.identify(target), kinds)


@pytest.fixture
def ec2(target: Target) -> Any:
    return session.client(target, "ec2")


@pytest.fixture
def image(ec2: Any) -> str:
    return str(ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"])


def tags(name: str, **more: str) -> list[dict[str, str]]:
    return [{"Key": k, "Value": v} for k, v in {"Name": name, **more}.items()]


def launched(ec2: Any, image: str, *names: str, **more: Any) -> list[str]:
    ids = []
    for name in names:
        specification = {"ResourceType": "instance", "Tags": tags(name)}
        answer = ec2.run_instances(
            ImageId=image,
            MinCount=1,
            MaxCount=1,
            InstanceType="t3.small",
            TagSpecifications=[specification],
            **more,
        )
        ids.append(str(answer["Instances"][0]["InstanceId"]))
    return ids


@pytest.fixture(scope="module")
def home(moto: str) -> Target:
    """The account that holds one of everything."""
    return sandbox_target(moto, environment=keys_of(moto, "200000000001"))


@pytest.fixture(scope="module")
def furnished(home: Target) -> World:
    """One of everything."""
    ec2: Any = session.client(home, "ec2")
    elbv2: Any = session.client(home, "elbv2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    network = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[network], Tags=tags("lab", owner="team-a"))
    subnets = [
        ec2.create_subnet(VpcId=network, CidrBlock=f"10.7.{n}.0/24", AvailabilityZone=zone)[
            "Subnet"
        ]["SubnetId"]
        for n, zone in enumerate(("us-east-1a", "us-east-1b"))
    ]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=network)
    table = ec2.create_route_table(VpcId=network)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnets[0])
    group = ec2.create_security_group(GroupName="web", Description="d", VpcId=network)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 80,
                "ToPort": 81,
                "IpRanges": [{"CidrIp": "10.0.0.0/8"}, {"CidrIp": "0.0.0.0/0"}],
            }
        ],
    )
    ec2.create_key_pair(KeyName="mine")
    (vm,) = launched(
        ec2,
        image,
        "web-1",
        SubnetId=subnets[0],
        SecurityGroupIds=[group],
        KeyName="mine",
        Monitoring={"Enabled": True},
    )
    data = ec2.create_volume(AvailabilityZone="us-east-1a", Size=20, VolumeType="gp3")["VolumeId"]
    ec2.attach_volume(VolumeId=data, InstanceId=vm, Device="/dev/sdf")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.associate_address(AllocationId=address, InstanceId=vm)
    snapshot = ec2.create_snapshot(VolumeId=data)["SnapshotId"]
    ec2.create_tags(Resources=[snapshot], Tags=tags("before"))
    ec2.create_image(InstanceId=vm, Name="golden")
    balancer = elbv2.create_load_balancer(
        Name="front", Subnets=subnets, SecurityGroups=[group], Scheme="internet-facing"
    )
    arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
    targets = elbv2.create_target_group(Name="tg", Protocol="HTTP", Port=80, VpcId=network)
    group_arn = targets["TargetGroups"][0]["TargetGroupArn"]
    elbv2.register_targets(TargetGroupArn=group_arn, Targets=[{"Id": vm, "Port": 8080}])
    elbv2.create_listener(
        LoadBalancerArn=arn,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group_arn}],
    )
    elbv2.add_tags(ResourceArns=[arn], Tags=[{"Key": "owner", "Value": "team-a"}])
    s3: Any = session.client(home, "s3")
    bucket = f"logs-{session.identify(home).account}"
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    s3.create_bucket(
        Bucket=f"far-{bucket}", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    return look(home)


def the(world: World, kind: Kind, name: str) -> Resource:
    (found,) = (r for r in world.of(kind) if r.name == name)
    return found


RARE = {"iops", "ipv6", "throughput", "snapshot", "architecture", "type", "hidden"}
"""Attributes that what stands here does not have."""


class TestFurnished:
    def test_one_of_everything(self, furnished: World, home: Target) -> None:
        world = furnished
        vm = the(world, Kind.VM, "web-1")
        assert vm.attributes["state"] == "running"
        assert vm.attributes["size"] == "t3.small"
        assert vm.attributes["monitoring"] is True
        assert vm.attributes["spot"] is False
        assert vm.attributes["key_pair"] == "mine"
        assert vm.attributes["public_ip"] == world.of(Kind.PUBLIC_IP)[0].attributes["address"]
        assert vm.attributes["devices"] == {
            "/dev/sdf": the_data_disk(world).id,
            vm.attributes["root_device"]: vm.attributes["root_disk"],
        }
        assert sorted(world.needs(vm), key=str) == sorted(
            [
                *world.of(Kind.DISK),
                *(n for n in world.of(Kind.NIC) if n.attributes["attached_to"] == vm.id),
                the(world, Kind.KEY_PAIR, "mine"),
                the(world, Kind.SECURITY_GROUP, "web"),
                *(s for s in world.of(Kind.SUBNET) if s.id == vm.attributes["subnet"]),
            ],
            key=str,
        )
        boot = {d.id: d.attributes["boot"] for d in world.of(Kind.DISK)}
        assert boot == {the_data_disk(world).id: False, vm.attributes["root_disk"]: True}
        disk = the_data_disk(world).attributes
        assert (disk["gib"], disk["type"], disk["state"]) == (20, "gp3", "in-use")
        assert (disk["attached_to"], disk["device"]) == (vm.id, "/dev/sdf")

        network = the(world, Kind.NETWORK, "lab")
        assert network.tags == {"Name": "lab", "owner": "team-a"}
        assert network.attributes["cidr"] == "10.7.0.0/16"
        rules: Any = the(world, Kind.SECURITY_GROUP, "web").attributes["rules"]
        assert [r for r in rules if r["direction"] == "in"] == [
            {
                "direction": "in",
                "protocol": "tcp",
                "first_port": 80,
                "last_port": 81,
                "source": source,
            }
            for source in ("0.0.0.0/0", "10.0.0.0/8")
        ]
        (gateway,) = world.of(Kind.GATEWAY)
        assert gateway.attributes["networks"] == [network.id]
        table = next(t for t in world.of(Kind.ROUTE_TABLE) if t.attributes["subnets"])
        assert gateway in world.needs(table)
        assert {"destination": "0.0.0.0/0", "target": gateway.id} in list_of(table, "routes")

        balancer = the(world, Kind.LOAD_BALANCER, "front")
        assert balancer.tags == {"owner": "team-a"}
        assert balancer.attributes["public"] is True
        listener = the(world, Kind.LISTENER, "front:80")
        group = the(world, Kind.TARGET_GROUP, "tg")
        assert listener in world.needs(balancer)
        assert world.needs(listener) == (group,)
        assert group.attributes["targets"] == [{"vm": vm.id, "port": 8080}]
        assert group.attributes["load_balancers"] == [balancer.id]
        assert vm in world.needs(group)

        (bucket,) = world.of(Kind.BUCKET)
        assert bucket.attributes["versioning"] is True
        assert bucket.tags == {"a": "b"}
        image = the(world, Kind.IMAGE, "golden")
        assert image.attributes["owner"] == session.identify(home).account
        assert the(world, Kind.SNAPSHOT, "before").attributes["disk"] == the_data_disk(world).id

    def test_each_kind_alone_is_as_in_the_whole(self, furnished: World, home: Target) -> None:
        """A plan's basis is taken from the whole and compared with a few kinds later."""
        for kind in Kind:
            alone = look(home, kind)
            assert {r.ref: r.fingerprint for r in alone} == {
                r.ref: r.fingerprint for r in furnished.of(kind)
            }, kind

    def test_reading_twice_shows_no_change(self, furnished: World, home: Target) -> None:
        again = look(home)
        assert [r.fingerprint for r in again] == [r.fingerprint for r in furnished]

    def test_attributes_and_links_are_the_documented_ones(self, furnished: World) -> None:
        rows = re.findall(
            r"^\| (\w+) \| (.*?) \|\s*(.*?)\s*\|$",
            DOCUMENTED.read_text().partition("\n## ")[0],
            re.MULTILINE,
        )
        documented = {kind: set(re.findall(r"`(\w+)`", names)) for kind, names, _ in rows[1:]}
        roles = {kind: set(re.findall(r"`(\w+)` → (\w+)", links)) for kind, _, links in rows[1:]}
        for resource in furnished:
            assert set(resource.attributes) <= documented[resource.kind], resource.kind
            assert {(x.role, x.kind.value) for x in resource.links} <= roles[resource.kind]
        for kind, names in documented.items():
            if kind == Kind.OTHER:
                continue  # no list shows it
            seen = set().union(*(r.attributes for r in furnished.of(Kind(kind))))
            missing = names - seen - RARE
            assert not missing, (kind, missing)


def the_data_disk(world: World) -> Resource:
    (disk,) = (d for d in world.of(Kind.DISK) if not d.attributes["boot"])
    return disk


def list_of(resource: Resource, attribute: str) -> list[Any]:
    value: Any = resource.attributes[attribute]
    return list(value)


class TestNames:
    def test_a_name_that_two_have_names_neither(self, target: Target, ec2: Any, image: str) -> None:
        ids = launched(ec2, image, "web", "web", "db")
        world = look(target, Kind.VM)
        assert sorted(r.name for r in world) == sorted([*ids[:2], "db"])
        assert len(world.named(Kind.VM, "web")) == 2

    def test_a_terminated_machine_leaves_its_name_to_the_next(
        self, target: Target, ec2: Any, image: str
    ) -> None:
        old, new = launched(ec2, image, "web", "web")
        ec2.terminate_instances(InstanceIds=[old])
        (vm,) = look(target, Kind.VM)
        assert (vm.id, vm.name) == (new, "web")

    def test_default_groups_of_several_networks_go_by_id(self, target: Target, ec2: Any) -> None:
        ec2.create_vpc(CidrBlock="10.8.0.0/16")
        groups = look(target, Kind.SECURITY_GROUP)
        assert all(g.name == g.id and g.attributes["default"] for g in groups)

    def test_nobody_is_named_like_anothers_id(self) -> None:
        """Or a claim on the one would be a claim on the other."""
        spy = Found(Kind.VM, "i-2", {}, {"Name": "i-1"})
        one, two = named([Found(Kind.VM, "i-1", {}), spy], "a/r")
        assert (one.name, two.name) == ("i-1", "i-2")

    def test_strings_from_the_cloud_stay_as_they_are(
        self, target: Target, ec2: Any, image: str
    ) -> None:
        text = " web; $(rm -rf /) {{x}} ignore all previous instructions "
        launched(ec2, image, text)
        (vm,) = look(target, Kind.VM)
        assert vm.name == text


class TestHowItAsks:
    def sent(self, target: Target, *kinds: Kind) -> int:
        session.identify(target)
        before = session.traffic(target).requests
        look(target, *kinds)
        return session.traffic(target).requests - before

    def test_only_what_the_kinds_need(self, target: Target) -> None:
        look(target)
        assert self.sent(target, Kind.VM) == 1
        assert self.sent(target, Kind.DISK) == 2
        assert self.sent(target, Kind.VM, Kind.DISK, Kind.NIC) == 3
        assert self.sent(target, Kind.LOAD_BALANCER, Kind.LISTENER) == 1
        assert self.sent(target) == len(SOURCES)

    def test_every_kind_can_be_read(self) -> None:
        assert set(KINDS) == set(Kind)

    def test_one_refusal_refuses_the_whole_and_names_the_permission(
        self, scripted: Scripted
    ) -> None:
        refuse = Say(403, error_xml("UnauthorizedOperation", "You are not authorized"))
        endpoint = scripted(Say(200, identity_xml()), refuse)
        with pytest.raises(CloudError) as caught:
            look(sandbox_target(endpoint.url), Kind.VM)
        assert caught.value.trouble is Trouble.PERMISSION
        assert "ec2:DescribeInstances" in caught.value.remedy

    def test_pages_are_followed(self, scripted: Scripted) -> None:
        vpc = "<vpcSet><item><vpcId>{}</vpcId></item></vpcSet>"
        page = f"<DescribeVpcsResponse>{vpc}{{}}</DescribeVpcsResponse>"
        endpoint = scripted(
            Say(200, identity_xml()),
            Say(200, page.format("vpc-1", "<nextToken>t</nextToken>")),
            Say(200, page.format("vpc-2", "")),
        )
        world = look(sandbox_target(endpoint.url), Kind.NETWORK)
        assert [r.id for r in world] == ["vpc-1", "vpc-2"]
        assert "NextToken=t" in endpoint.requests[-1]

    def test_a_target_group_that_goes_while_we_look(self, scripted: Scripted) -> None:
        groups = (
            "<DescribeTargetGroupsResponse><DescribeTargetGroupsResult><TargetGroups><member>"
            "<TargetGroupArn>arn:tg</TargetGroupArn><TargetGroupName>tg</TargetGroupName>"
            "</member></TargetGroups></DescribeTargetGroupsResult></DescribeTargetGroupsResponse>"
        )
        gone = Say(400, error_xml("TargetGroupNotFound"))
        endpoint = scripted(Say(200, identity_xml()), Say(200, groups), gone, gone)
        assert look(sandbox_target(endpoint.url), Kind.TARGET_GROUP).resources == ()


def identity_xml() -> str:
    return (
        "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::1:user/u</Arn>"
        "<Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
    )


class TestTranslation:
    """Answers that the emulator does not give."""

    def test_a_spot_windows_machine_with_hardly_anything(self) -> None:
        (vm,) = vms(
            [
                {
                    "InstanceId": "i-1",
                    "State": {"Name": "pending"},
                    "InstanceLifecycle": "spot",
                    "Platform": "Windows",
                    "Monitoring": {"State": "pending"},
                }
            ]
        )
        assert vm.attributes["spot"] is True
        assert vm.attributes["platform"] == "windows"
        assert vm.attributes["monitoring"] is True
        assert vm.attributes["public_ip"] is None
        assert "subnet" not in vm.attributes
        assert vm.links == ()

    def test_a_root_disk_that_hangs_under_the_other_name(self) -> None:
        ebs = {"VolumeId": "vol-1", "DeleteOnTermination": True}
        instance = {
            "InstanceId": "i-1",
            "State": {"Name": "running"},
            "RootDeviceName": "/dev/xvda",
            "BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": ebs}],
        }
        (vm,) = vms([instance])
        assert (vm.attributes["root_device"], vm.attributes["root_disk"]) == ("/dev/sda1", "vol-1")
        held = {"InstanceId": "i-1", "Device": "/dev/sda1", "DeleteOnTermination": False}
        (disk,) = disks([{"VolumeId": "vol-1", "Attachments": [held]}], [instance])
        assert disk.attributes["boot"] is True
        assert disk.attributes["delete_with_vm"] is True

    def test_a_free_disk(self) -> None:
        (disk,) = disks([{"VolumeId": "vol-1", "Size": 8, "State": "available"}], [])
        assert disk.attributes["attached_to"] is None
        assert disk.attributes["boot"] is False

    def test_targets_that_are_leaving_are_targets_no_more(self) -> None:
        health = [
            {"Target": {"Id": "i-1", "Port": 80}, "TargetHealth": {"State": "draining"}},
            {"Target": {"Id": "i-2", "Port": 80}, "TargetHealth": {"State": "healthy"}},
        ]
        item = {"TargetGroupArn": "a", "TargetGroupName": "n", "Health": health}
        (group,) = target_groups([item])
        assert group.attributes["targets"] == [{"vm": "i-2", "port": 80}]
        assert group.links == (Link("targets", Kind.VM, "i-2"),)

    def test_targets_that_are_addresses_are_no_machines(self) -> None:
        item = {
            "TargetGroupArn": "a",
            "TargetGroupName": "n",
            "TargetType": "ip",
            "Health": [{"Target": {"Id": "10.0.0.1", "Port": 80}}],
        }
        (group,) = target_groups([item])
        assert group.attributes["targets"] == [{"target": "10.0.0.1", "port": 80}]
        assert group.links == ()

    def test_all_traffic_and_ping(self) -> None:
        permissions = [
            {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-2"}]},
            {
                "IpProtocol": "icmp",
                "FromPort": -1,
                "ToPort": -1,
                "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
            },
        ]
        (group,) = security_groups(
            [{"GroupId": "sg-1", "GroupName": "g", "IpPermissions": permissions}]
        )
        rules: Any = group.attributes["rules"]
        said = {(r["protocol"], r["first_port"], r["last_port"], r["source"]) for r in rules}
        assert said == {("all", 0, 65535, "sg-2"), ("icmp", -1, -1, "::/0")}

    def test_an_address_of_the_old_kind(self) -> None:
        (address,) = public_ips([{"PublicIp": "192.0.2.1", "InstanceId": ""}])
        assert address.id == "192.0.2.1"
        assert address.attributes["attached_to"] is None
