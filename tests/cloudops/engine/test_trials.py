"""What a run says of the hands that tried it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cloudops.engine.attempts import Attempt, Attempts, failure_of
from cloudops.engine.passage import Passage
from cloudops.engine.progress import Progress
from cloudops.engine.report import Options, Report, Usage
from cloudops.engine.trials import noted, trials_of
from cloudops.errors import Denied, ExecutionFailed, PartlyApplied
from cloudops.request import Goal, Request
from cloudops.state.sql import SqlStore, open_store
from cloudops.state.trial import Trial, TrialEnd
from fakes.reports import creation
from fakes.routing import ATTACH, CLI, IAC, LIST, SDK
from fakes.specimens import MADE
from modalities.contract import Unresolved, Unsupported
from modalities.receipt import CloudError, Failure, Outcome, Receipt, Trouble
from modalities.resource import Kind, Provider
from modalities.target import Realm, Target

REQUEST = Request(text="Attach a disk", target="lab", actor="ana")
TARGET = Target(name="lab", provider=Provider.AWS, realm=Realm.SANDBOX, region="eu-west-1")
WRONG = Failure(Trouble.INVALID, "InvalidParameterValue", "no such size")
GONE = Failure(Trouble.UNAVAILABLE, "NoTerraform", "terraform is not here")


def report(outcome: str, **parts: Any) -> Report:
    usage = Usage(steps=2, seconds=60.0, seconds_before_question=1.0, seconds_executing=0.5)
    facts: dict[str, Any] = {"intent": ATTACH, "usage": usage, **parts}
    return Report(run="run-1", request=REQUEST, outcome=outcome, exit_code=0, **facts)


def attempt(failure: Failure | None = None, **parts: Any) -> Attempt:
    facts: dict[str, Any] = {"hand": SDK, "steps": 2, "seconds": 60.0, **parts}
    return Attempt(failure=failure, **facts)


def trials(of: Report, *attempts: Attempt) -> tuple[Trial, ...]:
    return trials_of(of, attempts, Provider.AWS, Realm.SANDBOX)


def ends(of: Report, *attempts: Attempt) -> dict[str, TrialEnd]:
    return {str(trial.hand): trial.ending for trial in trials(of, *attempts)}


class TestOneHand:
    def test_a_run_that_came_through(self) -> None:
        assert trials(report("done"), attempt()) == (
            Trial(
                run="run-1",
                hand=SDK,
                goal=Goal.UPDATE,
                changes=("attach",),
                kinds=(Kind.DISK, Kind.VM),
                provider=Provider.AWS,
                realm=Realm.SANDBOX,
                ending=TrialEnd.DONE,
                steps=2,
                seconds=1.5,
            ),
        )

    def test_an_answer_is_a_step(self) -> None:
        asked = report("done", intent=LIST, usage=Usage(steps=1, seconds_before_question=0.4))
        (trial,) = trials(asked, attempt(steps=0, seconds=0.25))
        assert (trial.goal, trial.changes, trial.kinds) == (Goal.MONITOR, ("list",), (Kind.VM,))
        assert (trial.steps, trial.seconds) == (1, 0.25)

    @pytest.mark.parametrize(
        ("parts", "end"),
        [
            ({}, TrialEnd.REFUSED),
            ({"undone": True}, TrialEnd.UNDONE),
            ({"undone": True, "left": True}, TrialEnd.FAILED),
        ],
    )
    def test_how_it_failed(self, parts: dict[str, Any], end: TrialEnd) -> None:
        assert ends(report("failed"), attempt(WRONG, **parts)) == {"sdk": end}

    @pytest.mark.parametrize(
        "outcome",
        ["planned", "no_op", "parked", "declined", "denied", "blocked", "interrupted", "timeout"],
    )
    def test_what_says_nothing_of_the_hand(self, outcome: str) -> None:
        assert trials(report(outcome), attempt()) == ()

    @pytest.mark.parametrize(
        "trouble",
        [Trouble.QUOTA, Trouble.PERMISSION, Trouble.CAPACITY, Trouble.AUTH, Trouble.THROTTLED],
    )
    def test_what_the_cloud_says_is_not_held_against_the_hand(self, trouble: Trouble) -> None:
        assert trials(report("failed"), attempt(Failure(trouble, "No", "no"), undone=True)) == ()

    def test_without_an_answer_nobody_knows_whose_fault_it_was(self) -> None:
        assert trials(report("not_evaluated"), attempt(GONE)) == ()

    def test_a_fault_before_anybody_tried(self) -> None:
        assert trials(report("not_understood", intent=None)) == ()


class TestSeveralHands:
    def test_one_gave_way_to_the_next(self) -> None:
        first, second = attempt(GONE, hand=IAC, steps=0, seconds=3.0), attempt(seconds=1.0)
        found = trials(report("done"), first, second)
        assert [(t.hand, t.ending) for t in found] == [
            (IAC, TrialEnd.REFUSED),
            (SDK, TrialEnd.DONE),
        ]
        assert found[1].seconds == 1.0

    def test_steps_are_those_of_each(self) -> None:
        usage = Usage(steps=5, seconds_before_question=9.0)
        made = report("done", usage=usage)
        found = trials(made, attempt(WRONG, hand=CLI, steps=2), attempt(steps=2))
        assert [t.steps for t in found] == [2, 3]

    def test_none_of_them_got_an_answer(self) -> None:
        assert trials(report("not_evaluated"), attempt(GONE, hand=IAC), attempt(GONE)) == ()

    def test_all_of_them_got_it_wrong(self) -> None:
        assert ends(report("failed"), attempt(WRONG, hand=CLI), attempt(WRONG)) == {
            "cli": TrialEnd.REFUSED,
            "sdk": TrialEnd.REFUSED,
        }


class TestSavedPlans:
    """A plan taken up later tells who came through, and not how fast the whole way is."""

    def test_it_came_through(self) -> None:
        (trial,) = trials(report("done", intent=None, plan=creation()))
        assert (trial.hand, trial.goal, trial.ending) == (SDK, Goal.UPDATE, TrialEnd.DONE)
        assert (trial.changes, trial.kinds) == ((), (Kind.NETWORK, Kind.VM))
        assert (trial.steps, trial.seconds) == (None, None)

    def test_a_step_failed(self) -> None:
        failed = Receipt(
            step="create-vm-web-1",
            outcome=Outcome.FAILED,
            started_at=MADE,
            finished_at=MADE,
            error=WRONG,
        )
        told = report("failed", intent=None, plan=creation(), receipts=(failed,), undone=(failed,))
        assert ends(told) == {"sdk": TrialEnd.UNDONE}
        quota = replace(failed, error=Failure(Trouble.QUOTA, "VpcLimitExceeded", "5"))
        assert ends(replace(told, receipts=(quota,))) == {}

    def test_an_undo_is_no_task(self) -> None:
        assert trials(report("done", plan=creation(undoes="run-0"))) == ()
        assert trials(report("done", plan=creation(undoes="run-0")), attempt()) == ()

    def test_without_a_route_nobody_led(self) -> None:
        assert trials(report("done", intent=None, plan=creation(route=None))) == ()


@pytest.fixture
def store(tmp_path: Path) -> SqlStore:
    return open_store(tmp_path / "state.db")


@pytest.fixture
def passage(store: SqlStore) -> Passage:
    return Passage(store, None, REQUEST, Options())


class TestCollecting:
    def test_what_came_through(self, passage: Passage) -> None:
        attempts = Attempts()
        with attempts.by(SDK, passage):
            passage.count()
            passage.count()
        (made,) = attempts.made
        assert (made.hand, made.steps, made.failure) == (SDK, 2, None)
        assert 0 <= made.seconds < 5

    def test_what_ended_it_goes_on_up(self, passage: Passage) -> None:
        error = ExecutionFailed("failed", failure=WRONG)
        attempts = Attempts()
        with pytest.raises(ExecutionFailed) as raised:
            failing(attempts, passage, error, Progress(undone={"a": receipt("a")}))
        assert raised.value is error
        (made,) = attempts.made
        assert (made.failure, made.undone, made.left) == (WRONG, True, False)

    def test_what_is_left(self, passage: Passage) -> None:
        error = PartlyApplied("some of it stands", failure=WRONG, left=("a",))
        attempts = Attempts()
        with pytest.raises(PartlyApplied):
            failing(attempts, passage, error, Progress(receipts={"a": receipt("a")}))
        assert attempts.made[0].left

    def test_what_the_one_before_did_is_not_the_next_ones(self, passage: Passage) -> None:
        attempts = Attempts()
        with attempts.by(CLI, passage):
            passage.progress = Progress(undone={"a": receipt("a")})
        with attempts.by(SDK, passage):
            pass
        assert [made.undone for made in attempts.made] == [True, False]

    def test_an_interrupt_is_no_failure(self, passage: Passage) -> None:
        attempts = Attempts()
        with pytest.raises(KeyboardInterrupt), attempts.by(SDK, passage):
            raise KeyboardInterrupt
        assert attempts.made[0].failure is None


def failing(attempts: Attempts, passage: Passage, error: Exception, progress: Progress) -> None:
    with attempts.by(CLI, passage):
        passage.progress = progress
        raise error


def receipt(step: str) -> Receipt:
    return Receipt(step=step, outcome=Outcome.DONE, started_at=MADE, finished_at=MADE)


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (
            CloudError(Trouble.QUOTA, "VpcLimitExceeded", "5 VPCs", remedy="ask for more"),
            Failure(Trouble.QUOTA, "VpcLimitExceeded", "5 VPCs", "ask for more"),
        ),
        (Unsupported("no form"), Failure(Trouble.INVALID, "Unsupported", "no form")),
        (ExecutionFailed("failed", failure=WRONG), WRONG),
        (ExecutionFailed("failed"), None),
        (Denied("no"), None),
        (Unresolved("which?"), None),
    ],
)
def test_what_failed(error: Exception, failure: Failure | None) -> None:
    assert failure_of(error) == failure


def test_it_is_noted(store: SqlStore, passage: Passage) -> None:
    told = replace(report("done"), run=passage.run)
    noted(store, told, (attempt(),), TARGET)
    (tally,) = store.trials(goal=Goal.UPDATE, provider=Provider.AWS, realm=Realm.SANDBOX, last=20)
    assert (tally.hand, tally.trials, tally.successes) == (SDK, 1, 1)


def test_a_run_that_the_store_does_not_know_is_not_noted(store: SqlStore) -> None:
    noted(store, report("done"), (attempt(),), TARGET)
    assert store.trials(goal=Goal.UPDATE, provider=Provider.AWS, realm=Realm.SANDBOX, last=20) == ()
