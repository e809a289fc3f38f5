from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from modalities.change import Create
from modalities.contract import Unresolved, Unsupported
from modalities.resource import Kind
from modalities.wanted import (
    Bucket,
    KeyPair,
    Network,
    Nic,
    PublicIp,
    Rule,
    SecurityGroup,
    Subnet,
    Vm,
    Wanted,
)

SSH = Rule(first_port=22, last_port=22, source="203.0.113.7")


def made(cloud: Any, *wanted: Wanted) -> Any:
    return cloud.make(Create(wanted=wanted))


def test_what_is_made_says_its_name_its_tags_and_its_run(cloud: Any) -> None:
    made(cloud, Vm(name="api-1", tags=(("owner", "platform"),), monitoring=True, spot=True))
    vm = cloud.vm("api-1")
    tags = {t["Key"]: t["Value"] for t in vm["Tags"]}
    assert tags == {"Name": "api-1", "owner": "platform", "cloudops:run": "run-test"}
    disk = cloud.disk(vm["BlockDeviceMappings"][0]["Ebs"]["VolumeId"])
    assert {t["Key"] for t in disk["Tags"]} == {"owner", "cloudops:run"}
    assert vm["MetadataOptions"]["HttpTokens"] == "required"
    assert vm["Monitoring"]["State"] == "enabled"
    assert vm["InstanceLifecycle"] == "spot"


def test_defaults_are_said(cloud: Any) -> None:
    draft = cloud.draft(Create(wanted=(Vm(name="web-1"),)))
    said = " ".join(draft.defaults)
    for words in ("t3.micro", "default", "no public address", "al2023"):
        assert words in said


def test_a_public_machine_in_a_new_network_is_reachable(cloud: Any) -> None:
    before = cloud.holdings()
    net = Network(name="net")
    made(cloud, net, Vm(name="jump", network="net", public_ip=True, open_ports=(SSH,)))
    vm = cloud.vm("jump")
    assert vm["PublicIpAddress"]
    tables = cloud.ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vm["VpcId"]]}])[
        "RouteTables"
    ]
    assert len(tables) == 1, "the network's own table is used"
    routes = {r["DestinationCidrBlock"]: r["GatewayId"] for r in tables[0]["Routes"]}
    assert routes["0.0.0.0/0"].startswith("igw-")
    assert cloud.guards("jump") == {"jump-access"}
    (rule,) = cloud.groups()["jump-access"]["IpPermissions"]
    assert (rule["FromPort"], rule["IpRanges"][0]["CidrIp"]) == (22, "203.0.113.7/32")
    cloud.undo()
    assert cloud.holdings() == before


def test_machines_with_the_same_open_ports_share_one_group(cloud: Any) -> None:
    vms = tuple(Vm(name=f"app-{n}", open_ports=(SSH,)) for n in (1, 2))
    draft = made(cloud, *vms)
    assert [s.id for s in draft.steps][:2] == [
        "create-security-group-app-access",
        "open-22-of-app-access",
    ]
    assert cloud.guards("app-1") == cloud.guards("app-2") == {"app-access"}


def test_independent_steps_do_not_wait_for_each_other(cloud: Any) -> None:
    vms = tuple(Vm(name=f"app-{n}", network="net") for n in (1, 2, 3))
    draft = cloud.draft(Create(wanted=(Network(name="net"), *vms)))
    steps = {s.id: s for s in draft.steps}
    assert {steps[f"create-vm-app-{n}"].needs for n in (1, 2, 3)} == {("create-subnet-net-a",)}
    assert all(e.within == 0 for s in draft.steps for e in s.expects), "nothing stands on them"


