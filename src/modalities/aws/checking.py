"""Steps that call AWS, against the vendor's model and AWS's rules. Nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import jmespath

from modalities.action import SdkCall
from modalities.aws.effects import effect_of
from modalities.aws.model import problems
from modalities.contract import Problem
from modalities.resource import World
from modalities.step import Effect, Reversal, Step


def checked(steps: Sequence[Step], world: World) -> tuple[Problem, ...]:
    """Every step, with what would take it back, and AWS's own preconditions."""
    from modalities.aws.rules import preconditions

    modelled = [problem for step in steps for problem in _modelled(step)]
    return (*modelled, *preconditions(steps, world))


def admitted(step: Step) -> tuple[Problem, ...]:
    """One bound call against the vendor's model, and what the step says of it. Quick."""
    return (*_admissible(step.id, step.action, step.effect), *_outputs(step))


def _modelled(step: Step) -> Iterator[Problem]:
    yield from admitted(step)
    reversals = step.undo if isinstance(step.undo, tuple) else ()
    for number, reversal in enumerate(reversals):
        yield from _of_reversal(step, number, reversal)


def _admissible(step: str, action: object, declared: Effect) -> Iterator[Problem]:
    if not isinstance(action, SdkCall):
        yield Problem(step, "action", "is no SDK call")
        return
    yield from problems(action, step)
    effect = effect_of(action.service, action.operation)
    understated = declared is Effect.READ and effect is not Effect.READ
    if understated or (effect is Effect.DELETE and declared in (Effect.CREATE, Effect.UPDATE)):
        yield Problem(step, "effect", f"is {declared}, but {action} is a {effect}")


def _outputs(step: Step) -> Iterator[Problem]:
    for name, path in step.outputs.items():
        try:
            jmespath.compile(path)
        except jmespath.exceptions.JMESPathError:
            yield Problem(step.id, f"outputs.{name}", f"{path!r} is no JMESPath expression")


def _of_reversal(step: Step, number: int, reversal: Reversal) -> Iterator[Problem]:
    for problem in _admissible(step.id, reversal.action, reversal.effect):
        path = f"undo[{number}].{problem.path}"
        yield Problem(step.id, path, problem.message, problem.suggestion, problem.blocking)
