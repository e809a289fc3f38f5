"""Did a step whose answer was lost take effect? Only reading the cloud tells."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from cloudops.engine.expectations import Outputs, found, holds
from cloudops.engine.reading import Reader
from cloudops.engine.recall import Recalled
from modalities.action import IacChange, bind, outputs_in
from modalities.plan import Plan
from modalities.postcondition import value_of
from modalities.receipt import Failure, Outcome, Receipt, Trouble
from modalities.resource import Kind, World
from modalities.step import Effect, Expect, Irreversible, Step

IN_PART = (Effect.CREATE, Effect.UPDATE)
"""What may be there in part, and is taken back by what is the same done once or twice."""

DOING = ("create", "update", "delete")
"""What tools do to a resource; else they read it, or let it go."""

LOOK_AGAIN = 0.5
"""Seconds between two looks for an effect."""


LAST_WORD = Irreversible("this is itself an undo; ask for what you want instead")
"""The undo of a reversal."""


class Ambiguous(Exception):
    """More than one thing could be the step's effect: nobody can say which."""


def undetermined(step: Step) -> bool:
    """Whether nothing in the cloud would show the step's effect: nothing was said of what to
    look for, or nothing is other than before (a machine that was restarted runs as it did). A
    reversal takes back what stands, so what it expects was not so before."""
    if step.probe is not None:
        return False
    changes = bool(step.before or step.after) or step.undo == LAST_WORD
    if any(_told_by_answer(step, expect) for expect in step.expects):
        return True
    changes_nothing = step.effect is Effect.UPDATE and not changes
    return not step.expects or (changes_nothing and not repeatable(step))


def _told_by_answer(step: Step, expect: Expect) -> bool:
    """Whether only the step's own answer says where to look for what no kind names."""
    refs = outputs_in([expect.id]) if expect.kind is Kind.OTHER else ()
    return any(output.step == step.id for output in refs)


def repeatable(step: Step) -> bool:
    """Whether it may simply be done again: a question, or a change whose tool looks for itself
    what was done and does only the rest."""
    return step.effect is Effect.READ or isinstance(step.action, IacChange)


def evidence(
    step: Step, existing: Collection[str], reader: Reader, outputs: Outputs
) -> Mapping[str, Any] | None:
    """The step's outputs where the cloud shows its effect, None for one that does not show;
    None where its effect does not.

    Raises CloudError where the cloud cannot be read, and Ambiguous: neither says that it did
    not happen.
    """
    if undetermined(step):
        return None
    reader = reader.at(step.target)
    try:
        if step.probe is None:
            worlds = [(each, reader.of(each, outputs)) for each in step.expects]
            shown = all(holds(each, world, outputs) for each, world in worlds)
            return _told(step, [world for _, world in worlds]) if shown else None
        matches = found(step.probe, reader.read(step.probe.kind), outputs, existing)
        bound = replace(step, action=bind(step.action, outputs, ""))
    except LookupError:
        return None  # what it stands on was never made
    if len(matches) > 1:
        ids = ", ".join(sorted(each.id for each in matches))
        raise Ambiguous(f"more than one {step.probe.kind.words} could be its effect: {ids}")
    return reader.outputs(bound, matches[0]) if matches else None


def _told(step: Step, worlds: Sequence[World]) -> Mapping[str, Any]:
    """The outputs that things show which no kind names."""
    others = [r for world in worlds for r in world.of(Kind.OTHER)]
    found = {name: value_of(r, name) for r in others for name in step.outputs}
    return {name: value for name, value in found.items() if value is not None}


def adopted(step: Step, outputs: Mapping[str, Any], started: datetime) -> Receipt:
    """The receipt of an effect that was found rather than answered."""
    return Receipt(
        step=step.id,
        outcome=Outcome.DONE,
        started_at=started,
        finished_at=datetime.now(UTC),
        outputs=outputs,
        evidence={"found_by": "reading the cloud"},
    )


def open_question(step: Step, why: str) -> Receipt:
    """The receipt of a step of which nobody can say whether it took effect."""
    now = datetime.now(UTC)
    failure = Failure(Trouble.TIMEOUT, "Unknown", why)
    return Receipt(
        step=step.id, outcome=Outcome.UNKNOWN, started_at=now, finished_at=now, error=failure
    )


def in_part(step: Step) -> Receipt | None:
    """Of a step that was begun and does not show whole: what its own tool has made of it by
    then, which the tool itself finds, and takes back whatever there is. None for other steps, and
    for those that nothing takes back."""
    if step.effect not in IN_PART or not isinstance(step.action, IacChange):
        return None
    if isinstance(step.undo, Irreversible):
        return None
    addresses = [str(change["address"]) for change in step.action.changes]
    now = datetime.now(UTC)
    return Receipt(
        step=step.id,
        outcome=Outcome.UNKNOWN,
        started_at=now,
        finished_at=now,
        outputs=dict.fromkeys(step.outputs, ""),
        evidence={"partial": addresses},
        error=Failure(Trouble.TIMEOUT, "Unknown", "it was broken off, and does not show whole"),
    )


def taken_in_part(plan: Plan, recalled: Recalled) -> None:
    """Put a receipt to every step that is still doubtful and may have been done in part."""
    for step in plan.steps:
        receipt = in_part(step) if step.id in recalled.doubtful else None
        if receipt is not None:
            recalled.progress.receipts[step.id] = receipt
            recalled.doubtful.discard(step.id)


def settled(
    plan: Plan,
    recalled: Recalled,
    reader: Reader,
    within: float = 0.0,
    pause: Callable[[float], object] = time.sleep,
) -> None:
    """Put a receipt to every doubtful step of a broken-off run whose effect is there. It is
    looked for up to ``within`` seconds: what a process sent before it died may still arrive.
    What nobody can tell stays doubtful. Raises CloudError.
    """
    give_up = time.monotonic() + within
    while True:
        for step in plan.steps:
            if step.id in recalled.doubtful:
                _settle(step, plan, recalled, reader)
        if time.monotonic() >= give_up or not waited_for(plan, recalled):
            return
        pause(LOOK_AGAIN)


def _settle(step: Step, plan: Plan, recalled: Recalled, reader: Reader) -> None:
    try:
        outputs = evidence(step, plan.existing, reader, recalled.progress.output)
    except Ambiguous:
        return
    if outputs is not None:
        recalled.progress.receipts[step.id] = adopted(step, outputs, datetime.now(UTC))
        recalled.doubtful.discard(step.id)


def waited_for(plan: Plan, recalled: Recalled) -> bool:
    """Whether a doubtful step is left that a look could settle."""
    return any(s.id in recalled.doubtful and not undetermined(s) for s in plan.steps)


def open_ends(plan: Plan, recalled: Recalled) -> tuple[Step, ...]:
    """Steps of which nobody can say whether they took effect, or how much of them did."""
    changing = (s for s in plan.steps if s.effect is not Effect.READ)
    return tuple(
        s for s in changing if s.id in recalled.doubtful and (undetermined(s) or _several(s))
    )


def _several(step: Step) -> bool:
    """Whether its tool does several things one after the other: not shown whole, it may have
    done any of them."""
    if not isinstance(step.action, IacChange):
        return False
    actions = [a for change in step.action.changes for a in change["actions"] if a in DOING]
    return len(actions) > 1
