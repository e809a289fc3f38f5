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
from modalities.step import Effect, Step


def meant(step: Step) -> tuple[Step, ...]:
    """The calls that Terraform will send for the step. Raises Unsupported."""
    return tuple(_calls(step))


def _calls(step: Step) -> Iterator[Step]:
    action = step.action
    if not isinstance(action, IacChange):
        return
    taken: set[str] = set()
    for entry in map(_known, active(action.changes)):
        grave = meaning.effect(entry)
        for call in meaning.meant(entry):
            effect = effect_of(call.service, call.operation)
            removes = effect is Effect.DELETE
            yield Step(
                id=_free(f"{step.id}/{entry['address']}", taken),
                effect=Effect.REPLACE if removes and grave is Effect.REPLACE else effect,
                action=call,
                why=step.why,
                changes=_changed(step, entry),
                undo=step.undo if removes else (),
                before=_plain(entry.get("before")),
                after={} if removes else _plain(entry.get("after")),
                disrupts=step.disrupts,
            )


def _known(entry: Entry) -> Entry:
    """An undo's entry with what was known when it was planned, which says what it is about."""
    if "before" in entry or "after" in entry:
        return entry
    return {**entry, "before": entry.get("had"), "after": entry.get("has")}


def claimed(step: Step) -> tuple[ResourceRef, ...]:
    """What exists and the action touches, read from the action itself."""
    if not isinstance(step.action, IacChange):
        return ()
    world = _nowhere(step)
    entries = active(step.action.changes)
    return tuple(dict.fromkeys(r for e in entries for r in meaning.touched(e, world)))


def _changed(step: Step, entry: Entry) -> tuple[ResourceRef, ...]:
    """What exists, or the name of what will; else what the step says of this kind."""
    world = _nowhere(step)
    touched = meaning.touched(entry, world)
    kind = TERRAFORM_KINDS.get(str(entry.get("type")))
    side = entry.get("after") or entry.get("before") or {}
    name = (side.get("tags") or {}).get("Name")
    if touched or kind is None:
        return touched
    if name:
        return (world.ref(kind, str(name)),)
    return tuple(ref for ref in step.changes if ref.kind is kind)


def _nowhere(step: Step) -> World:
    refs = (*step.changes, *step.uses)
    return World(Provider.AWS, refs[0].scope if refs else "")


def _plain(values: Any) -> dict[str, Any]:
    told = values or {}
    plain = {k: v for k, v in told.items() if isinstance(v, (str, int, float, bool))}
    if "availability_zone" in told:
        plain["zone"] = told["availability_zone"]
    return {**plain, "tags": dict(told["tags"])} if told.get("tags") else plain


def _free(id: str, taken: set[str]) -> str:
    number, wish = 2, id
    while id in taken:
        id, number = f"{wish}-{number}", number + 1
    taken.add(id)
    return id
