"""What a change of Terraform code comes to, in AWS's own calls and in resources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modalities.action import IacChange
from modalities.aws.arns import TERRAFORM_KINDS
from modalities.aws.effects import effect_of
from modalities.aws.terraform import meaning
from modalities.iac.comparing import Entry, active
from modalities.resource import Provider, ResourceRef, World
from modalities.step import Step


def meant(step: Step) -> tuple[Step, ...]:
    """The calls that Terraform will send for the step. Raises Unsupported."""
    return tuple(_calls(step))


def _calls(step: Step) -> Iterator[Step]:
    action = step.action
    if not isinstance(action, IacChange):
        return
    taken: set[str] = set()
    for entry in active(action.changes):
        for call in meaning.meant(entry):
            id = _free(f"{step.id}/{entry['address']}", taken)
            yield Step(
                id=id,
                effect=effect_of(call.service, call.operation),
                action=call,
                why=step.why,
                changes=_changed(step, entry),
                after=_plain(entry.get("after")),
                before=_plain(entry.get("before")),
                disrupts=step.disrupts,
            )


def claimed(step: Step) -> tuple[ResourceRef, ...]:
    """What exists and the action touches, read from the action itself."""
    if not isinstance(step.action, IacChange):
        return ()
    world = _nowhere(step)
    entries = active(step.action.changes)
    return tuple(dict.fromkeys(r for e in entries for r in meaning.touched(e, world)))


def _changed(step: Step, entry: Entry) -> tuple[ResourceRef, ...]:
    """What exists, or the name of what will."""
    world = _nowhere(step)
    touched = meaning.touched(entry, world)
    kind = TERRAFORM_KINDS.get(str(entry.get("type")))
    name = ((entry.get("after") or {}).get("tags") or {}).get("Name")
    if touched or kind is None or not name:
        return touched
    return (world.ref(kind, str(name)),)


def _nowhere(step: Step) -> World:
    refs = (*step.changes, *step.uses)
    return World(Provider.AWS, refs[0].scope if refs else "")


def _plain(values: Any) -> dict[str, Any]:
    return {k: v for k, v in (values or {}).items() if isinstance(v, (str, int, float, bool))}


def _free(id: str, taken: set[str]) -> str:
    number, wish = 2, id
    while id in taken:
        id, number = f"{wish}-{number}", number + 1
    taken.add(id)
    return id
