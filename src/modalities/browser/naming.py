"""What workflows may know of a resource: one that is there, or one that a draft makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from modalities.action import Output, SdkCall
from modalities.browser.vendor import Known, Vendor
from modalities.codec import encode
from modalities.resource import Kind, Resource, ResourceRef, World
from modalities.step import Effect, Step


def described(step: Step, world: World, drafted: Sequence[Step], vendor: Vendor) -> Known:
    """The resource that a step changes, as it will be when the step is done: what earlier steps
    of the draft do to it, its dialogs show. Empty where nothing is known of it."""
    for ref in step.changes:
        found = next((r for r in world if ref in r.refs()), None)
        maker = _maker(ref, drafted)
        if maker is not None and (found is None or maker is step):
            return _by_then(vendor.promised(maker, ref), step, ref, drafted, vendor)
        if found is not None:
            return _by_then(vendor.known(found), step, ref, drafted, vendor)
    return {}


def of_id(id: Any, kind: Kind, world: World, drafted: Sequence[Step], vendor: Vendor) -> Known:
    """The same of a resource by its id, or by the reference to what a step makes."""
    output = Output.parse(id)
    if output is None:
        found = world.get(kind, str(id))
        return vendor.known(found) if found is not None else {}
    maker = next((s for s in drafted if s.id == output.step), None)
    return vendor.promised(maker, maker.changes[0]) if maker is not None and maker.changes else {}


def known(resource: Resource, called: str, hidden: str = "\0") -> Known:
    """One that is there. Tags that begin with ``hidden`` are not shown by the console."""
    return {
        "id": resource.id,
        "kind": resource.kind.value,
        "called": called,
        "name": resource.name,
        "there": True,
        "tags": [
            {"Key": key, "Value": value}
            for key, value in sorted(resource.tags.items())
            if not key.startswith(hidden)
        ],
        "attributes": encode(resource.attributes),
    }


def _maker(ref: ResourceRef, drafted: Sequence[Step]) -> Step | None:
    makers = (s for s in drafted if s.effect is Effect.CREATE and ref in s.changes[:1])
    return next(makers, None)


def _by_then(
    known: Known, step: Step, ref: ResourceRef, drafted: Sequence[Step], vendor: Vendor
) -> Known:
    for earlier in drafted:
        if earlier is step or earlier.id == step.id:
            break
        if ref in earlier.changes and isinstance(earlier.action, SdkCall):
            known = vendor.done(known, earlier.action)
    return known
