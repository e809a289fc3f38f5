"""Drafts of API calls become what a person would do in the console."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from fakes.aws import keys_of, sandbox_target
from modalities.action import BrowserScript, bind
from modalities.browser.access import Access
from modalities.browser.aws import AwsBrowser
from modalities.browser.library import Library
from modalities.browser.workflow import OWN
from modalities.change import (
    Attach,
    Change,
    Create,
    Delete,
    Power,
    Resize,
    Selection,
    SetDiagnostics,
    SetPort,
    SetPower,
    SetPriority,
    SetTags,
)
from modalities.codec import decode, encode
from modalities.contract import Unsupported
from modalities.resource import Kind, Link, Resource, World
from modalities.step import Effect, Irreversible, Step
from modalities.target import Target
from modalities.wanted import Bucket, Disk, LoadBalancer, Network, PublicIp, Rule, Vm

LAB = Network(name="lab", cidr="10.20.0.0/16")
VMS = tuple(Vm(name=f"vm-{n}") for n in range(3))
FRONT = LoadBalancer(name="front", targets=tuple(vm.name for vm in VMS))
ONE = Selection(kind=Kind.VM, names=("web-1",))


def _nowhere(_: Target) -> Access:
    raise AssertionError("a plan by learned workflows needs no browser")


HAND = AwsBrowser(_nowhere)


@pytest.fixture(scope="module")
def target(moto: str) -> Target:
    return sandbox_target(moto, environment=keys_of(moto, "200000000006"), writable=True)


@pytest.fixture(scope="module")
def world(target: Target) -> World:
    """An empty account's, read once."""
    return HAND.read(target)


def with_web_1(world: World) -> World:
    """The world with a machine that has a data disk."""
    subnet = world.of(Kind.SUBNET)[0]
    (group,) = world.of(Kind.SECURITY_GROUP)
    network = str(subnet.attributes["network"])
    vm = Resource(
        world.ref(Kind.VM, "web-1"),
        "i-0123456789abcdef0",
        {
            "state": "running",
            "size": "t3.micro",
            "image": "ami-1",
            "zone": subnet.attributes["zone"],
            "network": network,
            "subnet": subnet.id,
            "public_ip": None,
            "security_groups": [group.id],
            "spot": False,
            "monitoring": False,
            "root_disk": "vol-0000000000000000a",
            "root_device": "/dev/xvda",
            "devices": {"/dev/xvda": "vol-0000000000000000a", "/dev/sdf": "vol-0000000000000000b"},
            "disks": ["vol-0000000000000000a", "vol-0000000000000000b"],
            "nics": [],
            "platform": "linux",
        },
        {"Name": "web-1", "owner": "team-a"},
        (
            Link("in", Kind.SUBNET, subnet.id),
            Link("guarded_by", Kind.SECURITY_GROUP, group.id),
            Link("uses", Kind.DISK, "vol-0000000000000000a"),
            Link("uses", Kind.DISK, "vol-0000000000000000b"),
        ),
    )
    disks = [
        Resource(
            world.ref(Kind.DISK, f"vol-0000000000000000{letter}"),
            f"vol-0000000000000000{letter}",
            {
                "gib": 8,
                "type": "gp3",
                "iops": 3000,
                "throughput": 125,
                "state": "in-use",
                "zone": subnet.attributes["zone"],
                "attached_to": vm.id,
                "device": device,
                "boot": boot,
                "delete_with_vm": boot,
            },
        )
        for letter, device, boot in (("a", "/dev/xvda", True), ("b", "/dev/sdf", False))
    ]
    return world.with_resources((*world, vm, *disks))


def express(target: Target, world: World, *changes: Change) -> dict[str, Step]:
    """By the name of each step's workflow; every step stands by itself as a plan has it."""
    draft = HAND.express(changes, world, target, "run-1")
    assert [p for p in HAND.check(draft.steps, world) if p.blocking] == []
    for step in draft.steps:
        assert decode(Step, encode(step)) == step
        assert set(step.needs) <= {each.id for each in draft.steps}
        meant = HAND.meant(step)
        assert all(part.id.partition("/")[0] == step.id for part in meant)
        assert HAND.takes(step) > 30
    return {f"{n} {_script(s).actions[0]['name']}": s for n, s in enumerate(draft.steps, 1)}


def _script(step: Step) -> BrowserScript:
    assert isinstance(step.action, BrowserScript)
    return step.action


def _posts(step: Step) -> list[str]:
    return [each["path"] for each in _script(step).mutations]


def test_a_machine_is_one_wizard(target: Target, world: World) -> None:
    (step,) = express(
        target, world, Create(wanted=(Vm(name="web-1", tags=(("owner", "me"),)),))
    ).values()
    assert step.effect is Effect.CREATE
    (mutation,) = _script(step).mutations
    fields = mutation["fields"]
    assert (fields["name"], fields["count"], fields["public"]) == ("web-1", "1", "no")
    assert fields["tags.key"] == ["owner", "cloudops:run"]
    assert mutation["volatile"] == ["token"]
    (meant,) = _script(step).meaning
    assert meant.parameters["MetadataOptions"]["HttpTokens"] == "required"
    assert "ClientToken" not in meant.parameters
    assert _script(step).actions[-1]["where"] == {"tag:Name": "web-1", "tag:cloudops:run": "run-1"}
    assert isinstance(step.undo, tuple)
    assert _posts(replace(step, action=step.undo[0].action)) == ["/action/TerminateInstances"]


