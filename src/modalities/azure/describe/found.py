"""From Azure's documents to neutral resources: ids in one spelling, what is not said left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from modalities.azure import ids
from modalities.resource import Json, Kind, Link, Provider, Resource, ResourceRef

Raw: TypeAlias = Mapping[str, Any]

STATES = {"succeeded": "available", "canceled": "failed"}
"""Provisioning states that go by another word here."""


class Spelling:
    """How ids are spelled in one look: as the resources that were listed have them, else in the
    one spelling of modalities.azure.ids."""

    def __init__(self, scope: str, *lists: Iterable[Raw]) -> None:
        self.scope = scope
        self._known: dict[str, str] = {}
        for items in lists:
            for item in items:
                id = _canonical(str(item.get("id") or ""), scope)
                self._known[id.casefold()] = id

    def id(self, text: Any) -> str | None:
        """None where there is none."""
        if not isinstance(text, str) or not text:
            return None
        found = _canonical(text, self.scope)
        return self._known.get(found.casefold(), found)

    def of(self, reference: Any) -> str | None:
        """The id in ``{"id": ...}``."""
        return self.id(reference.get("id")) if isinstance(reference, Mapping) else None

    def all(self, references: Any) -> list[str]:
        """The ids in a list of such, in its order, each once."""
        found = (self.of(reference) for reference in references or ())
        return list(dict.fromkeys(id for id in found if id))

    def owner(self, text: Any) -> str | None:
        """The resource that the id of a part (an ipConfiguration) belongs to."""
        parsed = ids.parse(text) if isinstance(text, str) else None
        owner = parsed.owner if parsed else None
        return self.id(str(owner)) if owner else None


@lru_cache(maxsize=65536)
def _canonical(text: str, scope: str) -> str:
    return ids.canonical(text, scope)


def resource(
    kind: Kind,
    raw: Raw,
    spell: Spelling,
    attributes: Mapping[str, Json],
    links: tuple[Link, ...] = (),
    name: str = "",
) -> Resource:
    """``name`` is the resource's own where none is given."""
    id = spell.id(raw["id"]) or ""
    called = name or ids.name_of(id)
    ref = ResourceRef(Provider.AZURE, spell.scope, kind, called)
    tags = {str(k): str(v) for k, v in (raw.get("tags") or {}).items()}
    region = {"region": raw["location"]} if raw.get("location") else {}
    return Resource(ref, id, {**attributes, **region}, tags, links)


def properties(raw: Raw) -> Raw:
    found = raw.get("properties")
    return found if isinstance(found, Mapping) else {}


def state_of(raw: Raw) -> str | None:
    """What the provisioning is in, in our words."""
    said = properties(raw).get("provisioningState")
    if not isinstance(said, str):
        return None
    return STATES.get(said.casefold(), said.casefold())


def zone_of(raw: Raw) -> str | None:
    zones = raw.get("zones")
    return str(zones[0]) if zones else None


def links(role: str, kind: Kind, found: Iterable[str | None]) -> tuple[Link, ...]:
    """One link for each id there is, in an order that does not depend on the answer's."""
    return tuple(Link(role, kind, id) for id in sorted({id for id in found if id}))


def known(**attributes: Any) -> dict[str, Json]:
    """Attributes without those that Azure said nothing about. Where null is an answer
    (``attached_to``), it is put in by hand."""
    return {name: value for name, value in attributes.items() if value is not None}
