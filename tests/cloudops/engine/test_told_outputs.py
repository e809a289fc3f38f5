"""What an answer that was lost would have said, and that another resource tells than the one that
was made: the snapshot of an image."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cloudops.engine.execute import Executor, Patience
from cloudops.engine.gateway import Gateway, Leave
from cloudops.engine.hands import Hands
from cloudops.engine.holding import Alone
from cloudops.engine.passage import Passage
from cloudops.engine.recall import recall
from cloudops.engine.report import Options
from cloudops.engine.seeing import reader_of
from cloudops.engine.time_left import Ending
from cloudops.request import Request
from cloudops.state.contract import Store
from fakes.cloud import IDENTITY, FakeCloud, FakeHand, created
from fakes.plans import plan as planned
from modalities.acting import Call
from modalities.action import Output, SdkCall
from modalities.codec import sealed
from modalities.contract import Draft
from modalities.plan import Plan
from modalities.receipt import Failure, Outcome, Receipt, Trouble
from modalities.resource import Kind, Provider, Resource, ResourceRef, World
from modalities.step import Effect, Irreversible, Step
from modalities.target import Approval, Realm, Target

TARGET = Target(
    name="t", provider=Provider.AWS, realm=Realm.PRODUCTION, region="us-east-1", writable=True
)
IMAGE = created(Kind.IMAGE, "copy", gate=True)
BOTH = replace(IMAGE, outputs={"id": "Id", "snapshot": "Snapshot"})
DROP = Step(
    id="drop-snapshot",
    effect=Effect.DELETE,
    action=SdkCall("fake", "delete", {"id": Output(BOTH.id, "snapshot").as_json()}),
    why="remove the snapshot again",
    changes=(ResourceRef(Provider.AWS, IDENTITY.scope, Kind.SNAPSHOT, "copy"),),
    needs=(BOTH.id,),
    undo=Irreversible("it is gone"),
)


class Clicks(FakeHand):
    """Makes an image and its snapshot by one click, and hears of neither. The snapshot shows
    from the look numbered ``late`` on. ``refused``: there is none, as the console says."""

    def __init__(self, late: int = 0, *, refused: bool = False) -> None:
        super().__init__(FakeCloud(), lambda _: Draft(()))
        self.late = late
        self.refused = refused
        self.looks = 0

    def apply(self, step: Step, target: Target, call: Call) -> Receipt:
        if step.id != BOTH.id:
            return super().apply(step, target, call)
        done = super().apply(replace(step, outputs={}), target, call)
        if self.refused:
            error = Failure(Trouble.PERMISSION, "Denied", "no permission for CreateSnapshot")
        else:
            self.cloud.create("snapshot", "copy")
            error = Failure(Trouble.TIMEOUT, "Timeout", "no answer")
        return replace(done, outcome=Outcome.UNKNOWN, error=error)

    def told(self, step: Step, made: Resource, read: Callable[[Kind], World]) -> Mapping[str, Any]:
        self.looks += 1
        found = read(Kind.SNAPSHOT).of(Kind.SNAPSHOT) if self.looks > self.late else ()
        return {"snapshot": found[0].id} if found else {}


def run(store: Store, hand: FakeHand) -> tuple[Executor, Passage]:
    plan: Plan = sealed(replace(planned(BOTH, DROP), identity=IDENTITY))
    passage = Passage(store, None, Request(text="x", target="t", actor="me"), Options())
    soon = datetime.now(UTC) + timedelta(hours=1)
    approval = Approval(plan.digest, IDENTITY, "t", "test", soon)
    hands = Hands((hand,), hand)
    executor = Executor(
        plan,
        Gateway(plan, hands, Leave(TARGET, approval), Alone(), passage.journal),
        reader_of(hands, lambda: TARGET),
        passage.journal,
        patience=Patience(dependency=1.0, doubt=0.02, read_back=0.5, polls=0.01),
        stop=Ending(math.inf),
    )
    executor.run()
    return executor, passage


@pytest.mark.parametrize("late", [0, 1])
def test_is_told_by_the_hand_as_soon_as_it_shows(store: Store, late: int) -> None:
    hand = Clicks(late)
    executor, passage = run(store, hand)
    assert executor.progress.failures == []
    assert [r.kind for r in hand.cloud.world()] == [Kind.IMAGE]
    passage.journal.flush()
    known = recall(store.journal(passage.run)).progress.receipts[BOTH.id]
    assert known.outputs == executor.progress.receipts[BOTH.id].outputs
    assert set(known.outputs) == {"id", "snapshot"}
    assert None not in known.outputs.values()


def test_what_never_shows_is_said_to_be_missing(store: Store) -> None:
    """And nothing is sent with nothing in its place."""
    hand = Clicks(late=100)
    executor, _ = run(store, hand)
    ((step, failure),) = executor.progress.failures
    assert (step, failure.code) == (DROP.id, "NoValue")
    assert hand.cloud.writes == [BOTH.id]


def test_where_a_part_is_there_and_the_rest_was_refused_that_is_the_reason(store: Store) -> None:
    """And the part is taken back."""
    hand = Clicks(refused=True)
    executor, _ = run(store, hand)
    ((step, failure),) = executor.progress.failures
    assert (step, failure.message) == (BOTH.id, "no permission for CreateSnapshot")
    executor.undo()
    assert (executor.progress.left, tuple(hand.cloud.world())) == ([], ())
