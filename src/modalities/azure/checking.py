"""Steps that call Azure, against the vendor's models and what a PUT leaves out. Nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import jmespath

from modalities.action import TOKEN, Output, SdkCall
from modalities.azure import bodies, model
from modalities.azure.dropping import dropped
from modalities.azure.effects import effect_of_call
from modalities.azure.operations import Operation
from modalities.contract import Problem
from modalities.resource import World
from modalities.step import Effect, Reversal, Step

PRECONDITIONS = ("ifMatch", "ifNoneMatch")


def checked(steps: Sequence[Step], world: World) -> tuple[Problem, ...]:
    """Every step, with what would take it back."""
    found = [problem for step in steps for problem in _modelled(step)]
    return (*found, *(problem for step in steps for problem in _dropping(step, world)))


def admitted(step: Step) -> tuple[Problem, ...]:
    """One bound call against the vendor's model, and what the step says of it: only what must
    not be sent. Quick."""
    found = (*_admissible(step.id, step.action, step.effect), *_outputs(step))
    return tuple(problem for problem in found if problem.blocking)


def _modelled(step: Step) -> Iterator[Problem]:
    yield from _admissible(step.id, step.action, step.effect)
    yield from _outputs(step)
    reversals = step.undo if isinstance(step.undo, tuple) else ()
    for number, reversal in enumerate(reversals):
        yield from _of_reversal(step, number, reversal)


def _admissible(step: str, action: object, declared: Effect) -> Iterator[Problem]:
    if not isinstance(action, SdkCall):
        yield Problem(step, "action", "is no SDK call")
        return
    operation = model.operation_of(action)
    if operation is None:
        message = f"Azure's SDK has no operation {action}"
        yield Problem(step, "operation", message, model.near(action))
        return
    yield from _parameters(step, operation, action.parameters)
    effect = effect_of_call(action)
    understated = declared is Effect.READ and effect is not Effect.READ
    if understated or (effect is Effect.DELETE and declared in (Effect.CREATE, Effect.UPDATE)):
        yield Problem(step, "effect", f"is {declared}, but {action} is a {effect}")


def _parameters(
    step: str, operation: Operation, parameters: Mapping[str, object]
) -> Iterator[Problem]:
    own = model.placeholders(operation)
    known = {wire for wire, _ in operation.arguments} | {*own, *PRECONDITIONS}
    for name in own:
        value = parameters.get(name)
        if not _is_text(value):
            yield Problem(step, name, f"the path {operation.template} needs it")
        elif isinstance(value, str) and "/" in value and name not in model.PATHS:
            yield Problem(step, name, f"{value[:80]!r} is no name: it has a slash")
    for name in parameters:
        if name not in known:
            message = f"{model.word_of(operation)} has no parameter {name!r}"
            yield Problem(step, name, message, f"it has {', '.join(sorted(known)[:12])}")
    if "body" in parameters:
        for fault in bodies.faults(operation.package, operation.body, parameters["body"]):
            yield Problem(step, fault.path, fault.message, fault.suggestion, fault.blocking)
        if operation.body and not bodies.knows(operation.package, operation.body):
            message = f"its types are not checked: the models of {operation.package} are not known"
            yield Problem(step, "body", message, blocking=False)
    elif operation.body and operation.method in ("PUT", "PATCH"):
        yield Problem(step, "body", f"is missing; {operation.body} is needed")


def _is_text(value: object) -> bool:
    if value == TOKEN or Output.parse(value) is not None:
        return True
    return isinstance(value, str) and bool(value.strip("/ "))


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


def _dropping(step: Step, world: World) -> Iterator[Problem]:
    if not isinstance(step.action, SdkCall) or step.effect in (Effect.DELETE, Effect.REPLACE):
        return
    lost = dropped(step.action, world)
    if lost:
        names = ", ".join(str(resource.ref) for resource in lost)
        message = f"is {step.effect}, but its body leaves out {names}: that takes it away"
        yield Problem(step.id, "effect", message, "name all that is to stay, or call it a delete")
