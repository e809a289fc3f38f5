"""A Terraform state, as it is written: which resource has which id. Nothing is started for it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

ATTRIBUTE = re.compile(r"([a-z]\w*\.[A-Za-z_][\w-]*)\.(\w+)")

OWN_ID = {"aws_key_pair": "key_pair_id"}
"""Where the id that the cloud knows a resource by is not the attribute ``id``."""


def instances(state: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Address, type and instance of everything managed."""
    for resource in state.get("resources") or ():
        if resource.get("mode") != "managed":
            continue
        module = resource.get("module")
        base = f"{module}." if module else ""
        address = f"{base}{resource.get('type')}.{resource.get('name')}"
        for instance in resource.get("instances") or ():
            key = instance.get("index_key")
            index = "" if key is None else f"[{json.dumps(key)}]"
            yield address + index, str(resource.get("type")), instance


def ids(state: Mapping[str, Any]) -> dict[str, str]:
    """The provider's id of every address."""
    found = {}
    for address, type, instance in instances(state):
        attributes = instance.get("attributes") or {}
        id = attributes.get(OWN_ID.get(type, "id")) or attributes.get("id")
        if id:
            found[address] = str(id)
    return found


def attributes(state: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """All that the state holds of every address, secrets too; ``id`` is the cloud's."""
    known = ids(state)
    return {
        address: {**(instance.get("attributes") or {}), "id": known.get(address)}
        for address, _, instance in instances(state)
    }


def referred(code: str, held: Mapping[str, Mapping[str, Any]]) -> str:
    """The value of the attribute that the code of an argument names (``aws_vpc.lab.arn``), as the
    state holds it; the code where it names none, or none that is known."""
    named = ATTRIBUTE.fullmatch(code)
    value = held.get(named[1], {}).get(named[2]) if named else None
    return value if isinstance(value, str) else code


def shaped(state: Mapping[str, Any]) -> dict[str, Any]:
    """The state in the shape of ``terraform show -json``, which starts providers for it."""
    resources = [
        {
            "address": address,
            "mode": "managed",
            "type": type,
            "values": instance.get("attributes") or {},
        }
        for address, type, instance in instances(state)
    ]
    return {"values": {"root_module": {"resources": resources}}}


def marks(state: Mapping[str, Any]) -> dict[str, str]:
    """A digest of every address's instance: another one where it was changed."""
    return {address: _mark(instance) for address, _, instance in instances(state)}


def version(state: Mapping[str, Any]) -> str:
    """Which state this is: another text where anything in it changed."""
    return f"{state.get('lineage', '')}/{state.get('serial', '')}" if state else ""


def _mark(instance: Mapping[str, Any]) -> str:
    told = [instance.get("attributes"), instance.get("status")]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
