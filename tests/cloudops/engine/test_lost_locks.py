"""A process that was stopped for longer than its lease, or whose locks were broken, and one that
waited for locks while another went on with the same run: neither does anything twice, and neither
has the last word."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from cloudops.engine.course import Course
from cloudops.engine.execute import REHEARSAL, Executor, Patience
from cloudops.engine.gateway import Gateway, Leave
from cloudops.engine.hands import Hands
from cloudops.engine.holding import Held
from cloudops.engine.journal import Journal
from cloudops.engine.meanwhile import Meanwhile, fences_of, require_still_ours
from cloudops.engine.passage import Passage
from cloudops.engine.reading import Reader
from cloudops.engine.recall import recall
from cloudops.engine.report import Options
from cloudops.engine.returning import require_idle
from cloudops.engine.time_left import Ending
from cloudops.errors import Blocked
from cloudops.request import Request
from cloudops.state.contract import Event, FenceLost, Run, Store
from fakes.cloud import IDENTITY, FakeCloud, FakeHand, created, receipt
from fakes.plans import plan as planned
from modalities.acting import Call
from modalities.claim import Lease, claims_of
from modalities.codec import encode, sealed
from modalities.contract import Draft
from modalities.receipt import Outcome, Receipt
from modalities.resource import Kind, Provider, World
from modalities.step import Step
from modalities.target import Approval, Realm, Target
from policies.settings import PolicySettings

if TYPE_CHECKING:
    from cloudops.engine.parts import Parts

TARGET = Target(
    name="t", provider=Provider.AWS, realm=Realm.PRODUCTION, region="us-east-1", writable=True
)
VM = created(Kind.VM, "web-1", gate=True)
NETWORK, SUBNET = created(Kind.NETWORK, "net"), created(Kind.SUBNET, "sub")
REQUEST = Request(text="x", target="t", actor="me")


def passage_of(store: Store, undoes: str | None = None) -> Passage:
    return Passage(store, None, REQUEST, Options(), undoes=undoes)


def again(store: Store, run: str) -> Passage:
    """Another process that takes the run up."""
    there = store.run(run)
    assert there is not None
    return Passage(store, None, REQUEST, Options(), run=there)


# waiting for who is at work


def leased(store: Store, run: str, seconds: float) -> None:
    """As a process of another machine holds the run's claims, which nobody renews any more."""
    other = f"{run}@elsewhere:1:0.00"
    store.claim(other, claims_of([VM]), ttl=seconds, who="ann@elsewhere", why="x")


def test_who_takes_up_a_run_waits_for_the_lease_of_who_died_elsewhere(store: Store) -> None:
    died = passage_of(store)
    leased(store, died.run, 0.4)
    run = store.run(died.run)
    assert run is not None
    waiting = Passage(store, None, REQUEST, Options(lock_timeout=5.0), run=run)
    require_idle(waiting, run)
    waiting.journal.flush()
    assert [e.body["holders"] for e in store.journal(died.run)] == [["ann@elsewhere (x)"]]


def test_and_no_longer_than_locks_are_waited_for(store: Store) -> None:
    died = passage_of(store)
    leased(store, died.run, 60.0)
    run = store.run(died.run)
    assert run is not None
    with pytest.raises(Blocked, match="still at work in another process"):
        require_idle(again(store, died.run), run)


# the last word


@pytest.mark.parametrize("end", ["done", "undone", "failed"])
def test_who_wakes_up_leaves_a_run_that_others_ended_as_it_is(store: Store, end: str) -> None:
    stopped = passage_of(store)
    stopped.journal.mark("execute", "intended", step=VM.id)
    store.set_status(stopped.run, end, exit_code=0)
    stopped.stopped(Blocked("this run lost its locks and stopped"))
    run = store.run(stopped.run)
    assert run is not None
    assert (run.status, run.exit_code) == (end, 0)


def test_where_nobody_ended_it_it_can_be_resumed(store: Store) -> None:
    stopped = passage_of(store)
    stopped.journal.mark("execute", "intended", step=VM.id)
    stopped.stopped(Blocked("this run lost its locks and stopped"))
    run = store.run(stopped.run)
    assert run is not None
    assert run.status == "interrupted"


class Late(FakeHand):
    """What it sends is refused, and somebody breaks the locks meanwhile."""

    def __init__(self, cloud: FakeCloud, store: Store) -> None:
        super().__init__(cloud, lambda _: Draft(()))
        self._store = store

    def apply(self, step: Step, target: Target, call: Call) -> Receipt:
        for holder in {held.holder for held in self._store.claims()}:
            self._store.break_claims(holder, who="somebody", reason="test")
        return super().apply(step, target, call)


