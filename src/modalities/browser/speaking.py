"""What a script for the console means in the vendor's own calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from modalities.action import BrowserScript, Output, SdkCall, resolve
from modalities.browser.driver.verbs import verb_of
from modalities.browser.filling import rendered
from modalities.browser.vendor import Vendor
from modalities.browser.workflow import OWN
from modalities.codec import Malformed
from modalities.contract import Problem, Unsupported
from modalities.step import Effect, Reversal, Step

OURS = frozenset({"workflow", "open", "confirm"})
"""Actions of a script that are the hand's own, not the driver's."""

OPTIONAL = "optional"
"""Beside an action that a console may not want: the field that is then missing."""


def meant(step: Step, vendor: Vendor) -> tuple[Step, ...]:
    """One step a call. Raises Unsupported where nothing is said of what it means."""
    script = step.action
    if not isinstance(script, BrowserScript) or (not script.meaning and script.mutations):
        raise Unsupported(f"step {step.id}: nothing says what it means to the cloud")
    if len(script.meaning) == 1:
        return (replace(step, action=script.meaning[0], undo=_undo(step)),)
    return tuple(_part(step, number, call, vendor) for number, call in enumerate(script.meaning))


def judged(step: Step, vendor: Vendor) -> tuple[Step, ...]:
    """The same, for rules that look at a plan as a whole: what later steps refer to is made by
    the part that has the step's own id. Raises Unsupported."""
    own = Output(step.id).as_json()
    return tuple(
        replace(part, id=part.id if number else step.id, action=_with_own(part.action, own))
        for number, part in enumerate(meant(step, vendor))
    )


def _with_own(action: Any, own: Any) -> Any:
    if not isinstance(action, SdkCall):
        return action
    return replace(action, parameters=_put(action.parameters, own))


def _put(value: Any, own: Any) -> Any:
    match value:
        case Mapping():
            return {key: _put(item, own) for key, item in value.items()}
        case list() | tuple():
            return [_put(item, own) for item in value]
    return own if value == OWN else value


def _part(step: Step, number: int, call: SdkCall, vendor: Vendor) -> Step:
    """The first call is what the step is about; what takes the step back goes with it."""
    kind = vendor.kind_of(call, step.changes[0].scope if step.changes else "")
    changes = tuple(ref for ref in step.changes if kind is None or ref.kind is kind)
    first = number == 0
    again = f"-{number}" if call.operation in _operations(step)[:number] else ""
    after = step.after if first else step.after.get(kind.value if kind else "", {})
    return replace(
        step,
        id=f"{step.id}/{call.operation}{again}",
        effect=vendor.effect_of(call, step.effect),
        action=call,
        changes=changes or step.changes,
        needs=step.needs if first else (),
        outputs=step.outputs if first else {},
        expects=step.expects if first else (),
        probe=step.probe if first else None,
        undo=_undo(step) if first else (),
        after=after if isinstance(after, dict) else {},
        before=step.before if first else {},
        disrupts=step.disrupts if first else "",
    )


def _undo(step: Step) -> Any:
    if not isinstance(step.undo, tuple):
        return step.undo
    return tuple(
        replace(each, action=call, expects=each.expects if number == 0 else ())
        for each in step.undo
        for number, call in enumerate(_calls(each))
    )


def _operations(step: Step) -> list[str]:
    script = step.action
    return [each.operation for each in script.meaning] if isinstance(script, BrowserScript) else []


def _calls(reversal: Reversal) -> tuple[SdkCall, ...]:
    script = reversal.action
    return script.meaning if isinstance(script, BrowserScript) else ()


def of_step(problem: Problem) -> Problem:
    """A problem of one of a step's calls, as the step's."""
    return replace(problem, step=problem.step.partition("/")[0])


def problems(step: Step) -> Iterator[Problem]:
    """What is no script that could be replayed, in the step and in what takes it back."""
    yield from _of(step.id, step.action, step.effect)
    reversals = step.undo if isinstance(step.undo, tuple) else ()
    for number, each in enumerate(reversals):
        for problem in _of(step.id, each.action, each.effect):
            yield replace(problem, path=f"undo[{number}].{problem.path}")


def _of(step: str, script: object, declared: Effect) -> Iterator[Problem]:
    if not isinstance(script, BrowserScript):
        yield Problem(step, "action", "is no script for a console")
        return
    for number, action in enumerate(script.actions):
        if action.get("verb") not in OURS:
            try:
                verb_of(_known({k: v for k, v in action.items() if k != OPTIONAL}))
            except (Malformed, TypeError) as error:
                yield Problem(step, f"actions[{number}]", str(error))
    if script.mutations and not script.meaning:
        yield Problem(step, "meaning", "nothing says what it means to the cloud")
    if not script.mutations and declared is not Effect.READ:
        yield Problem(step, "mutations", "it changes something, and no request that does is named")
    if script.mutations and declared is Effect.READ:
        yield Problem(step, "effect", "is read, but it sends what changes something")
    for number, mutation in enumerate(script.mutations):
        if not mutation.get("method") or not str(mutation.get("path", "")).startswith("/"):
            yield Problem(step, f"mutations[{number}]", "names no method and path")
    if not any(action.get("verb") == "confirm" for action in script.actions) and script.mutations:
        yield Problem(step, "actions", "nothing says how its success is confirmed")


def _known(action: dict[str, Any]) -> Any:
    """The action as it will be: what is known only later is text then."""
    return rendered(resolve(action, lambda output: f"{output.step}.{output.name}", ""))
