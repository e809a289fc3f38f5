from __future__ import annotations

from typing import Any

import pytest

from cloudops.planner.cost import cost_of, standing_cost
from fakes.specimens import call, ref, resource, step, world
from modalities.action import CliCommand
from modalities.plan import Cost
from modalities.prices.table import Prices, load
from modalities.resource import Kind, World
from modalities.step import Effect, Step

REGION = "us-east-1"
T3_MICRO, T3_SMALL = 0.0104 * 730, 0.0208 * 730
IPV4 = 0.005 * 730
EMPTY = world()


@pytest.fixture(scope="module")
def prices() -> Prices:
    return load()


def out(step_: str, name: str = "id") -> dict[str, str]:
    return {"$output": f"{step_}.{name}"}


def run(id: str = "run", name: str = "web-1", **parameters: Any) -> Step:
    after = parameters.pop("after", {})
    wanted = {"InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1, **parameters}
    return step(id, Effect.CREATE, call("RunInstances", **wanted), ref(Kind.VM, name), after=after)


def update(id: str, operation: str, kind: Kind = Kind.VM, name: str = "web-1", **p: Any) -> Step:
    return step(id, Effect.UPDATE, call(operation, **p), ref(kind, name))


def root(gib: int = 8, type_: str = "gp3", **more: Any) -> list[dict[str, Any]]:
    return [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": gib, "VolumeType": type_, **more}}]


WEB = world(
    resource(
        Kind.VM,
        "web-1",
        "i-1",
        size="t3.micro",
        state="running",
        public_ip="203.0.113.9",
        monitoring=False,
        platform="linux",
        devices={"/dev/xvda": "vol-root", "/dev/sdf": "vol-data"},
    ),
    resource(
        Kind.DISK, "root", "vol-root", gib=8, type="gp3", attached_to="i-1", delete_with_vm=True
    ),
    resource(
        Kind.DISK, "data", "vol-data", gib=100, type="gp3", attached_to="i-1", delete_with_vm=False
    ),
)


def change(prices: Prices, *steps: Step, holds: World = EMPTY) -> float | None:
    return cost_of(steps, holds, prices, REGION).change


def about(usd: float) -> Any:
    return pytest.approx(usd, abs=0.02)


def lines(cost: Cost) -> dict[str, float | None]:
    return {line.what: line.monthly for line in cost.lines}


def test_a_new_vm_with_its_disk(prices: Prices) -> None:
    cost = cost_of([run(BlockDeviceMappings=root(20))], EMPTY, prices, REGION)
    assert lines(cost) == {
        "web-1: gp3 disk, 20 GiB": 1.6,
        "web-1: t3.micro, 730 h": 7.59,
    }
    assert cost.change == 9.19
    assert (cost.currency, cost.prices_of) == ("USD", prices.date)


def test_a_root_disk_that_nobody_sized_is_assumed_and_says_so(prices: Prices) -> None:
    cost = cost_of([run()], EMPTY, prices, REGION)
    assert lines(cost)["web-1: gp3 disk, 8 GiB assumed"] == 0.64
    windows = cost_of([run(after={"platform": "windows"})], EMPTY, prices, REGION)
    assert "web-1: gp3 disk, 30 GiB assumed" in lines(windows)


def test_a_root_disk_as_large_as_its_image(prices: Prices) -> None:
    from modalities.resource import Link

    holds = world(
        resource(Kind.IMAGE, "base", "ami-1", links=(Link("uses", Kind.SNAPSHOT, "snap-1"),)),
        resource(Kind.SNAPSHOT, "base", "snap-1", gib=40),
    )
    cost = cost_of([run(ImageId="ami-1")], holds, prices, REGION)
    assert "web-1: gp3 disk, 40 GiB" in lines(cost)


def test_three_at_once(prices: Prices) -> None:
    one = change(prices, run(BlockDeviceMappings=root()))
    three = change(prices, run(BlockDeviceMappings=root(), MinCount=3, MaxCount=3))
    assert one is not None
    assert three == about(3 * one)


@pytest.mark.parametrize(
    "parameters",
    [
        {"InstanceType": "x9.mega"},
        {"after": {"platform": "windows"}},
        {"Placement": {"Tenancy": "dedicated"}},
    ],
    ids=["a size without price", "windows", "hardware of its own"],
)
def test_what_is_not_known_is_never_zero(prices: Prices, parameters: dict[str, Any]) -> None:
    cost = cost_of([run(BlockDeviceMappings=root(), **parameters)], EMPTY, prices, REGION)
    assert cost.change is None
    assert cost.known == about(0.64)
    assert [line.monthly for line in cost.lines if "730 h" in line.what] == [None]


def test_a_region_without_prices(prices: Prices) -> None:
    cost = cost_of([run()], EMPTY, prices, "mars-north-1")
    assert cost.change is None
    assert cost.known == 0


def test_spot_is_unknown_but_bounded(prices: Prices) -> None:
    cost = cost_of([run(InstanceMarketOptions={"MarketType": "spot"})], EMPTY, prices, REGION)
    assert cost.change is None
    (spot,) = (line for line in cost.lines if "spot" in line.what)
    assert (spot.monthly, spot.at_most) == (None, 7.59)


def test_a_public_address(prices: Prices) -> None:
    bare = change(prices, run())
    assert bare is not None
    nic = [{"AssociatePublicIpAddress": True, "SubnetId": "subnet-1"}]
    private = [{"AssociatePublicIpAddress": False, "SubnetId": "subnet-1"}]
    subnet = world(resource(Kind.SUBNET, "a", "subnet-1", public=True))
    assert change(prices, run(NetworkInterfaces=nic)) == about(bare + IPV4)
    assert change(prices, run(SubnetId="subnet-1"), holds=subnet) == about(bare + IPV4)
    assert change(prices, run(NetworkInterfaces=private), holds=subnet) == about(bare)
    assert change(prices, run(after={"public_ip": True})) == about(bare + IPV4)


def test_an_address_of_ones_own_takes_the_place_of_the_given_one(prices: Prices) -> None:
    nic = [{"AssociatePublicIpAddress": True}]
    steps = [
        run(NetworkInterfaces=nic),
        step("ip", Effect.CREATE, call("AllocateAddress"), ref(Kind.PUBLIC_IP, "ip")),
        update("join", "AssociateAddress", InstanceId=out("run"), AllocationId=out("ip")),
    ]
    only_one = change(prices, run(NetworkInterfaces=nic))
    assert only_one is not None
    assert change(prices, *steps) == about(only_one)


def test_monitoring_on_and_off(prices: Prices) -> None:
    on = update("m", "MonitorInstances", InstanceIds=["i-1"])
    off = update("u", "UnmonitorInstances", InstanceIds=["i-1"])
    assert change(prices, on, holds=WEB) == about(2.1)
    assert change(prices, on, on, holds=WEB) == about(2.1)
    assert change(prices, on, off, holds=WEB) == about(0)
    assert change(prices, off, holds=WEB) == 0.0


def test_disks(prices: Prices) -> None:
    new = step(
        "vol",
        Effect.CREATE,
        call("CreateVolume", Size=64, VolumeType="gp3"),
        ref(Kind.DISK, "data-2"),
    )
    attach = update("att", "AttachVolume", Kind.DISK, "data-2", VolumeId=out("vol"))
    larger = update("mod", "ModifyVolume", Kind.DISK, "data", VolumeId="vol-data", Size=200)
    gone = step(
        "del", Effect.DELETE, call("DeleteVolume", VolumeId="vol-data"), ref(Kind.DISK, "data")
    )
    assert change(prices, new, attach, holds=WEB) == about(5.12)
    assert change(prices, larger, holds=WEB) == about(8.0)
    assert change(prices, gone, holds=WEB) == about(-8.0)
    assert change(prices, new, larger, gone, holds=WEB) == about(5.12 - 8.0)


def test_stopping_leaves_the_disks_to_pay(prices: Prices) -> None:
    stop = update("stop", "StopInstances", InstanceIds=["i-1"])
    start = update("start", "StartInstances", InstanceIds=["i-1"])
    assert change(prices, stop, holds=WEB) == about(-T3_MICRO - IPV4)
    assert change(prices, stop, start, holds=WEB) == about(0)


def test_a_resize_between_stop_and_start_nets(prices: Prices) -> None:
    steps = [
        update("stop", "StopInstances", InstanceIds=["i-1"]),
        update(
            "size", "ModifyInstanceAttribute", InstanceId="i-1", InstanceType={"Value": "t3.small"}
        ),
        update("start", "StartInstances", InstanceIds=["i-1"]),
    ]
    assert change(prices, *steps, holds=WEB) == about(T3_SMALL - T3_MICRO)


def test_a_deletion_is_negative_and_takes_the_root_disk_along(prices: Prices) -> None:
    gone = step(
        "del", Effect.DELETE, call("TerminateInstances", InstanceIds=["i-1"]), ref(Kind.VM, "web-1")
    )
    cost = cost_of([gone], WEB, prices, REGION)
    assert lines(cost) == {
        "web-1: t3.micro, 730 h, ends": -7.59,
        "web-1: public IPv4 address, ends": -3.65,
        "root: gp3 disk, 8 GiB, ends": -0.64,
    }


def test_a_root_disk_that_is_kept_is_paid_on(prices: Prices) -> None:
    keep = update(
        "keep",
        "ModifyInstanceAttribute",
        InstanceId="i-1",
        BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"DeleteOnTermination": False}}],
    )
    gone = step(
        "del", Effect.DELETE, call("TerminateInstances", InstanceIds=["i-1"]), ref(Kind.VM, "web-1")
    )
    assert change(prices, keep, gone, holds=WEB) == about(-T3_MICRO - IPV4)


