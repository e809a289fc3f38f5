"""What a thing says of itself that stays until somebody changes it.

A cloud's answer is full of what moves by itself: counters, sizes, times. The vendor's model tells
what it can be asked to set; that, and what tells a thing from others, is what it is like.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from modalities.aws.effects import effect_of
from modalities.aws.loader import service_model
from modalities.aws.operating.members import TAG_KEYS, TAGS, path_of, tags_in, within
from modalities.aws.operating.names import flat, told_apart
from modalities.look import Look
from modalities.resource import Json
from modalities.step import Effect

DEEP = 6
MOVING = re.compile(
    r"Approximate|Estimated|Last|Created|.*(?:Timestamp|Confirmed|Pending|Deleted)$"
)
"""Entries of a map that nobody sets; what the entries of a map are the model does not say."""
VERSIONS = frozenset({"version", "versionid", "revision", "revisionid"})
"""They move when anything of it does, also what is shown to nobody (a parameter's value)."""
SIGNED = re.compile(r"[?&](?:X-Amz-Signature|Signature)=", re.IGNORECASE)
"""An address that lets in whoever has it."""


def settled(look: Look, thing: Any) -> dict[str, Json]:
    """The members of a thing, by their names; those in structures joined by points."""
    service = look.call.service
    answer = service_model(service).operation_model(look.call.operation).output_shape
    shape = within(answer, path_of(look.at))
    if look.where and isinstance(shape, ListShape):
        shape = shape.member
    kept = _kept(thing, shape, settable(service))
    plain = json.loads(json.dumps(kept, default=str))
    return dict(_flattened(plain)) if isinstance(plain, dict) else {}


def tags_of(thing: Any) -> dict[str, str]:
    """As the cloud has them: the nearest that there are."""
    level = [thing]
    while level:
        below = []
        for each in (one for one in level if isinstance(one, Mapping)):
            for name, value in each.items():
                tags = tags_in(value) if flat(str(name)) in TAGS else None
                if tags is not None:
                    return {key: str(said) for key, said in tags.items()}
                below.append(value)
        level = below
    return {}


@lru_cache(maxsize=32)
def settable(service: str) -> frozenset[str]:
    """Everything that an operation which changes something takes, by its flat name."""
    model = service_model(service)
    found: set[str] = set()
    for name in model.operation_names:
        if effect_of(service, name) is not Effect.READ:
            found.update(_names(model.operation_model(name).input_shape))
    return frozenset(found)


def _names(shape: Shape | None) -> Iterator[str]:
    """Of all members within, each shape once."""
    seen: set[str] = set()
    waiting = [shape]
    while waiting:
        one = waiting.pop()
        if one is None or one.name in seen:
            continue
        seen.add(one.name)
        match one:
            case StructureShape():
                yield from map(flat, one.members)
                waiting += one.members.values()
            case ListShape():
                waiting.append(one.member)
            case MapShape():
                waiting.append(one.value)


def _kept(value: Any, shape: Shape | None, names: frozenset[str], deep: int = DEEP) -> Any:
    """``value`` without what moves by itself, what its shape has no name for, and its tags."""
    match shape:
        case StructureShape() if isinstance(value, Mapping) and deep:
            members = ((n, v, shape.members[n]) for n, v in value.items() if n in shape.members)
            inner = {n: _kept(v, s, names, deep - 1) for n, v, s in members if _stays(n, s, names)}
            return {name: item for name, item in inner.items() if item not in (None, {})}
        case MapShape() if isinstance(value, Mapping):
            return {k: v for k, v in value.items() if not MOVING.match(k) and not _signed(v)}
        case ListShape() if isinstance(value, list) and deep:
            return [_kept(item, shape.member, names, deep - 1) for item in value]
        case _:
            return None if _signed(value) else value


def _stays(name: str, shape: Shape, names: frozenset[str]) -> bool:
    plain = flat(name)
    if plain in TAGS or plain in TAG_KEYS:
        return False
    if isinstance(shape, (StructureShape, MapShape)):
        return True
    return plain in names or plain in VERSIONS or bool(told_apart(name)[1])


def _signed(value: Any) -> bool:
    return isinstance(value, str) and SIGNED.search(value) is not None


def _flattened(value: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, Json]]:
    for name, item in value.items():
        if isinstance(item, dict):
            yield from _flattened(item, (*path, name))
        else:
            yield ".".join((*path, name)), item
