"""--timeout holds for every call and every wait, and what it cut short can be gone on with."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cloudops.engine.execute import Executor, Patience
from cloudops.engine.fitting import fitting
from cloudops.engine.gateway import Gateway, Leave
from cloudops.engine.hands import Hands
from cloudops.engine.holding import Alone
from cloudops.engine.passage import Passage
from cloudops.engine.reading import Reader
from cloudops.engine.recall import recall
from cloudops.engine.report import Options
from cloudops.engine.time_left import LEAST, Ending
from cloudops.engine.troubles import stop_of
from cloudops.errors import Blocked, Denied, Interrupted, Misused, Stop
from cloudops.request import Request
from cloudops.state.contract import Store
from fakes.cloud import IDENTITY, FakeCloud, FakeHand, created, deleted, receipt
from fakes.plans import plan as planned
from modalities.acting import Call
from modalities.codec import sealed
from modalities.contract import Draft
from modalities.plan import Plan
from modalities.receipt import CloudError, Failure, Outcome, Receipt, Trouble
from modalities.resource import Kind, Provider
from modalities.step import Step
from modalities.target import Approval, Realm, Target

TARGET = Target(
    name="t", provider=Provider.AWS, realm=Realm.PRODUCTION, region="us-east-1", writable=True
)
REQUEST = Request(text="x", target="t", actor="me")
PATIENCE = Patience(dependency=30.0, doubt=0.02, read_back=0.05, polls=0.01)


class Slow(FakeHand):
    """Sets ``stop`` while it works, as the clock does; remembers how long it was given."""

    def __init__(self, cloud: FakeCloud, stop: Ending, outcome: Outcome | None = None) -> None:
        super().__init__(cloud, lambda _: Draft(()))
        self.given: list[float] = []
        self._ending = stop
        self._outcome = outcome

    def apply(self, step: Step, target: Target, call: Call) -> Receipt:
        self.given.append(call.deadline)
        done = super().apply(step, target, call)
        self._ending.set()
        if self._outcome is None:
            return done
        trouble = Trouble.DEPENDENCY if self._outcome is Outcome.FAILED else Trouble.TIMEOUT
        return receipt(step, self._outcome, error=Failure(trouble, "No", "no"))


def executor(hand: FakeHand, plan: Plan, stop: Ending, store: Store) -> Executor:
    journal = Passage(store, None, REQUEST, Options()).journal
    soon = datetime.now(UTC) + timedelta(hours=1)
    leave = Leave(TARGET, Approval(plan.digest, IDENTITY, "t", "test", soon))
    return Executor(
        plan,
        Gateway(plan, Hands((hand,), hand), leave, Alone(), journal),
        Reader(lambda kinds: hand.read(TARGET, kinds)),
        journal,
        patience=PATIENCE,
        stop=stop,
    )


def of(*steps: Step) -> Plan:
    return sealed(replace(planned(*steps), identity=IDENTITY))


class TestEnding:
    def test_without_a_limit_nothing_is_shortened(self) -> None:
        ending = Ending()
        assert (ending.left(), ending.over) == (math.inf, False)
        assert ending.in_time(TARGET) is TARGET
        assert not ending.shortened

    def test_a_call_gets_no_more_than_what_is_left(self) -> None:
        ending = Ending(10.0)
        assert ending.in_time(TARGET).timeout == 9.0
        assert ending.shortened
        assert ending.at_most(60.0) < 10.0
        assert ending.at_most(3.0) == 3.0

    def test_at_the_end_a_call_gets_a_moment(self) -> None:
        ending = Ending(0.0)
        assert ending.over
        assert ending.in_time(TARGET).timeout == LEAST


class TestPassage:
    def stopped(self, store: Store, seconds: float, stop: Stop) -> tuple[str, int, str]:
        passage = Passage(store, None, REQUEST, Options(timeout=seconds, lock_timeout=60.0))
        passage.stop.in_time(TARGET)
        report = passage.stopped(stop)
        assert report.error is not None
        return report.outcome, report.exit_code, report.error.detail

    @pytest.mark.parametrize("seconds", [0.0, 5.0])
    def test_no_answer_in_what_was_left_is_a_timeout(self, store: Store, seconds: float) -> None:
        error = CloudError(Trouble.TIMEOUT, "ReadTimeoutError", "it did not answer")
        outcome, code, detail = self.stopped(store, seconds, stop_of(error, "r1", ()))
        assert (outcome, code) == ("timeout", 124)
        assert "it did not answer" in detail

    def test_no_answer_in_all_the_time_a_target_allows_is_none(self, store: Store) -> None:
        error = CloudError(Trouble.TIMEOUT, "ReadTimeoutError", "it did not answer")
        assert self.stopped(store, 3600.0, stop_of(error, "r1", ()))[1] == 8

    def test_a_lock_waited_for_until_the_end_is_a_timeout(self, store: Store) -> None:
        held = Blocked("held", held=("somebody",))
        assert self.stopped(store, 0.0, held)[:2] == ("timeout", 124)
        assert self.stopped(store, 60.0, held)[1] == 5

    def test_what_the_clock_interrupts_is_a_timeout(self, store: Store) -> None:
        assert self.stopped(store, 0.0, Interrupted("interrupted"))[1] == 124
        assert self.stopped(store, 60.0, Interrupted("interrupted"))[1] == 130

    def test_a_no_stays_a_no(self, store: Store) -> None:
        assert self.stopped(store, 0.0, Denied("no"))[1] == 4

    def test_no_lock_is_waited_for_longer_than_that(self, store: Store) -> None:
        passage = Passage(store, None, REQUEST, Options(timeout=5.0, lock_timeout=60.0))
        assert 4.0 < passage.options.lock_timeout <= 5.0

    def test_what_was_begun_and_has_no_answer_is_named(self, store: Store) -> None:
        passage = Passage(store, None, REQUEST, Options())
        passage.journal.mark("execute", "intended", step="create-vm-web-1")
        report = passage.stopped(Interrupted("interrupted", detail="all was finished"))
        assert report.error is not None
        assert report.error.detail.startswith("may have taken effect: create-vm-web-1")

    @pytest.mark.parametrize("timeout", [0.0, None])
    def test_a_look_ahead_that_was_broken_off_is_not_to_be_resumed(
        self, store: Store, timeout: float | None
    ) -> None:
        """What it asks for was never to be done; a killed one is no other."""
        passage = Passage(store, None, REQUEST, Options(timeout=timeout, dry_run=True))
        with pytest.raises(Misused, match="nothing to resume"):
            fitting(store, passage.run, "resume")
        report = passage.stopped(Interrupted("interrupted"))
        assert report.outcome == "abandoned"
        assert report.exit_code == (130 if timeout is None else 124)
        assert report.error is not None
        assert "resume" not in report.error.remedy
        with pytest.raises(Misused, match="nothing to resume"):
            fitting(store, passage.run, "resume")

    def test_undo_is_offered_where_there_is_something_to_undo(self, store: Store) -> None:
        passage = Passage(store, None, REQUEST, Options(timeout=0.0))
        nothing = passage.stopped(Interrupted("interrupted"))
        passage = Passage(store, None, REQUEST, Options(timeout=0.0))
        made = created(Kind.VM, "web-1")
        passage.progress.receipts[made.id] = receipt(made, Outcome.DONE)
        something = passage.stopped(Interrupted("interrupted"))
        assert nothing.error is not None
        assert something.error is not None
        assert "undo" not in nothing.error.remedy
        assert "undo" in something.error.remedy


class TestExecutor:
    def test_a_step_gets_no_more_than_what_is_left(self, store: Store) -> None:
        hand = Slow(FakeCloud(), Ending())
        executor(hand, of(created(Kind.VM, "web-1")), Ending(7.0), store).run()
        assert 6.0 < hand.given[0] <= 7.0

    def test_a_lost_answer_is_known_and_not_sent_again(self, store: Store) -> None:
        stop, step = Ending(60.0), created(Kind.VM, "web-1")
        hand = Slow(FakeCloud(faults={0: "lost-before"}), stop, Outcome.UNKNOWN)
        doing = executor(hand, of(step), stop, store)
        assert doing.run().receipts[step.id].outcome is Outcome.UNKNOWN
        assert hand.cloud.writes == [step.id]

    def test_a_refused_delete_is_not_repeated_without_a_pause(self, store: Store) -> None:
        stop, cloud = Ending(60.0), FakeCloud()
        cloud.create("vm", "old")
        (vm,) = cloud.world()
        hand = Slow(cloud, stop, Outcome.FAILED)
        began = time.monotonic()
        executor(hand, of(deleted(vm)), stop, store).run()
        assert len(hand.given) == 1
        assert time.monotonic() - began < PATIENCE.dependency / 2

    def test_taking_back_ends_too_and_is_gone_on_with(self, store: Store) -> None:
        stop, cloud = Ending(60.0), FakeCloud()
        plan = of(created(Kind.VM, "web-1"), created(Kind.VM, "web-2"))
        doing = executor(FakeHand(cloud, lambda _: Draft(())), plan, stop, store)
        doing.run()
        stop.set()
        with pytest.raises(KeyboardInterrupt):
            doing.undo()
        assert doing.progress.undone == {}
        assert len(doing.progress.took_effect) == 2

    def test_a_wait_for_what_a_step_stands_on_ends_with_it(self, store: Store) -> None:
        stop, step = Ending(60.0), created(Kind.VM, "web-1", gate=True)
        (expect,) = step.expects
        never = replace(step, expects=(replace(expect, value="never", within=30.0),))
        hand = FakeHand(FakeCloud(), lambda _: Draft(()))
        threading.Timer(0.1, stop.set).start()
        began = time.monotonic()
        doing = executor(hand, of(never), stop, store)
        doing.run()
        assert time.monotonic() - began < 10.0
        journal = store.journal(next(iter(store.runs())).id)
        assert recall(journal).progress.receipts[step.id].outcome is Outcome.DONE