def test_standard_to_spot_by_image_nets_to_the_hours(prices: Prices) -> None:
    steps = [
        step("image", Effect.CREATE, call("CreateImage", InstanceId="i-1"), ref(Kind.IMAGE, "tmp")),
        update("detach", "DetachVolume", Kind.DISK, "data", VolumeId="vol-data"),
        step(
            "gone",
            Effect.REPLACE,
            call("TerminateInstances", InstanceIds=["i-1"]),
            ref(Kind.VM, "web-1"),
        ),
        run(
            ImageId=out("image"),
            BlockDeviceMappings=root(),
            NetworkInterfaces=[{"AssociatePublicIpAddress": True}],
            InstanceMarketOptions={"MarketType": "spot"},
        ),
        step(
            "tidy",
            Effect.DELETE,
            call("DeregisterImage", ImageId=out("image")),
            ref(Kind.IMAGE, "tmp"),
        ),
        step(
            "tidy-snapshot",
            Effect.DELETE,
            call("DeleteSnapshot", SnapshotId=out("find", "snapshot")),
            ref(Kind.SNAPSHOT, "tmp"),
        ),
    ]
    cost = cost_of(steps, WEB, prices, REGION)
    assert cost.change is None
    assert cost.known == about(-T3_MICRO)
    assert sum(x.at_most or 0 for x in cost.lines if x.monthly is None) == about(T3_MICRO)


