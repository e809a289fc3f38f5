"""What a describe call showed, before it has a name of its own in the world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from botocore.utils import parse_timestamp

from modalities.resource import Json, Kind, Link, Provider, Resource, ResourceRef

Raw: TypeAlias = Mapping[str, Any]
"""One item of AWS's answer."""


@dataclass(frozen=True, slots=True)
class Found:
    """``own_name`` is the resource's own where it has one; others go by their ``Name`` tag."""

    kind: Kind
    id: str
    attributes: Mapping[str, Json]
    tags: Mapping[str, str] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    own_name: str = ""

    @property
    def wish(self) -> str:
        return self.own_name or self.tags.get("Name", "")


def named(found: Iterable[Found], scope: str) -> tuple[Resource, ...]:
    """Resources by the name people gave them where it is the only one of its kind in the
    scope, else by id. A name that is another's id names nobody: it would claim that other."""
    found = tuple(found)
    wishes = Counter((f.kind, f.wish) for f in found)
    ids = {(f.kind, f.id) for f in found}
    return tuple(_resource(f, scope, wishes, ids) for f in found)


def _resource(
    f: Found, scope: str, wishes: Counter[tuple[Kind, str]], ids: set[tuple[Kind, str]]
) -> Resource:
    wish = (f.kind, f.wish)
    alone = f.wish and wishes[wish] == 1 and (wish not in ids or f.wish == f.id)
    ref = ResourceRef(Provider.AWS, scope, f.kind, f.wish if alone else f.id)
    return Resource(ref, f.id, f.attributes, f.tags, f.links)


def tags_of(raw: Raw, key: str = "Tags") -> dict[str, str]:
    return {str(t["Key"]): str(t.get("Value", "")) for t in raw.get(key) or ()}


def links(role: str, kind: Kind, ids: Iterable[str | None]) -> tuple[Link, ...]:
    """One link for each id there is, in an order that does not depend on the answer's."""
    return tuple(Link(role, kind, id) for id in sorted({id for id in ids if id}))


def time_of(value: object) -> str | None:
    """A time as ISO 8601: a library gives it as one, a command as AWS wrote it."""
    if isinstance(value, str):
        value = parse_timestamp(value)
    return value.isoformat() if isinstance(value, datetime) else None


def known(**attributes: Any) -> dict[str, Json]:
    """Attributes without those that AWS said nothing about. Where null is an answer
    (``attached_to``), it is put in by hand."""
    return {name: value for name, value in attributes.items() if value is not None}
