"""What was made when an answer was lost, and that nothing tells but its name, is told."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cloudops.engine.execute import Executor, Patience
from cloudops.engine.gateway import Gateway, Leave
from cloudops.engine.hands import Hands
from cloudops.engine.holding import Alone
from cloudops.engine.leftovers import of_run
from cloudops.engine.passage import Passage
from cloudops.engine.reading import Reader
from cloudops.engine.report import Options
from cloudops.engine.time_left import Ending
from cloudops.request import Request
from cloudops.state.contract import Store
from fakes.cloud import IDENTITY, FakeCloud, FakeHand, created
from fakes.plans import plan as planned
from modalities.acting import Call
from modalities.codec import sealed
from modalities.contract import Draft
from modalities.plan import Plan
from modalities.receipt import Failure, Outcome, Receipt, Trouble
from modalities.resource import Kind, Provider, ResourceRef
from modalities.step import Step
from modalities.target import Approval, Realm, Target

TARGET = Target(
    name="t", provider=Provider.AWS, realm=Realm.PRODUCTION, region="us-east-1", writable=True
)
GATEWAY = ResourceRef(Provider.AWS, IDENTITY.scope, Kind.GATEWAY, "net")
NETWORK = created(Kind.NETWORK, "net")
BOTH = replace(NETWORK, changes=(*NETWORK.changes, GATEWAY))


class Clicks(FakeHand):
    """Makes a network and its gateway by one click, and hears of neither."""

    def __init__(self, *, lost: bool) -> None:
        super().__init__(FakeCloud(), lambda _: Draft(()))
        self._lost = lost

    def apply(self, step: Step, target: Target, call: Call) -> Receipt:
        done = super().apply(step, target, call)
        if step.id.startswith("undo"):
            return done
        self.cloud.create("gateway", "net")
        error = Failure(Trouble.TIMEOUT, "Timeout", "no answer")
        return replace(done, outcome=Outcome.UNKNOWN, error=error) if self._lost else done


def taken_back(store: Store, hand: Clicks, *before: tuple[str, str]) -> tuple[Executor, Passage]:
    """A run that did its only step and then takes itself back."""
    for kind, name in before:
        hand.cloud.create(kind, name)
    existing = tuple(r.id for r in hand.cloud.world())
    plan: Plan = sealed(replace(planned(BOTH), identity=IDENTITY, existing=existing))
    passage = Passage(store, None, Request(text="x", target="t", actor="me"), Options())
    soon = datetime.now(UTC) + timedelta(hours=1)
    approval = Approval(plan.digest, IDENTITY, "t", "test", soon)
    store.put_plan(plan)
    store.set_status(passage.run, "running", digest=plan.digest)
    passage.journal.mark("confirm", "approved", approval=approval, means="test")
    executor = Executor(
        plan,
        Gateway(plan, Hands((hand,), hand), Leave(TARGET, approval), Alone(), passage.journal),
        Reader(lambda kinds: hand.read(TARGET, kinds)),
        passage.journal,
        patience=Patience(dependency=1.0, doubt=0.02, read_back=0.5, polls=0.01),
        stop=Ending(math.inf),
    )
    executor.run()
    executor.undo()
    return executor, passage


def test_what_bears_its_name_and_was_not_there_before_is_told(store: Store) -> None:
    hand = Clicks(lost=True)
    executor, passage = taken_back(store, hand, ("gateway", "other"))
    (left,) = executor.progress.left
    assert "gateway net (gateway-0003) is there" in left
    assert list(executor.progress.undone) == [BOTH.id]
    assert of_run(store, passage.run)[0] == (BOTH,)


def test_what_was_there_before_is_not(store: Store) -> None:
    executor, _ = taken_back(store, Clicks(lost=True), ("gateway", "net"))
    (left,) = executor.progress.left
    assert "gateway-0003" in left


def test_nor_is_anything_where_each_answer_came(store: Store) -> None:
    executor, passage = taken_back(store, Clicks(lost=False))
    assert executor.progress.left == []
    assert of_run(store, passage.run)[0] == ()