def test_nor_is_it_for_who_lost_the_locks_to_say_that_the_run_failed(store: Store) -> None:
    """Others may be at work on it: that it is done would not be written down any more."""
    cloud = FakeCloud()
    cloud.faults[0] = "fail"
    hand = Late(cloud, store)
    parts = SimpleNamespace(secrets_dir=None, patience=REHEARSAL, settings=PolicySettings())
    course = Course(cast("Parts", parts), passage_of(store), Hands((hand,), hand), TARGET)
    plan = sealed(replace(planned(VM), identity=IDENTITY))
    soon = datetime.now(UTC) + timedelta(hours=1)
    with pytest.raises(FenceLost):
        course.executed(plan, Approval(plan.digest, IDENTITY, "me", "asked", soon))


# a run that another process goes on with


def test_own_lines_are_no_other_s(store: Store) -> None:
    died = passage_of(store)
    died.journal.mark("execute", "intended", step=VM.id)
    mine = again(store, died.run)
    mine.journal.mark("confirm", "started")
    read = Meanwhile(mine, store.runs()[0])
    mine.journal.mark("execute", "locked", fence=2)
    store.set_status(died.run, mine.under_way)
    read.require_nothing()
    assert [line.what for line in read.lines] == ["intended", "started"]


def test_what_another_wrote_to_it_is_noticed_under_the_locks(store: Store) -> None:
    died = passage_of(store)
    mine, other = again(store, died.run), again(store, died.run)
    read = Meanwhile(mine, store.runs()[0])
    other.journal.mark("execute", "locked", fence=2)
    with pytest.raises(Blocked, match=f"another process went on with run {died.run}"):
        read.require_nothing()


def test_that_another_took_it_back_is_noticed_too(store: Store) -> None:
    died = passage_of(store)
    read = Meanwhile(passage_of(store), store.runs()[-1])
    read.require_nothing()
    store.set_status(died.run, "undone")
    with pytest.raises(Blocked) as caught:
        read.require_nothing()
    assert caught.value.detail == "it is undone now"


def test_so_is_that_another_has_begun_to_take_it_back_or_gone_on_with_that(store: Store) -> None:
    """Its locks may have run out by then, with the process."""
    died = passage_of(store)
    plan = sealed(replace(planned(VM), undoes=died.run))
    store.put_plan(plan)

    def undo() -> Passage:
        passage = passage_of(store, undoes=died.run)
        store.set_status(passage.run, "running", digest=plan.digest)
        return passage

    def of(run: str) -> Run:
        found = store.run(run)
        assert found is not None
        return found

    first = undo()
    resumed, anew = Meanwhile(again(store, died.run), of(died.run)), undo()
    first.journal.mark("execute", "intended", step=VM.id)
    with pytest.raises(Blocked):
        resumed.require_nothing()
    old, late = Meanwhile(again(store, first.run), of(first.run)), Meanwhile(undo(), of(died.run))
    old.require_nothing()
    late.require_nothing()
    anew.journal.mark("execute", "intended", step=VM.id)
    for each in (old, late):
        with pytest.raises(Blocked, match="another process went on"):
            each.require_nothing()


def test_a_run_that_waits_is_ours_until_another_takes_it_up_or_back(store: Store) -> None:
    waiting = passage_of(store)
    waiting.fences.update((1, 3))
    waiting.journal.mark("execute", "locked", fence=1)
    refused = again(store, waiting.run)
    refused.stopped(Blocked(f"run {waiting.run} is still at work in another process"))
    waiting.journal.mark("execute", "locked", fence=3)
    require_still_ours(waiting)
    again(store, waiting.run).journal.mark("execute", "locked", fence=2)
    with pytest.raises(Blocked, match=f"another process went on with run {waiting.run}"):
        require_still_ours(waiting)
    back = passage_of(store)
    store.set_status(back.run, "undone")
    with pytest.raises(Blocked) as caught:
        require_still_ours(back)
    assert caught.value.detail == "it is undone now"


def test_of_two_that_plan_a_run_by_its_words_one_goes_on(store: Store) -> None:
    """Each may have chosen another name, and waits for nothing of the other's."""
    died = passage_of(store)
    died.journal.mark("execute", "locked", fence=1)
    first, second = again(store, died.run), again(store, died.run)
    for one in (first, second):
        one.fences |= fences_of(store, died.run)
    require_still_ours(first)
    leased(store, died.run, 60.0)
    with pytest.raises(Blocked, match=f"another process went on with run {died.run}"):
        require_still_ours(second)


# the journal of a run that two wrote to


def event(what: str, **body: object) -> Event:
    return Event("r", 0, datetime.now(UTC), "execute", what, encode(body))


def done(step: str, fence: int) -> Event:
    named = replace(VM, id=step)
    return event("receipt", receipt=receipt(named, Outcome.DONE), fence=fence)


