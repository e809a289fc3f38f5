"""Where the sandbox is nearer to AWS than moto alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Clients = Callable[..., Any]


@pytest.fixture
def run(ec2: Any, image: str) -> Callable[..., list[dict[str, Any]]]:
    def make(count: int = 1, **more: Any) -> list[dict[str, Any]]:
        wanted = {"ImageId": image, "InstanceType": "t3.micro"} | more
        made = ec2.run_instances(MinCount=count, MaxCount=count, **wanted)
        ids = [i["InstanceId"] for i in made["Instances"]]
        return seen(ec2, *ids)

    return make


def seen(ec2: Any, *ids: str) -> list[dict[str, Any]]:
    answer = ec2.describe_instances(InstanceIds=list(ids))
    return [i for r in answer["Reservations"] for i in r["Instances"]]


class refuses:  # noqa: N801 - read as a word of the tests
    """``with refuses("Code"):`` - the sandbox says no, as AWS does."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        assert isinstance(error, ClientError), error
        assert error.response["Error"]["Code"] == self.code
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] < 500
        return True


def data_disk(ec2: Any, zone: str = "us-east-1a", **more: Any) -> str:
    return str(ec2.create_volume(AvailabilityZone=zone, Size=10, **more)["VolumeId"])


def spot(**options: str) -> dict[str, Any]:
    return {"InstanceMarketOptions": {"MarketType": "spot", "SpotOptions": options}}


# spot


def test_a_spot_machine_reads_back_as_one(ec2: Any, run: Any) -> None:
    (vm,) = run(**spot(MaxPrice="0.02", SpotInstanceType="one-time"))
    assert vm["InstanceLifecycle"] == "spot"
    (request,) = ec2.describe_spot_instance_requests()["SpotInstanceRequests"]
    assert request["SpotInstanceRequestId"] == vm["SpotInstanceRequestId"]
    assert request["InstanceId"] == vm["InstanceId"]
    assert (request["State"], request["Type"]) == ("active", "one-time")
    assert float(request["SpotPrice"]) == 0.02
    (plain,) = run()
    assert "InstanceLifecycle" not in plain
    assert "SpotInstanceRequestId" not in plain


def test_a_requested_spot_machine_names_its_request(ec2: Any, image: str) -> None:
    specification = {"ImageId": image, "InstanceType": "t3.micro"}
    made = ec2.request_spot_instances(LaunchSpecification=specification)["SpotInstanceRequests"][0]
    (vm,) = seen(ec2, made["InstanceId"])
    assert vm["SpotInstanceRequestId"] == made["SpotInstanceRequestId"]


def test_a_one_time_spot_machine_cannot_be_stopped(ec2: Any, run: Any) -> None:
    (vm,) = run(**spot())
    with refuses("UnsupportedOperation"):
        ec2.stop_instances(InstanceIds=[vm["InstanceId"]])
    (lasting,) = run(**spot(SpotInstanceType="persistent", InstanceInterruptionBehavior="stop"))
    ec2.stop_instances(InstanceIds=[lasting["InstanceId"]])


def test_a_spot_request_ends_with_its_machine_or_is_cancelled(ec2: Any, run: Any) -> None:
    one, two = run(2, **spot())
    ec2.terminate_instances(InstanceIds=[one["InstanceId"]])
    ec2.cancel_spot_instance_requests(SpotInstanceRequestIds=[two["SpotInstanceRequestId"]])
    requests = ec2.describe_spot_instance_requests()["SpotInstanceRequests"]
    states = {r["InstanceId"]: r["State"] for r in requests}
    assert states == {one["InstanceId"]: "closed", two["InstanceId"]: "cancelled"}
    with refuses("InvalidSpotInstanceRequestID.NotFound"):
        ec2.cancel_spot_instance_requests(SpotInstanceRequestIds=["sir-none"])


# tokens


