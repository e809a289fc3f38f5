"""What changed behind our back: the state's view of a target beside a fresh read of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from modalities.resource import VOLATILE, Json, Resource, ResourceRef, World


class Drifted(StrEnum):
    APPEARED = "appeared"
    VANISHED = "vanished"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Drift:
    """One resource, or one attribute of one, that is not as the state has it. Tags are named
    ``tag:KEY``; ``before`` and ``now`` are None where there is none."""

    ref: ResourceRef
    id: str
    what: Drifted
    attribute: str = ""
    before: Json = None
    now: Json = None


def drift(known: World, fresh: World) -> tuple[Drift, ...]:
    """Everything in which ``fresh`` differs from ``known``, by resource and attribute.

    Attributes that move by themselves (VOLATILE) and links, which follow from attributes and
    from other resources, are left out.
    """
    return tuple(_drifts(known, fresh))


def _drifts(known: World, fresh: World) -> Iterator[Drift]:
    for before in sorted(known, key=_order):
        now = fresh.get(before.kind, before.id)
        if now is None:
            yield Drift(before.ref, before.id, Drifted.VANISHED)
        else:
            yield from _changes(before, now)
    for now in sorted(fresh, key=_order):
        if known.get(now.kind, now.id) is None:
            yield Drift(now.ref, now.id, Drifted.APPEARED)


def _changes(before: Resource, now: Resource) -> Iterator[Drift]:
    old, new = _facts(before), _facts(now)
    for attribute in sorted(old.keys() | new.keys()):
        was, is_ = old.get(attribute), new.get(attribute)
        if was != is_:
            yield Drift(now.ref, now.id, Drifted.CHANGED, attribute, was, is_)


def _facts(resource: Resource) -> Mapping[str, Json]:
    attributes = {k: v for k, v in resource.attributes.items() if k not in VOLATILE}
    return attributes | {f"tag:{key}": value for key, value in resource.tags.items()}


def _order(resource: Resource) -> tuple[str, str, str]:
    return (resource.kind, resource.name, resource.id)
