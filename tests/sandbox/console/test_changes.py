"""What is done through the console's forms is there in the cloud, read by another client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fakes.visitor import Visitor

Visit = Callable[..., Visitor]
Clients = Callable[..., Any]


@pytest.fixture
def launched(ec2: Any, image: str) -> Callable[[str], str]:
    def launch(name: str) -> str:
        made = ec2.run_instances(
            ImageId=image,
            InstanceType="t3.micro",
            MinCount=1,
            MaxCount=1,
            TagSpecifications=[
                {"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}
            ],
        )
        return str(made["Instances"][0]["InstanceId"])

    return launch


def instance(ec2: Any, id: str) -> Any:
    return ec2.describe_instances(InstanceIds=[id])["Reservations"][0]["Instances"][0]


def test_a_machine_through_the_wizard(visitor: Visit, ec2: Any) -> None:
    who = visitor()
    wizard = who.see("ec2", "LaunchInstances")
    subnet = wizard.options("subnet")[0]
    answer = who.act(
        "RunInstances",
        wizard,
        name="web-1",
        type="t3.small",
        subnet=subnet,
        key="new:ops",
        key__name="ops",
        data_size="12",
        detailed="on",
        new_group="web",
        open_port="80",
        tags__key=["owner"],
        tags__value=["platform"],
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["goes"].startswith("/ec2/home/Instances")
    (found,) = ec2.describe_instances()["Reservations"][0]["Instances"]
    assert found["InstanceType"] == "t3.small"
    assert found["SubnetId"] == subnet
    assert found["KeyName"] == "ops"
    assert found["Monitoring"]["State"] == "enabled"
    assert {t["Key"]: t["Value"] for t in found["Tags"]} == {"Name": "web-1", "owner": "platform"}
    assert sorted(v["Size"] for v in ec2.describe_volumes()["Volumes"]) == [8, 12]
    (group,) = found["SecurityGroups"]
    (rule,) = ec2.describe_security_groups(GroupIds=[group["GroupId"]])["SecurityGroups"][0][
        "IpPermissions"
    ]
    assert (group["GroupName"], rule["FromPort"], rule["ToPort"]) == ("web", 80, 80)


def test_a_private_key_is_shown_once(visitor: Visit) -> None:
    who = visitor()
    answer = who.act("CreateKeyPair", who.see("ec2", "CreateKeyPair"), name="ops")
    download = answer.json()["operation"]["download"]
    file = who.client.get(download)
    assert "PRIVATE KEY" in file.text
    assert file.headers["content-disposition"] == 'attachment; filename="ops.pem"'
    assert who.client.get(download).status_code == 404


def test_a_wizard_says_what_is_missing(visitor: Visit, ec2: Any) -> None:
    who = visitor()
    wizard = who.see("ec2", "LaunchInstances")
    answer = who.act("RunInstances", wizard, name="", type="t3.huge!", count="0")
    assert answer.status_code == 422
    for line in ("Name is required", "Choose an instance type", "Subnet is required"):
        assert line in answer.text
    assert "Number of instances must be between 1 and 100" in answer.text
    assert ec2.describe_instances()["Reservations"] == []


def test_what_the_cloud_refuses_is_told_with_its_own_code(visitor: Visit, ec2: Any) -> None:
    who = visitor()
    wizard = who.see("ec2", "LaunchInstances")
    subnet = wizard.options("subnet")[0]
    answer = who.act(
        "RunInstances", wizard, name="web-1", type="t3.gigantic", subnet=subnet, key="none"
    )
    assert answer.status_code == 422
    assert "InvalidInstanceType" in answer.text or "InvalidParameterValue" in answer.text
    assert who.last().progress == "Failed"
    assert ec2.describe_instances()["Reservations"] == []


def test_one_form_sent_twice_makes_one_machine(visitor: Visit, ec2: Any) -> None:
    who = visitor()
    wizard = who.see("ec2", "LaunchInstances")
    subnet = wizard.options("subnet")[0]
    for _ in range(2):
        who.act("RunInstances", wizard, name="web-1", subnet=subnet, key="none")
    assert len(ec2.describe_instances()["Reservations"]) == 1


@pytest.mark.parametrize("public", ["yes", "no"])
def test_with_or_without_a_public_address(visitor: Visit, ec2: Any, public: str) -> None:
    who = visitor()
    wizard = who.see("ec2", "LaunchInstances")
    subnet, group = wizard.options("subnet")[0], wizard.options("groups")[0]
    who.act(
        "RunInstances",
        wizard,
        name="web-1",
        subnet=subnet,
        key="none",
        public=public,
        groups=[group],
    )
    (found,) = ec2.describe_instances()["Reservations"][0]["Instances"]
    assert ("PublicIpAddress" in found) == (public == "yes")
    assert found["NetworkInterfaces"][0]["Groups"][0]["GroupId"] == group
    page = who.see("ec2", "InstanceDetails", instanceId=found["InstanceId"])
    assert group in page.html


def test_a_spot_machine(visitor: Visit, ec2: Any) -> None:
    who = visitor()
    wizard = who.see("ec2", "LaunchInstances")
    subnet = wizard.options("subnet")[0]
    who.act("RunInstances", wizard, name="s", subnet=subnet, key="none", spot="on")
    (found,) = ec2.describe_instances()["Reservations"][0]["Instances"]
    assert found["InstanceLifecycle"] == "spot"


def test_stop_change_type_start_monitor(
    visitor: Visit, ec2: Any, launched: Callable[[str], str]
) -> None:
    who, id = visitor(), launched("web-1")
    assert who.act("StopInstances", who.ask("StopInstances", id), id).status_code == 200
    assert instance(ec2, id)["State"]["Name"] == "stopped"
    form = who.ask("ChangeInstanceType", id)
    assert "Current instance type: t3.micro" in form.html
    assert who.act("ChangeInstanceType", form, id, type="m5.large").status_code == 200
    assert instance(ec2, id)["InstanceType"] == "m5.large"
    assert who.post("/action/StartInstances", [("id", id)]).status_code == 200
    assert instance(ec2, id)["State"]["Name"] == "running"
    assert who.act("RebootInstances", who.ask("RebootInstances", id), id).status_code == 200
    for box, state in (("on", "enabled"), ((), "disabled")):
        who.act("MonitorInstances", who.ask("MonitorInstances", id), id, detailed=box)
        assert instance(ec2, id)["Monitoring"]["State"] == state


def test_an_image_is_made_used_and_taken_away(
    visitor: Visit, ec2: Any, launched: Callable[[str], str]
) -> None:
    """What replacing a machine by a spot one takes, and nothing is left of it."""
    who, id = visitor(), launched("web-1")
    before = {s["SnapshotId"] for s in ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]}
    assert (
        who.act("CreateImage", who.ask("CreateImage", id), id, name="of-web-1").status_code == 200
    )
    (image,) = ec2.describe_images(Owners=["self"])["Images"]
    assert who.see("ec2", "Images").rows == ["of-web-1"]
    wizard = who.see("ec2", "LaunchInstances")
    assert image["ImageId"] in wizard.options("image")
    subnet = wizard.options("subnet")[0]
    own = image["ImageId"]
    answer = who.act(
        "RunInstances", wizard, name="s", image=own, subnet=subnet, key="none", spot="on"
    )
    assert answer.status_code == 200, answer.text
    answer = who.act("DeregisterImage", who.ask("DeregisterImage", own), own)
    assert answer.status_code == 200, answer.text
    assert ec2.describe_images(Owners=["self"])["Images"] == []
    left = {s["SnapshotId"] for s in ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]}
    assert left == before


def test_tags_become_those_of_the_form(
    visitor: Visit, ec2: Any, launched: Callable[[str], str]
) -> None:
    who, id = visitor(), launched("web-1")
    form = who.ask("ManageInstanceTags", id)
    assert ("tags.key", "Name") in form.fields
    who.act("ManageInstanceTags", form, id, tags__key=["owner", "tier"], tags__value=["me", ""])
    tags = {t["Key"]: t["Value"] for t in instance(ec2, id)["Tags"]}
    assert tags == {"owner": "me", "tier": ""}


def test_tags_that_cannot_be(visitor: Visit, launched: Callable[[str], str]) -> None:
    who, id = visitor(), launched("web-1")
    form = who.ask("ManageInstanceTags", id)
    for keys, values, fault in (
        (["a", "a"], ["1", "2"], "must be unique"),
        (["aws:x"], ["1"], "not valid"),
        ([""], ["1"], "must specify a tag key"),
    ):
        answer = who.act("ManageInstanceTags", form, id, tags__key=keys, tags__value=values)
        assert answer.status_code == 422
        assert fault in answer.text


def test_a_volume_from_its_making_to_its_end(
    visitor: Visit, ec2: Any, launched: Callable[[str], str]
) -> None:
    who, machine = visitor(), launched("web-1")
    zone = instance(ec2, machine)["Placement"]["AvailabilityZone"]
    form = who.see("ec2", "CreateVolume")
    who.act("CreateVolume", form, name="data-1", size="64", zone=zone)
    (volume,) = ec2.describe_volumes(Filters=[{"Name": "tag:Name", "Values": ["data-1"]}])[
        "Volumes"
    ]
    id = volume["VolumeId"]
    assert (volume["Size"], volume["VolumeType"]) == (64, "gp3")
    form = who.ask("AttachVolume", id)
    assert form.options("instance") == [machine]
    assert who.act("AttachVolume", form, id, instance=machine).status_code == 200
    (attached,) = ec2.describe_volumes(VolumeIds=[id])["Volumes"][0]["Attachments"]
    assert (attached["InstanceId"], attached["Device"]) == (machine, "/dev/sdf")
    page = who.see("ec2", "InstanceDetails", instanceId=machine)
    assert id in page.rows or "data-1" in page.rows
    who.act("DetachVolume", who.ask("DetachVolume", id), id)
    assert ec2.describe_volumes(VolumeIds=[id])["Volumes"][0]["State"] == "available"
    who.act("DeleteVolume", who.ask("DeleteVolume", id), id)
    assert id not in [v["VolumeId"] for v in ec2.describe_volumes()["Volumes"]]


def test_a_network_with_subnets_and_a_way_out(visitor: Visit, ec2: Any) -> None:
    who = visitor()
    form = who.see("vpcconsole", "CreateVpc")
    zones = form.options("zones")[:2]
    answer = who.act("CreateVpc", form, name="lab", cidr="10.20.0.0/16", zones=zones, gateway="on")
    assert answer.status_code == 200, answer.text
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": ["lab"]}])["Vpcs"]
    inside = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    subnets = ec2.describe_subnets(Filters=inside)["Subnets"]
    assert {s["CidrBlock"] for s in subnets} == {"10.20.0.0/17", "10.20.128.0/17"}
    assert {s["AvailabilityZone"] for s in subnets} == set(zones)
    routes = ec2.describe_route_tables(Filters=inside)["RouteTables"][0]["Routes"]
    assert any(r.get("GatewayId", "").startswith("igw-") for r in routes)
    who.act("DeleteVpc", who.ask("DeleteVpc", vpc["VpcId"]), vpc["VpcId"])
    assert vpc["VpcId"] not in [v["VpcId"] for v in ec2.describe_vpcs()["Vpcs"]]


def test_a_subnet(visitor: Visit, ec2: Any) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    who = visitor()
    form = who.see("vpcconsole", "CreateSubnet")
    who.act("CreateSubnet", form, vpc=vpc, name="a", cidr="10.1.5.0/24", public="on")
    (found,) = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    assert (found["CidrBlock"], found["MapPublicIpOnLaunch"]) == ("10.1.5.0/24", True)
    answer = who.act("CreateSubnet", form, vpc=vpc, cidr="10.1.0.0/8")
    assert "from /16 to /28" in answer.text
    who.act("DeleteSubnet", who.ask("DeleteSubnet", found["SubnetId"]), found["SubnetId"])
    assert ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"] == []


def test_a_security_group_and_its_rules(visitor: Visit, ec2: Any) -> None:
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    who = visitor()
    rule = {
        "rules__id": ["", ""],
        "rules__protocol": ["", ""],
        "rules__type": ["SSH", "Custom TCP"],
        "rules__ports": ["22", "8000-8010"],
        "rules__source": ["10.0.0.0/8", "0.0.0.0/0"],
        "rules__description": ["office", ""],
    }
    form = who.see("ec2", "CreateSecurityGroup")
    answer = who.act(
        "CreateSecurityGroup", form, name="web", description="for web", vpc=vpc, **rule
    )
    assert answer.status_code == 200, answer.text
    (group,) = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["web"]}])[
        "SecurityGroups"
    ]
    assert ports(group) == {(22, 22, "10.0.0.0/8"), (8000, 8010, "0.0.0.0/0")}
    id = group["GroupId"]
    form = who.ask("EditInboundRules", id)
    cells = {
        name: [v for n, v in form.fields if n == f"rules.{name}"]
        for name in ("id", "protocol", "type", "ports", "source", "description")
    }
    at = cells["type"].index("SSH")
    only_ssh = {f"rules__{name}": [values[at]] for name, values in cells.items()}
    assert who.act("EditInboundRules", form, id, **only_ssh).status_code == 200
    (group,) = ec2.describe_security_groups(GroupIds=[id])["SecurityGroups"]
    assert ports(group) == {(22, 22, "10.0.0.0/8")}
    who.act("DeleteSecurityGroup", who.ask("DeleteSecurityGroup", id), id)
    left = ec2.describe_security_groups()["SecurityGroups"]
    assert id not in [g["GroupId"] for g in left]


def ports(group: Any) -> set[tuple[int, int, str]]:
    return {
        (p["FromPort"], p["ToPort"], r["CidrIp"])
        for p in group["IpPermissions"]
        for r in p["IpRanges"]
    }


def test_an_elastic_address(visitor: Visit, ec2: Any, launched: Callable[[str], str]) -> None:
    who, machine = visitor(), launched("web-1")
    who.act("AllocateAddress", who.see("ec2", "AllocateAddress"), name="front")
    (address,) = ec2.describe_addresses()["Addresses"]
    id = address["AllocationId"]
    who.act("AssociateAddress", who.ask("AssociateAddress", id), id, instance=machine)
    assert instance(ec2, machine)["PublicIpAddress"] == address["PublicIp"]
    who.act("DisassociateAddress", who.ask("DisassociateAddress", id), id)
    assert "AssociationId" not in ec2.describe_addresses()["Addresses"][0]
    who.act("ReleaseAddress", who.ask("ReleaseAddress", id), id)
    assert ec2.describe_addresses()["Addresses"] == []


def test_a_load_balancer_with_a_new_target_group(
    visitor: Visit, connect: Clients, launched: Callable[[str], str]
) -> None:
    machines = [launched("web-1"), launched("web-2")]
    elb = connect("elbv2")
    who = visitor()
    form = who.see("ec2", "CreateLoadBalancer")
    answer = who.act(
        "CreateLoadBalancer",
        form,
        name="front",
        subnets=form.options("subnets")[:2],
        port="8080",
        group="new:front-targets",
        group__name="front-targets",
        group__port="80",
        targets=machines,
    )
    assert answer.status_code == 200, answer.text
    (balancer,) = elb.describe_load_balancers()["LoadBalancers"]
    arn = balancer["LoadBalancerArn"]
    (listener,) = elb.describe_listeners(LoadBalancerArn=arn)["Listeners"]
    assert (listener["Protocol"], listener["Port"]) == ("HTTP", 8080)
    (group,) = elb.describe_target_groups()["TargetGroups"]
    assert listener["DefaultActions"][0]["TargetGroupArn"] == group["TargetGroupArn"]
    health = elb.describe_target_health(TargetGroupArn=group["TargetGroupArn"])
    assert {h["Target"]["Id"] for h in health["TargetHealthDescriptions"]} == set(machines)
    page = who.see("ec2", "LoadBalancer", loadBalancerArn=arn)
    assert {"HTTP:8080", *machines} <= set(page.rows)
    who.act("DeleteLoadBalancer", who.ask("DeleteLoadBalancer", arn), arn)
    assert elb.describe_load_balancers()["LoadBalancers"] == []


def test_what_was_made_before_a_failure_is_told(visitor: Visit, connect: Clients) -> None:
    who = visitor()
    form = who.see("ec2", "CreateLoadBalancer")
    answer = who.act(
        "CreateLoadBalancer",
        form,
        name="front",
        subnets=form.options("subnets")[:1],
        group="new:left",
        group__name="left",
    )
    assert answer.status_code == 422
    assert "created before that: target group left" in answer.text
    assert len(connect("elbv2").describe_target_groups()["TargetGroups"]) == 1


def test_nothing_selected_is_no_crash(visitor: Visit) -> None:
    who = visitor()
    assert who.post("/action/TerminateInstances", []).status_code == 422
    assert who.post("/action/NoSuchThing", [("id", "x")]).status_code == 404
    assert who.client.get("/action/TerminateInstances").status_code == 404
    answer = who.post("/action/StopInstances", [("id", "i-0123")])
    assert answer.status_code == 422
    assert "InvalidInstanceID" in answer.json()["error"]


def test_an_image_of_the_root_volume_alone(visitor: Visit, ec2: Any, launched: Any) -> None:
    who, id = visitor(), launched("web-1")
    zone = instance(ec2, id)["Placement"]["AvailabilityZone"]
    disk = ec2.create_volume(AvailabilityZone=zone, Size=1)["VolumeId"]
    ec2.attach_volume(VolumeId=disk, InstanceId=id, Device="/dev/sdf")
    page = who.ask("CreateImage", id)
    tags = {"tags__key": ["owner"], "tags__value": ["me"]}
    assert who.act("CreateImage", page, id, name="root", volumes=[], **tags).status_code == 200
    (image,) = ec2.describe_images(Owners=["self"])["Images"]
    assert "/dev/sdf" not in [each["DeviceName"] for each in image["BlockDeviceMappings"]]
    assert image["Tags"] == [{"Key": "owner", "Value": "me"}]


def test_what_of_a_machine_is_tagged_and_stays(visitor: Visit, ec2: Any) -> None:
    who = visitor()
    wizard = who.see("ec2", "LaunchInstances")
    answer = who.act(
        "RunInstances",
        wizard,
        name="web-1",
        subnet=wizard.options("subnet")[0],
        key="none",
        root_size="9",
        root_gone="",
        tags__key=["owner"],
        tags__value=["me"],
        tag_nics="on",
    )
    assert answer.status_code == 200, answer.text
    (made,) = ec2.describe_instances()["Reservations"][0]["Instances"]
    (volume,) = ec2.describe_volumes()["Volumes"]
    assert volume["Tags"] == [{"Key": "owner", "Value": "me"}]  # the name is the machine's own
    assert volume["Attachments"][0]["DeleteOnTermination"] is False
    assert made["MetadataOptions"]["HttpTokens"] == "required"
