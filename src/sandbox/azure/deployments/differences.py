"""What-if's property changes: how a resource would differ, path by path.

https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-what-if
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.azure.templates.secrets import MASK
from sandbox.azure.templates.values import Json, same

SERVICE_ONLY = frozenset({"etag", "provisioningState", "resourceGuid", "systemData"})
"""Written by the service alone; they say nothing about what a template changes."""


def plain(value: Json) -> Json:
    """Without what only the service writes."""
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items() if key not in SERVICE_ONLY}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value


def masked(value: Json, preview: Json) -> Json:
    """A value with masks where its preview has one."""
    if preview == MASK:
        return MASK
    if isinstance(value, Mapping) and isinstance(preview, Mapping):
        return {key: masked(one, preview.get(key)) for key, one in value.items()}
    if isinstance(value, list) and isinstance(preview, list) and len(value) == len(preview):
        return [masked(one, other) for one, other in zip(value, preview, strict=True)]
    return value


def delta(before: Json, after: Json, path: str = "") -> Iterator[dict[str, Any]]:
    """The differences between two objects; paths are dotted, arrays hold their items' changes."""
    for key in (*before, *(key for key in after if key not in before)):
        where = f"{path}.{key}" if path else key
        if key not in after:
            yield _change(where, "Delete", before=before[key])
        elif key not in before:
            yield _change(where, "Create", after=after[key])
        else:
            yield from _differing(where, before[key], after[key])


def _differing(where: str, before: Json, after: Json) -> Iterator[dict[str, Any]]:
    if same(before, after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from delta(before, after, where)
    elif isinstance(before, list) and isinstance(after, list):
        children = list(_items(before, after))
        yield {**_change(where, "Array", before, after), "children": children}
    else:
        yield _change(where, "Modify", before, after)


def _items(before: list[Json], after: list[Json]) -> Iterator[dict[str, Any]]:
    """Items by name where they have one, else by where they stand."""
    olds, news = _keyed(before), _keyed(after)
    for key in (*olds, *(key for key in news if key not in olds)):
        if key not in news:
            yield _change(key, "Delete", before=olds[key])
        elif key not in olds:
            yield _change(key, "Create", after=news[key])
        elif not same(olds[key], news[key]):
            yield from _item(key, olds[key], news[key])


def _item(key: str, before: Json, after: Json) -> Iterator[dict[str, Any]]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        children = list(delta(before, after))
        yield {**_change(key, "Modify", before, after), "children": children}
    else:
        yield _change(key, "Modify", before, after)


def _keyed(items: list[Json]) -> dict[str, Json]:
    names = [item.get("name") if isinstance(item, Mapping) else None for item in items]
    named = all(isinstance(name, str) for name in names) and len(set(names)) == len(items)
    keys = [str(name) for name in names] if named else [str(at) for at in range(len(items))]
    return dict(zip(keys, items, strict=True))


def _change(where: str, kind: str, before: Json = None, after: Json = None) -> dict[str, Any]:
    told: dict[str, Any] = {"path": where, "propertyChangeType": kind}
    if before is not None:
        told["before"] = before
    if after is not None:
        told["after"] = after
    return told
