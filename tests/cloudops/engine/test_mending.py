"""What is tried again, and how, by the class of the error; what a person said stands."""

from __future__ import annotations

import pytest

from cloudops.engine.mending import mended
from modalities.change import Create, Power, Selection, SetPower
from modalities.receipt import Failure, Trouble
from modalities.resource import Kind, Provider, Resource, ResourceRef, World
from modalities.wanted import Network, Vm


def subnet(zone: str) -> Resource:
    return Resource(ResourceRef(Provider.AWS, "1/r", Kind.SUBNET, zone), zone, {"zone": zone})


WORLD = World(Provider.AWS, "1/r", (subnet("r-a"), subnet("r-b"), subnet("r-c")))
FULL = Failure(Trouble.CAPACITY, "InsufficientInstanceCapacity", "none left in r-a")
ONE = Create(wanted=(Vm(name="a"), Network(name="n")))


@pytest.mark.parametrize("trouble", [Trouble.THROTTLED, Trouble.TIMEOUT, Trouble.NOT_FOUND])
def test_what_may_pass_is_tried_again_as_it_is(trouble: Trouble) -> None:
    came = mended((ONE,), Failure(trouble, "X", ""), WORLD)
    assert came is not None
    assert came.changes == (ONE,)


@pytest.mark.parametrize(
    "trouble", [Trouble.AUTH, Trouble.PERMISSION, Trouble.QUOTA, Trouble.INVALID, Trouble.CONFLICT]
)
def test_what_only_a_person_can_decide_is_theirs(trouble: Trouble) -> None:
    assert mended((ONE,), Failure(trouble, "X", ""), WORLD) is None


def test_capacity_is_looked_for_in_one_zone_after_the_other() -> None:
    first = mended((ONE,), FULL, WORLD)
    assert first is not None
    assert first.changes == (Create(wanted=(Vm(name="a", zone="r-b"), Network(name="n"))),)
    second = mended(first.changes, FULL, WORLD)
    assert second is not None
    assert second.changes == (Create(wanted=(Vm(name="a", zone="r-c"), Network(name="n"))),)


@pytest.mark.parametrize("vm", [Vm(name="a", zone="r-z"), Vm(name="a", subnet="s-1")])
def test_a_place_that_was_asked_for_stays(vm: Vm) -> None:
    assert mended((Create(wanted=(vm,)),), FULL, WORLD) is None


def test_what_makes_no_machine_cannot_go_elsewhere() -> None:
    start = SetPower(what=Selection(names=("a",)), power=Power.START)
    assert mended((start,), FULL, WORLD) is None
