"""What is remembered of plans, and what comes of it: beside the gates, in none of their places.

What memory cannot do (its store is not there, nothing can be learnt) costs a run nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from cloudops.engine import dividing
from cloudops.engine.trials import trials_of
from cloudops.memory.memory import Memory, Witness
from cloudops.request import Intent
from cloudops.state.contract import StoreError
from cloudops.state.trial import TrialEnd
from cloudops.state.workflow import UseEnd
from modalities.contract import Draft, Unsupported
from modalities.plan import Advisory, Plan, Route

if TYPE_CHECKING:
    from cloudops.engine.course import Course
    from cloudops.engine.passage import Passage
    from cloudops.request import Constraints
    from modalities.change import Change
    from modalities.resource import World
    from modalities.target import Target

NOTHING = Witness()


def drafted(
    course: Course,
    changes: Sequence[Change],
    world: World,
    route: Route,
    wish: Constraints,
) -> Draft:
    """As the hands draft it: what they derive from this world is never older than it. Where they
    cannot say it, as it came through before. Raises Unsupported, Unresolved, CloudError."""
    try:
        return dividing.drafted(course, changes, world, route, wish)
    except Unsupported:
        if (draft := recalled(course, world)) is None:
            raise
        return draft


def recalled(course: Course, world: World) -> Draft | None:
    """The leading hand's draft from memory: no model is asked. None where none fits; why is in
    the journal."""
    memory, intent = course.parts.memory, course.passage.report.intent
    if memory is None or intent is None:
        return None
    identity, run = course.hand.identify(course.target), course.passage.run
    try:
        watched = course.parts.asker.present
        found = memory.recall(intent, course.hand.name, world, identity, run, watched=watched)
    except StoreError:
        return None
    for text in found.unfit:
        course.passage.journal.note("compose", "unfit", text=text)
    if found.draft is None or found.workflow is None:
        return None
    if found.advisory is not None:
        course.passage.recalled[course.hand.name] = found.advisory
    course.passage.journal.note("compose", "recalled", workflow=found.workflow.id)
    return found.draft


def witnessed(course: Course, intent: Intent, draft: Draft, world: World) -> Witness:
    """What memory says of a draft that is about to become a plan."""
    memory = course.parts.memory
    if memory is None or not intent.changes or intent.shares:
        return NOTHING
    identity, run = course.hand.identify(course.target), course.passage.run
    try:
        witness = memory.witness(intent, draft, course.hand.name, world, identity, run)
    except StoreError:
        return NOTHING
    if witness.said is not None:
        course.passage.journal.note("compose", "remembered", **witness.said)
    return witness


def advised(course: Course) -> tuple[Advisory, ...]:
    """That the draft is from memory, where it is."""
    told = course.passage.recalled.get(course.hand.name)
    return (told,) if told else ()


def begun(course: Course, witness: Witness, plan: Plan) -> None:
    """The plan goes on its way, and what comes of it will be known by its id."""
    memory, passage, hand = course.parts.memory, course.passage, course.hand.name
    if memory is None or witness.candidate is None:
        return
    passage.plans[hand] = plan.id
    with suppress(StoreError):
        memory.begun(witness.candidate, plan.id, passage.run, recalled=hand in passage.recalled)


def ended(memory: Memory | None, passage: Passage, target: Target) -> None:
    """What the run's trials say of each hand's plan, they say of its workflow."""
    if memory is None:
        return
    report = passage.report
    with suppress(StoreError):
        for trial in trials_of(report, passage.attempts.made, target.provider, target.realm):
            mine = passage.plans.get(trial.hand) or (report.plan.id if report.plan else "")
            ending = UseEnd.DONE if trial.ending is TrialEnd.DONE else UseEnd.FAILED
            if text := memory.ended(mine, ending):
                passage.journal.note("settle", "notice", text=text)
        passage.journal.flush()