def test_a_repeated_token_makes_nothing_new(ec2: Any, image: str) -> None:
    wanted = {"ImageId": image, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1}
    once = ec2.run_instances(ClientToken="t1", **wanted)["Instances"][0]["InstanceId"]
    again = ec2.run_instances(ClientToken="t1", **wanted)["Instances"][0]["InstanceId"]
    other = ec2.run_instances(ClientToken="t2", **wanted)["Instances"][0]["InstanceId"]
    assert once == again != other
    with refuses("IdempotentParameterMismatch"):
        ec2.run_instances(ClientToken="t1", **(wanted | {"InstanceType": "t3.small"}))
    assert data_disk(ec2, ClientToken="t3") == data_disk(ec2, ClientToken="t3")
    found = ec2.describe_instances(Filters=[{"Name": "client-token", "Values": ["t1"]}])
    assert [i["InstanceId"] for r in found["Reservations"] for i in r["Instances"]] == [once]


def test_a_token_of_a_failed_call_is_free(ec2: Any, image: str) -> None:
    wanted = {"ImageId": image, "MinCount": 1, "MaxCount": 1, "ClientToken": "t"}
    with refuses("InvalidParameterValue"):
        ec2.run_instances(InstanceType="t3.none", **wanted)
    assert ec2.run_instances(InstanceType="t3.micro", **wanted)["Instances"]


def test_an_answer_that_was_not_heard_is_given_again(ec2: Any, network: Any) -> None:
    """As SDKs send a call again: of the same invocation, with a higher number."""
    sent = {"number": 1, "of": "one"}

    def numbered(request: Any, **_: Any) -> None:
        request.headers["amz-sdk-request"] = f"attempt={sent['number']}; max=2"
        request.headers["amz-sdk-invocation-id"] = sent["of"]

    table = ec2.create_route_table(VpcId=network[0])["RouteTable"]["RouteTableId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=network[0])
    ec2.meta.events.register("before-send.ec2.CreateRoute", numbered)
    route = {"DestinationCidrBlock": "0.0.0.0/0", "RouteTableId": table, "GatewayId": gateway}
    ec2.create_route(**route)
    sent["number"] = 2
    ec2.create_route(**route)
    sent["of"] = "two"
    with refuses("RouteAlreadyExists"):
        ec2.create_route(**route)


# queues


def test_a_queue_shows_what_it_was_given(connect: Clients) -> None:
    sqs = connect("sqs", "111122223333")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = "arn:aws:sqs:us-east-1:111122223333:dead"
    to_dead = f'{{"deadLetterTargetArn":"{arn}","maxReceiveCount":5}}'
    work = sqs.create_queue(QueueName="work", Attributes={"RedrivePolicy": to_dead})["QueueUrl"]
    policy = '{"Statement": [{"Effect": "Allow"}]}'
    sqs.set_queue_attributes(QueueUrl=dead, Attributes={"Policy": policy})
    allowed = '{"redrivePermission":"allowAll"}'
    sqs.set_queue_attributes(QueueUrl=dead, Attributes={"RedriveAllowPolicy": allowed})
    shown = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["All"])["Attributes"]
    assert (shown["RedriveAllowPolicy"], shown["Policy"]) == (allowed, policy)
    shown = sqs.get_queue_attributes(QueueUrl=work, AttributeNames=["All"])["Attributes"]
    assert shown["RedrivePolicy"] == to_dead


def test_one_attribute_of_a_queue_can_be_asked_for(connect: Clients) -> None:
    sqs = connect("sqs", "111122223333")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    asked = {"QueueUrl": dead, "AttributeNames": ["RedriveAllowPolicy"]}
    assert "Attributes" not in sqs.get_queue_attributes(**asked)
    allowed = '{"redrivePermission":"allowAll"}'
    sqs.set_queue_attributes(QueueUrl=dead, Attributes={"RedriveAllowPolicy": allowed})
    assert sqs.get_queue_attributes(**asked)["Attributes"] == {"RedriveAllowPolicy": allowed}
    with refuses("InvalidAttributeName"):
        sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["RedriveAllow"])


# launch


