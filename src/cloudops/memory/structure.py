"""The structure of an intent: which changes, of what, with which attributes given, and which of
the values are the same. Not the values, and not the wording."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any, Literal

from cloudops.memory.symbols import parameter
from modalities.action import CliCommand, SdkCall
from modalities.change import Change, Operate
from modalities.codec import encode
from modalities.resource import Json

WORDING = frozenset({"explicit", "wording"})
"""How somebody said it; says nothing of what is done."""
STRUCTURAL = frozenset({"kind", "change", "power", "protocol", "remove"})
TAGS = frozenset({"tags", "add"})
"""Pairs of a key, which is structure, and a value."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value that the intent gives: ``field`` is the name of the attribute, ``at`` its place."""

    at: str
    field: str
    value: Json

    @property
    def type(self) -> Literal["text", "number", "range"]:
        if not isinstance(self.value, str):
            return "number"
        return "range" if _is_range(self.value) else "text"


@dataclass(frozen=True, slots=True)
class Structure:
    """``values`` are told apart: one that is given twice is there once."""

    shape: Any
    values: tuple[Value, ...]

    @property
    def digest(self) -> str:
        return digest(self.shape)


def structure_of(changes: Sequence[Change]) -> Structure:
    values: list[Value] = []
    shape = _shape(encode(tuple(changes)), "changes", "", values)
    return Structure(shape, tuple(values))


def _shape(data: Any, at: str, field: str, values: list[Value]) -> Any:
    if isinstance(data, Mapping):
        given = {k: v for k, v in data.items() if k not in WORDING and v is not None}
        return {k: _part(v, f"{at}.{k}", k, values) for k, v in given.items()}
    if isinstance(data, list):
        return [_shape(v, f"{at}.{n}", field, values) for n, v in enumerate(data)]
    if data is None or isinstance(data, bool):
        return data
    return _symbol(Value(at, field, data), values)


def _part(data: Any, at: str, key: str, values: list[Value]) -> Any:
    if key in STRUCTURAL:
        return data
    if key in TAGS and all(isinstance(each, list) and len(each) == 2 for each in data):
        return [
            [tag, _symbol(Value(f"{at}.{n}.1", "tag", value), values)]
            for n, (tag, value) in enumerate(data)
        ]
    return _shape(data, at, key, values)


def _symbol(value: Value, values: list[Value]) -> Any:
    """The same value is the same symbol; 8 and "8", and 1 and True, are not the same."""
    for number, known in enumerate(values):
        if (type(known.value), known.value) == (type(value.value), value.value):
            return parameter(number)
    values.append(value)
    return parameter(len(values) - 1)


def title(changes: Sequence[Change]) -> str:
    """In words: ``create VM (name, size), disk (gib)``; ``sns CreateTopic``."""
    return "; ".join(_titles(changes))


def _titles(changes: Sequence[Change]) -> Iterator[str]:
    shape = structure_of(changes).shape
    for one, change in zip(changes, shape, strict=True):
        if isinstance(one, Operate):
            yield ", ".join(map(_called, one.calls))
            continue
        what = change.get("wanted") or [change[k] for k in ("what", "to", "source") if k in change]
        verb = " ".join(filter(None, (change["change"].replace("_", " "), change.get("power", ""))))
        yield f"{verb} {', '.join(_thing(each) for each in what)}".strip()


def _called(call: SdkCall | CliCommand) -> str:
    return f"{call.service} {call.operation}" if isinstance(call, SdkCall) else str(call)


def _thing(shape: Any) -> str:
    given = [k for k, v in shape.items() if k != "kind" and v not in ([], False)]
    kind = str(shape.get("kind", "resource")).replace("_", " ")
    return f"{kind} ({', '.join(given)})" if given else kind


def digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _is_range(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return "/" in text