def test_what_a_wizard_makes_at_once_is_one_step(target: Target, world: World) -> None:
    steps = express(target, world, Create(wanted=(LAB, *VMS, FRONT)))
    assert [name.partition(" ")[2] for name in steps] == [
        "create VPC with an internet gateway",
        "create subnet",
        "create subnet",
        "create security group with rules",
        "create security group with rules",
        "launch instance",
        "launch instance",
        "launch instance",
        "create target group with targets",
        "create load balancer",
    ]
    network = steps["1 create VPC with an internet gateway"]
    assert set(network.outputs) == {"id", "gateway", "route_table"}
    assert [str(call) for call in _script(network).meaning] == [
        "ec2:CreateVpc",
        "ec2:CreateInternetGateway",
        "ec2:AttachInternetGateway",
        "ec2:CreateRoute",
    ]
    assert _script(network).meaning[2].parameters["VpcId"] == OWN
    balancer = steps["10 create load balancer"]
    assert set(balancer.outputs) == {"id", "dns_name", "listener"}
    (mutation,) = _script(balancer).mutations
    assert mutation["fields"]["group"] == {"$output": "create-target-group-front-targets.id"}
    assert len(mutation["fields"]["subnets"]) == 2
    assert mutation["unordered"] == ["subnets", "groups"]


def test_a_bound_step_has_nothing_left_to_find_out(target: Target, world: World) -> None:
    for step in express(target, world, Create(wanted=(LAB, *VMS, FRONT))).values():
        bound = replace(step, action=bind(step.action, lambda o: f"{o.step}.{o.name}", "token"))
        assert "$output" not in str(encode(bound.action))
        assert HAND.admits(bound) == ()


@pytest.mark.parametrize(
    ("change", "workflows"),
    [
        (Attach(what=Disk(gib=32), to=ONE), ["create volume", "attach volume"]),
        (SetDiagnostics(what=ONE), ["enable detailed monitoring"]),
        (SetPower(what=ONE, power=Power.STOP), ["stop instance"]),
        (SetPower(what=ONE, power=Power.RESTART), ["reboot instance"]),
        (
            Resize(what=ONE, size="t3.small"),
            ["stop instance", "change instance type", "start instance"],
        ),
        (SetTags(what=ONE, add=(("owner", "me"),), remove=()), ["tag vm"]),
        (Delete(what=ONE, explicit="delete"), ["terminate instance"]),
        (
            Create(wanted=(PublicIp(name="a", attach_to="web-1"),)),
            ["allocate address", "associate address"],
        ),
        (
            SetPriority(what=ONE, spot=True),
            [
                "stop instance",
                "create image and look at it",
                "launch instance",
                "detach volume",
                "attach volume",
                "terminate instance",
                "deregister image, then its snapshot",
            ],
        ),
    ],
    ids=lambda value: value.change if not isinstance(value, list) else "",
)
def test_updates(target: Target, world: World, change: Change, workflows: list[str]) -> None:
    world = with_web_1(world)
    steps = express(target, world, change)
    assert [name.partition(" ")[2] for name in steps] == workflows


def test_rules_are_edited_as_a_whole_list(target: Target, world: World) -> None:
    world = with_web_1(world)
    rule = Rule(first_port=8080, last_port=8080)
    steps = express(target, world, SetPort(what=ONE, rule=rule, open=True))
    posts = [path for step in steps.values() for path in _posts(step)]
    assert posts in (
        ["/action/EditInboundRules"],
        ["/action/CreateSecurityGroup", "/action/ChangeSecurityGroups"],
    )


def test_claims_are_what_the_calls_touch_and_never_what_is_not_there_yet(
    target: Target, world: World
) -> None:
    steps = express(target, world, Create(wanted=(LAB, Vm(name="web-1", public_ip=True))))
    bound = [
        replace(step, action=bind(step.action, lambda _: "vpc-12345678", "token"))
        for step in steps.values()
    ]
    assert [ref for step in bound for ref in HAND.claims(step)] == []
    world = with_web_1(world)
    (stop,) = express(target, world, SetPower(what=ONE, power=Power.STOP)).values()
    assert [ref.name for ref in HAND.claims(stop)] == ["i-0123456789abcdef0"]


def test_what_the_console_has_no_way_for_is_said(target: Target, world: World) -> None:
    bare = AwsBrowser(_nowhere)
    bare._library = Library(shipped=False)
    with pytest.raises((Unsupported, AssertionError)):
        bare.express([Create(wanted=(Bucket(name="x-y-z"),))], world, target, "run-1")


def test_what_cannot_be_taken_back_there_is_irreversible(target: Target, world: World) -> None:
    world = with_web_1(world)
    steps = express(target, world, SetPower(what=ONE, power=Power.STOP))
    (step,) = steps.values()
    assert isinstance(step.undo, tuple)
    (deleting,) = express(target, world, Delete(what=ONE, explicit="x")).values()
    assert isinstance(deleting.undo, Irreversible)


def test_a_merged_step_is_meant_call_by_call(target: Target, world: World) -> None:
    steps: Mapping[str, Any] = express(target, world, Create(wanted=(LAB, *VMS, FRONT)))
    parts = HAND.meant(steps["10 create load balancer"])
    assert [part.id for part in parts] == [
        "create-load-balancer-front/CreateLoadBalancer",
        "create-load-balancer-front/CreateListener",
    ]
    assert [part.changes[0].kind for part in parts] == [Kind.LOAD_BALANCER, Kind.LISTENER]
    assert parts[1].after["port"] == 80
    assert isinstance(parts[0].undo, tuple)