def test_what_was_written_without_the_locks_says_nothing() -> None:
    recalled = recall(
        (
            event("locked", fence=1),
            event("intended", step=NETWORK.id, fence=1),
            event("locked", fence=2),
            done(NETWORK.id, 2),
            event("intended", step=SUBNET.id, fence=2),
            # the first one wakes up: it was answered, too, and begins to take itself back
            done(NETWORK.id, 1),
            event("receipt", receipt=receipt(SUBNET, Outcome.FAILED), fence=1),
            event("undoing", step=NETWORK.id, fence=1),
            done(SUBNET.id, 2),
        )
    )
    assert list(recalled.progress.receipts) == [NETWORK.id, SUBNET.id]
    assert not recalled.undoing


def test_a_lost_answer_of_who_has_the_locks_stays_in_doubt() -> None:
    failed = receipt(VM, Outcome.FAILED)
    recalled = recall(
        (
            event("locked", fence=2),
            event("intended", step=VM.id, fence=2),
            event("receipt", receipt=failed, fence=1),
        )
    )
    assert recalled.doubtful == {VM.id}


# between the look at the fence and the call


class Slow(Journal):
    """The store takes ``seconds`` to write, by the clock that goes with it."""

    def __init__(self, passage: Passage, seconds: float) -> None:
        super().__init__(passage.run, passage.store, None)
        self.now = 0.0
        self._seconds = seconds

    def mark(self, stage: str, what: str, **body: object) -> None:
        super().mark(stage, what, **body)
        self.now += self._seconds


class Slowly(FakeCloud):
    """What it makes never comes to run."""

    def create(self, kind: str, name: str, near: str | None = None) -> dict[str, Any]:
        made = super().create(kind, name, near)
        self.set(made["Id"], "pending")
        return made


class Doing:
    """A plan that makes one machine, under a lease."""

    def __init__(
        self,
        store: Store,
        cloud: FakeCloud,
        journal: Slow,
        ttl: float,
        kind: type[FakeHand] = FakeHand,
    ) -> None:
        self.hand = hand = kind(cloud, lambda _: Draft(()))
        plan = sealed(replace(planned(VM), identity=IDENTITY))
        lease = store.claim("me", claims_of(plan.steps), ttl=ttl, who="me", why="test")
        assert isinstance(lease, Lease)
        self.held = Held(store, lease, ttl=ttl)
        soon = datetime.now(UTC) + timedelta(hours=1)
        leave = Leave(TARGET, Approval(plan.digest, IDENTITY, "t", "test", soon))
        hands = Hands((hand,), hand)
        self.executor = Executor(
            plan,
            Gateway(plan, hands, leave, self.held, journal, clock=lambda: journal.now),
            Reader(lambda kinds: hand.read(TARGET, kinds)),
            journal,
            patience=Patience(polls=0.01),
            stop=Ending(math.inf),
        )


@pytest.mark.parametrize(("seconds", "sent"), [(1.0, True), (70.0, False)])
def test_nothing_is_sent_when_the_lease_ran_out_while_it_was_written_down(
    store: Store, seconds: float, *, sent: bool
) -> None:
    cloud = FakeCloud()
    doing = Doing(store, cloud, Slow(passage_of(store), seconds), 60.0)
    lost = pytest.raises(FenceLost, match="before the call was sent")
    with nullcontext() if sent else lost:
        doing.executor.run()
    assert bool(cloud.writes) is sent


def test_who_lost_the_locks_waits_for_nothing_any_more(store: Store) -> None:
    """What it waits for may never come: others have changed it by then."""
    cloud = Slowly()
    cloud.on_read = lambda: store.break_claims("me", who="somebody", reason="test")
    doing = Doing(store, cloud, Slow(passage_of(store), 0.0), 3.0)
    with doing.held, pytest.raises(FenceLost):
        doing.executor.run()


class Following(FakeHand):
    """Waits for a quarter of an hour for what the cloud took in ten seconds. ``calls`` are those it
    had, and how long the lease was meanwhile."""

    def __init__(self, cloud: FakeCloud, draft: Callable[[World], Draft]) -> None:
        super().__init__(cloud, draft)
        self.calls: list[tuple[Call, float]] = []
        self.lease: Callable[[], float] = lambda: 0.0

    def takes(self, step: Step) -> float:
        return 900.0

    def writes(self, step: Step) -> float:
        return 10.0

    def apply(self, step: Step, target: Target, call: Call) -> Receipt:
        self.calls.append((call, self.lease()))
        return super().apply(step, target, call)


def test_a_lease_covers_the_time_to_write_and_not_the_waiting(store: Store) -> None:
    """Who waits for a cloud and dies keeps others waiting no longer than anybody else."""
    doing = Doing(store, FakeCloud(), Slow(passage_of(store), 1.0), 60.0, Following)
    assert isinstance(doing.hand, Following)
    doing.hand.lease = doing.held.left
    doing.executor.run()
    ((call, lease),) = doing.hand.calls
    assert lease <= 60
    assert call.writes <= max(TARGET.timeout, 10.0)
    assert call.deadline == pytest.approx(900.0, abs=5)
