"""What others have changed since a run wrote it, or was to: their change is not lost.

A run's locks end with its process. Whoever takes it back or goes on with it finds what others have
done meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from cloudops.engine.doubts import undetermined
from cloudops.engine.expectations import known
from cloudops.engine.progress import Progress
from cloudops.engine.recall import Recalled
from cloudops.engine.ways_back import ways_back
from cloudops.errors import Stale
from cloudops.state.contract import Run
from modalities.action import Action, IacChange, Output, substituted
from modalities.contract import Moved, Rebase
from modalities.look import id_of
from modalities.plan import Advisory, Plan
from modalities.postcondition import true_of, value_of
from modalities.receipt import Outcome
from modalities.resource import Kind, ResourceRef, World
from modalities.step import Expect, Step

MOVING = "state"
"""The attribute that is neither what it was nor what it will be while it changes: a machine that
stops. Others are nothing in between: what a disk is attached to."""

Subject: TypeAlias = tuple[Kind, str, str]
"""A value, by the kind and the id of what has it and by its attribute."""

Values: TypeAlias = Mapping[Subject, Sequence[Expect]]
"""What is said of values."""

Look: TypeAlias = Callable[[Sequence[Step]], World]
"""What there is now of all that steps stand on. Raises CloudError."""


Latest: TypeAlias = Mapping[ResourceRef, str]
"""The last step of a plan that changes something."""


def latest_of(steps: Sequence[Step]) -> Latest:
    return {ref: step.id for step in steps for ref in step.changes}


def changed_since(
    step: Step, progress: Progress, world: World, latest: Latest, *, settled: bool = True
) -> Iterator[Advisory]:
    """What is not as the run left it and goes with what the run made. Raises Moved for what would
    be set back, unless it is back already, also where nobody knows whether the step was done.
    What was awaited right after the step need not be so any more where another one changed it
    later. A run that was not ``settled`` may still be on its way to what is awaited."""
    done = progress.receipts[step.id].outcome is Outcome.DONE
    was = _was(step, progress)
    left_so = (e for e in step.expects if e.within <= 0 or _was_last(step, e, latest))
    for subject, left in _values(left_so, progress).items():
        begun = not done or not (settled or all(expect.within <= 0 for expect in left))
        text = _is_neither(left, was.get(subject, ()), world, begun=begun)
        if text is None:
            continue
        text = f"{text}, that run had left {_said_of(left[-1].value)}"
        if _changes(left, was.get(subject, ())):
            raise Moved(text)
        if done and subject not in was:
            yield Advisory("warning", text, None)


def _was_last(step: Step, expect: Expect, latest: Latest) -> bool:
    own = [ref for ref in step.changes if ref.kind is expect.kind]
    return all(latest[ref] == step.id for ref in own or step.changes)


def require_unmoved(run: Run, plan: Plan, recalled: Recalled, rebase: Rebase, look: Look) -> None:
    """Of what the run is still to change, also by steps that it had begun and that do not show.
    What it may have written itself, or not, is left out. Raises Stale, CloudError."""
    progress = recalled.progress
    begun = [step for step in plan.steps if step.id in progress.receipts]
    begun += [step for step in plan.steps if step.id in recalled.doubtful and undetermined(step)]
    ids = {step.id for step in begun}
    left = [step for step in plan.steps if step.id not in ids]
    unsure = {ref for s in begun if not _is_done(s, progress) for ref in s.changes[:1]}
    written = [step for step in left if not unsure & {*step.changes[:1]}]
    try:
        _require_documents(written, progress, rebase)
        _require_values(left, begun, recalled, look)
    except Moved as moved:
        raise Stale(
            "others have changed since what this run is still to change",
            detail=str(moved),
            remedy=f"`cloudops undo {plan.undoes}` makes the way back anew from what is there now"
            if plan.undoes
            else f"take back what it did with `cloudops undo {run.id}`, and ask again",
        ) from moved


def _is_done(step: Step, progress: Progress) -> bool:
    receipt = progress.receipts.get(step.id)
    return receipt is not None and receipt.outcome in (Outcome.DONE, Outcome.NO_OP)


def _require_documents(steps: Iterable[Step], progress: Progress, rebase: Rebase) -> None:
    """Of what is written whole, or as a list, by the first step that writes it and by those after
    it. Raises Moved, CloudError."""

    def output(wanted: Output) -> Any:
        try:
            return progress.output(wanted)
        except LookupError:
            return wanted.as_json()

    for step in steps:
        there = replace(step, action=substituted(step.action, output))
        for back in ways_back(step):
            before = replace(step, action=substituted(back.action, output))
            if _is_other(rebase(before, there).action, there.action):
                raise Moved(f"{step.why}: what it changes is not as it was")


def _is_other(now: Action, then: Action) -> bool:
    """Whether another thing would be written. The code that Terraform's edition stands on is the
    run's own by now where it died in the middle."""
    if isinstance(now, IacChange) and isinstance(then, IacChange):
        then = replace(then, basis=now.basis)
    return now != then


def _require_values(
    steps: Iterable[Step], begun: Iterable[Step], recalled: Recalled, look: Look
) -> None:
    """Of values that are set, by the first step that sets them. Raises Moved, CloudError."""
    progress = recalled.progress
    setting: dict[Subject, tuple[Step, Sequence[Expect], Sequence[Expect]]] = {}
    told: set[Subject] = set()
    for step in steps:
        was = _was(step, progress)
        for subject, goal in _values(step.expects, progress).items():
            if _changes(goal, was.get(subject, ())) and subject not in told:
                setting[subject] = (step, goal, was[subject])
        told |= _said(step, progress)
    for step in begun if setting else ():
        for subject in _said(step, progress):
            setting.pop(subject, None)
    if not setting:
        return
    world = look([step for step, _, _ in setting.values()])
    for step, goal, earlier in setting.values():
        text = _is_neither(goal, earlier, world, begun=step.id in recalled.doubtful)
        if text is not None:
            raise Moved(f"{step.why}: {text}")


def _changes(goal: Sequence[Expect], was: Sequence[Expect]) -> bool:
    """Whether what is set is other than it was, as far as that is known."""
    return bool(was) and any(new.value != old.value for new in goal for old in was)


def _said(step: Step, progress: Progress) -> set[Subject]:
    return {*_values(step.expects, progress), *_was(step, progress)}


def _was(step: Step, progress: Progress) -> Values:
    """What is so again once the step is taken back."""
    return _values((expect for back in ways_back(step) for expect in back.expects), progress)


def _values(expects: Iterable[Expect], progress: Progress) -> Values:
    found: dict[Subject, list[Expect]] = defaultdict(list)
    for expect in known(expects, progress.output):
        if expect.test == "is":
            found[subject_of(expect)].append(expect)
    return found


def subject_of(expect: Expect) -> Subject:
    return expect.kind, id_of(expect.id), expect.attribute


def _is_neither(
    goal: Sequence[Expect], was: Sequence[Expect], world: World, *, begun: bool
) -> str | None:
    """How a value is where it is neither as a step sets it nor as it was. Where that may have
    ``begun`` and gone no further, it may be on its way from the one to the other."""
    first = goal[0]
    there = world.get(first.kind, id_of(first.id))
    if there is None or any(true_of(expect, world) for expect in (*goal, *was)):
        return None
    now = value_of(there, first.attribute)
    if begun and (now is None or first.attribute == MOVING):
        return None
    return f"{there.ref}: {first.attribute} is {_said_of(now)} now"


def _said_of(value: Any) -> Any:
    return "nothing" if value is None else value