def test_the_root_disk_is_the_images(ec2: Any, run: Any, image: str) -> None:
    (vm,) = run()
    described = ec2.describe_images(ImageIds=[image])["Images"][0]
    assert vm["RootDeviceName"] == described["RootDeviceName"] == "/dev/xvda"
    (disk,) = vm["BlockDeviceMappings"]
    assert disk["DeviceName"] == "/dev/xvda"
    (volume,) = ec2.describe_volumes()["Volumes"]
    assert (volume["Size"], volume["VolumeType"], volume["Throughput"]) == (8, "gp3", 125)
    assert volume["Attachments"][0]["DeleteOnTermination"] is True
    assert described["BlockDeviceMappings"][0]["Ebs"]["VolumeSize"] == 8


def test_a_root_disk_can_be_chosen(ec2: Any, run: Any) -> None:
    ebs = {"VolumeSize": 30, "VolumeType": "gp3", "Throughput": 250, "DeleteOnTermination": False}
    (vm,) = run(BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": ebs}])
    (volume,) = ec2.describe_volumes()["Volumes"]
    assert (volume["Size"], volume["Throughput"]) == (30, 250)
    ec2.terminate_instances(InstanceIds=[vm["InstanceId"]])
    (kept,) = ec2.describe_volumes()["Volumes"]
    assert kept["State"] == "available"


def test_more_disks_come_with_the_root_disk(ec2: Any, run: Any) -> None:
    data = {"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 5}}
    (vm,) = run(BlockDeviceMappings=[data])
    assert [d["DeviceName"] for d in vm["BlockDeviceMappings"]] == ["/dev/xvda", "/dev/sdf"]


def test_as_many_as_were_asked_for(ec2: Any, image: str) -> None:
    made = ec2.run_instances(ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=3)
    assert len(made["Instances"]) == 3


def test_a_machine_has_the_groups_of_its_first_interface(ec2: Any, run: Any) -> None:
    network = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    one, two = (
        ec2.create_security_group(GroupName=name, Description="x", VpcId=network)["GroupId"]
        for name in ("one", "two")
    )
    nic = {"DeviceIndex": 0, "SubnetId": subnet, "Groups": [one]}
    (vm,) = run(NetworkInterfaces=[nic])
    assert _groups(vm) == ([one], [one])
    ec2.modify_instance_attribute(InstanceId=vm["InstanceId"], Groups=[two])
    (vm,) = seen(ec2, vm["InstanceId"])
    assert _groups(vm) == ([two], [two])
    first = vm["NetworkInterfaces"][0]["NetworkInterfaceId"]
    ec2.modify_network_interface_attribute(NetworkInterfaceId=first, Groups=[one])
    (vm,) = seen(ec2, vm["InstanceId"])
    assert _groups(vm) == ([one], [one])


def _groups(vm: dict[str, Any]) -> tuple[list[str], list[str]]:
    nic = vm["NetworkInterfaces"][0]
    return tuple([g["GroupId"] for g in of] for of in (vm["SecurityGroups"], nic["Groups"]))  # type: ignore[return-value]


@pytest.mark.parametrize("public", [True, False])
def test_a_public_address_only_where_it_is_wanted(ec2: Any, run: Any, public: bool) -> None:
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    nic = {"DeviceIndex": 0, "SubnetId": subnet, "AssociatePublicIpAddress": public}
    (vm,) = run(NetworkInterfaces=[nic])
    assert ("PublicIpAddress" in vm) is public
    assert ("Association" in vm["NetworkInterfaces"][0]) is public
    (default,) = run()
    assert "PublicIpAddress" in default


def test_monitoring_reads_back(ec2: Any, run: Any) -> None:
    (vm,) = run(Monitoring={"Enabled": True})
    assert vm["Monitoring"]["State"] == "enabled"
    id = vm["InstanceId"]
    told = ec2.unmonitor_instances(InstanceIds=[id])["InstanceMonitorings"]
    assert told == [{"InstanceId": id, "Monitoring": {"State": "disabling"}}]
    assert seen(ec2, id)[0]["Monitoring"]["State"] == "disabled"
    told = ec2.monitor_instances(InstanceIds=[id])["InstanceMonitorings"]
    assert told[0]["Monitoring"]["State"] == "pending"
    assert seen(ec2, id)[0]["Monitoring"]["State"] == "enabled"
    with refuses("InvalidInstanceID.NotFound"):
        ec2.monitor_instances(InstanceIds=["i-0none0none0none0"])


# machines and their states


def test_a_terminated_machine_leaves_nothing_but_its_data(ec2: Any, run: Any) -> None:
    (vm,) = run()
    id = vm["InstanceId"]
    disk = data_disk(ec2, vm["Placement"]["AvailabilityZone"])
    ec2.attach_volume(VolumeId=disk, InstanceId=id, Device="/dev/sdf")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.associate_address(AllocationId=address, InstanceId=id)
    ec2.terminate_instances(InstanceIds=[id])
    assert [v["VolumeId"] for v in ec2.describe_volumes()["Volumes"]] == [disk]
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []
    assert "AssociationId" not in ec2.describe_addresses()["Addresses"][0]
    (gone,) = seen(ec2, id)
    assert gone["State"]["Name"] == "terminated"
    assert gone["NetworkInterfaces"] == gone["BlockDeviceMappings"] == []
    assert "PublicIpAddress" not in gone
    ec2.terminate_instances(InstanceIds=[id])
    for change in (ec2.start_instances, ec2.stop_instances):
        with refuses("IncorrectInstanceState"):
            change(InstanceIds=[id])
    with refuses("IncorrectState"):
        ec2.attach_volume(VolumeId=disk, InstanceId=id, Device="/dev/sdg")


def test_a_data_disk_goes_with_its_machine_where_that_was_said(ec2: Any, run: Any) -> None:
    (vm,) = run()
    id, zone = vm["InstanceId"], vm["Placement"]["AvailabilityZone"]
    ec2.attach_volume(VolumeId=data_disk(ec2, zone), InstanceId=id, Device="/dev/sdf")
    flag = {"DeviceName": "/dev/sdf", "Ebs": {"DeleteOnTermination": True}}
    ec2.modify_instance_attribute(InstanceId=id, BlockDeviceMappings=[flag])
    ec2.terminate_instances(InstanceIds=[id])
    assert ec2.describe_volumes()["Volumes"] == []


def test_a_running_machine_keeps_its_size(ec2: Any, run: Any) -> None:
    (vm,) = run()
    id = vm["InstanceId"]
    with refuses("IncorrectInstanceState"):
        ec2.modify_instance_attribute(InstanceId=id, InstanceType={"Value": "t3.small"})
    ec2.stop_instances(InstanceIds=[id])
    with refuses("InvalidParameterValue"):
        ec2.modify_instance_attribute(InstanceId=id, InstanceType={"Value": "t3.none"})
    with refuses("IncorrectState"):
        ec2.reboot_instances(InstanceIds=[id])
    ec2.modify_instance_attribute(InstanceId=id, InstanceType={"Value": "t3.small"})
    assert seen(ec2, id)[0]["InstanceType"] == "t3.small"
    ec2.modify_instance_attribute(InstanceId=id, DisableApiTermination={"Value": True})


# disks


def test_a_disk_is_attached_once_and_only_in_its_zone(ec2: Any, run: Any) -> None:
    (vm,) = run()
    id, zone = vm["InstanceId"], vm["Placement"]["AvailabilityZone"]
    disk, far = data_disk(ec2, zone), data_disk(ec2, "us-east-1f")
    with refuses("InvalidVolume.ZoneMismatch"):
        ec2.attach_volume(VolumeId=far, InstanceId=id, Device="/dev/sdf")
    ec2.attach_volume(VolumeId=disk, InstanceId=id, Device="/dev/sdf")
    with refuses("VolumeInUse"):
        ec2.attach_volume(VolumeId=disk, InstanceId=id, Device="/dev/sdg")
    with refuses("InvalidParameterValue"):
        ec2.attach_volume(VolumeId=data_disk(ec2, zone), InstanceId=id, Device="/dev/sdf")
    (attachment,) = ec2.describe_volumes(VolumeIds=[disk])["Volumes"][0]["Attachments"]
    assert attachment["DeleteOnTermination"] is False


def test_detaching_as_aws_lets_one(ec2: Any, run: Any) -> None:
    (vm,) = run()
    id, zone = vm["InstanceId"], vm["Placement"]["AvailabilityZone"]
    root = vm["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
    disk = data_disk(ec2, zone)
    with refuses("IncorrectState"):
        ec2.detach_volume(VolumeId=disk)
    with refuses("OperationNotPermitted"):
        ec2.detach_volume(VolumeId=root)
    ec2.attach_volume(VolumeId=disk, InstanceId=id, Device="/dev/sdf")
    with refuses("InvalidAttachment.NotFound"):
        ec2.detach_volume(VolumeId=disk, InstanceId="i-0none0none0none0")
    ec2.detach_volume(VolumeId=disk)  # machine and device may be left out
    assert ec2.describe_volumes(VolumeIds=[disk])["Volumes"][0]["State"] == "available"
    ec2.stop_instances(InstanceIds=[id])
    ec2.detach_volume(VolumeId=root)


def test_a_disk_only_grows(ec2: Any) -> None:
    disk = data_disk(ec2, VolumeType="gp2")
    assert ec2.describe_volumes()["Volumes"][0]["Iops"] == 100
    with refuses("InvalidParameterValue"):
        ec2.modify_volume(VolumeId=disk, Size=5)
    ec2.modify_volume(VolumeId=disk, Size=20, VolumeType="gp3")
    (volume,) = ec2.describe_volumes()["Volumes"]
    assert (volume["Size"], volume["Throughput"]) == (20, 125)


def test_a_disk_lies_in_a_zone_there_is(ec2: Any) -> None:
    with refuses("InvalidZone.NotFound"):
        data_disk(ec2, "eu-west-1a")


# networks


def test_a_fresh_account_has_awss_default_network(ec2: Any) -> None:
    (vpc,) = ec2.describe_vpcs()["Vpcs"]
    assert (vpc["IsDefault"], vpc["CidrBlock"]) == (True, "172.31.0.0/16")
    (gateway,) = ec2.describe_internet_gateways()["InternetGateways"]
    assert gateway["Attachments"][0]["VpcId"] == vpc["VpcId"]
    (table,) = ec2.describe_route_tables()["RouteTables"]
    routes = {r["DestinationCidrBlock"]: r["GatewayId"] for r in table["Routes"]}
    assert routes == {"172.31.0.0/16": "local", "0.0.0.0/0": gateway["InternetGatewayId"]}
    subnets = ec2.describe_subnets()["Subnets"]
    assert len(subnets) == 6
    assert all(s["DefaultForAz"] and s["MapPublicIpOnLaunch"] for s in subnets)


@pytest.fixture
def network(ec2: Any) -> tuple[str, str, str]:
    """A network and a subnet in each of two zones."""
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    a, b = (
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"us-east-1{z}")
        for n, z in enumerate("ab")
    )
    return vpc, a["Subnet"]["SubnetId"], b["Subnet"]["SubnetId"]


def test_a_subnet_of_ones_own_is_private(ec2: Any, network: Any) -> None:
    (subnet,) = ec2.describe_subnets(SubnetIds=[network[1]])["Subnets"]
    assert not subnet["DefaultForAz"]
    assert not subnet["MapPublicIpOnLaunch"]


def test_what_is_in_use_stays(ec2: Any, run: Any, network: Any) -> None:
    vpc, subnet, _ = network
    group = ec2.create_security_group(GroupName="web", Description="d", VpcId=vpc)["GroupId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    nic = {
        "DeviceIndex": 0,
        "SubnetId": subnet,
        "Groups": [group],
        "AssociatePublicIpAddress": True,
    }
    (vm,) = run(NetworkInterfaces=[nic])
    with refuses("DependencyViolation"):
        ec2.delete_subnet(SubnetId=subnet)
    with refuses("DependencyViolation"):
        ec2.delete_security_group(GroupId=group)
    with refuses("DependencyViolation"):
        ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.terminate_instances(InstanceIds=[vm["InstanceId"]])
    for id in network[1:]:
        ec2.delete_subnet(SubnetId=id)
    with refuses("DependencyViolation"):
        ec2.delete_vpc(VpcId=vpc)
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    with refuses("DependencyViolation"):
        ec2.delete_vpc(VpcId=vpc)
    ec2.delete_security_group(GroupId=group)
    (main,) = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])[
        "RouteTables"
    ]
    with refuses("DependencyViolation"):
        ec2.delete_route_table(RouteTableId=main["RouteTableId"])
    ec2.delete_vpc(VpcId=vpc)


