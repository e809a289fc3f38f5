"""Which resources a call changes, read from its own path and body, whatever a plan says.

A resource counts as changed where the call changes one of its own attributes
(docs/attributes.md): attaching a disk changes the disk and the machine; putting an interface
into a subnet does not change the subnet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from modalities.action import SdkCall
from modalities.azure import ids, model
from modalities.azure.effects import effect_of_call
from modalities.resource import Kind, ResourceRef, World
from modalities.step import Effect
from modalities.target import account_of

MOVED: dict[Kind, frozenset[Kind]] = {
    Kind.VM: frozenset({Kind.DISK, Kind.NIC}),
    Kind.NIC: frozenset({Kind.PUBLIC_IP}),
    Kind.LOAD_BALANCER: frozenset({Kind.PUBLIC_IP}),
}
"""Kinds that get or lose a holder when a body of that kind names them."""


def touched(call: SdkCall, world: World) -> tuple[ResourceRef, ...]:
    """The resources that ``call`` changes: by name and id where ``world`` holds them, else by
    id. References to outputs are left out: nobody else can hold what does not exist.

    Only ``world``'s scope is needed.
    """
    if effect_of_call(call) is Effect.READ:
        return ()
    refs = (ref for kind, id in changed(call, world.scope) for ref in _refs(kind, id, world))
    return tuple(dict.fromkeys(refs))


def changed(call: SdkCall, scope: str) -> Iterator[tuple[Kind, str]]:
    """Kinds and ids, in their one spelling."""
    owner = subject_of(call, scope)
    if owner is None:
        return
    yield owner
    moved = MOVED.get(owner[0], frozenset())
    for text in texts(call.parameters.get("body")):
        parsed = ids.parse(text) if text.startswith("/") else None
        if parsed is not None and parsed.kind in moved and parsed.kind is not None:
            yield parsed.kind, ids.canonical(text, scope)


def subject_of(call: SdkCall, scope: str) -> tuple[Kind, str] | None:
    """What the call is about, or what that is a part of; None where the path is not known yet
    or is of no kind of ours."""
    operation = model.operation_of(call)
    names = model.placeholders(operation) if operation else ()
    if operation is None:
        return None
    given = {name: call.parameters.get(name) for name in names}
    if any(not isinstance(value, str) for value in given.values()):
        return None
    text = model.subject(operation, given, account_of(scope))
    parsed = ids.parse(text)
    owner = parsed.owner if parsed else None
    if owner is None or owner.kind is None:
        return None
    return owner.kind, ids.canonical(str(owner), scope)


def texts(value: Any) -> Iterator[str]:
    """All that stands as a value in JSON data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, Iterable):
        for item in value:
            yield from texts(item)


def _refs(kind: Kind, id: str, world: World) -> tuple[ResourceRef, ...]:
    resource = world.get(kind, id)
    return resource.refs() if resource else (world.ref(kind, id),)
