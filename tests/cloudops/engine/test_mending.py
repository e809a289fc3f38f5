"""What is tried again, and how, by the class of the error; what a person said stands."""

from __future__ import annotations

import pytest

from cloudops.engine.headway import Headway
from cloudops.engine.mending import Ground
from cloudops.engine.mending import mended as mended_on
from cloudops.planner.ailing import Ailment, Mended
from modalities.change import Change, Create, Delete, Power, Selection, SetPower
from modalities.plan import ModalityName
from modalities.prices import table
from modalities.receipt import Failure, Trouble
from modalities.resource import Kind, Provider, Resource, ResourceRef, World
from modalities.wanted import Network, Vm


def subnet(zone: str) -> Resource:
    return Resource(ResourceRef(Provider.AWS, "1/r", Kind.SUBNET, zone), zone, {"zone": zone})


WORLD = World(Provider.AWS, "1/r", (subnet("r-a"), subnet("r-b"), subnet("r-c")))
FULL = Failure(Trouble.CAPACITY, "InsufficientInstanceCapacity", "none left in r-a")
ONE = Create(wanted=(Vm(name="a"), Network(name="n")))
PRICES = table.load()


def mended(
    changes: tuple[Change, ...],
    failure: Failure,
    world: World,
    *,
    asked: tuple[Change, ...] | None = None,
    near: tuple[str, ...] = (),
) -> Mended | None:
    ground = Ground(asked=asked or changes, world=world, prices=PRICES, region="us-east-1")
    return mended_on(changes, ailed(failure, near=near), ground)


def ailed(failure: Failure, step: str = "s", done: int = 0, near: tuple[str, ...] = ()) -> Ailment:
    return Ailment(hand=ModalityName.SDK, failure=failure, step=step, done=done, near=near)


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


UNSUPPORTED = Failure(
    Trouble.INVALID,
    "Unsupported",
    "The requested configuration is currently not supported: instance type t3.micro",
)


def test_a_size_that_nobody_named_gives_way_to_the_nearest_one_that_has_as_much() -> None:
    first = mended((ONE,), UNSUPPORTED, WORLD)
    assert first is not None
    (change,) = first.changes
    assert isinstance(change, Create)
    (vm, _) = change.wanted
    assert isinstance(vm, Vm)
    size = PRICES.size(Provider.AWS, vm.size or "")
    assert size is not None
    assert (size.vcpus >= 2, size.memory_gib >= 1, vm.size != "t3.micro") == (True,) * 3
    assert vm.size is not None
    assert vm.size in first.told
    again = Failure(Trouble.INVALID, "Unsupported", f"instance type {vm.size} is not supported")
    second = mended(first.changes, again, WORLD, asked=(ONE,))
    assert second is not None
    assert second.changes != first.changes, "another family each time"


def test_a_size_that_was_asked_for_stays() -> None:
    assert mended((Create(wanted=(Vm(name="a", size="t3.micro"),)),), UNSUPPORTED, WORLD) is None


def test_a_size_that_a_zone_lacks_is_looked_for_in_another() -> None:
    text = "Your requested instance type (t3.micro) is not supported in your requested "
    failure = Failure(Trouble.INVALID, "Unsupported", f"{text}Availability Zone (r-a).")
    came = mended((Create(wanted=(Vm(name="a", size="t3.micro"),)),), failure, WORLD)
    assert came is not None
    assert came.changes == (Create(wanted=(Vm(name="a", size="t3.micro", zone="r-b"),)),)


MISSING = Failure(Trouble.NOT_FOUND, "Unresolved", "there is no VM web1")
STOP = SetPower(what=Selection(kind=Kind.VM, names=("web1",)), power=Power.STOP)


def test_a_name_that_is_only_spelt_otherwise_is_taken_and_told() -> None:
    came = mended((STOP,), MISSING, WORLD, near=("web-1", "web-10"))
    assert came is not None
    assert came.changes == (
        SetPower(what=Selection(kind=Kind.VM, names=("web-1",)), power=Power.STOP),
    )
    assert came.told == "web1 is taken for web-1"


@pytest.mark.parametrize("near", [("web-2",), ("web-1", "we-b1")])
def test_another_name_or_two_that_fit_are_for_the_person(near: tuple[str, ...]) -> None:
    assert mended((STOP,), MISSING, WORLD, near=near) is None


def test_nothing_is_deleted_on_a_guess() -> None:
    gone = Delete(what=Selection(kind=Kind.VM, names=("web1",)))
    assert mended((gone,), MISSING, WORLD, near=("web-1",)) is None


def test_tries_that_fail_alike_are_stuck_whatever_the_ids() -> None:
    headway = Headway()
    one = Failure(Trouble.INVALID, "X", "volume vol-0a1b2c3d4e5f60718 is 7 GiB")
    two = Failure(Trouble.INVALID, "X", "volume vol-0ffffffffffffffff is 9 GiB")
    assert headway.stuck(ailed(one)) == ""
    assert headway.stuck(ailed(two)) == "the same again"


def test_tries_that_get_no_further_are_stuck_whatever_they_fail_with() -> None:
    headway = Headway()
    tries = [(0, "a"), (2, "b"), (1, "c"), (2, "d"), (3, "e"), (3, "f"), (0, "g"), (3, "h")]
    came = [
        headway.stuck(ailed(Failure(Trouble.INVALID, code, ""), code, done)) for done, code in tries
    ]
    assert came == ["", "", "", "", "", "", "", "no further than before"]