def test_a_group_that_a_rule_names_stays(ec2: Any, network: Any) -> None:
    vpc = network[0]
    one, other = (
        ec2.create_security_group(GroupName=n, Description="d", VpcId=vpc)["GroupId"] for n in "ab"
    )
    rule = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "UserIdGroupPairs": [{"GroupId": one}]}
    ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=[rule])
    with refuses("DependencyViolation"):
        ec2.delete_security_group(GroupId=one)
    ec2.delete_security_group(GroupId=other)
    ec2.delete_security_group(GroupId=one)
    default = ec2.describe_security_groups(
        Filters=[{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    )["SecurityGroups"][0]["GroupId"]
    with refuses("CannotDelete"):
        ec2.delete_security_group(GroupId=default)


def test_an_address_in_use_stays(ec2: Any, run: Any) -> None:
    (vm,) = run()
    address = ec2.allocate_address(Domain="vpc")
    made = ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=vm["InstanceId"])
    with refuses("InvalidIPAddress.InUse"):
        ec2.release_address(AllocationId=address["AllocationId"])
    ec2.disassociate_address(AssociationId=made["AssociationId"])
    ec2.release_address(AllocationId=address["AllocationId"])
    assert ec2.describe_addresses()["Addresses"] == []


def test_an_address_on_an_interface_is_on_its_machine(ec2: Any, run: Any) -> None:
    (vm,) = run()
    (nic,) = vm["NetworkInterfaces"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = ec2.associate_address(AllocationId=address, NetworkInterfaceId=nic["NetworkInterfaceId"])
    assert ec2.describe_addresses()["Addresses"][0]["InstanceId"] == vm["InstanceId"]
    ec2.disassociate_address(AssociationId=made["AssociationId"])
    assert not ec2.describe_addresses()["Addresses"][0].get("InstanceId")


# load balancers


def test_a_load_balancer_wants_two_zones_and_a_way_out(
    ec2: Any, connect: Clients, network: Any
) -> None:
    elb = connect("elbv2")
    vpc, a, b = network
    with refuses("ValidationError"):
        elb.create_load_balancer(Name="front", Subnets=[a])
    with refuses("InvalidSubnet"):
        elb.create_load_balancer(Name="front", Subnets=[a, b])
    elb.create_load_balancer(Name="inner", Subnets=[a, b], Scheme="internal")
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    front = elb.create_load_balancer(Name="front", Subnets=[a, b])["LoadBalancers"][0]
    again = elb.create_load_balancer(Name="front", Subnets=[a, b])["LoadBalancers"][0]
    assert front["LoadBalancerArn"] == again["LoadBalancerArn"]
    with refuses("DuplicateLoadBalancerName"):
        elb.create_load_balancer(Name="front", Subnets=[a, b], Scheme="internal")
    assert len(elb.describe_load_balancers()["LoadBalancers"]) == 2
    with refuses("DependencyViolation"):
        ec2.delete_subnet(SubnetId=a)


def test_a_port_has_one_listener(connect: Clients, ec2: Any) -> None:
    elb = connect("elbv2")
    subnets = [s["SubnetId"] for s in ec2.describe_subnets()["Subnets"][:2]]
    arn = elb.create_load_balancer(Name="front", Subnets=subnets)["LoadBalancers"][0][
        "LoadBalancerArn"
    ]
    answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}
    wanted = {"LoadBalancerArn": arn, "Protocol": "HTTP", "DefaultActions": [answer]}
    elb.create_listener(Port=80, **wanted)
    with refuses("DuplicateListener"):
        elb.create_listener(Port=80, **wanted)
    elb.create_listener(Port=81, **wanted)


# images


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
@pytest.mark.parametrize(
    ("parameter", "device", "platform"),
    [
        (
            "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
            "/dev/xvda",
            None,
        ),
        (
            "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id",
            "/dev/sda1",
            None,
        ),
        ("/aws/service/debian/release/12/latest/amd64", "/dev/xvda", None),
        (
            "/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base",
            "/dev/sda1",
            "windows",
        ),
    ],
)
def test_images_are_found_by_the_names_vendors_document(
    connect: Clients, region: str, parameter: str, device: str, platform: str | None
) -> None:
    found = connect("ssm", region=region).get_parameter(Name=parameter)["Parameter"]["Value"]
    ec2 = connect("ec2", region=region)
    (image,) = ec2.describe_images(ImageIds=[found])["Images"]
    assert (image["RootDeviceName"], image.get("Platform")) == (device, platform)
    ec2.run_instances(ImageId=found, InstanceType="t3.micro", MinCount=1, MaxCount=1)


def test_images_are_found_by_owner_and_name(ec2: Any) -> None:
    filters = [{"Name": "name", "Values": ["ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-*"]}]
    images = ec2.describe_images(Owners=["099720109477"], Filters=filters)["Images"]
    assert len(images) == 1
    assert ec2.describe_images(Owners=["self"])["Images"] == []


def test_snapshots_are_those_of_the_owner_asked_for(ec2: Any) -> None:
    made = ec2.create_snapshot(VolumeId=data_disk(ec2))["SnapshotId"]
    own = ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]
    assert [snapshot["SnapshotId"] for snapshot in own] == [made]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"InstanceType": "t3.none"}, "InvalidParameterValue"),
        ({"ImageId": "ami-0none0none0none0"}, "InvalidAMIID.NotFound"),
        ({"KeyName": "none"}, "InvalidKeyPair.NotFound"),
        ({"SubnetId": "subnet-0none"}, "InvalidSubnetID.NotFound"),
        ({"SecurityGroupIds": ["sg-0none"]}, "InvalidGroup.NotFound"),
    ],
)
def test_what_is_not_there_is_refused(run: Any, change: dict[str, Any], code: str) -> None:
    with refuses(code):
        run(**change)


