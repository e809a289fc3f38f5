"""What is drawn, on worlds made up for it: no cloud is asked."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudops.engine.verify import order, references
from fakes.plans import resource
from modalities.aws.express.asked import Asked
from modalities.aws.express.board import Board
from modalities.aws.express.calls import ec2
from modalities.aws.express.draft import express
from modalities.aws.images import Image
from modalities.aws.model import problems
from modalities.change import Change, Create
from modalities.contract import Draft
from modalities.prices import table
from modalities.resource import Kind, Provider, Resource, World
from modalities.step import Effect, Expect, Step
from modalities.target import Identity, Realm, Target
from modalities.wanted import Disk, LoadBalancer, Network, PublicIp, Vm

REGION = "us-east-1"
SCOPE = f"123456789012/{REGION}"


def world(*resources: Resource) -> World:
    return World(Provider.AWS, SCOPE, resources)


def board() -> Board:
    return Board(world=world(), region=REGION, label="run", asked=ASKED, prices=table.load())


def image(wanted: str | None, architecture: str) -> Image:
    return Image("ami-0123456789abcdef0", f"{wanted} for {architecture}", "/dev/xvda", 8)


ASKED = Asked(image, lambda _: False)


def draft(there: World, *changes: Change) -> Draft:
    target = Target(name="t", provider=Provider.AWS, realm=Realm.SANDBOX, region=REGION)
    me = Identity(Provider.AWS, "123456789012", REGION, "me")
    return express(changes, there, target, me, "run", ASKED, table.load())


def step(on: Board, name: str, *changes: str, **more: Any) -> Step:
    refs = tuple(on.world.ref(Kind.VM, c) for c in changes)
    action = ec2("StartInstances", InstanceIds=[])
    return on.add(
        Step(
            id=on.name_step(name), effect=Effect.UPDATE, action=action, why="", changes=refs, **more
        )
    )


def test_only_direct_needs_are_kept() -> None:
    on = board()
    a = step(on, "a", "x")
    b = step(on, "b", "x")
    c = step(on, "c", "x", "y", needs=(a.id,))
    d = step(on, "d", "z")
    assert (b.needs, c.needs, d.needs) == ((a.id,), (b.id,), ())


def test_what_nobody_stands_on_is_not_waited_for() -> None:
    on = board()
    awaited = (Expect(Kind.VM, "i-1", "is", "state", "running", within=300),)
    first = step(on, "first", "x", expects=awaited)
    step(on, "last", "y", needs=(first.id,), expects=awaited)
    one, two = on.draft().steps
    assert (one.expects[0].within, two.expects[0].within) == (300, 0)


@pytest.mark.parametrize(
    ("words", "id"),
    [
        (("attach disk", "data 1", "to", "web_1"), "attach-disk-data-1-to-web-1"),
        (("tag", "löwe/7"), "tag-l-we-7"),
        (("x", "..."), "x-..."),
    ],
)
def test_step_ids_are_readable(words: tuple[str, ...], id: str) -> None:
    assert board().name_step(*words) == id


def test_step_ids_are_unique() -> None:
    on = board()
    assert [step(on, "it", "x").id for _ in range(3)] == ["it", "it-2", "it-3"]


def test_a_local_zone_is_nobodys_first_choice() -> None:
    net = resource(Kind.NETWORK, "net", "vpc-1", cidr="10.0.0.0/16")
    zones = ("us-east-1-bos-1a", "us-east-1b", "us-east-1c")
    subnets = [
        resource(Kind.SUBNET, z, f"subnet-{n}", cidr=f"10.0.{n}.0/24", zone=z, network="vpc-1")
        for n, z in enumerate(zones)
    ]
    found = draft(world(net, *subnets), Create(wanted=(Vm(name="a", network="net"), Disk(gib=1))))
    assert found.steps[0].action.parameters["NetworkInterfaces"][0]["SubnetId"] == "subnet-1"  # type: ignore[union-attr]
    assert found.steps[1].action.parameters["AvailabilityZone"] == "us-east-1b"  # type: ignore[union-attr]


NAMES = st.lists(
    st.text("abcXYZ019-_. ü/", min_size=1, max_size=20).map(str.strip).filter(bool),
    min_size=1,
    max_size=6,
    unique_by=str.casefold,
)


@given(NAMES, st.booleans(), st.sampled_from(["http", "tcp"]), st.integers(1, 65535))
def test_any_names_give_a_plan_in_order_that_aws_understands(
    names: list[str], public: bool, protocol: str, port: int
) -> None:
    """Whatever the names, steps come after what they need and fit the vendor's model."""
    lb = LoadBalancer(
        name="lb", targets=tuple(names), protocol=protocol, port=port, public=public, network="net"
    )
    vms = tuple(Vm(name=name, network="net", public_ip=public) for name in names)
    more = (Disk(attach_to=names[0], gib=5), PublicIp(attach_to=names[-1]))
    found = draft(world(), Create(wanted=(Network(name="net"), *vms, lb, *more)))
    assert [*order(found.steps), *references(found.steps)] == []
    for made in found.steps:
        assert problems(made.action, made.id) == ()  # type: ignore[arg-type]
        assert made.why
        assert made.effect is Effect.READ or (made.changes and made.expects and made.undo)
    machines = [s for s in found.steps if s.id.startswith("create-vm")]
    assert len(machines) == len(names)
    assert not {s.id for s in machines} & {n for s in machines for n in s.needs}, "side by side"
