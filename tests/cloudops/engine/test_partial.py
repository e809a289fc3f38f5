"""A step of which only part took effect: nobody sends it again, and its undo is done."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cloudops.engine.execute import Executor, Patience
from cloudops.engine.gateway import Gateway, Leave
from cloudops.engine.hands import Hands
from cloudops.engine.holding import Alone
from cloudops.engine.passage import Passage
from cloudops.engine.reading import Reader
from cloudops.engine.recall import recall
from cloudops.engine.report import Options
from cloudops.engine.time_left import Ending
from cloudops.request import Request
from cloudops.state.sql import open_store
from fakes.cloud import IDENTITY, FakeCloud, FakeHand, created
from fakes.plans import plan as planned
from modalities.acting import Call
from modalities.codec import sealed
from modalities.contract import Draft
from modalities.receipt import Failure, Outcome, Receipt, Trouble
from modalities.resource import Kind, Provider
from modalities.step import Step
from modalities.target import Approval, Realm, Target

TARGET = Target(
    name="t", provider=Provider.AWS, realm=Realm.PRODUCTION, region="us-east-1", writable=True
)


class Halfway(FakeHand):
    """Does what is asked, and says that it was not all."""

    def apply(self, step: Step, target: Target, call: Call) -> Receipt:
        done = super().apply(step, target, call)
        if step.id.startswith("undo"):
            return done
        error = Failure(Trouble.QUOTA, "No", "no more")
        return replace(
            done, outcome=Outcome.UNKNOWN, error=error, evidence={"partial": ["aws_vpc.lab"]}
        )


class Never(Halfway):
    """Cannot say of the way back, either, that it was all."""

    def apply(self, step: Step, target: Target, call: Call) -> Receipt:
        done = super().apply(step, target, call)
        error = Failure(Trouble.TIMEOUT, "MadeTwice", "two were made")
        return replace(
            done, outcome=Outcome.UNKNOWN, error=error, evidence={"partial": ["aws_vpc.lab"]}
        )


@pytest.fixture
def hand() -> FakeHand:
    return Halfway(FakeCloud(), lambda _: Draft(()))


@pytest.fixture
def doing(tmp_path: Path, hand: FakeHand) -> Iterator[tuple[Executor, FakeCloud, Passage]]:
    cloud, store = hand.cloud, open_store(tmp_path / "state.db")
    plan = sealed(replace(planned(created(Kind.VM, "web-1")), identity=IDENTITY))
    passage = Passage(store, None, Request(text="x", target="t", actor="me"), Options())
    soon = datetime.now(UTC) + timedelta(hours=1)
    leave = Leave(TARGET, Approval(plan.digest, IDENTITY, "t", "test", soon))
    executor = Executor(
        plan,
        Gateway(plan, Hands((hand,), hand), leave, Alone(), passage.journal),
        Reader(lambda kinds: hand.read(TARGET, kinds)),
        passage.journal,
        patience=Patience(dependency=1.0, doubt=0.02, read_back=0.5, polls=0.01),
        stop=Ending(math.inf),
    )
    yield executor, cloud, passage
    store.close()


def test_it_is_sent_once_and_taken_back(doing: tuple[Executor, FakeCloud, Passage]) -> None:
    executor, cloud, _ = doing
    progress = executor.run()
    assert cloud.writes == ["create-vm-web-1"]
    assert progress.receipts["create-vm-web-1"].outcome is Outcome.UNKNOWN
    assert progress.failures[0][1].code == "No"
    executor.undo()
    assert tuple(cloud.world()) == ()
    assert executor.progress.left == []
    assert list(executor.progress.undone) == ["create-vm-web-1"]


def test_a_later_run_knows_of_it(doing: tuple[Executor, FakeCloud, Passage]) -> None:
    executor, _, passage = doing
    executor.run()
    recalled = recall(tuple(passage.store.journal(passage.run)))
    assert recalled.doubtful == set()
    assert recalled.progress.took_effect == ("create-vm-web-1",)


@pytest.mark.parametrize("hand", [Never(FakeCloud(), lambda _: Draft(()))])
def test_a_way_back_that_was_not_all_is_told(doing: tuple[Executor, FakeCloud, Passage]) -> None:
    executor, _, _ = doing
    executor.run()
    executor.undo()
    assert executor.progress.undone == {}
    assert executor.progress.left == ["create-vm-web-1: undo failed: two were made"]
