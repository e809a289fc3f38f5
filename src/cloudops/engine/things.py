"""Things that no kind names, as the state keeps them: read whole, with what they hang on.

A thing is known by its ARN where it tells one, else by its name. The looks by which it was read
are kept with it, for nothing else would ever find it again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cloudops.state.contract import Filter, Store
from cloudops.state.masking import masked
from modalities.look import LOOKS, TYPE, Look
from modalities.resource import Json, Kind, Link, Resource, ResourceRef

Ask = Callable[[Look], Resource | None]
"""Looks; None where the thing is not there. Raises CloudError."""

OURS = frozenset({TYPE, LOOKS})
"""Attributes that are no word of the cloud's."""
ARM = "/subscriptions/"
WHOLE_IDS = ("arn:", ARM)
PAGE = 500
ID = re.compile(r"(?:arn:|/subscriptions/)\S{,1000}|[a-z]+-[0-9a-z]{1,32}")
"""What clouds give as an id; a bucket's is its name, and stands where a bucket is asked for."""


def known_things(store: Store, scope: str) -> tuple[Resource, ...]:
    """All that the state has of a scope and no kind names."""
    found: list[Resource] = []
    after: str | None = ""
    while after is not None:
        page = store.find(Filter(scopes=(scope,), kind=Kind.OTHER), after=after, limit=PAGE)
        found += page.resources
        after = page.after
    return tuple(found)


def looks_of(thing: Resource) -> tuple[Look, ...]:
    """Those by which it was read."""
    looks = thing.attributes.get(LOOKS)
    return tuple(map(Look.parse, looks)) if isinstance(looks, list) else ()  # type: ignore[arg-type]


def each_once(looks: Iterable[Look]) -> tuple[Look, ...]:
    """Of those that look at the same place, the first."""
    found: dict[str, Look] = {}
    for look in looks:
        found.setdefault(look.sight, look.whole)
    return tuple(found.values())


def read_whole(looks: Sequence[Look], ask: Ask, before: Resource | None) -> Resource | None:
    """The thing as all of its looks show it; None where none of them does. What ``before`` had
    and is not said any more is null. Raises what ``ask`` raises."""
    asked = ((look, ask(look)) for look in looks)
    seen = [(look, found) for look, found in asked if found is not None]
    if not seen:
        return None
    told: dict[str, Json] = {}
    tags: dict[str, str] = {}
    for _, found in reversed(seen):
        told |= found.attributes
        tags |= found.tags
    lost = dict.fromkeys(before.attributes.keys() - told.keys() if before else ())
    clean: dict[str, Json] = masked({**lost, **told})
    own: dict[str, Json] = {TYPE: _type(looks), LOOKS: [look.as_json() for look, _ in seen]}
    ref = replace(seen[0][1].ref, name=looks[0].name)
    return Resource(ref, _id(ref, told, before), {**clean, **own}, tags)


def _type(looks: Sequence[Look]) -> str:
    """``sqs:queue``; where no look says it, by the words before the name."""
    first, _, rest = looks[0].name.rpartition(" ")[0].partition(" ")
    words = ":".join(filter(None, (first, rest.replace(" ", "-"))))
    return next((look.type for look in looks if look.type), words)


def _id(ref: ResourceRef, told: Mapping[str, Json], before: Resource | None) -> str:
    """Its own ARN or ARM id, if it tells one; what it names of others does not end as its name
    does."""
    own_id = told.get("id")
    if isinstance(own_id, str) and own_id.startswith(ARM):
        return own_id
    last = ref.name.rpartition(" ")[2].strip("/").casefold()
    for name, value in told.items():
        own = name.rpartition(".")[2].casefold().endswith(("arn", "id"))
        if own and isinstance(value, str) and value.startswith(WHOLE_IDS):
            id = value.removesuffix(":*")
            if id.casefold().endswith(last):
                return id
    return before.id if before is not None else ref.name


def linked(things: Sequence[Resource], store: Store) -> tuple[Resource, ...]:
    """With a link to each resource of the state whose id a member holds."""
    texts = {thing.ref: frozenset(ids_in(thing)) for thing in things}
    pairs = ((ref, text) for ref, told in texts.items() for text in told)
    refs = {replace(ref, kind=kind, name=text) for ref, text in pairs for kind in Kind}
    there = store.near(refs) if refs else ()
    return tuple(replace(thing, links=_links(thing, texts[thing.ref], there)) for thing in things)


def _links(thing: Resource, texts: frozenset[str], there: Iterable[Resource]) -> tuple[Link, ...]:
    named = (r for r in there if r.id in texts and (r.kind, r.id) != (thing.kind, thing.id))
    return tuple(sorted({Link("uses", r.kind, r.id) for r in named}))


def ids_in(thing: Resource) -> Iterator[str]:
    """Every text of the cloud's that may be an id, also in documents written as text."""
    for name, value in thing.attributes.items():
        if name in OURS:
            continue
        if name == "id" and isinstance(value, str):
            yield from _owners(value)
        bucket = "bucket" in name.rpartition(".")[2].casefold()
        yield from (text for text in _texts(value) if bucket or ID.fullmatch(text))


def _owners(id: str) -> Iterator[str]:
    """What a thing of Azure's is part of, or stands on, by its own id; the group is no such."""
    while id.startswith(ARM) and "/providers/" in id:
        id = id.rpartition("/")[0].rpartition("/")[0]
        head, _, namespace = id.rpartition("/providers/")
        id = id if "/" in namespace else head
        if "/providers/" in id:
            yield id


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            if value.startswith(("{", "[")):
                yield from _texts(_document(value))
            else:
                yield value
        case list():
            for item in value:
                yield from _texts(item)
        case dict():
            for item in value.values():
                yield from _texts(item)


def _document(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
