"""What a console calls a resource: what a delete asks to type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from modalities.action import Output
from modalities.codec import encode
from modalities.resource import Kind, Resource, ResourceRef, World
from modalities.step import Effect, Step

BY_TAG = (Kind.NETWORK, Kind.SUBNET, Kind.VM, Kind.DISK, Kind.GATEWAY)


def called(resource: Resource) -> str:
    """The tag Name or the id, where a kind has no name of its own."""
    attributes = resource.attributes
    if resource.kind is Kind.PUBLIC_IP:
        return resource.tags.get("Name") or str(attributes.get("address") or resource.id)
    if resource.kind is Kind.LISTENER:
        return f"{attributes.get('protocol')}:{attributes.get('port')}"
    if resource.kind in BY_TAG:
        return resource.tags.get("Name") or resource.id
    return resource.name


def described(step: Step, world: World, drafted: Sequence[Step]) -> dict[str, Any]:
    """What workflows may know of the resource that a step changes: ``id``, ``kind``, ``called``,
    ``tags`` and ``attributes``. Of one that a step of the draft makes: as that says."""
    for ref in step.changes:
        found = next((r for r in world if ref in r.refs()), None)
        maker = _maker(ref, drafted)
        if maker is not None and (found is None or maker is step):
            return _promised(maker, ref)
        if found is not None:
            return _known(found)
    return {}


def of_id(id: Any, kind: Kind, world: World, drafted: Sequence[Step]) -> dict[str, Any]:
    """The same of a resource by its id, or by the reference to what a step makes."""
    output = Output.parse(id)
    if output is None:
        found = world.get(kind, str(id))
        return _known(found) if found is not None else {}
    maker = next((s for s in drafted if s.id == output.step), None)
    return _promised(maker, maker.changes[0]) if maker is not None and maker.changes else {}


def _maker(ref: ResourceRef, drafted: Sequence[Step]) -> Step | None:
    makers = (s for s in drafted if s.effect is Effect.CREATE and ref in s.changes[:1])
    return next(makers, None)


def _promised(maker: Step, ref: ResourceRef) -> dict[str, Any]:
    name = str(maker.after.get("name") or ref.name)
    if ref.kind is Kind.LISTENER:
        name = f"{maker.after.get('protocol')}:{maker.after.get('port')}"
    return {
        "id": Output(maker.id).as_json(),
        "kind": ref.kind.value,
        "called": name,
        "name": str(maker.after.get("name") or ref.name),
        "tags": [],
        "attributes": dict(maker.after),
    }


def _known(resource: Resource) -> dict[str, Any]:
    return {
        "id": resource.id,
        "kind": resource.kind.value,
        "called": called(resource),
        "name": resource.name,
        "tags": [
            {"Key": key, "Value": value}
            for key, value in sorted(resource.tags.items())
            if not key.startswith("aws:")
        ],
        "attributes": encode(resource.attributes),
    }
