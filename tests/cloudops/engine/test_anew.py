"""Who waited for locks and was overtaken: the plan is made anew, and what was kept is let go."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import cast

import pytest

from cloudops.engine.anew import Overtaken, in_spite_of_others
from cloudops.engine.claim import claim
from cloudops.engine.fitting import fitting
from cloudops.engine.holder import holder_of
from cloudops.engine.passage import Passage
from cloudops.engine.report import Options, Report
from cloudops.errors import Blocked, Misused, Stale
from cloudops.request import Request
from cloudops.state.contract import Store, StoreError
from fakes.plans import call, delete_vm, plan, ref, step
from modalities.claim import Lease, claims_of
from modalities.plan import ModalityName, Plan
from modalities.resource import Kind
from modalities.step import Effect

TAG_ONE = step("one", Effect.UPDATE, call("CreateTags"), ref(Kind.VM, "web-1"))
TAG_TWO = step("two", Effect.UPDATE, call("CreateTags"), ref(Kind.VM, "web-2"))
FIRST = plan(TAG_ONE)
REQUEST = Request(text="x", target="t", actor="me")


def waiting_for(store: Store, seconds: float) -> Passage:
    return Passage(store, None, REQUEST, Options(lock_timeout=seconds))


def kept(passage: Passage, plan: Plan = FIRST) -> Lease:
    """As a plan leaves its claims whose ground had moved when it had them."""
    me, wanted = holder_of(passage.run), claims_of(plan.steps)
    lease = passage.store.claim(me, wanted, ttl=60, who="me", why="x")
    assert isinstance(lease, Lease)
    return lease


class OvertakenOnce:
    """A way that is overtaken the first time, after ``seconds`` of planning."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.gone = 0

    def __call__(self, passage: Passage) -> Report:
        self.gone += 1
        if self.gone == 1:
            passage.know(plan=FIRST)
            time.sleep(self.seconds)
            raise Overtaken(Stale("the cloud moved", detail="vm/web-1"), kept(passage))
        return passage.ended("no_op")


def test_what_was_overtaken_is_not_what_the_run_comes_to(store: Store) -> None:
    passage, go = waiting_for(store, 5), OvertakenOnce()
    passage.plans[ModalityName.SDK] = FIRST.id
    report = in_spite_of_others(passage, go, plans=True)
    assert (go.gone, report.outcome, report.plan, report.verdict) == (2, "no_op", None, None)
    assert (passage.overtaken, passage.plans) == (FIRST, {})
    assert store.claims() == ()


def test_one_that_dies_before_it_has_another_plan_is_resumed_by_its_words(store: Store) -> None:
    passage = waiting_for(store, 5)
    store.set_status(passage.run, "running", digest=FIRST.digest)

    class Died(BaseException):
        pass

    def go(passage: Passage) -> Report:
        if passage.overtaken is not None:
            raise Died
        passage.know(plan=FIRST)
        raise Overtaken(Stale("the cloud moved"), kept(passage))

    with pytest.raises(Died):
        in_spite_of_others(passage, go, plans=True)
    run = fitting(store, passage.run, "resume")
    assert not run.digest, "there is no plan that could only be told to be stale"
    with pytest.raises(Misused, match="nothing to undo"):
        fitting(store, passage.run, "undo")


def test_a_hand_that_plans_for_longer_than_locks_are_waited_for_is_let_try_again(
    store: Store,
) -> None:
    go = OvertakenOnce(seconds=0.1)
    in_spite_of_others(waiting_for(store, 0.05), go, plans=True)
    assert go.gone == 2


@pytest.mark.parametrize(("seconds", "plans"), [(0.0, True), (5.0, False)])
def test_who_does_not_wait_or_does_a_saved_plan_is_told(
    store: Store, seconds: float, plans: bool
) -> None:
    go = OvertakenOnce()
    with pytest.raises(Stale, match="the cloud moved"):
        in_spite_of_others(waiting_for(store, seconds), go, plans=plans)
    assert (go.gone, store.claims()) == (1, ())


def test_what_cannot_be_let_go_does_not_change_how_the_run_ended(store: Store) -> None:
    class Away:
        def release(self, lease: Lease) -> None:
            raise StoreError("the server went away")

    passage, go = waiting_for(store, 5), OvertakenOnce()

    def last(passage: Passage) -> Report:
        report = go(passage)
        passage.store = cast("Store", Away())
        return report

    assert in_spite_of_others(passage, last, plans=True).outcome == "no_op"


def test_who_waits_keeps_nothing_that_another_may_wait_for(store: Store) -> None:
    passage = waiting_for(store, 0.3)
    kept(passage)
    assert isinstance(store.claim("other", claims_of([TAG_TWO]), ttl=60, who="you", why="y"), Lease)
    with pytest.raises(Blocked, match="held by run other"):
        claim(store, plan(TAG_ONE, TAG_TWO), passage.run, passage.journal, 0.3)
    assert {held.holder for held in store.claims()} == {"other"}
    more = replace(TAG_TWO, changes=(ref(Kind.VM, "web-1"), *TAG_TWO.changes))
    assert isinstance(store.claim("other", claims_of([more]), ttl=60, who="you", why="y"), Lease)


def test_who_need_not_wait_has_all_under_one_lease(store: Store) -> None:
    passage = waiting_for(store, 5)
    before = kept(passage)
    with claim(store, plan(delete_vm("web-2")), passage.run, passage.journal, 5) as held:
        assert held.fence > before.fence
        mine = {claim.key for claim in store.claims()}
        assert {ref(Kind.VM, name).key for name in ("web-1", "web-2")} <= mine
    assert store.claims() == ()