def test_a_snapshot_costs_no_more_than_its_disk_is_large(prices: Prices) -> None:
    snapshot = step(
        "snap",
        Effect.CREATE,
        call("CreateSnapshot", VolumeId="vol-data"),
        ref(Kind.SNAPSHOT, "data"),
    )
    assert lines(cost_of([snapshot], WEB, prices, REGION)) == {"data: snapshot, up to 100 GiB": 5.0}


@pytest.mark.parametrize(
    ("parameters", "usd"),
    [
        ({"Scheme": "internet-facing", "Subnets": ["a", "b"]}, 16.43 + 2 * IPV4),
        ({"Subnets": ["a", "b"]}, 16.43 + 2 * IPV4),
        ({"Scheme": "internal", "Subnets": ["a", "b"]}, 16.43),
        ({"Type": "network", "SubnetMappings": [{"SubnetId": "a"}]}, 16.43 + IPV4),
    ],
)
def test_a_load_balancer_and_its_addresses(
    prices: Prices, parameters: dict[str, Any], usd: float
) -> None:
    action = call("CreateLoadBalancer", "elbv2", **parameters)
    made = step("lb", Effect.CREATE, action, ref(Kind.LOAD_BALANCER, "front"))
    gone = step(
        "gone",
        Effect.DELETE,
        call("DeleteLoadBalancer", "elbv2", LoadBalancerArn=out("lb")),
        ref(Kind.LOAD_BALANCER, "front"),
    )
    assert change(prices, made) == about(usd)
    assert change(prices, made, gone) == about(0)


