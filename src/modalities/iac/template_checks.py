"""A change of a template, looked at without asking anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import jmespath

from modalities.action import IacChange, SdkCall
from modalities.azure.checking import checked as calls_checked
from modalities.azure.templates.meaning import SUFFIX, described, meant, nowhere
from modalities.contract import Problem, Unsupported
from modalities.resource import World
from modalities.step import Effect, Step

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.()\-]{0,63}")
"""What a deployment may be called."""


def checked(steps: Sequence[Step], world: World) -> tuple[Problem, ...]:
    """Every step, the calls that it means against Azure's own models, and what takes it back."""
    found = tuple(problem for step in steps for problem in admitted(step))
    if found:
        return found
    return tuple(p for step in steps for p in _of_calls(step, world))


def admitted(step: Step) -> tuple[Problem, ...]:
    """Is the action well formed, and what the step says of it. Quick."""
    return tuple(_problems(step))


def _problems(step: Step) -> Iterator[Problem]:
    action = step.action
    if not isinstance(action, IacChange):
        yield Problem(step.id, "action", "is no deployment of a template")
        return
    for name in action.files:
        if not name.endswith(SUFFIX) or not NAME.fullmatch(name.removesuffix(SUFFIX)):
            yield Problem(step.id, f"files.{name}", "is no name of a deployment")
    if len(action.files) != 1 or any(text is None for text in action.files.values()):
        yield Problem(step.id, "files", "is not one template")
        return
    if step.effect is Effect.READ:
        yield Problem(step.id, "effect", "is read, but a deployment writes")
    yield from _described(step, action)
    yield from _outputs(step)


def _described(step: Step, action: IacChange) -> Iterator[Problem]:
    try:
        told = described(action, nowhere(step).scope)
        meant(step)
    except Unsupported as error:
        yield Problem(step.id, "files", str(error))
        return
    addresses = {one.address for one in told}
    if addresses != set(action.addresses) or len(told) != len(addresses):
        yield Problem(step.id, "addresses", "are not those that the template describes")
    for number, entry in enumerate(action.changes):
        path = f"changes[{number}]"
        if entry.get("address") not in addresses:
            yield Problem(step.id, path, f"{entry.get('address')} is not in the template")
        elif tuple(entry.get("actions") or ()) not in (("create",), ("update",)):
            yield Problem(step.id, path, "neither creates nor updates, as a template does")
        elif step.effect is Effect.CREATE and "update" in entry["actions"]:
            yield Problem(step.id, "effect", f"is create, but {entry['address']} is changed")


def _outputs(step: Step) -> Iterator[Problem]:
    for name, path in step.outputs.items():
        try:
            jmespath.compile(path)
        except jmespath.exceptions.JMESPathError:
            yield Problem(step.id, f"outputs.{name}", f"{path!r} is no JMESPath expression")


def _of_calls(step: Step, world: World) -> Iterator[Problem]:
    calls = meant(step)
    backs = [
        Step(
            id=f"{step.id}/undo/{number}",
            effect=back.effect,
            action=back.action,
            why=back.why,
            changes=step.changes,
        )
        for number, back in enumerate(step.undo if isinstance(step.undo, tuple) else ())
    ]
    known = [each for each in (*calls, *backs) if isinstance(each.action, SdkCall)]
    others = isinstance(step.action, IacChange) and step.action.unedited
    bare = [_without_undo(each) for each in known]
    for problem in calls_checked(bare, world):
        path = f"{problem.step.removeprefix(step.id).lstrip('/')}.{problem.path}"
        # how somebody else's template is spelt is Azure's to judge, and what-if has
        blocking = problem.blocking and not (others and problem.path.startswith("body"))
        yield Problem(step.id, path, problem.message, problem.suggestion, blocking)


def _without_undo(step: Step) -> Step:
    from dataclasses import replace

    return replace(step, undo=())
