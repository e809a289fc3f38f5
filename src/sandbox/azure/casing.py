"""Names of properties as the service spells them: clients may write them in any casing.

The names known here are those that the types themselves speak of (children, references,
secrets) and the ones all resources have; any other is kept as it was sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from sandbox.azure.contract import ResourceType
from sandbox.azure.registry import Registry

COMMON = ("id", "name", "type", "location", "tags", "properties", "sku", "kind", "zones", "plan")
OTHERS_OWN = frozenset(
    {"tags", "settings", "protectedsettings", "metadata", "policyrule", "parameters"}
)
"""What is inside is the client's own, names and all."""


def recased(registry: Registry, body: Any) -> Any:
    return _recased(_names(registry), body)


@cache
def _names(registry: Registry) -> Mapping[str, str]:
    """What each spelling becomes: a known one stays, whatever another type has beside it."""
    words = {*(word for type in registry for word in _words(type)), *COMMON}
    return {**{word.casefold(): word for word in sorted(words)}, **{word: word for word in words}}


def _words(type: ResourceType) -> Iterator[str]:
    paths = [part.property for part in type.embedded]
    paths += [reference.path for reference in type.references]
    for path in (*paths, *type.secret):
        yield from (word.removesuffix("[]") for word in path.split("."))


def _recased(names: Mapping[str, str], value: Any) -> Any:
    if isinstance(value, list):
        return [_recased(names, item) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {
        names.get(key) or names.get(key.casefold(), key): item
        if key.casefold() in OTHERS_OWN
        else _recased(names, item)
        for key, item in value.items()
    }