def test_what_costs_nothing_by_being_there(prices: Prices) -> None:
    steps = [
        step("net", Effect.CREATE, call("CreateVpc"), ref(Kind.NETWORK, "n")),
        step("sg", Effect.CREATE, call("CreateSecurityGroup"), ref(Kind.SECURITY_GROUP, "g")),
        update("tag", "CreateTags", Resources=["i-1"], Tags=[]),
        step("look", Effect.READ, call("DescribeInstances"), ref(Kind.VM, "web-1")),
    ]
    cost = cost_of(steps, WEB, prices, REGION)
    assert (cost.change, cost.lines) == (0.0, ())


def test_no_steps_cost_nothing(prices: Prices) -> None:
    assert change(prices) == 0.0


CLI = CliCommand(("aws", "ec2", "whatever"))


def test_any_other_hand_by_what_its_steps_leave_behind(prices: Prices) -> None:
    machine, disk = ref(Kind.VM, "new"), ref(Kind.DISK, "data")
    make = step("m", Effect.CREATE, CLI, machine, after={"size": "t3.micro", "state": "running"})
    stop = step("s", Effect.UPDATE, CLI, machine, after={"state": "stopped"})
    resize = step("r", Effect.UPDATE, CLI, machine, after={"size": "t3.small"})
    watch = step("w", Effect.UPDATE, CLI, machine, after={"monitoring": True})
    spot = step(
        "x",
        Effect.REPLACE,
        CLI,
        ref(Kind.VM, "web-1"),
        before={"size": "t3.micro"},
        after={"spot": True},
    )
    grow = step("g", Effect.UPDATE, CLI, disk, after={"gib": 200})
    drop = step("d", Effect.DELETE, CLI, disk)
    assert change(prices, make) == about(T3_MICRO)
    assert change(prices, make, stop) == about(0)
    assert change(prices, make, resize) == about(T3_SMALL)
    assert change(prices, make, watch) == about(T3_MICRO + 2.1)
    assert change(prices, grow, holds=WEB) == about(8.0)
    assert change(prices, drop, holds=WEB) == about(-8.0)
    assert cost_of([spot], WEB, prices, REGION).change is None


def test_a_size_that_only_the_step_says(prices: Prices) -> None:
    call_without = call("RunInstances", LaunchTemplate={"LaunchTemplateName": "x"})
    made = step("run", Effect.CREATE, call_without, ref(Kind.VM, "x"), after={"size": "t3.micro"})
    assert change(prices, made) == about(T3_MICRO + 0.64)


