"""What takes an operation back: DELETE of what was made, the values from before by PATCH, or the
thing written as it was read before; else why nothing does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import jmespath

from modalities.action import Output, SdkCall
from modalities.azure.effects import effect_of_call
from modalities.azure.express.tags import call as retag
from modalities.azure.operating.deriving import Case, Leaf, at, secretive, writable
from modalities.azure.operations import Operation
from modalities.look import Look
from modalities.resource import Kind
from modalities.step import Effect, Expect, Irreversible, Reversal, Undo

TAGS = ("tags",)
GONE_WITHIN = 300.0
"""Seconds that Azure may take to remove something."""


def removal(case: Case, absent: tuple[Expect, ...]) -> Undo:
    """The way back of something new."""
    removes = at("DELETE", case.operation)
    if removes is None:
        return Irreversible(f"Azure has no operation that deletes a {case.noun}")
    back = case.other(removes)
    why = f"remove {case.noun} {case.name} again"
    return (Reversal(back, effect_of_call(back), why, absent),)


def put_back(
    case: Case, document: Mapping[str, Any], look: Look, expects: tuple[Expect, ...]
) -> Undo:
    """The way back of a change of what was as ``document`` has it; ``look`` shows that, each tag
    that is set among it (``tags.KEY``)."""
    why = f"put {case.noun} {case.name} back as it was"
    if case.method == "PATCH":
        tags = tuple(_retagged(case, document, look))
        leaves = [leaf for leaf in case.leaves() if leaf.path != TAGS]
        patch = _patched(case, leaves, document)
        if tags and not leaves:
            return tags
        if patch is not None:
            rest = tuple(expect for expect in expects if expect.attribute != TAGS[0])
            return (Reversal(patch, effect_of_call(patch), why, rest), *tags)
    call = _written(case, document)
    if call is None:
        return Irreversible("what was there before cannot be written back")
    return (Reversal(call, effect_of_call(call), why, expects),)


def _retagged(case: Case, document: Mapping[str, Any], look: Look) -> Iterator[Reversal]:
    """Each tag as it was. By the one call that leaves others alone: they may be somebody's who put
    them on since, and PATCH replaces all."""
    told: Mapping[str, str] = next((leaf.value for leaf in case.leaves() if leaf.path == TAGS), {})
    then = document.get("tags") or {}
    changed = {key: value for key, value in told.items() if then.get(key) != value}
    before = {key: then[key] for key in changed if key in then}
    fresh = {key: value for key, value in changed.items() if key not in then}
    for operation, tags in (("Merge", before), ("Delete", fresh)):
        if tags:
            why = f"put the tags of {case.noun} {case.name} back"
            seen = look.as_json()
            expects = (
                Expect(Kind.OTHER, seen, "is", f"tags.{key}", before.get(key)) for key in tags
            )
            yield Reversal(retag(case.id, operation, tags), Effect.UPDATE, why, tuple(expects))


def _patched(case: Case, leaves: Sequence[Leaf], document: Mapping[str, Any]) -> SdkCall | None:
    """The same members with the values from before; None where one had none, which no PATCH
    says."""
    body: dict[str, Any] = {}
    for leaf in leaves:
        before = jmespath.search(leaf.expression, document)
        if before is None:
            return None
        place = body
        for name in leaf.path[:-1]:
            place = place.setdefault(name, {})
        place[leaf.path[-1]] = before
    return case.other(case.operation, body=body)


def _written(case: Case, document: Mapping[str, Any]) -> SdkCall | None:
    """The thing whole, as it was; only where nobody has changed it since, as far as an ETag
    tells."""
    puts: Operation | None = at("PUT", case.operation)
    if puts is None or not puts.body or secretive(puts.package, puts.body, document):
        return None
    body = writable(puts.package, puts.body, document)
    if not body:
        return None
    guard = isinstance(document.get("etag"), str)
    more = {"ifMatch": Output(case.step, "etag").as_json()} if guard else {}
    return case.other(puts, body=body, **more)
