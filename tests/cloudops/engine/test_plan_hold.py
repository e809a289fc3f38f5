"""What is held for a saved plan: taken, taken over, let go, and by whom."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from cloudops.engine.anew import Overtaken
from cloudops.engine.claim import claim
from cloudops.engine.compose import basis_of
from cloudops.engine.course import Course
from cloudops.engine.fitting import fitting
from cloudops.engine.hands import Hands
from cloudops.engine.passage import Passage
from cloudops.engine.plan_hold import given_up, hold, keeper, let_go
from cloudops.engine.report import Options, PlanHold
from cloudops.engine.returning import require_idle
from cloudops.errors import (
    Blocked,
    CannotEvaluate,
    Declined,
    Denied,
    Interrupted,
    Misused,
    NeedsApproval,
    Stale,
    Stop,
    TimedOut,
)
from cloudops.request import Request
from cloudops.state.contract import Store
from fakes.cloud import IDENTITY, FakeCloud, FakeHand, created, switched
from fakes.plans import plan as planned
from modalities.claim import Claim, Lease, Mode
from modalities.codec import sealed
from modalities.contract import Draft
from modalities.plan import Plan
from modalities.resource import Kind, Provider, World
from modalities.target import Realm, Target

if TYPE_CHECKING:
    from cloudops.engine.parts import Parts

TARGET = Target(name="t", provider=Provider.AWS, realm=Realm.SANDBOX, region="us-east-1")
REQUEST = Request(text="x", target="t", actor="me")


@pytest.fixture
def cloud() -> FakeCloud:
    cloud = FakeCloud()
    cloud.create("vm", "web-1")
    return cloud


def passage_of(store: Store) -> Passage:
    return Passage(store, None, REQUEST, Options())


def course_of(store: Store, cloud: FakeCloud) -> Course:
    hand = FakeHand(cloud, lambda _: Draft(()))
    nothing = cast("Parts", None)  # a hold needs none of them
    return Course(nothing, passage_of(store), Hands((hand,), hand), TARGET)


def stopping(world: World) -> Plan:
    """A plan that stops web-1, made from ``world``."""
    steps = (switched(next(iter(world)), "stopped"),)
    return sealed(replace(planned(*steps), identity=IDENTITY, basis=basis_of(steps, world)))


def held(store: Store, cloud: FakeCloud, seconds: float = 3600) -> tuple[Plan, PlanHold]:
    course = course_of(store, cloud)
    plan = stopping(course.look())
    kept = hold(course, plan, seconds)
    assert kept is not None
    return plan, kept


def keys(store: Store) -> set[tuple[str, str]]:
    return {(h.key.rpartition(":")[2], h.mode) for h in store.claims()}


def test_the_plan_s_claims_are_held_and_it_is_said_for_what(store: Store, cloud: FakeCloud) -> None:
    plan, kept = held(store, cloud)
    assert ("vm/web-1", "exclusive") in keys(store)
    assert kept.claims == len(store.claims())
    (one, *_) = store.claims()
    assert (one.holder, one.plan, one.until) == (kept.holder, plan.digest, kept.until)
    assert one.why == f"held for plan {plan.digest[:19]}: {plan.request}"
    (event,) = [e for e in store.journal(one.run) if e.what == "held"]
    assert event.body["digest"] == plan.digest


def test_who_does_the_plan_takes_it_over(store: Store, cloud: FakeCloud) -> None:
    plan, kept = held(store, cloud)
    before = keys(store)
    doing = passage_of(store)
    with claim(store, plan, doing.run, doing.journal, 0.0) as mine:
        assert mine.lease.fence > kept.fence
        assert keys(store) == before
        assert {h.run for h in store.claims()} == {doing.run}
        late = passage_of(store)
        with pytest.raises(Blocked, match=doing.run):
            claim(store, plan, late.run, late.journal, 0.0)
    assert store.claims() == ()


def test_another_plan_is_told_what_stands_in_its_way(store: Store, cloud: FakeCloud) -> None:
    plan, kept = held(store, cloud)
    course = course_of(store, cloud)
    with pytest.raises(Blocked) as caught:
        hold(course, stopping(course.look()), 60)
    assert f"held for plan {plan.digest[:19]}" in caught.value.detail
    assert "until" in caught.value.detail
    assert "once that plan is applied" in caught.value.remedy
    assert f"locks break {kept.holder.partition('@')[0]} " in caught.value.remedy
    assert {h.plan for h in store.claims()} == {plan.digest}


def test_a_plan_that_touches_nothing_holds_nothing(store: Store, cloud: FakeCloud) -> None:
    assert hold(course_of(store, cloud), sealed(replace(planned(), identity=IDENTITY)), 60) is None
    assert store.claims() == ()


def test_where_it_moved_before_it_was_held_nothing_stays(store: Store, cloud: FakeCloud) -> None:
    course = course_of(store, cloud)
    plan = stopping(course.look())
    cloud.set("vm-0001", "stopped")
    other = store.claim("other", (Claim("x", Mode.SHARED),), ttl=9, who="", why="")
    assert isinstance(other, Lease)  # so that the look before is not the last word
    with pytest.raises(Overtaken, match="moved"):
        hold(course, plan, 60)
    assert {h.holder for h in store.claims()} == {"other"}


@pytest.mark.parametrize("stop", [Declined("no"), Denied("no"), Stale("the cloud moved")])
def test_a_plan_that_ends_lets_go(store: Store, cloud: FakeCloud, stop: Stop) -> None:
    plan, _ = held(store, cloud)
    doing = passage_of(store)
    with pytest.raises(type(stop)), given_up(store, plan, doing.journal):
        raise stop
    assert store.claims() == ()
    doing.journal.flush()
    assert "free again" in str(store.journal(doing.run)[-1].body["text"])


@pytest.mark.parametrize(
    "stop",
    [
        *(NeedsApproval("parked"), TimedOut("late"), Interrupted("interrupted")),
        *(CannotEvaluate("no tool"), Misused("another identity"), Blocked("approval ran out")),
    ],
)
def test_a_plan_that_may_still_be_done_stays_held(
    store: Store, cloud: FakeCloud, stop: Stop
) -> None:
    plan, kept = held(store, cloud)
    with pytest.raises(type(stop)), given_up(store, plan, passage_of(store).journal):
        raise stop
    assert keeper(store, plan.digest) == kept.holder


def test_letting_go_touches_nobody_else(store: Store, cloud: FakeCloud) -> None:
    plan, _ = held(store, cloud)
    doing = passage_of(store)
    with claim(store, plan, doing.run, doing.journal, 0.0) as mine:
        assert not let_go(store, plan.digest)
        assert mine.left() > 0
    assert not let_go(store, "sha256:none")


def test_after_the_hold_ended_the_plan_is_claimed_as_any(store: Store, cloud: FakeCloud) -> None:
    plan, kept = held(store, cloud)
    store.break_claims(kept.holder, who="ann", reason="not needed")
    doing = passage_of(store)
    with claim(store, plan, doing.run, doing.journal, 0.0) as mine:
        assert mine.lease.fence > kept.fence


def test_a_hold_is_no_process_at_work(store: Store, cloud: FakeCloud) -> None:
    _, kept = held(store, cloud)
    run = store.run(kept.holder.partition("@")[0])
    assert run is not None
    assert fitting(store, None, "resume").id == run.id  # it never came to its end: it died
    require_idle(passage_of(store), run)


def test_what_is_to_be_made_is_held_by_its_name(store: Store, cloud: FakeCloud) -> None:
    course = course_of(store, cloud)
    steps = (created(Kind.VM, "web-2"),)
    hold(course, sealed(replace(planned(*steps), identity=IDENTITY)), 60)
    assert ("vm/web-2", "exclusive") in keys(store)
