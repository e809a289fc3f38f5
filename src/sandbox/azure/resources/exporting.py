"""``exportTemplate``: a resource group as an ARM template that would make it anew."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from sandbox.azure.contract import Call, Done
from sandbox.azure.entry import Entry
from sandbox.azure.ids import key_of, parse
from sandbox.azure.leaving import within

if TYPE_CHECKING:
    from sandbox.azure.cloud import EmulatedCloud

SCHEMA = "https://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#"
READ_ONLY = frozenset(
    {"id", "etag", "provisioningState", "resourceGuid", "type", "systemData", "timeCreated", "vmId"}
)


def export_template(call: Call) -> Done:
    """The request's ``resources`` names which; ``["*"]`` is all."""
    cloud = cast("EmulatedCloud", call.cloud)
    wanted = {key_of(id) for id in call.body.get("resources", ["*"]) if isinstance(id, str)}
    entries = [
        entry
        for entry in within(cloud, call.resource)[1:]
        if _listed(cloud, entry) and ("/*" in wanted or entry.key in wanted)
    ]
    keys = {entry.key for entry in entries}
    template = {
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        "parameters": {},
        "variables": {},
        "resources": [_resource(cloud, entry, keys) for entry in entries],
    }
    return Done({"template": template})


def _listed(cloud: EmulatedCloud, entry: Entry) -> bool:
    type = cloud.registry.get(entry.type)
    return type is not None and type.located


def _resource(cloud: EmulatedCloud, entry: Entry, keys: set[str]) -> dict[str, Any]:
    from sandbox.azure.resources.providers import api_version

    parts = (entry, *(one for one in cloud.store if one.key.startswith(f"{entry.key}/")))
    needs = {_top(key): None for part in parts for key in part.references}
    resource = {
        "type": entry.type,
        "apiVersion": api_version(entry.type),
        "name": "/".join(entry.id.names),
        **_writable({k: v for k, v in cloud.shown(entry).items() if k != "name"}),
    }
    if tops := [key for key in needs if key in keys and key != entry.key]:
        resource["dependsOn"] = [_expression(cloud, key) for key in tops]
    return resource


def _top(key: str) -> str:
    """The key of the resource that the one of this key is a part of."""
    id = parse(key)
    while id is not None and id.parent is not None:
        id = id.parent
    return id.key if id else ""


def _expression(cloud: EmulatedCloud, key: str) -> str:
    entry = cloud.require(key)
    names = ", ".join(f"'{name}'" for name in entry.id.names)
    return f"[resourceId('{entry.type}', {names})]"


def _writable(value: Any, own: bool = True) -> Any:
    """Without what only the service writes; ids of other resources stay."""
    if isinstance(value, Mapping):
        reference = set(value) == {"id"} and not own
        return {
            name: _writable(item, own=False)
            for name, item in value.items()
            if reference or name not in READ_ONLY
        }
    if isinstance(value, list):
        return [_writable(item, own=False) for item in value]
    if isinstance(value, str) and re.match(r"\[(?!\[)", value):
        return f"[{value}"
    return value
