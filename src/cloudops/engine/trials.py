"""What a run says of the hands that tried it: the trials for the measured record.

What was denied, declined or parked says nothing of a hand, nor does what a cloud would have
said to any (router/fault.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from cloudops.engine.attempts import Attempt
from cloudops.engine.report import Report
from cloudops.request import Goal
from cloudops.router.concerned import kinds_named
from cloudops.router.expectation import kinds_of_change
from cloudops.router.fault import tells_of_hand
from cloudops.state.contract import Store, StoreError
from cloudops.state.trial import Trial, TrialEnd
from modalities.resource import Kind, Provider
from modalities.target import Realm, Target


def noted(store: Store, report: Report, attempts: Sequence[Attempt], target: Target) -> None:
    """Write the trials of a run that has ended. A store that cannot costs only what would
    have been learnt: the run is over, and how it ended is in its journal."""
    with suppress(StoreError):
        for trial in trials_of(report, attempts, target.provider, target.realm):
            store.note(trial)


def trials_of(
    report: Report, attempts: Sequence[Attempt], provider: Provider, realm: Realm
) -> tuple[Trial, ...]:
    """One for each hand of which the run says something; pure.

    ``attempts`` are the hands' tries in order; none where the run took up a plan that was made
    earlier: then it tells whether the hand that leads came through, and not how fast.
    """
    if report.plan is not None and (report.plan.undoes or report.plan.also):
        return ()  # of what two clouds took together no hand of one can be told
    done = report.outcome == "done"
    tries = tuple(attempts) or _of_a_saved_plan(report)
    ends = {tried.hand: (tried, _end(tried, done and tried is tries[-1], done)) for tried in tries}
    return tuple(
        Trial(
            run=report.run,
            hand=hand,
            goal=_goal(report),
            changes=kinds_of_change(report.intent) if report.intent else (),
            kinds=_kinds(report),
            provider=provider,
            realm=realm,
            ending=end,
            steps=_steps(tried, tries, report) if attempts else None,
            seconds=_seconds(tried, report) if attempts else None,
        )
        for hand, (tried, end) in ends.items()
        if end is not None
    )


def _end(tried: Attempt, came_through: bool, done: bool) -> TrialEnd | None:
    """None where it says nothing of the hand. ``done``: some hand of the run came through."""
    if came_through:
        return TrialEnd.DONE
    if tried.failure is None or not tells_of_hand(tried.failure, tried.hand, another_did=done):
        return None
    if tried.left:
        return TrialEnd.FAILED
    return TrialEnd.UNDONE if tried.undone else TrialEnd.REFUSED


def _of_a_saved_plan(report: Report) -> tuple[Attempt, ...]:
    """As if its leading hand had tried it now."""
    if report.plan is None or report.plan.route is None:
        return ()
    failed = (r.error for r in report.receipts if r.error is not None)
    return (
        Attempt(
            hand=report.plan.route.ranked[0].modality,
            steps=0,
            seconds=0.0,
            failure=next(failed, None),
            undone=bool(report.undone),
            left=bool(report.left),
        ),
    )


def _goal(report: Report) -> Goal:
    if report.intent is not None:
        return report.intent.goal
    return Goal(report.plan.goal) if report.plan is not None else Goal.UPDATE


def _kinds(report: Report) -> tuple[Kind, ...]:
    """Of what the plan changes; of what was named where there is none."""
    return tuple(sorted(set(_found_kinds(report))))


def _found_kinds(report: Report) -> Iterator[Kind]:
    if report.plan is not None:
        yield from (ref.kind for step in report.plan.steps for ref in step.changes)
    elif report.intent is not None:
        yield from kinds_named(report.intent)


def _steps(tried: Attempt, tries: Sequence[Attempt], report: Report) -> int:
    """The last has all that the others before it did not make: an answer is a step as well."""
    before = sum(other.steps for other in tries[:-1])
    return report.usage.steps - before if tried is tries[-1] else tried.steps


def _seconds(tried: Attempt, report: Report) -> float:
    """Without those that a person took to answer, which no hand can help."""
    worked = report.usage.seconds_before_question + report.usage.seconds_executing
    return round(min(tried.seconds, worked), 3)
