from __future__ import annotations

import pytest

from cloudops.request import Constraints, Goal, Graph, Intent, Listing, StatusOf
from cloudops.router.complexity import Complexity, measure
from cloudops.router.concerned import existing, selected
from fakes.specimens import call, ref, resource, step, world
from modalities.change import (
    Attach,
    Change,
    Create,
    Delete,
    Detach,
    Power,
    Selection,
    SetPower,
    SetPriority,
)
from modalities.resource import Kind, Link, Provider, ResourceRef, World
from modalities.step import Effect
from modalities.wanted import Disk, LoadBalancer, Network, Vm, Wanted

EMPTY = world()


LAB = world(
    resource(Kind.NETWORK, "lab", "vpc-1"),
    resource(Kind.SUBNET, "a", "subnet-1", links=(Link("in", Kind.NETWORK, "vpc-1"),)),
    resource(
        Kind.VM,
        "web-1",
        "i-1",
        tags={"env": "dev"},
        links=(Link("in", Kind.SUBNET, "subnet-1"), Link("uses", Kind.DISK, "vol-1")),
    ),
    resource(Kind.VM, "web-2", "i-2", links=(Link("in", Kind.SUBNET, "subnet-1"),)),
    resource(Kind.DISK, "root", "vol-1"),
    resource(Kind.BUCKET, "files", "files"),
)
WEB_1 = Selection(kind=Kind.VM, names=("web-1",))


def create(*wanted: Wanted) -> Intent:
    return Intent(goal=Goal.PROVISION, summary="create", changes=(Create(wanted=wanted),))


def change(*changes: Change, goal: Goal = Goal.UPDATE) -> Intent:
    return Intent(goal=goal, summary="change", changes=changes)


def share(complexity: Complexity, word: str) -> str:
    (found,) = (str(share) for share in complexity.shares if word in str(share))
    return found


ONE = create(Vm(name="a"))
TIER = create(
    Network(name="n"),
    *(Vm(name=f"web-{n}", network="n") for n in range(3)),
    LoadBalancer(name="lb", network="n", targets=("web-0", "web-1", "web-2")),
)
FLEET = create(Network(name="n"), *(Vm(name=f"n-{n}", network="n") for n in range(300)))


def test_more_resources_and_connections_are_harder() -> None:
    scores = [measure(intent, EMPTY).score for intent in (ONE, TIER, FLEET)]
    assert scores == sorted(scores)
    assert len(set(scores)) == 3
    assert share(measure(TIER, EMPTY), "resource") == "5 resources 11.5"
    assert share(measure(TIER, EMPTY), "connection") == "7 connections 8.2"


def test_replacing_is_harder_than_deleting_than_changing_in_place() -> None:
    in_place = change(SetPower(what=WEB_1, power=Power.STOP))
    delete = change(Delete(what=WEB_1, explicit="delete web-1"), goal=Goal.DELETE)
    replace = change(SetPriority(what=WEB_1, spot=True))
    scores = [measure(intent, LAB).score for intent in (in_place, delete, replace)]
    assert scores == sorted(scores)
    assert len(set(scores)) == 3


def test_the_existing_state_concerned_counts_and_not_the_rest() -> None:
    alone = change(SetPower(what=WEB_1, power=Power.STOP))
    network = change(Delete(what=Selection(kind=Kind.NETWORK, names=("lab",))), goal=Goal.DELETE)
    assert share(measure(alone, LAB), "existing").startswith("1 existing")
    assert share(measure(network, LAB), "existing").startswith("4 existing")
    assert measure(ONE, LAB).score == measure(ONE, EMPTY).score


def test_two_clouds_are_harder_than_one() -> None:
    here = measure(ONE, EMPTY)
    both = measure(
        Intent(goal=Goal.PROVISION, summary="x", changes=ONE.changes, cloud=Provider.AZURE), EMPTY
    )
    assert both.score == here.score + 15
    assert share(both, "clouds") == "clouds aws and azure 15"
    elsewhere = ResourceRef(Provider.AZURE, "sub/rg", Kind.VM, "x")
    steps = [
        step("a", Effect.CREATE, call("RunInstances"), ref(Kind.VM, "x")),
        step("b", Effect.CREATE, call("begin_create"), elsewhere),
    ]
    assert share(measure(ONE, EMPTY, steps), "clouds") == "clouds aws and azure 15"


def test_a_deadline_and_a_budget_count() -> None:
    free = measure(ONE, EMPTY)
    tight = measure(ONE, EMPTY, constraints=Constraints(deadline=60.0, budget=20.0))
    loose = measure(ONE, EMPTY, constraints=Constraints(deadline=3600.0))
    assert free.score < loose.score < tight.score
    assert share(tight, "deadline") == "deadline 60 s 5"
    assert share(tight, "budget") == "budget 20 USD 3"


