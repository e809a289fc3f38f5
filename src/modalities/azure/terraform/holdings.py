"""What a resource group holds, as blocks of azurerm: each resource whole, or left out by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modalities.azure import ids
from modalities.azure.asking import Asker
from modalities.azure.express.bodies import as_sent, at
from modalities.azure.inventory import SOURCES
from modalities.azure.secrets import NAMES
from modalities.azure.terraform.blocks import Block
from modalities.azure.terraform.saying import blocks_of
from modalities.contract import Unsupported

GROUP = "group"

LISTS = (
    GROUP,
    "networks",
    "guards",
    "addresses",
    "interfaces",
    "balancers",
    "keys",
    "disks",
    "images",
    "snapshots",
    "accounts",
)
"""Of modalities.azure.inventory; machines are asked for without what they do just now."""

SYSTEM = "properties.storageProfile.osDisk.managedDisk.id"


@dataclass(frozen=True, slots=True)
class Said:
    """``left_out`` maps the ids of what could not be said to the reasons."""

    blocks: tuple[Block, ...]
    left_out: Mapping[str, str]


def held(ask: Asker, scope: str) -> Said:
    """Everything of the kinds that a world has; nothing where the group is not there. Raises
    CloudError."""
    if not SOURCES[GROUP](ask):
        return Said((), {})
    machines = ask.every("compute", "virtual_machines.list")
    documents = [one for name in LISTS for one in SOURCES[name](ask)]
    systems = {ids.key(str(at(one, SYSTEM))) for one in machines}
    found: list[Block] = []
    left_out: dict[str, str] = {}
    for document in (*documents, *machines):
        id = ids.canonical(str(document["id"]), scope)
        if ids.key(id) in systems:
            continue  # made, named and deleted with its machine
        try:
            found += said(id, document, scope)
        except Unsupported as error:
            left_out[id] = str(error)
    return Said(tuple(found), left_out)


def said(id: str, document: Mapping[str, Any], scope: str) -> tuple[Block, ...]:
    """The blocks that say what the document does. Raises Unsupported."""
    kind = ids.kind_of(id)
    if kind is None:
        raise Unsupported(f"{id} is no kind of resource that is known here")
    body = as_sent(kind, document)
    secret = next((name for name in _names(body) if NAMES.match(name)), None)
    if secret is not None:
        raise Unsupported(f"no {secret} is put into code")
    return blocks_of(id, _canonical(body, scope))


def _canonical(value: Any, scope: str) -> Any:
    """Every id in its one spelling: the provider compares them letter by letter."""
    if isinstance(value, str):
        return ids.canonical(value, scope) if value.startswith("/subscriptions/") else value
    if isinstance(value, Mapping):
        return {name: _canonical(item, scope) for name, item in value.items()}
    return [_canonical(item, scope) for item in value] if isinstance(value, list) else value


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield str(name)
            yield from _names(item)
    elif isinstance(value, list):
        for item in value:
            yield from _names(item)
