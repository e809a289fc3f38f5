"""What takes an operation back: DELETE of what was made, the values from before by PATCH, or the
thing written as it was read before; else why nothing does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jmespath

from modalities.action import Output, SdkCall
from modalities.azure.effects import effect_of_call
from modalities.azure.operating.deriving import Case, at, secretive, writable
from modalities.azure.operations import Operation
from modalities.step import Expect, Irreversible, Reversal, Undo

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


def put_back(case: Case, document: Mapping[str, Any], expects: tuple[Expect, ...]) -> Undo:
    """The way back of a change of what was as ``document`` has it."""
    why = f"put {case.noun} {case.name} back as it was"
    patch = _patched(case, document) if case.method == "PATCH" else None
    call = patch or _written(case, document)
    if call is None:
        return Irreversible("what was there before cannot be written back")
    return (Reversal(call, effect_of_call(call), why, expects),)


def _patched(case: Case, document: Mapping[str, Any]) -> SdkCall | None:
    """The same members with the values from before; None where one had none, which no PATCH
    says."""
    body: dict[str, Any] = {}
    for leaf in case.leaves():
        before = jmespath.search(leaf.expression, document)
        if before is None and leaf.path == ("tags",):
            before = {}
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
