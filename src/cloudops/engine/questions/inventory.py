"""What is there, and all that is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cloudops.engine.questions.chosen import chosen
from cloudops.engine.questions.wording import (
    brief,
    capital,
    detail_of,
    grouped,
    in_order,
    plural,
    said,
    short,
    state_of,
)
from cloudops.request import Answer, Details, Listing, Table
from modalities.change import Selection
from modalities.codec import encode
from modalities.resource import Resource, World


def listing(question: Listing, world: World) -> Answer:
    """Every resource that is meant, by kind and name; where nothing is said, all of them."""
    found = sorted(_listed(question.what, world), key=in_order)
    counted = f"{plural(len(found), question.what.kind)}"
    tags = ", ".join(f"{k}={v}" for k, v in question.what.tags)
    where = f" with tag {tags}" if tags else ""
    text = f"There are {counted}{where}."
    if found:
        what = grouped(found, most=8) if question.what.kind is None else _names(found)
        text = f"{counted}{where}: {what}."
    return Answer(
        text=text,
        table=_table(found) if found else None,
        data={"resources": [_entry(r) for r in found]},
    )


def _listed(what: Selection, world: World) -> Sequence[Resource]:
    if what.names:
        return chosen(world, what)
    of_kind = world.of(what.kind) if what.kind else world.resources
    return [r for r in of_kind if all(r.tags.get(key) == value for key, value in what.tags)]


def _names(found: Sequence[Resource], most: int = 12) -> str:
    names = ", ".join(r.name for r in found[:most])
    return names + (f" and {len(found) - most} more" if len(found) > most else "")


def _entry(resource: Resource) -> Mapping[str, Any]:
    return {
        **brief(resource),
        "state": state_of(resource) or None,
        "tags": dict(resource.tags),
        "attributes": encode(resource.attributes),
    }


def _table(found: Sequence[Resource]) -> Table:
    return Table(
        columns=("kind", "name", "state", "detail", "id"),
        rows=tuple(
            (r.kind.words, r.name, state_of(r) or "-", detail_of(r) or "-", short(r.id))
            for r in found
        ),
    )


def details(question: Details, world: World) -> Answer:
    """Every attribute, tag and link; what is linked is called by name."""
    found = chosen(world, question.what)
    if not found:
        return Answer(text=f"There are {plural(0, question.what.kind)}.", data={"resources": []})
    rows = tuple(
        (r.name, *row) if len(found) > 1 else row for r in found for row in _facts(r, world)
    )
    columns = ("attribute", "value")
    return Answer(
        text=" ".join(_sentence(r) for r in found),
        table=Table(columns=("name", *columns) if len(found) > 1 else columns, rows=rows),
        data={"resources": [encode(r) for r in found]},
    )


def _sentence(resource: Resource) -> str:
    facts = [text for text in (state_of(resource), detail_of(resource)) if text]
    id = f" ({short(resource.id)})" if resource.id != resource.name else ""
    about = f": {', '.join(facts)}" if facts else ""
    return f"{capital(resource.kind.words)} {resource.name}{id}{about}."


def _facts(resource: Resource, world: World) -> Iterator[tuple[str, str]]:
    yield "id", resource.id
    for name, value in resource.attributes.items():
        yield name.replace("_", " "), said(value)
    for key, value in resource.tags.items():
        yield f"tag {key}", value
    for link in resource.links:
        other = world.get(link.kind, link.id)
        yield link.role.replace("_", " "), f"{link.kind.words} {other.name if other else link.id}"
    needed_by = world.needed_by(resource)
    if needed_by:
        yield "needed by", grouped(needed_by)
