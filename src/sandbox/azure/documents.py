"""JSON documents that are never changed in place: whoever wants another makes another.

Two clouds, or a cloud and its copy, may hold the same document. Paths are dotted names
(``properties.subnet.id``); ``name[]`` goes into every item of a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

Json: TypeAlias = Any
Document: TypeAlias = Mapping[str, Any]


def at(document: Json, path: str, default: Json = None) -> Json:
    """What is at ``path``; ``default`` where a name on the way is missing."""
    for name in path.split("."):
        if not isinstance(document, Mapping) or name not in document:
            return default
        document = document[name]
    return document


def every(document: Json, path: str) -> Iterator[Json]:
    """Everything at ``path``, where ``name[]`` stands for each item of a list."""
    name, _, rest = path.partition(".")
    found = document.get(name.removesuffix("[]")) if isinstance(document, Mapping) else None
    if found is None:
        return
    items = found if name.endswith("[]") and isinstance(found, list) else [found]
    for item in items:
        if rest:
            yield from every(item, rest)
        else:
            yield item


def changed(document: Document, path: str, value: Json) -> dict[str, Json]:
    """The document with ``value`` at ``path``; what is not on the way is shared."""
    name, _, rest = path.partition(".")
    if rest:
        below = document.get(name)
        value = changed(below if isinstance(below, Mapping) else {}, rest, value)
    return {**document, name: value}


def without(document: Document, path: str) -> dict[str, Json]:
    """The document with nothing at ``path``."""
    name, _, rest = path.partition(".")
    if not rest:
        return {key: value for key, value in document.items() if key != name}
    below = document.get(name)
    if not isinstance(below, Mapping):
        return dict(document)
    return {**document, name: without(below, rest)}


def merged(base: Json, over: Json) -> Json:
    """``base`` with ``over`` laid on it: objects by name, all else (lists, too) replaced."""
    if not isinstance(base, Mapping) or not isinstance(over, Mapping):
        return over
    return {**base, **{name: merged(base.get(name), value) for name, value in over.items()}}


def stripped(value: Json) -> Json:
    """Without nulls: to Azure a null is the same as nothing, and clients send many."""
    if isinstance(value, dict):
        return {name: stripped(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [stripped(item) for item in value if item is not None]
    return value