# policies


def test_managed_policies_are_there_in_every_account(connect: Clients) -> None:
    arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
    trust = '{"Version": "2012-10-17", "Statement": []}'
    for account in ("111122223333", "444455556666"):
        iam = connect("iam", account)
        iam.create_role(RoleName="vm", AssumeRolePolicyDocument=trust)
        iam.attach_role_policy(RoleName="vm", PolicyArn=arn)
        attached = iam.list_attached_role_policies(RoleName="vm")["AttachedPolicies"]
        assert [policy["PolicyArn"] for policy in attached] == [arn]
        assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 1


# images


@pytest.mark.parametrize("along", [True, False])
def test_an_image_takes_its_snapshot_along_where_it_is_told_to(
    ec2: Any, run: Any, *, along: bool
) -> None:
    (vm,) = run()
    made = ec2.create_image(InstanceId=vm["InstanceId"], Name="copy")["ImageId"]
    (image,) = ec2.describe_images(ImageIds=[made])["Images"]
    snapshot = image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    ec2.deregister_image(ImageId=made, DeleteAssociatedSnapshots=along)
    left = ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]
    assert (snapshot in {s["SnapshotId"] for s in left}) is not along


def test_the_interface_of_a_nat_gateway_goes_with_it(ec2: Any) -> None:
    network = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=network, CidrBlock="10.8.1.0/24")["Subnet"]["SubnetId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]
    of_subnet = [{"Name": "subnet-id", "Values": [subnet]}]
    (nic,) = ec2.describe_network_interfaces(Filters=of_subnet)["NetworkInterfaces"]
    assert nic["RequesterManaged"]
    assert gateway["NatGatewayId"] in nic["Description"]

    ec2.delete_nat_gateway(NatGatewayId=gateway["NatGatewayId"])
    assert not ec2.describe_network_interfaces(Filters=of_subnet)["NetworkInterfaces"]
    ec2.release_address(AllocationId=address)
    ec2.delete_subnet(SubnetId=subnet)
