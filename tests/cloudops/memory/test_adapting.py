"""A workflow adapted to its own values is the plan it was learnt from; to others, what the hand
drafts afresh. Held against the SDK hand's own drafting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudops.memory.adapting import Unfit, adapted
from cloudops.memory.learning import Unlearnable, learnt
from fakes.ground import draft, intent, named, setting, vm, workflow, world
from modalities.change import Attach, Change, Create, Delete, Power, Resize, SetPower, SetTags
from modalities.contract import Draft
from modalities.plan import ModalityName
from modalities.wanted import Bucket, Disk, KeyPair, Network, Rule, SecurityGroup, Subnet, Vm

Make = Callable[[str, str, int, str], Sequence[Change]]
"""A request out of two names that are not there yet, a number and a machine that is."""

REQUESTS: dict[str, Make] = {
    "network": lambda a, b, _n, _m: (Create(wanted=(Network(name=a), Subnet(name=b, network=a))),),
    "range": lambda a, b, n, _m: (
        Create(wanted=(Network(name=a, cidr=f"10.{n}.0.0/16"), Subnet(name=b, network=a))),
    ),
    "machines": lambda a, b, n, _m: (
        Create(
            wanted=(
                Network(name=f"{a}-net"),
                *(Vm(name=x, network=f"{a}-net", disk_gib=n) for x in (a, b)),
            )
        ),
    ),
    "disk": lambda a, _b, n, m: (Attach(what=Disk(name=a, gib=n), to=named(m)),),
    "tags": lambda a, b, _n, m: (SetTags(what=named(m), add=(("owner", a), ("team", b))),),
    "stop": lambda _a, _b, _n, m: (SetPower(what=named(m), power=Power.STOP),),
    "resize": lambda _a, _b, _n, m: (Resize(what=named(m), size="t3.large"),),
    "delete": lambda _a, _b, _n, m: (Delete(what=named(m), explicit="delete it"),),
    "names": lambda a, b, _n, _m: (Create(wanted=(Bucket(name=a), KeyPair(name=b))),),
    "group": lambda a, _b, n, _m: (
        Create(
            wanted=(
                SecurityGroup(name=a, network="main", rules=(Rule(first_port=n, last_port=n),)),
            )
        ),
    ),
}
NAMES = st.sampled_from(
    [
        *("web-1", "web", "shop", "instance", "tcp", "a1", "data-2", "x", "key", "volume"),
        *("vm", "prod.example", "Web_3", "net-10", "us", "gp3", "id", "name", "subnet", "0"),
    ]
)
VALUES = st.tuples(NAMES, NAMES, st.integers(10, 90), st.sampled_from(["api-1", "db-9"])).filter(
    lambda v: v[0] != v[1] and v[0] not in v[1] and v[1] not in v[0]
)


def tried(make: Make, values: Any, run: str) -> tuple[Sequence[Change], Draft]:
    changes = make(*values)
    return changes, draft(changes, world(), run)


@pytest.mark.parametrize("what", REQUESTS)
@settings(max_examples=8, deadline=None)
@given(first=VALUES)
def test_its_own_values_give_the_same_plan(what: str, first: Any) -> None:
    changes, fresh = tried(REQUESTS[what], first, "run-1")
    made = learnt(intent(*changes), fresh, ModalityName.SDK, setting(world()))
    assert adapted(made, intent(*changes), setting(world())) == fresh


@pytest.mark.parametrize("what", REQUESTS)
@settings(max_examples=8, deadline=None)
@given(first=VALUES, second=VALUES)
def test_other_values_give_what_is_drafted_afresh(what: str, first: Any, second: Any) -> None:
    changes, before = tried(REQUESTS[what], first, "run-1")
    made = learnt(intent(*changes), before, ModalityName.SDK, setting(world()))
    others, fresh = tried(REQUESTS[what], second, "run-2")
    try:
        got = adapted(made, intent(*others), setting(world(), "run-2"))
    except Unfit:
        return  # it says that it does not fit: that is never wrong, only less
    assert got == fresh


@pytest.mark.parametrize("what", REQUESTS)
def test_for_usual_names_it_fits(what: str) -> None:
    """Or the property above would hold of a memory that never remembers."""
    make = REQUESTS[what]
    changes, before = tried(make, ("web-1", "web-2", 40, "api-1"), "run-1")
    made = learnt(intent(*changes), before, ModalityName.SDK, setting(world()))
    others, fresh = tried(make, ("shop", "cart", 55, "db-9"), "run-2")
    again = learnt(intent(*others), fresh, ModalityName.SDK, setting(world(), "run-2"))
    assert made.form == again.form
    assert made.id == again.id
    assert adapted(made, intent(*others), setting(world(), "run-2")) == fresh


def test_ranges_are_chosen_anew() -> None:
    changes = REQUESTS["network"]("a-1", "a-2", 0, "")
    made = workflow(*changes)
    taken = draft(changes, world()).steps[0].after["cidr"]
    more = replace(vm("x", 9), ref=world().ref(Network(name="other").kind, "other"), id="vpc-9")
    there = world(replace(more, attributes={"cidr": taken}, tags={}, links=()))
    others = REQUESTS["network"]("b-1", "b-2", 0, "")
    fresh = draft(others, there, "run-2")
    assert fresh.steps[0].after["cidr"] != taken
    assert adapted(made, intent(*others), setting(there, "run-2")) == fresh


class TestUnfit:
    DISK = REQUESTS["disk"]("data-1", "", 40, "api-1")

    def why(self, made: Any, changes: Sequence[Change], *more: Any, **other: Any) -> str:
        with pytest.raises(Unfit) as caught:
            adapted(made, intent(*changes), setting(world(*more), "run-2", **other))
        return str(caught.value)

    def test_another_structure(self) -> None:
        changes = (Attach(what=Disk(name="d-1", gib=40, type="ssd"), to=named("api-1")),)
        assert self.why(workflow(*self.DISK), changes) == "other things are asked for"

    def test_a_value_that_something_was_derived_from(self) -> None:
        made = workflow(Resize(what=named("api-1"), size="t3.large"))
        why = self.why(made, (Resize(what=named("api-1"), size="m5.large"),))
        assert why == "size is m5.large, and it is for t3.large"

    def test_what_is_not_there(self) -> None:
        made = workflow(SetPower(what=named("api-1"), power=Power.STOP))
        changes = (SetPower(what=named("gone-1"), power=Power.STOP),)
        assert self.why(made, changes) == "there is no VM named gone-1"

    def test_what_is_there_twice(self) -> None:
        made = workflow(SetPower(what=named("api-1"), power=Power.STOP))
        changes = (SetPower(what=named("db-9"), power=Power.STOP),)
        assert "several" in self.why(made, changes, vm("db-9", 77))

    def test_what_is_in_another_state(self) -> None:
        made = workflow(SetPower(what=named("api-1"), power=Power.STOP))
        changes = (SetPower(what=named("off-1"), power=Power.STOP),)
        why = self.why(made, changes, vm("off-1", 5, state="stopped"))
        assert why == "vm/off-1: state is stopped, and was running"

    def test_what_is_there_already(self) -> None:
        changes = (Create(wanted=(Network(name="n-1"), Vm(name="w-1", network="n-1"))),)
        others = (Create(wanted=(Network(name="n-2"), Vm(name="api-1", network="n-2"))),)
        assert self.why(workflow(*changes), others) == "vm/api-1 is there already"

    def test_an_image_of_the_day_before_yesterday(self) -> None:
        changes = (Create(wanted=(Network(name="n-1"), Vm(name="w-1", network="n-1"))),)
        why = self.why(workflow(*changes), changes, after=timedelta(hours=25))
        assert "was looked up more than a day ago" in why

    def test_one_that_only_bears_witness(self) -> None:
        made = workflow(*self.DISK, why_not="it came out otherwise")
        assert self.why(made, self.DISK) == "it came out otherwise"

    def test_one_that_is_not_sound(self) -> None:
        made = workflow(*self.DISK, steps=({"id": {"$parameter": 7}},))
        assert "is not sound" in self.why(made, self.DISK)


class TestLearning:
    def test_nothing_of_the_time_is_in_it(self) -> None:
        made = str(workflow(*REQUESTS["machines"]("web-1", "web-2", 40, "")).steps)
        for text in ("123456789012", "us-east-1", "run-1", "web-1", "web-2", "10.1.0.0", "ami-"):
            assert text not in made

    def test_a_secret_is_not_learnt(self) -> None:
        changes = self_made = REQUESTS["tags"]("a-1", "b-1", 0, "api-1")
        fresh = draft(self_made, world())
        step = replace(fresh.steps[0], after={"password": "hunter2"})
        with pytest.raises(Unlearnable, match="secret"):
            learnt(
                intent(*changes), replace(fresh, steps=(step,)), ModalityName.SDK, setting(world())
            )

    def test_terraform_keeps_its_own(self) -> None:
        from modalities.action import IacChange

        changes = REQUESTS["tags"]("a-1", "b-1", 0, "api-1")
        fresh = draft(changes, world())
        step = replace(fresh.steps[0], action=IacChange({}, ()))
        with pytest.raises(Unlearnable, match="Terraform"):
            learnt(
                intent(*changes), replace(fresh, steps=(step,)), ModalityName.IAC, setting(world())
            )