def test_a_network_that_is_there_is_used_and_said(cloud: Any) -> None:
    _, (subnet,) = cloud.network("lab-net")
    draft = made(cloud, Network(name="lab-net"), Vm(name="a", network="lab-net"))
    assert [s.id for s in draft.steps] == ["create-vm-a"]
    assert cloud.vm("a")["SubnetId"] == subnet
    assert "network lab-net is there already and is used" in draft.defaults
    with pytest.raises(Unresolved, match=r"10\.7\.0\.0/16"):
        cloud.draft(Create(wanted=(Network(name="lab-net", cidr="10.9.0.0/16"),)))
    assert cloud.draft(Create(wanted=(Network(name="lab-net"),))).steps == ()


def test_a_new_network_overlaps_none_that_is_there(cloud: Any) -> None:
    cloud.network("a", "10.0.0.0/16")
    cloud.network("b", "10.1.0.0/16")
    made(cloud, Network(name="c"))
    vpcs = cloud.ec2.describe_vpcs()["Vpcs"]
    ranges = [ipaddress.ip_network(v["CidrBlock"]) for v in vpcs]
    assert not any(a.overlaps(b) for n, a in enumerate(ranges) for b in ranges[n + 1 :])


def test_without_a_default_network_a_new_one_is_made(cloud: Any) -> None:
    ec2 = cloud.ec2
    (vpc,) = ec2.describe_vpcs()["Vpcs"]
    for gateway in ec2.describe_internet_gateways()["InternetGateways"]:
        id = gateway["InternetGatewayId"]
        ec2.detach_internet_gateway(InternetGatewayId=id, VpcId=vpc["VpcId"])
        ec2.delete_internet_gateway(InternetGatewayId=id)
    for subnet in ec2.describe_subnets()["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    ec2.delete_vpc(VpcId=vpc["VpcId"])
    draft = made(cloud, Vm(name="web-1"))
    assert "network: main, as the account has no default one" in draft.defaults
    (main,) = ec2.describe_vpcs()["Vpcs"]
    assert cloud.vm("web-1")["VpcId"] == main["VpcId"]


def test_a_name_that_is_taken_is_refused(cloud: Any) -> None:
    cloud.outside("web-1")
    with pytest.raises(Unresolved, match="a VM web-1 already"):
        cloud.draft(Create(wanted=(Vm(name="web-1"),)))
    with pytest.raises(Unresolved, match="a VM twin already"):
        cloud.draft(Create(wanted=(Vm(name="twin"), Vm(name="twin"))))


@pytest.mark.parametrize(
    ("vm", "size"),
    [
        (Vm(name="a", size="T3.Medium"), "t3.medium"),
        (Vm(name="a", size="Standard_B2s"), "t3a.medium"),
        (Vm(name="a", size="m5.large"), "m5.large"),
        (Vm(name="a", vcpus=2), "t3a.nano"),
        (Vm(name="a"), "t3.micro"),
    ],
)
def test_sizes(cloud: Any, vm: Vm, size: str) -> None:
    (step,) = cloud.draft(Create(wanted=(vm,))).steps
    assert step.action.parameters["InstanceType"] == size


def test_an_arm_size_gets_an_arm_image(cloud: Any) -> None:
    made(cloud, Vm(name="a", size="t4g.small"))
    image = cloud.vm("a")["ImageId"]
    assert cloud.ec2.describe_images(ImageIds=[image])["Images"][0]["Architecture"] == "arm64"


@pytest.mark.parametrize(
    ("vm", "words"),
    [
        (Vm(name="a", size="gigantic"), "AWS has no size gigantic"),
        (Vm(name="a", vcpus=4000), "no size is known with 4000 vCPU"),
        (Vm(name="a", disk_gib=2), "8 GiB at least"),
        (Vm(name="a", disk_type="hdd"), "starts no machine from a st1 disk"),
        (Vm(name="a", disk_type="floppy"), "no disk type floppy"),
        (Vm(name="a", open_ports=(Rule(first_port=1, last_port=1, source="?"),)), "no address"),
    ],
)
def test_what_aws_has_not_is_said_with_what_would_do(cloud: Any, vm: Vm, words: str) -> None:
    with pytest.raises(Unsupported, match=words):
        cloud.draft(Create(wanted=(vm,)))


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ((Vm(name="a", network="nowhere"),), "no network nowhere"),
        ((Vm(name="a", key_pair="nobody"),), "no key pair nobody"),
        ((Network(name="a"), Network(name="b"), Vm(name="c")), "which of the networks"),
        ((PublicIp(attach_to="nobody"),), "no VM nobody"),
    ],
)
def test_names_that_are_not_there(cloud: Any, wanted: tuple[Wanted, ...], words: str) -> None:
    with pytest.raises(Unresolved, match=words):
        cloud.draft(Create(wanted=wanted))


