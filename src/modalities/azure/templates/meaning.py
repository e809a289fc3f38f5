"""A change of a template as the calls of Azure that it comes to: one PUT a resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modalities.action import IacChange, SdkCall
from modalities.azure import ids, model
from modalities.azure.refs import touched
from modalities.azure.templates.parts import TAGS_TAIL
from modalities.azure.templates.writing import Described, id_at, read
from modalities.contract import Unsupported
from modalities.resource import Provider, ResourceRef, World
from modalities.step import Effect, Step

SUFFIX = ".json"


def described(action: IacChange, scope: str) -> tuple[Described, ...]:
    """What the action's template describes; nothing where it only takes one away. What one that
    is not ours comes to is Azure's word, entry by entry. Raises Unsupported."""
    if action.unedited:
        bodies = ((str(entry["address"]), entry["body"]) for entry in action.changes)
        return tuple(Described(id_at(address, scope), "", body) for address, body in bodies)
    texts = [text for text in action.files.values() if text is not None]
    if len(texts) > 1:
        raise Unsupported("a deployment has one template")
    return read(texts[0], scope) if texts else ()


def meant(step: Step) -> tuple[Step, ...]:
    """One call for each resource that changes. Raises Unsupported."""
    action = step.action
    if not isinstance(action, IacChange):
        return ()
    return tuple(_calls(step, action))


def _calls(step: Step, action: IacChange) -> Iterator[Step]:
    world = nowhere(step)
    changing = {str(entry["address"]): entry for entry in action.changes}
    for one in described(action, world.scope):
        entry = changing.get(one.address)
        if entry is None:
            continue
        made = list(entry["actions"]) == ["create"] and not one.id.endswith(TAGS_TAIL)
        call = call_of(one)
        yield Step(
            id=f"{step.id}/{one.address}",
            effect=Effect.CREATE if made else Effect.UPDATE,
            action=call,
            why=step.why,
            changes=_changed(step, call, world),
            undo=step.undo,
            before=_plain(entry.get("before")),
            after=_plain(entry.get("after")),
        )


def call_of(one: Described) -> SdkCall:
    found = model.located("PUT", one.id)
    if found is None:
        raise Unsupported(f"nothing is known that makes {one.address}")
    service, operation = found.call
    return SdkCall(service, operation, {**found.parameters, "body": dict(one.body)})


def claimed(step: Step) -> tuple[ResourceRef, ...]:
    """What exists and the action touches, read from the action itself. What the template is not
    told of by :func:`meant` it does not touch: Azure has said so."""
    refs = (ref for call in meant(step) for ref in _touched(call, nowhere(step)))
    return tuple(dict.fromkeys(refs))


def _touched(call: Step, world: World) -> tuple[ResourceRef, ...]:
    return touched(call.action, world) if isinstance(call.action, SdkCall) else ()


def _changed(step: Step, call: SdkCall, world: World) -> tuple[ResourceRef, ...]:
    """What the call touches, its own subject first, by the names that the step has for it."""
    refs = touched(call, world)
    named = [ref for each in refs for ref in _names_of(step, each)]
    return tuple(dict.fromkeys((*named, *refs)))


def _names_of(step: Step, ref: ResourceRef) -> Iterator[ResourceRef]:
    name = ids.name_of(ref.name)
    yield from (r for r in step.changes if r.kind is ref.kind and r.name == name)


def nowhere(step: Step) -> World:
    refs = (*step.changes, *step.uses)
    return World(Provider.AZURE, refs[0].scope if refs else "/")


def _plain(values: Any) -> dict[str, Any]:
    told = values if isinstance(values, Mapping) else {}
    plain = {k: v for k, v in told.items() if isinstance(v, (str, int, float, bool))}
    return {**plain, "tags": dict(told["tags"])} if told.get("tags") else plain
