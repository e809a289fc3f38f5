"""A whole target in pages, side by side, past what may not be seen and through throttles."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from modalities.aws import session
from modalities.aws.inventory import read
from modalities.aws.surveying import survey
from modalities.receipt import CloudError, Trouble
from modalities.resource import Kind, World
from modalities.survey import Passed, Survey
from modalities.target import Target
from sandbox.daemon import Sandbox

PAGE = 5
MANY = 2 * PAGE + 1


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox that holds more than two pages of everything that comes in pages."""
    sandbox = Sandbox(tmp_path_factory.mktemp("state") / "sandbox")
    sandbox.up()
    furnish(sandbox.target())
    yield sandbox
    sandbox.down()


@pytest.fixture
def sandbox(cloud: Sandbox) -> Iterator[Sandbox]:
    yield cloud
    cloud.order_faults()


@pytest.fixture
def target(sandbox: Sandbox) -> Target:
    return sandbox.target()


def furnish(target: Target) -> None:
    ec2: Any = session.client(target, "ec2")
    elbv2: Any = session.client(target, "elbv2")
    s3: Any = session.client(target, "s3")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    networks = [ec2.create_vpc(CidrBlock=f"10.{n}.0.0/16")["Vpc"]["VpcId"] for n in range(MANY)]
    for n, network in enumerate(networks):
        ec2.create_route_table(VpcId=network)
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=network)
        group = elbv2.create_target_group(Name=f"t{n}", Protocol="TCP", Port=80, VpcId=network)
        s3.create_bucket(Bucket=f"bucket-{n}")
        ec2.create_key_pair(KeyName=f"key-{n}")
        disk = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
        ec2.create_snapshot(VolumeId=disk)
    subnets = [
        ec2.create_subnet(VpcId=networks[0], CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=zone)[
            "Subnet"
        ]["SubnetId"]
        for n, zone in enumerate(("us-east-1a", "us-east-1b"))
    ]
    balancers = [
        elbv2.create_load_balancer(Name=f"b{n}", Subnets=subnets, Type="network")["LoadBalancers"][
            0
        ]["LoadBalancerArn"]
        for n in range(PAGE + 1)
    ]
    forward = [{"Type": "forward", "TargetGroupArn": group["TargetGroups"][0]["TargetGroupArn"]}]
    for port in range(PAGE + 1):
        elbv2.create_listener(
            LoadBalancerArn=balancers[0], Protocol="TCP", Port=80 + port, DefaultActions=forward
        )
    wanted = {"ImageId": image, "InstanceType": "t3.micro", "SubnetId": subnets[0]}
    for _ in range(MANY):
        ec2.run_instances(MinCount=1, MaxCount=1, KeyName="key-1", **wanted)
    machine = ec2.describe_instances()["Reservations"][0]["Instances"][0]["InstanceId"]
    for n in range(PAGE + 1):
        ec2.create_image(InstanceId=machine, Name=f"image-{n}")


def looked(target: Target, page: int = PAGE, *kinds: Kind) -> tuple[Survey, list[Passed]]:
    passed: list[Passed] = []
    found = survey(target, session.identify(target), passed.append, kinds, page)
    return found, passed


def ids(world: World) -> set[tuple[Kind, str]]:
    return {(r.kind, r.id) for r in world}


def calls(sandbox: Sandbox) -> Counter[str]:
    lines = (sandbox.home / "requests.jsonl").read_text().splitlines()
    return Counter(json.loads(line)["call"] for line in lines)


def test_every_page_of_every_list_is_read(sandbox: Sandbox, target: Target) -> None:
    whole = read(target, session.identify(target))
    before = calls(sandbox)
    found, passed = looked(target)
    sent = calls(sandbox) - before
    assert found.unread == ()
    assert set(found.kinds) == set(Kind)
    assert sorted(found.world, key=lambda r: r.ref) == sorted(whole, key=lambda r: r.ref)
    assert len(whole.of(Kind.NIC)) >= MANY
    for operation in ("Instances", "Volumes", "Vpcs", "RouteTables", "SecurityGroups"):
        assert sent[f"ec2:Describe{operation}"] > 2, operation
    for operation in ("Subnets", "InternetGateways", "NetworkInterfaces", "Snapshots", "Images"):
        assert sent[f"ec2:Describe{operation}"] > 1, operation
    for operation in ("LoadBalancers", "TargetGroups", "Listeners"):
        assert sent[f"elasticloadbalancing:Describe{operation}"] > 1, operation
    assert sent["s3:ListBuckets"] > 2
    assert {p.part for p in passed if p.over} == {p.part for p in passed}
    assert max(p.items for p in passed if p.part == "volumes") == len(whole.of(Kind.DISK))


