"""verify: is the plan well formed, before anybody is asked about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter

from cloudops.engine.hands import Hands
from cloudops.engine.progress import predecessors
from modalities.action import Output, outputs_in, payload
from modalities.claim import Mode, claims_of
from modalities.contract import Problem
from modalities.plan import Plan
from modalities.resource import World
from modalities.step import Effect, Step

READABLE = "expects something that cannot be read back"


def verify(plan: Plan, hands: Hands, world: World) -> tuple[Problem, ...]:
    """Everything wrong with the plan: order, references, claims, postconditions, and each
    action against the tool's own model and this cloud's rules. Nothing is sent."""
    steps = plan.steps
    return (
        *order(steps),
        *references(steps),
        *claims(steps, hands),
        *postconditions(steps),
        *hands.check(steps, world),
    )


def order(steps: Sequence[Step]) -> Iterator[Problem]:
    """Ids are unique, needs exist, and there is an order in which all can be done."""
    ids = [step.id for step in steps]
    for id in {id for id in ids if ids.count(id) > 1}:
        yield Problem(id, "id", "two steps have this id")
    for step in steps:
        for need in set(step.needs) - set(ids):
            yield Problem(step.id, "needs", f"there is no step {need}")
    try:
        tuple(TopologicalSorter({s.id: s.needs for s in steps}).static_order())
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        yield Problem(ids[0], "needs", f"steps wait for each other: {circle}")


def references(steps: Sequence[Step]) -> Iterator[Problem]:
    """Every reference names an output of a step that certainly comes before."""
    before = predecessors(steps)
    outputs = {(s.id, name) for s in steps for name in s.outputs}
    for step in steps:
        for output in outputs_in(payload(step.action)):
            yield from _reference(step, output, outputs, before)


def _reference(
    step: Step,
    output: Output,
    outputs: set[tuple[str, str]],
    before: dict[str, set[str]],
) -> Iterator[Problem]:
    if (output.step, output.name) not in outputs:
        yield Problem(step.id, "action", f"no step gives {output.step}.{output.name}")
    elif output.step not in before[step.id]:
        yield Problem(step.id, "needs", f"uses {output.step}.{output.name} but may run before it")


def claims(steps: Sequence[Step], hands: Hands) -> Iterator[Problem]:
    """What an action touches, as its own tool reads it, is what the plan claims; and no two
    steps that may run at once change the same resource."""
    claimed = {c.key for c in claims_of(steps) if c.mode is Mode.EXCLUSIVE}
    before = predecessors(steps)
    for number, step in enumerate(steps):
        if step.effect is not Effect.READ:
            for ref in hands.claims(step):
                if ref.key not in claimed:
                    yield Problem(step.id, "changes", f"touches {ref} without a claim on it")
        for other in steps[number + 1 :]:
            apart = step.id in before[other.id] or other.id in before[step.id]
            if apart or not set(step.changes) & set(other.changes):
                continue
            shared = min(set(step.changes) & set(other.changes))
            yield Problem(step.id, "needs", f"may change {shared} at the same time as {other.id}")


def postconditions(steps: Sequence[Step]) -> Iterator[Problem]:
    """A step that changes something says how one can see it, and refers to known outputs."""
    outputs = {(s.id, name) for s in steps for name in s.outputs}
    for step in steps:
        if step.effect is not Effect.READ and not step.expects and step.probe is None:
            yield Problem(step.id, "expects", "nothing tells whether it took effect", "", False)
        for expect in step.expects:
            for output in outputs_in([expect.id, expect.value]):
                if (output.step, output.name) not in outputs:
                    yield Problem(step.id, "expects", f"{READABLE}: {output.step}.{output.name}")
