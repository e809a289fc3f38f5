"""The form an answer must have: the JSON schema of one of our types, and back.

The portable subset of structured outputs takes objects alone at the top, wants every property
required and nothing besides, and knows no fixed tuples. Types with free-form objects cannot be
said in it; they are sent as a hint, and held to by validation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from modalities import codec

T = TypeVar("T")
WRAPPER = "answer"
FENCE = re.compile(r"\A\s*```\w*\s*\n(.*?)\n?```\s*\Z", re.S)
DROPPED = ("title", "default", "discriminator", "format")


class Misfit(ValueError):
    """Text that is no answer of the form; it says why, in words for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Form(Generic[T]):
    """``strict``: an endpoint can hold the model to it. ``wrapped``: the value is the one
    property of an object."""

    type: type[T]
    schema: Mapping[str, Any]
    strict: bool
    wrapped: bool

    def read(self, text: str) -> T:
        """Raises Misfit."""
        if not text.strip():
            raise Misfit("the answer is empty")
        inner = FENCE.match(text)
        try:
            data = json.loads(inner[1] if inner else text)
        except (ValueError, RecursionError):
            raise Misfit("the answer is not a JSON document") from None
        if self.wrapped:
            if not isinstance(data, dict) or set(data) != {WRAPPER}:
                raise Misfit(f"the answer must be an object with {WRAPPER!r} alone")
            data = data[WRAPPER]
        try:
            return codec.decode(self.type, data)
        except codec.Malformed as error:
            raise Misfit(str(error)[:500]) from None
        except (TypeError, ValueError, RecursionError) as error:  # a type's own checks
            raise Misfit(f"the answer does not fit: {type(error).__name__}") from None


def form(type_: type[T]) -> Form[T]:
    """How an answer of ``type_`` is asked for and read."""
    schema = dict(codec.schema(type_))
    defs = schema.pop("$defs", {})
    wrapped = schema.get("type") != "object" or "properties" not in schema
    if wrapped:
        schema = {"type": "object", "properties": {WRAPPER: schema}}
    if defs:
        schema["$defs"] = defs
    clean = _portable(schema)
    return Form(type_, clean, _closed(clean), wrapped)


def _portable(node: Any) -> Any:
    if isinstance(node, list):
        return [_portable(item) for item in node]
    if not isinstance(node, dict):
        return node
    found: dict[str, Any] = {}
    for key, value in node.items():
        if key in ("properties", "$defs"):
            found[key] = {name: _portable(inner) for name, inner in value.items()}
        elif key in ("enum", "const"):
            found[key] = value
        elif key == "prefixItems":
            found["items"] = _any_of([_portable(item) for item in value])
        elif key not in DROPPED:
            found["anyOf" if key == "oneOf" else key] = _portable(value)
    if "properties" in found:
        found["required"] = list(found["properties"])
        found["additionalProperties"] = False
    return found


def _any_of(items: list[Any]) -> Any:
    different = [item for n, item in enumerate(items) if item not in items[:n]]
    return different[0] if len(different) == 1 else {"anyOf": different}


def _closed(node: Any) -> bool:
    """Whether nothing in it is free-form."""
    if isinstance(node, list):
        return all(_closed(item) for item in node)
    if not isinstance(node, dict):
        return True
    if node.get("type") == "object" and node.get("additionalProperties") is not False:
        return False
    if node.get("type") == "array" and not node.get("items"):
        return False
    inner = [v for k, v in node.items() if k not in ("properties", "$defs", "enum", "const")]
    named = [v for k in ("properties", "$defs") for v in node.get(k, {}).values()]
    return all(_closed(v) for v in (*inner, *named)) and all(named)