def test_what_stands(prices: Prices) -> None:
    holds = WEB.with_resources(
        (
            *WEB.resources,
            resource(Kind.VM, "idle", "i-2", size="m5.large", state="stopped"),
            resource(Kind.PUBLIC_IP, "spare", "eip-1", address="198.51.100.4"),
            resource(Kind.SNAPSHOT, "old", "snap-1", gib=10),
            resource(Kind.BUCKET, "files", "files"),
            resource(
                Kind.LOAD_BALANCER,
                "front",
                "arn:lb",
                public=True,
                subnets=["a", "b"],
                type="application",
            ),
        )
    )
    cost = standing_cost(holds, prices, REGION)
    vm = T3_MICRO + IPV4 + 0.64 + 8.0
    assert cost.change == about(vm + IPV4 + 0.5 + 16.43 + 2 * IPV4)
    assert not any("idle" in line.what for line in cost.lines)


def test_an_address_is_not_paid_twice(prices: Prices) -> None:
    reserved = resource(Kind.PUBLIC_IP, "own", "eip-1", address="203.0.113.9")
    with_own = WEB.with_resources((*WEB.resources, reserved))
    assert (
        standing_cost(with_own, prices, REGION).change == standing_cost(WEB, prices, REGION).change
    )


def test_what_stands_and_has_no_price_makes_the_whole_unknown(prices: Prices) -> None:
    odd = resource(Kind.VM, "odd", "i-9", size="q1.odd", state="running")
    cost = standing_cost(WEB.with_resources((*WEB.resources, odd)), prices, REGION)
    assert cost.change is None
    assert cost.known > 0
    assert standing_cost(EMPTY, prices, REGION).change == 0.0


def test_ending_something_of_unknown_price_saves_nothing_one_can_count_on(prices: Prices) -> None:
    odd = world(resource(Kind.VM, "odd", "i-9", size="q1.odd", state="running"))
    gone = step(
        "del", Effect.DELETE, call("TerminateInstances", InstanceIds=["i-9"]), ref(Kind.VM, "odd")
    )
    (line,) = cost_of([gone], odd, prices, REGION).lines
    assert (line.monthly, line.at_most) == (None, 0.0)


@pytest.mark.parametrize(
    "operation",
    ["StopInstances", "TerminateInstances", "ModifyVolume", "DeleteSnapshot", "AssociateAddress"],
)
def test_calls_on_what_is_not_known_change_nothing(prices: Prices, operation: str) -> None:
    odd = step("x", Effect.UPDATE, call(operation), ref(Kind.VM, "nobody"))
    assert change(prices, odd, holds=WEB) == 0.0


@pytest.mark.parametrize(
    ("service", "operation", "known"),
    [
        ("ec2", "CreateNatGateway", False),
        ("rds", "CreateInstance", False),
        ("autoscaling", "CreateGroup", False),
        ("kms", "CreateKey", False),
        ("dynamodb", "CreateTable", False),
        ("ec2", "CreateVpc", True),
        ("ec2", "CreateLaunchTemplate", True),
        ("elbv2", "CreateTargetGroup", True),
        ("iam", "CreateRole", True),
        ("sqs", "CreateQueue", True),
    ],
)
def test_what_nobody_here_knows_a_price_of_is_no_nothing(
    prices: Prices, service: str, operation: str, known: bool
) -> None:
    made = step("make", Effect.CREATE, call(operation, service))
    assert cost_of([made], EMPTY, prices, REGION).change == (0.0 if known else None)
    gone = step("end", Effect.DELETE, call(operation.replace("Create", "Delete"), service))
    assert cost_of([gone], EMPTY, prices, REGION).change == (0.0 if known else None)


def test_a_table_that_is_paid_by_the_request_costs_nothing_by_being_there(prices: Prices) -> None:
    action = call("CreateTable", "dynamodb", billing_mode="PAY_PER_REQUEST")
    assert cost_of([step("t", Effect.CREATE, action)], EMPTY, prices, REGION).change == 0.0


def test_what_ends_and_is_not_known_saves_nothing_one_can_count_on(prices: Prices) -> None:
    gone = step("x", Effect.DELETE, call("TerminateInstances"), ref(Kind.VM, "nobody"))
    (line,) = cost_of([gone], WEB, prices, REGION).lines
    assert (line.monthly, line.at_most) == (None, 0.0)