@pytest.mark.parametrize(
    ("call", "code", "hidden"),
    [
        ("elasticloadbalancing:DescribeLoadBalancers", "AccessDenied", "load_balancer listener"),
        ("ec2:DescribeInstances", "UnauthorizedOperation", "vm disk"),
        ("ec2:DescribeKeyPairs", "UnauthorizedOperation", "key_pair"),
        ("s3:ListBuckets", "AccessDenied", "bucket"),
    ],
)
def test_one_refused_permission_hides_its_kinds_alone(
    sandbox: Sandbox, target: Target, call: str, code: str, hidden: str
) -> None:
    whole, _ = looked(target)
    sandbox.order_faults({"call": call, "code": code, "status": 403})
    found, _ = looked(target)
    kinds = {Kind(kind) for kind in hidden.split()}
    assert set(found.kinds) == set(Kind) - kinds
    (unread,) = found.unread
    assert set(unread.kinds) == kinds
    assert unread.why.trouble is Trouble.PERMISSION
    assert call.partition(":")[2].replace("ListBuckets", "ListAllMyBuckets") in unread.why.remedy
    assert ids(found.world) == {r for r in ids(whole.world) if r[0] not in kinds}


def test_nothing_at_all_to_be_seen(sandbox: Sandbox, target: Target) -> None:
    services = ("ec2", "elasticloadbalancing", "s3")
    orders = [{"call": f"{s}:*", "code": "AccessDenied", "status": 403} for s in services]
    sandbox.order_faults(*orders)
    with pytest.raises(CloudError, match="no permission"):
        looked(target)


def test_credentials_that_are_no_good_are_no_part(sandbox: Sandbox, target: Target) -> None:
    sandbox.order_faults({"call": "ec2:DescribeVpcs", "code": "AuthFailure", "status": 401})
    with pytest.raises(CloudError) as refusal:
        looked(target)
    assert refusal.value.trouble is Trouble.AUTH


def test_throttles_are_waited_out(sandbox: Sandbox, target: Target) -> None:
    """More of them than the vendor's usual four tries would bear."""
    throttle = {"code": "RequestLimitExceeded", "status": 503, "times": 5}
    sandbox.order_faults({"call": "ec2:DescribeVolumes", **throttle})
    heard: list[str] = []
    listeners = session.traffic(target).listeners
    listeners.append(heard.append)
    found, _ = looked(target, 1000, Kind.DISK, Kind.NETWORK)
    listeners.remove(heard.append)
    assert found.unread == ()
    assert len([text for text in heard if "DescribeVolumes: RequestLimitExceeded" in text]) == 5


def test_the_tags_of_a_bucket_may_be_hidden(sandbox: Sandbox, target: Target) -> None:
    order = {"call": "s3:GetBucketTagging", "code": "AccessDenied", "status": 403}
    sandbox.order_faults(order)
    found, _ = looked(target, PAGE, Kind.BUCKET)
    assert found.unread == ()
    assert {str(r.attributes["hidden"]) for r in found.world} == {"['tags']"}


def test_no_more_at_once_than_is_polite(target: Target) -> None:
    under_way, most = 0, 0
    lock = threading.Lock()

    class Counting(threading.Semaphore):
        def __enter__(self, blocking: bool = True, timeout: float | None = None) -> bool:
            nonlocal under_way, most
            taken = self.acquire(blocking, timeout)
            with lock:
                under_way += 1
                most = max(most, under_way)
            return taken

        def __exit__(self, *about: Any) -> None:
            nonlocal under_way
            with lock:
                under_way -= 1
            super().__exit__(*about)

    found = survey(target, session.identify(target), lambda _: None, (), PAGE, Counting(3))
    assert found.unread == ()
    assert most == 3
