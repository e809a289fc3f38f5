"""What a thing of Azure's says of itself that stays until somebody changes it: what its model
lets be written, and its id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modalities.action import SdkCall
from modalities.azure import model
from modalities.azure.operating.deriving import leaves, writable
from modalities.resource import Json

APART = frozenset({"id", "tags"})


def settled(call: SdkCall, document: Mapping[str, Any]) -> dict[str, Json]:
    """The members by their names, as a look has them: ``sku.name``."""
    operation = model.named(call.service, call.operation)
    kept = writable(operation.package, operation.result, document)
    found = {leaf.name: leaf.value for leaf in leaves(operation.package, operation.result, kept)}
    id = {"id": document["id"]} if "id" in document else {}
    return {**id, **{name: value for name, value in found.items() if name not in APART}}


def tags_of(document: Mapping[str, Any]) -> dict[str, str]:
    tags = document.get("tags")
    return {str(k): str(v) for k, v in tags.items()} if isinstance(tags, Mapping) else {}
