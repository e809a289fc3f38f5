"""How a resource looks to a client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.azure.contract import Sight
from sandbox.azure.documents import Document, changed
from sandbox.azure.entry import Entry

if TYPE_CHECKING:
    from sandbox.azure.cloud import EmulatedCloud

SUMMARY = (
    "id",
    "name",
    "type",
    "kind",
    "managedBy",
    "location",
    "tags",
    "sku",
    "plan",
    "identity",
    "zones",
)


def shown(cloud: EmulatedCloud, entry: Entry, expand: str = "") -> Document:
    """The whole resource, its children in it."""
    type = cloud.registry.get(entry.type)
    if type is None:
        return entry.document
    document: Document = entry.document
    for part in type.embedded:
        below = [shown(cloud, one) for one in cloud.store.at(f"{entry.key} {part.key}")]
        document = changed(document, part.property, below)
    if type.etag_in_body:
        document = {**document, "etag": entry.etag}
    if entry.phase is not None and type.stateful and cloud.now() < entry.phase.until:
        document = changed(document, "properties.provisioningState", entry.phase.name)
    return type.show(Sight(cloud, entry, document, expand))


def summary(cloud: EmulatedCloud, entry: Entry, expand: str = "") -> Document:
    """What the list of all resources tells of it; ``expand`` adds times and state."""
    type = cloud.registry.get(entry.type)
    document = type.show(Sight(cloud, entry, entry.document)) if type else entry.document
    told: dict[str, Any] = {name: document[name] for name in SUMMARY if name in document}
    wanted = {name.strip().casefold() for name in expand.split(",")}
    if "createdtime" in wanted:
        told["createdTime"] = stamp(entry.created)
    if "changedtime" in wanted:
        told["changedTime"] = stamp(entry.changed)
    if "provisioningstate" in wanted:
        told["provisioningState"] = document.get("properties", {}).get("provisioningState")
    return told


def stamp(moment: Any) -> str:
    """As Azure writes times: UTC, seven digits of a second."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}0Z"