def test_a_range_that_is_none(cloud: Any) -> None:
    with pytest.raises(Unsupported, match="no address range"):
        cloud.draft(Create(wanted=(Network(name="n", cidr="10.0.0.0/99"),)))


def test_everything_beside_machines(cloud: Any) -> None:
    before = cloud.holdings()
    draft = made(
        cloud,
        Network(name="net", cidr="10.40.0.0/24"),
        Subnet(name="front", network="net", public=True),
        SecurityGroup(name="web", network="net", rules=(SSH, Rule(first_port=80, last_port=90))),
        KeyPair(name="deploy"),
        Bucket(name="reports-of-mine", versioning=True, tags=(("team", "a"),)),
        Vm(name="a", subnet="front", security_groups=("web",), key_pair="deploy"),
        Nic(name="second", attach_to="a"),
        PublicIp(name="door", attach_to="a"),
    )
    vm = cloud.vm("a")
    assert vm["KeyName"] == "deploy"
    assert len(vm["NetworkInterfaces"]) == 2
    (address,) = cloud.ec2.describe_addresses()["Addresses"]
    assert address["InstanceId"] == vm["InstanceId"]
    (subnet,) = cloud.ec2.describe_subnets(SubnetIds=[vm["SubnetId"]])["Subnets"]
    assert subnet["MapPublicIpOnLaunch"]
    assert subnet["CidrBlock"] == "10.40.0.0/25", "half of a small network"
    tags = cloud.s3.get_bucket_tagging(Bucket="reports-of-mine")["TagSet"]
    assert {"Key": "team", "Value": "a"} in tags
    assert cloud.s3.get_bucket_versioning(Bucket="reports-of-mine")["Status"] == "Enabled"
    assert any("private key" in a.text for a in draft.advisories)
    assert not any("KeyMaterial" in path for s in draft.steps for path in s.outputs.values())
    cloud.undo()
    assert cloud.holdings() == before


def test_a_key_pair_of_ones_own(cloud: Any) -> None:
    public = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFq0vY1Q0GJXcJkqWBk1lVvRs0q9T8m7wqvM0wJY0aZb me"
    draft = made(cloud, KeyPair(name="mine", public_key=public))
    assert draft.steps[0].action.operation == "ImportKeyPair"
    assert [k["KeyName"] for k in cloud.ec2.describe_key_pairs()["KeyPairs"]] == ["mine"]


def test_parts_of_what_was_asked_for_carry_its_tags(cloud: Any) -> None:
    tags = (("project", "demo"),)
    net = Network(name="net", tags=tags)
    draft = made(cloud, net, Vm(name="a", network="net", tags=tags, public_ip=True))
    for step in draft.steps:
        if step.effect == "create":
            specifications = step.action.parameters["TagSpecifications"]
            assert all({"Key": "project", "Value": "demo"} in s["Tags"] for s in specifications)


def test_a_bucket_elsewhere_names_its_region(cloud_in: Any) -> None:
    cloud = cloud_in("eu-west-1")
    made(cloud, Bucket(name="reports-of-mine"))
    place = cloud.s3.get_bucket_location(Bucket="reports-of-mine")
    assert place["LocationConstraint"] == "eu-west-1"
    assert {k for k, _ in cloud.holdings()} >= {Kind.BUCKET}
