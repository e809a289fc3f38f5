"""Steps can be done in an order in which every value is there before it is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cloudops.prover.contract import Counterexample, Premise, Shown, broken, proved
from modalities.action import Output, outputs_in, payload
from modalities.step import Step


def order(premise: Premise) -> Shown:
    """No step waits for itself, and every ``$output`` is given by a step that certainly comes
    before: also by way of others."""
    found = tuple(_structure(premise)) or tuple(_references(premise))
    if found:
        return broken(*found)
    steps = premise.plan.steps
    count = sum(1 for step in steps for _ in outputs_in(payload(step.action)))
    return proved(f"{len(steps)} steps without a circle, {count} references to earlier steps")


def _structure(premise: Premise) -> Iterator[Counterexample]:
    ordering = premise.ordering
    for id, times in Counter(ordering.ids).items():
        if times > 1:
            yield Counterexample(f"{times} steps have the id {id}", id)
    for step in premise.plan.steps:
        for need in step.needs:
            if need not in ordering.place:
                yield Counterexample(f"{step.id} waits for {need}, which is no step", step.id)
    if ordering.circle:
        circle = " -> ".join(ordering.circle)
        yield Counterexample(f"steps wait for each other: {circle}", ordering.circle[0])


def _references(premise: Premise) -> Iterator[Counterexample]:
    given = {step.id: frozenset(step.outputs) for step in premise.plan.steps}
    for step in premise.plan.steps:
        for output in dict.fromkeys(outputs_in(payload(step.action))):
            yield from _of_action(premise, step, output, given)
        for output in dict.fromkeys(outputs_in([[e.id, e.value] for e in step.expects])):
            if output.name not in given.get(output.step, frozenset()):
                yield _nobody(step, output, "expects")
            elif output.step != step.id and not premise.ordering.precedes(output.step, step.id):
                yield _early(step, output, "expects")


def _of_action(
    premise: Premise, step: Step, output: Output, given: dict[str, frozenset[str]]
) -> Iterator[Counterexample]:
    if output.name not in given.get(output.step, frozenset()):
        yield _nobody(step, output, "uses")
    elif not premise.ordering.precedes(output.step, step.id):
        yield _early(step, output, "uses")


def _nobody(step: Step, output: Output, verb: str) -> Counterexample:
    return Counterexample(
        f"{step.id} {verb} {output.step}.{output.name}, which no step gives", step.id
    )


def _early(step: Step, output: Output, verb: str) -> Counterexample:
    return Counterexample(
        f"{step.id} {verb} {output.step}.{output.name} and may run before {output.step} has ended",
        step.id,
        f"let {step.id} need {output.step}",
    )