def test_a_draft_sharpens_the_count() -> None:
    steps = [
        step("net", Effect.CREATE, call("CreateVpc"), ref(Kind.NETWORK, "n")),
        step(
            "subnet",
            Effect.CREATE,
            call("CreateSubnet", VpcId={"$output": "net.id"}),
            ref(Kind.SUBNET, "s"),
        ),
        step(
            "vm",
            Effect.REPLACE,
            call("RunInstances", SubnetId={"$output": "subnet.id"}),
            ref(Kind.VM, "a"),
            uses=(ref(Kind.IMAGE, "base"),),
        ),
    ]
    drafted = measure(ONE, EMPTY, steps)
    assert share(drafted, "resource").startswith("3 resources")
    assert share(drafted, "connection").startswith("3 connections")
    assert share(drafted, "replacement") == "replacement 10"


def test_the_score_stays_between_0_and_100_and_says_why() -> None:
    huge = create(*(Vm(name=f"v{n}", network="n", key_pair="k") for n in range(5000)))
    hardest = measure(
        Intent(
            goal=Goal.UPDATE,
            summary="all",
            changes=(
                *huge.changes,
                SetPriority(what=Selection(kind=Kind.VM, every=True), spot=True),
            ),
            cloud=Provider.AZURE,
        ),
        world(*(resource(Kind.VM, f"x{n}") for n in range(5000))),
        constraints=Constraints(deadline=1.0, budget=1.0),
    )
    nothing = measure(Intent(goal=Goal.MONITOR, summary="nothing"), EMPTY)
    assert nothing.score == 0.0
    assert str(nothing) == "nothing that counts"
    assert 90 < hardest.score <= 100
    assert len(hardest.shares) == 7


def test_only_what_counts_is_said() -> None:
    assert str(measure(ONE, EMPTY)) == "1 resource 3.3"
    assert str(measure(change(SetPriority(what=WEB_1, spot=True)), LAB)) == (
        "replacement 10, 1 resource 3.3, 2 connections 3.3, 1 existing 0.7"
    )


def test_reasons_come_heaviest_first_and_add_up() -> None:
    measured = measure(TIER, LAB, constraints=Constraints(budget=5.0))
    points = [share.points for share in measured.shares]
    assert min(points) > 0
    assert points == sorted(points, reverse=True)
    assert sum(points) == pytest.approx(measured.score, abs=0.05)


@pytest.mark.parametrize(
    ("selection", "ids"),
    [
        (WEB_1, {"i-1"}),
        (Selection(names=("i-2",)), {"i-2"}),
        (Selection(kind=Kind.VM, names=("nobody",)), set()),
        (Selection(kind=Kind.VM, every=True), {"i-1", "i-2"}),
        (Selection(tags=(("env", "dev"),)), {"i-1"}),
        (Selection(every=True), {"vpc-1", "subnet-1", "i-1", "i-2", "vol-1", "files"}),
    ],
    # the order of a set differs from process to process, and xdist compares names
    ids=lambda value: str(value) if isinstance(value, Selection) else "",
)
def test_what_a_selection_means(selection: Selection, ids: set[str]) -> None:
    assert {r.id for r in selected(selection, LAB)} == ids


@pytest.mark.parametrize(
    ("intent", "ids"),
    [
        (change(Attach(what=Disk(gib=8), to=WEB_1)), {"i-1"}),
        (change(Attach(what=Selection(names=("root",)), to=WEB_1)), {"vol-1", "i-1"}),
        (change(Detach(what=Selection(names=("root",)), source=WEB_1)), {"vol-1", "i-1"}),
        (create(Vm(name="new", network="lab")), {"vpc-1", "subnet-1", "i-1", "i-2"}),
        (create(Vm(name="web-1", network="web-1")), set()),
        (
            Intent(goal=Goal.MONITOR, summary="s", question=StatusOf(what=WEB_1)),
            {"i-1"},
        ),
        (Intent(goal=Goal.MONITOR, summary="s", question=Graph(focus=WEB_1)), {"i-1"}),
        (
            Intent(goal=Goal.MONITOR, summary="s", question=Graph()),
            {"vpc-1", "subnet-1", "i-1", "i-2", "vol-1", "files"},
        ),
        (
            Intent(
                goal=Goal.MONITOR,
                summary="s",
                question=Listing(what=Selection(kind=Kind.BUCKET, every=True)),
            ),
            {"files"},
        ),
    ],
)
def test_what_of_the_world_is_concerned(intent: Intent, ids: set[str]) -> None:
    assert {r.id for r in existing(intent, LAB)} == ids


def test_resources_that_depend_on_each_other_in_a_circle() -> None:
    circle: World = world(
        resource(Kind.VM, "a", "a", links=(Link("uses", Kind.NIC, "b"),)),
        resource(Kind.NIC, "b", "b", links=(Link("on", Kind.VM, "a"),)),
    )
    asked = change(SetPower(what=Selection(names=("a",)), power=Power.STOP))
    assert {r.id for r in existing(asked, circle)} == {"a", "b"}
