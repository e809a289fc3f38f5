"""A cloud as JSON: saved, restored, or built up from what another cloud's API answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sandbox.azure.cloud import EmulatedCloud
from sandbox.azure.entry import Entry
from sandbox.azure.ids import GROUPS, ResourceId, parse
from sandbox.azure.refusal import Refused
from sandbox.azure.writing import places_of, references_of

SCHEMA = 1


def saved(cloud: EmulatedCloud) -> dict[str, Any]:
    """All that it holds, secrets too: whoever asks has the sandbox's token."""
    return {
        "schema_version": SCHEMA,
        "subscriptions": dict(cloud.subscriptions),
        "unregistered": sorted(cloud.unregistered),
        "entries": [_saved(entry) for entry in cloud.store],
    }


def restored(like: EmulatedCloud, data: Any) -> EmulatedCloud:
    """A new cloud. Raises ValueError where the data is none that was saved."""
    if not isinstance(data, Mapping) or data.get("schema_version") != SCHEMA:
        raise ValueError("this is no saved state of the Azure sandbox")
    cloud = _empty(like)
    cloud.subscriptions = dict(data["subscriptions"])
    cloud.unregistered = set(data["unregistered"])
    for told in data["entries"]:
        cloud.store.put(_restored(cloud, told))
    return cloud


def furnished(
    like: EmulatedCloud, documents: Iterable[Mapping[str, Any]], subscriptions: Iterable[str]
) -> EmulatedCloud:
    """A new cloud with resources as a GET showed them: same ids, same addresses, same ETags, so
    that a precondition that was read there holds here; nothing else.

    Their children are written out of their parents, groups that are missing are made. Raises
    ValueError, naming the resource, where one cannot be imitated.
    """
    cloud = _empty(like)
    cloud.subscriptions = {name.casefold(): name for name in subscriptions}
    told = tuple(documents)
    waiting = sorted(told, key=lambda one: len(str(one.get("id", ""))))
    for document in waiting:
        _make_room(cloud, document)
    while waiting:  # whatever refers to another comes after it, in whatever order they were read
        left = [document for document in waiting if not _furnish(cloud, document)]
        if len(left) == len(waiting):
            _furnish(cloud, left[0], say_why=True)
        waiting = left
    for id, etag in _etags(told):
        if (entry := cloud.get(id)) is not None:
            cloud.store.put(replace(entry, etag=etag))
    return cloud


def _etags(told: Any) -> Iterator[tuple[ResourceId, str]]:
    """Of documents, and of the children inside them."""
    if isinstance(told, Mapping):
        id, etag = parse(str(told.get("id", ""))), told.get("etag")
        if id is not None and isinstance(etag, str) and etag:
            yield id, etag
        told = tuple(told.values())
    if isinstance(told, list | tuple):
        for inner in told:
            yield from _etags(inner)


def _empty(like: EmulatedCloud) -> EmulatedCloud:
    return EmulatedCloud(like.registry, like.settings, like.now)


def _make_room(cloud: EmulatedCloud, document: Mapping[str, Any]) -> None:
    id = _id(document)
    cloud.subscriptions.setdefault(id.subscription.casefold(), id.subscription)
    if id.group and not id.is_group:
        group = id.scope
        known = parse(group)
        if known is not None and known.is_group and cloud.get(known) is None:
            cloud.put(known, {"location": str(document.get("location") or "eastus")})


def _furnish(cloud: EmulatedCloud, document: Mapping[str, Any], say_why: bool = False) -> bool:
    id = _id(document)
    if cloud.registry.get(id.type) is None:
        raise ValueError(f"the sandbox cannot imitate {id.text}: no such type")
    if cloud.get(id) is not None and id.type != GROUPS:
        return True
    try:
        cloud.put(id, {**document, "properties": document.get("properties", {})})
    except Refused as refused:
        if say_why:
            raise ValueError(f"the sandbox cannot imitate {id.text}: {refused}") from refused
        return False
    return True


def _id(document: Mapping[str, Any]) -> ResourceId:
    id = parse(str(document.get("id", "")))
    if id is None:
        raise ValueError(f"a document without an id: {sorted(document)}")
    return id


def _saved(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id.text,
        "document": entry.document,
        "etag": entry.etag,
        "created": entry.created.isoformat(),
        "changed": entry.changed.isoformat(),
        "secrets": dict(entry.secrets),
        "inner": dict(entry.inner),
    }


def _restored(cloud: EmulatedCloud, told: Mapping[str, Any]) -> Entry:
    id = cloud.id_of(told["id"])
    type = cloud.registry.get(id.type)
    if type is None:
        raise ValueError(f"the sandbox cannot imitate {id.text}: no such type")
    return Entry(
        id=id,
        type=type.name,
        document=told["document"],
        etag=told["etag"],
        created=datetime.fromisoformat(told["created"]),
        changed=datetime.fromisoformat(told["changed"]),
        secrets=told["secrets"],
        inner=told["inner"],
        places=places_of(id, type),
        references=references_of(type, told["document"]),
    )
