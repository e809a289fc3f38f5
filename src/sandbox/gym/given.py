"""What a task starts from, made by a client that is not the agent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox.gym.reader import Reader

IMAGE = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
"""The public parameter that names the newest Amazon Linux."""

Given = Callable[[Reader], None]


def nothing(_: Reader) -> None:
    """A new account: AWS's own default network and no more."""


def one_vm(cloud: Reader) -> None:
    _vm(cloud, "web-1")


def one_vm_with_data(cloud: Reader) -> None:
    """In a network of its own, with a data disk of 32 GiB and the tag ``owner=team-a``."""
    subnet = _network(cloud)
    vm = _vm(cloud, "web-1", SubnetId=subnet, tags={"owner": "team-a"})
    _disk(cloud, vm, "/dev/sdf", 32, "gp3")


def one_of_two_stopped(cloud: Reader) -> None:
    _vm(cloud, "web-1")
    stopped = _vm(cloud, "web-2")
    cloud.ec2.stop_instances(InstanceIds=[stopped])


def public_vm(cloud: Reader) -> None:
    """Its public address is an elastic one: it stays when the machine stops."""
    vm = _vm(cloud, "web-1")
    address = cloud.ec2.allocate_address(Domain="vpc")["AllocationId"]
    cloud.ec2.associate_address(AllocationId=address, InstanceId=vm)


def vm_with_disks(cloud: Reader) -> None:
    vm = _vm(cloud, "web-1")
    _disk(cloud, vm, "/dev/sdf", 50, "gp3")
    _disk(cloud, vm, "/dev/sdg", 125, "st1")


def tier(cloud: Reader) -> None:
    """Three machines in one subnet of lab-net behind a load balancer. It passes connections on
    (a network load balancer): the other sort would want a second subnet."""
    subnet = _network(cloud)
    network = cloud.ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["VpcId"]
    gateway = cloud.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    cloud.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=network)
    vms = [_vm(cloud, f"web-{n}", SubnetId=subnet) for n in (1, 2, 3)]
    _balance(cloud, network, subnet, vms)


GIVEN: Mapping[str, Given] = {
    "P1": nothing,
    "P2": nothing,
    "P3": nothing,
    "U1": one_vm,
    "U2": one_vm,
    "U3": one_vm_with_data,
    "M1": one_of_two_stopped,
    "M2": public_vm,
    "M3": vm_with_disks,
    "M4": tier,
    "M5": nothing,
}
"""By the id of the task. What M5's portal tells is in health.py."""


def _network(cloud: Reader) -> str:
    """lab-net with one subnet; the subnet's id."""
    network = cloud.ec2.create_vpc(
        CidrBlock="10.40.0.0/16", TagSpecifications=_tags("vpc", {"Name": "lab-net"})
    )["Vpc"]["VpcId"]
    subnet = cloud.ec2.create_subnet(
        VpcId=network,
        CidrBlock="10.40.1.0/24",
        AvailabilityZone=f"{cloud.region}a",
        TagSpecifications=_tags("subnet", {"Name": "lab-net-a"}),
    )
    return str(subnet["Subnet"]["SubnetId"])


def _vm(cloud: Reader, name: str, tags: Mapping[str, str] | None = None, **arguments: Any) -> str:
    """A running machine; its id."""
    image = cloud.client("ssm").get_parameter(Name=IMAGE)["Parameter"]["Value"]
    made = cloud.ec2.run_instances(
        ImageId=image,
        InstanceType="t3.small",
        MinCount=1,
        MaxCount=1,
        TagSpecifications=_tags("instance", {"Name": name, **(tags or {})}),
        **arguments,
    )
    id = str(made["Instances"][0]["InstanceId"])
    cloud.ec2.get_waiter("instance_running").wait(InstanceIds=[id], WaiterConfig={"Delay": 1})
    return id


def _disk(cloud: Reader, vm: str, device: str, gib: int, type: str) -> None:
    found = cloud.ec2.describe_instances(InstanceIds=[vm])["Reservations"][0]["Instances"][0]
    zone = found["Placement"]["AvailabilityZone"]
    disk = cloud.ec2.create_volume(AvailabilityZone=zone, Size=gib, VolumeType=type)["VolumeId"]
    cloud.ec2.get_waiter("volume_available").wait(VolumeIds=[disk], WaiterConfig={"Delay": 1})
    cloud.ec2.attach_volume(VolumeId=disk, InstanceId=vm, Device=device)


def _balance(cloud: Reader, network: str, subnet: str, vms: Sequence[str]) -> None:
    balancer = cloud.elb.create_load_balancer(
        Name="front", Type="network", Scheme="internet-facing", Subnets=[subnet]
    )["LoadBalancers"][0]["LoadBalancerArn"]
    group = cloud.elb.create_target_group(
        Name="front-vms", Protocol="TCP", Port=80, VpcId=network, TargetType="instance"
    )["TargetGroups"][0]["TargetGroupArn"]
    cloud.elb.register_targets(TargetGroupArn=group, Targets=[{"Id": vm} for vm in vms])
    cloud.elb.create_listener(
        LoadBalancerArn=balancer,
        Protocol="TCP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )


def _tags(type: str, tags: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"ResourceType": type, "Tags": [{"Key": k, "Value": v} for k, v in tags.items()]}]
