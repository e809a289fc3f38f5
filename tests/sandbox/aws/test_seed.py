"""A copy built up from a world reads back as that world, id for id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from modalities.aws import inventory
from modalities.aws.session import identify
from modalities.receipt import CloudError
from modalities.resource import Kind, Provider, Resource, ResourceRef, World
from modalities.target import Target
from sandbox.copies import SandboxCopies
from sandbox.daemon import Sandbox

Clients = Callable[..., Any]

ED25519 = b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl x"


@pytest.fixture
def source(sandbox: Sandbox) -> Target:
    """The sandbox by another name: foreign to its copies, so that they are built up."""
    target = sandbox.target(region="eu-central-1")
    url = sandbox.endpoint().replace("127.0.0.1", "localhost")
    return replace(target, endpoint_url=url)


def world_of(target: Target) -> World:
    return inventory.read(target, identify(target))


def fingerprints(world: World) -> dict[str, str]:
    return {f"{r.ref.key} {r.id}": r.fingerprint for r in world}


@pytest.fixture
def furnished(connect: Clients) -> dict[str, str]:
    """One of everything, and machines of every sort; names to ids."""
    region = "eu-central-1"
    ec2, elb = connect("ec2", region=region), connect("elbv2", region=region)
    s3, ssm = connect("s3", region=region), connect("ssm", region=region)

    def tags(kind: str, name: str) -> dict[str, Any]:
        tag = [{"Key": "Name", "Value": name}, {"Key": "owner", "Value": "üx <&>"}]
        return {"TagSpecifications": [{"ResourceType": kind, "Tags": tag}]}

    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", **tags("vpc", "net"))["Vpc"]["VpcId"]
    a, b = (
        ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=f"10.0.{n}.0/24",
            AvailabilityZone=f"{region}{zone}",
            **tags("subnet", f"net-{zone}"),
        )["Subnet"]["SubnetId"]
        for n, zone in enumerate("ab")
    )
    ec2.modify_subnet_attribute(SubnetId=a, MapPublicIpOnLaunch={"Value": True})
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=a)
    web = ec2.create_security_group(GroupName="web", Description="w", VpcId=vpc)["GroupId"]
    back = ec2.create_security_group(GroupName="back", Description="b", VpcId=vpc)["GroupId"]
    ports = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 443}
    everyone = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
    ping = {
        "IpProtocol": "icmp",
        "FromPort": -1,
        "ToPort": -1,
        "IpRanges": [{"CidrIp": "10.0.0.0/8"}],
    }
    ec2.authorize_security_group_ingress(GroupId=web, IpPermissions=[ports | everyone, ping])
    inner = ports | {"UserIdGroupPairs": [{"GroupId": web}]}
    ec2.authorize_security_group_ingress(GroupId=back, IpPermissions=[inner])
    ec2.import_key_pair(KeyName="ops", PublicKeyMaterial=ED25519)
    image = ssm.get_parameter(
        Name="/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id"
    )["Parameter"]["Value"]

    def run(name: str, **more: Any) -> str:
        wanted = {"ImageId": image, "InstanceType": "t3.small", "MinCount": 1, "MaxCount": 1}
        wanted |= {"SubnetId": a, "SecurityGroupIds": [web], "KeyName": "ops"} | more
        made = ec2.run_instances(**(wanted | tags("instance", name)))
        return str(made["Instances"][0]["InstanceId"])

    vms = {
        "web-1": run("web-1", Monitoring={"Enabled": True}),
        "web-2": run("web-2"),
        "spot-1": run("spot-1", InstanceMarketOptions={"MarketType": "spot"}),
        "db-1": run("db-1", SubnetId=b, SecurityGroupIds=[back, web]),
    }
    ec2.stop_instances(InstanceIds=[vms["db-1"]])
    nic = ec2.create_network_interface(SubnetId=a, Groups=[back])["NetworkInterface"]
    ec2.attach_network_interface(
        NetworkInterfaceId=nic["NetworkInterfaceId"], InstanceId=vms["web-1"], DeviceIndex=1
    )
    loose = ec2.create_network_interface(SubnetId=b)["NetworkInterface"]["NetworkInterfaceId"]
    disk = ec2.create_volume(
        AvailabilityZone=f"{region}a", Size=20, VolumeType="gp3", Throughput=200, Iops=4000
    )["VolumeId"]
    ec2.attach_volume(VolumeId=disk, InstanceId=vms["web-1"], Device="/dev/sdf")
    ec2.create_volume(AvailabilityZone=f"{region}b", Size=5, **tags("volume", "spare"))
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.associate_address(AllocationId=address, InstanceId=vms["web-2"])
    ec2.allocate_address(Domain="vpc")
    snapshot = ec2.create_snapshot(VolumeId=disk)["SnapshotId"]
    own = ec2.create_image(InstanceId=vms["web-1"], Name="golden")["ImageId"]
    vms["golden-1"] = run("golden-1", ImageId=own)
    balancer = elb.create_load_balancer(
        Name="front", Subnets=[a, b], SecurityGroups=[web], Tags=[{"Key": "k", "Value": "v"}]
    )["LoadBalancers"][0]["LoadBalancerArn"]
    group = elb.create_target_group(Name="app", Protocol="HTTP", Port=8080, VpcId=vpc)[
        "TargetGroups"
    ][0]["TargetGroupArn"]
    elb.register_targets(
        TargetGroupArn=group, Targets=[{"Id": vms["web-1"]}, {"Id": vms["web-2"], "Port": 81}]
    )
    forward = [{"Type": "forward", "TargetGroupArn": group}]
    elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=forward)
    s3.create_bucket(Bucket="things", CreateBucketConfiguration={"LocationConstraint": region})
    s3.put_bucket_versioning(Bucket="things", VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_tagging(Bucket="things", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    return {
        **vms,
        "subnet": a,
        "disk": disk,
        "address": address,
        "loose": loose,
        "group": group,
        "balancer": balancer,
        "snapshot": snapshot,
        "own": own,
    }


def test_a_copy_reads_back_as_the_world_it_was_made_from(
    sandbox: Sandbox, source: Target, furnished: dict[str, str], client_of: Clients
) -> None:
    world = world_of(source)
    assert {r.kind for r in world} == set(Kind) - {Kind.RESOURCE_GROUP, Kind.OTHER}
    with SandboxCopies(sandbox).copy(source, world) as copy:
        assert fingerprints(world_of(copy)) == fingerprints(world)
        assert client_of(copy, "sts").get_caller_identity()["Account"] == world.scope[:12]


VOLATILE = {
    "AttachTime",
    "AttachmentId",
    "CreateTime",
    "CreatedTime",
    "CreationDate",
    "LaunchTime",
    "MacAddress",
    "ReservationId",
    "ResponseMetadata",
    "RouteTableAssociationId",
    "SecurityGroupRuleId",
    "SpotInstanceRequestId",
    "StateReason",
    "StateTransitionReason",
    "StartTime",
}
"""What a world does not hold."""


def settled(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: settled(v) for k, v in value.items() if k not in VOLATILE}
    if isinstance(value, list):
        return sorted((settled(v) for v in value), key=repr)
    return value


@pytest.mark.parametrize(
    ("service", "operation", "left_out"),
    [
        ("ec2", "describe_vpcs", {"CidrBlockAssociationSet"}),
        ("ec2", "describe_subnets", set()),
        ("ec2", "describe_internet_gateways", set()),
        ("ec2", "describe_route_tables", set()),
        ("ec2", "describe_security_groups", set()),
        ("ec2", "describe_network_interfaces", {"Description"}),
        ("ec2", "describe_volumes", set()),
        ("ec2", "describe_addresses", set()),
        ("ec2", "describe_key_pairs", set()),
        ("elbv2", "describe_load_balancers", set()),
        ("elbv2", "describe_target_groups", set()),
    ],
)
def test_aws_own_view_of_a_copy_is_that_of_its_source(
    sandbox: Sandbox,
    source: Target,
    furnished: dict[str, str],
    client_of: Clients,
    service: str,
    operation: str,
    left_out: set[str],
) -> None:
    def view(target: Target) -> Any:
        answer = getattr(client_of(target, service), operation)()
        items = next(v for k, v in answer.items() if isinstance(v, list))
        return settled([{k: v for k, v in i.items() if k not in left_out} for i in items])

    with SandboxCopies(sandbox).copy(source, world_of(source)) as copy:
        assert view(copy) == view(source)


def test_machines_of_a_copy_are_alive(
    sandbox: Sandbox, source: Target, furnished: dict[str, str], client_of: Clients
) -> None:
    """What would be done to the real ones can be done to them."""
    with SandboxCopies(sandbox).copy(source, world_of(source)) as copy:
        ec2, elb = client_of(copy, "ec2"), client_of(copy, "elbv2")
        web, db = furnished["web-1"], furnished["db-1"]
        ec2.start_instances(InstanceIds=[db])
        elb.register_targets(TargetGroupArn=furnished["group"], Targets=[{"Id": db}])
        ec2.detach_volume(VolumeId=furnished["disk"])
        ec2.run_instances(
            ImageId=furnished["own"],
            InstanceType="t3.micro",
            MinCount=1,
            MaxCount=1,
            SubnetId=furnished["subnet"],
            KeyName="ops",
        )
        with pytest.raises(ClientError, match="DependencyViolation"):
            ec2.delete_subnet(SubnetId=furnished["subnet"])
        spot = ec2.describe_spot_instance_requests()["SpotInstanceRequests"]
        assert [request["InstanceId"] for request in spot] == [furnished["spot-1"]]
        ec2.stop_instances(InstanceIds=[web])
        ec2.start_instances(InstanceIds=[web])
        ec2.terminate_instances(InstanceIds=[web])
        volumes = ec2.describe_volumes(VolumeIds=[furnished["disk"]])["Volumes"]
        assert volumes[0]["State"] == "available"


@pytest.mark.parametrize("architecture", ["x86_64", "arm64"])
def test_a_foreign_image_counts_as_known(
    sandbox: Sandbox,
    source: Target,
    furnished: dict[str, str],
    client_of: Clients,
    architecture: str,
) -> None:
    size = "t4g.small" if architecture == "arm64" else "t3.small"
    world = world_of(source)
    vm = next(r for r in world.of(Kind.VM) if r.id == furnished["web-2"])
    strange = replace(
        vm, attributes={**vm.attributes, "image": "ami-0f0e1d2c3b4a59687", "size": size}
    )
    world = world.with_resources(strange if r.id == vm.id else r for r in world)
    with SandboxCopies(sandbox).copy(source, world) as copy:
        ec2 = client_of(copy, "ec2")
        (image,) = ec2.describe_images(ImageIds=["ami-0f0e1d2c3b4a59687"])["Images"]
        assert image["Architecture"] == architecture
        assert image["RootDeviceName"] == vm.attributes["root_device"]
        ec2.run_instances(
            ImageId=image["ImageId"],
            InstanceType=size,
            MinCount=1,
            MaxCount=1,
            SubnetId=furnished["subnet"],
        )


def test_a_copy_holds_the_world_and_nothing_else(
    sandbox: Sandbox, source: Target, client_of: Clients
) -> None:
    with SandboxCopies(sandbox).copy(
        source, World(Provider.AWS, "111122223333/ap-south-1")
    ) as copy:
        target = replace(copy, region="ap-south-1")
        assert list(world_of(target)) == []
        ec2 = client_of(target, "ec2")
        assert ec2.describe_vpcs()["Vpcs"] == []
        made = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        ec2.create_subnet(VpcId=made, CidrBlock="10.0.0.0/24")
        assert len(ec2.describe_security_groups()["SecurityGroups"]) == 1


def test_what_has_no_counterpart_is_named(sandbox: Sandbox, source: Target) -> None:
    ref = ResourceRef(Provider.AWS, "111122223333/us-east-1", Kind.DISK, "data")
    disk = Resource(ref, "vol-1", {"gib": 1, "zone": "us-east-1-wl1-bos-wlz-1", "type": "gp3"})
    world = World(Provider.AWS, ref.scope, (disk,))
    with (
        pytest.raises(CloudError, match=r"disk/data \(vol-1\) cannot be imitated: .*zone"),
        SandboxCopies(sandbox).copy(source, world),
    ):
        pass


def many(scope: str, count: int) -> World:
    """``count`` machines with disk and interface in one network."""

    def made(kind: Kind, id: str, **attributes: Any) -> Resource:
        return Resource(ResourceRef(Provider.AWS, scope, kind, id), id, attributes)

    net = made(Kind.NETWORK, "vpc-1", cidr="10.0.0.0/16")
    sub = made(Kind.SUBNET, "subnet-1", cidr="10.0.0.0/20", zone="eu-west-3a", network="vpc-1")
    group = made(Kind.SECURITY_GROUP, "sg-1", network="vpc-1", default=True, rules=[])
    resources = [net, sub, group]
    for n in range(count):
        vm, ip = f"i-{n:04x}", f"10.0.{n // 200}.{n % 200 + 10}"
        place = {"subnet": "subnet-1", "private_ip": ip, "security_groups": ["sg-1"]}
        resources += [
            made(Kind.VM, vm, state="running", size="t3.micro", image="ami-1", **place),
            made(Kind.NIC, f"eni-{n:04x}", attached_to=vm, primary=True, **place),
            made(
                Kind.DISK,
                f"vol-{n:04x}",
                gib=8,
                zone="eu-west-3a",
                attached_to=vm,
                device="/dev/xvda",
            ),
        ]
    return World(Provider.AWS, scope, tuple(resources))


def test_a_machine_whose_address_lies_outside_its_subnet_is_there_with_it(
    sandbox: Sandbox, source: Target, client_of: Clients
) -> None:
    """As an emulator has it that was asked for a machine and no subnet."""
    world = many("111122223333/eu-west-3", 1)
    strange = tuple(
        replace(r, attributes={**r.attributes, "private_ip": "10.211.180.72"})
        if "private_ip" in r.attributes
        else r
        for r in world.resources
    )
    with SandboxCopies(sandbox).copy(source, World(world.provider, world.scope, strange)) as copy:
        ec2 = client_of(replace(copy, region="eu-west-3"), "ec2")
        ((machine,),) = (r["Instances"] for r in ec2.describe_instances()["Reservations"])
        assert machine["PrivateIpAddress"] == "10.211.180.72"


def test_a_hundred_resources_are_there(
    sandbox: Sandbox, source: Target, client_of: Clients
) -> None:
    with SandboxCopies(sandbox).copy(source, many("111122223333/eu-west-3", 33)) as copy:
        ec2 = client_of(replace(copy, region="eu-west-3"), "ec2")
        machines = ec2.describe_instances()["Reservations"]
        assert sum(len(r["Instances"]) for r in machines) == 33
