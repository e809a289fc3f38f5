"""A change of Terraform code, looked at without running anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import jmespath

from modalities.action import IacChange, SdkCall
from modalities.aws.model import problems
from modalities.aws.terraform import meaning, syntax
from modalities.contract import Problem, Unsupported
from modalities.iac.comparing import active, unsaid
from modalities.iac.home import CODE, NAME
from modalities.iac.meanings import meant
from modalities.resource import World
from modalities.step import Effect, Step

ACTIONS = frozenset({"create", "update", "delete", "read", "no-op", "forget"})

ORDER = tuple(Effect)


def checked(steps: Sequence[Step], world: World) -> tuple[Problem, ...]:
    """Every step, what takes it back, and AWS's own preconditions for what it means."""
    from modalities.aws.rules import preconditions

    found = [problem for step in steps for problem in _whole(step)]
    if found:
        return tuple(found)
    calls = [call for step in steps for call in meant(_certain(step))]
    return tuple(preconditions([call for call in calls if _known(call)], world))


def _certain(step: Step) -> Step:
    """The step without what it makes, or makes again: its ids are those of before; and without
    what an undo removes, which is not there where its run was broken off before it was made."""
    if not isinstance(step.action, IacChange):
        return step
    changes = step.action.changes
    open_ = {"create", "delete"} if unsaid(changes) else {"create"}
    rest = tuple(c for c in changes if not open_.intersection(c["actions"]))
    return replace(step, action=replace(step.action, changes=rest))


def _known(call: Step) -> bool:
    """Whether AWS's rules can speak of the call: only what exists already is certain to be known
    whole. What is made may take values that nobody knows before it is done, and Terraform's
    own plan has looked at it."""
    return (
        isinstance(call.action, SdkCall)
        and call.effect is not Effect.CREATE
        and not problems(call.action, call.id)
    )


def admitted(step: Step) -> tuple[Problem, ...]:
    """Is the action well formed, and what the step says of it. Quick."""
    return (*_action(step.id, step.action, step.effect, ""), *_outputs(step))


def _whole(step: Step) -> Iterator[Problem]:
    yield from admitted(step)
    try:
        meant(step)
    except Unsupported as error:
        yield Problem(step.id, "changes", str(error))
    for number, reversal in enumerate(step.undo if isinstance(step.undo, tuple) else ()):
        if isinstance(reversal.action, IacChange):
            path = f"undo[{number}]."
            yield from _action(step.id, reversal.action, reversal.effect, path)


def _action(step: str, action: object, declared: Effect, path: str) -> Iterator[Problem]:
    if not isinstance(action, IacChange):
        yield Problem(step, f"{path}action", "is no change of Terraform code")
        return
    for name, text in action.files.items():
        yield from _file(step, f"{path}files.{name}", name, text)
    if action.module and not (action.basis and Path(action.module).is_absolute()):
        yield Problem(step, f"{path}module", "is no absolute path with a digest of its code")
    addresses = set()
    for number, entry in enumerate(action.changes):
        addresses.add(entry.get("address"))
        yield from _entry(step, f"{path}changes[{number}]", entry, action)
    if len(addresses) < len(action.changes):
        yield Problem(step, f"{path}changes", "names an address twice")
    yield from _effect(step, f"{path}effect", action, declared)


def _file(step: str, path: str, name: str, text: object) -> Iterator[Problem]:
    if not NAME.fullmatch(name) or not name.endswith(CODE):
        yield Problem(step, path, "is no Terraform file of the module's own directory")
    elif text is not None and not isinstance(text, str):
        yield Problem(step, path, "is no text")
    elif isinstance(text, str) and name.endswith((".tf", ".tofu", ".tfvars")):
        try:
            syntax.check(text)
        except syntax.Broken as error:
            yield Problem(step, path, f"line {error.line} cannot be read as HCL")


def _entry(step: str, path: str, entry: Mapping[str, Any], action: IacChange) -> Iterator[Problem]:
    actions = entry.get("actions")
    if not entry.get("address") or not entry.get("type"):
        yield Problem(step, path, "names no address and type")
    elif not actions or not ACTIONS.issuperset(actions):
        yield Problem(step, path, f"{actions!r} are no actions of Terraform")
    elif entry["address"] not in action.addresses:
        yield Problem(step, path, f"{entry['address']} is not among the addresses")


def _effect(step: str, path: str, action: IacChange, declared: Effect) -> Iterator[Problem]:
    """A step may not be called milder than it is."""
    for entry in active(action.changes):
        effect = meaning.effect(entry)
        mild = declared is Effect.READ and effect is not Effect.READ
        grave = effect in (Effect.DELETE, Effect.REPLACE)
        if mild or (grave and ORDER.index(declared) < ORDER.index(effect)):
            text = f"is {declared}, but {entry['address']} is a {effect}"
            yield Problem(step, path, text)


def _outputs(step: Step) -> Iterator[Problem]:
    for name, path in step.outputs.items():
        try:
            jmespath.compile(path)
        except jmespath.exceptions.JMESPathError:
            yield Problem(step.id, f"outputs.{name}", f"{path!r} is no JMESPath expression")
