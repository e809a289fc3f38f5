"""All that a subscription holds at one moment, each resource as its own GET shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.gym.azure.reader import Reader
from sandbox.gym.inventory import Inventory
from sandbox.gym.sources import Item

KINDS: Mapping[str, tuple[str, str]] = {
    "microsoft.compute/virtualmachines": ("instance", "2024-07-01"),
    "microsoft.compute/disks": ("volume", "2024-03-02"),
    "microsoft.compute/snapshots": ("snapshot", "2024-03-02"),
    "microsoft.compute/images": ("image", "2024-07-01"),
    "microsoft.compute/availabilitysets": ("availability_set", "2024-07-01"),
    "microsoft.compute/sshpublickeys": ("key_pair", "2024-07-01"),
    "microsoft.network/virtualnetworks": ("network", "2024-05-01"),
    "microsoft.network/networkinterfaces": ("interface", "2024-05-01"),
    "microsoft.network/networksecuritygroups": ("security_group", "2024-05-01"),
    "microsoft.network/publicipaddresses": ("address", "2024-05-01"),
    "microsoft.network/loadbalancers": ("load_balancer", "2024-05-01"),
    "microsoft.network/routetables": ("route_table", "2024-05-01"),
    "microsoft.network/natgateways": ("nat", "2024-05-01"),
    "microsoft.storage/storageaccounts": ("bucket", "2023-05-01"),
}
"""By type: what the judges call it, and the API version to look at it with. Any other type is a
kind by its own name, and seen as the list of all resources shows it."""

LISTS = (
    ("role_assignment", "Microsoft.Authorization/roleAssignments", "2022-04-01"),
    ("lock", "Microsoft.Authorization/locks", "2020-05-01"),
    ("policy_assignment", "Microsoft.Authorization/policyAssignments", "2022-06-01"),
)
"""What governs the subscription, and is no resource."""

BACK: Mapping[str, frozenset[str]] = {
    "network": frozenset({"ipconfigurations"}),
    "security_group": frozenset({"networkinterfaces", "subnets"}),
    "route_table": frozenset({"subnets"}),
    "nat": frozenset({"subnets"}),
    "address": frozenset({"ipconfiguration"}),
    "load_balancer": frozenset({"backendipconfigurations"}),
}
"""References back, by kind: they only say of others what those say themselves."""

NO_FACT = frozenset({"etag", "systemdata", "changedtime", "time"})
"""Members that tell when somebody wrote or looked, not what is there."""


def take(reader: Reader) -> Inventory:
    """Everything. Raises urllib's HTTPError: a cloud that cannot be read cannot be judged."""
    return Inventory(dict(_things(reader)))


def _things(reader: Reader) -> Iterator[tuple[tuple[str, str], Item]]:
    for group in reader.listed(f"{reader.scope}/resourcegroups", "2021-04-01"):
        yield _entry("group", group)
    for row in reader.listed(f"{reader.scope}/resources", "2021-04-01"):
        kind, version = KINDS.get(row["type"].casefold(), (row["type"], ""))
        yield _entry(kind, _seen(reader, row, kind, version))
    for kind, type, version in LISTS:
        for row in reader.listed(f"{reader.scope}/providers/{type}", version):
            yield _entry(kind, row)


def _seen(reader: Reader, row: Item, kind: str, version: str) -> Item:
    if not version:
        return row
    more = {"$expand": "instanceView"} if kind == "instance" else {}
    seen: Item = reader.get(row["id"], version, **more)
    return seen


def _entry(kind: str, document: Item) -> tuple[tuple[str, str], Item]:
    """Ids are compared without case, as Azure does."""
    plain = {key: part for key, part in _plain(document, kind).items() if part not in ({}, [])}
    return (kind, same(document["id"])), plain


def _plain(value: Any, kind: str) -> Any:
    if isinstance(value, Mapping):
        left_out = NO_FACT | BACK.get(kind, frozenset())
        return {k: _plain(v, kind) for k, v in value.items() if k.casefold() not in left_out}
    return [_plain(part, kind) for part in value] if isinstance(value, list) else value


def same(id: str) -> str:
    """An id in the one spelling in which two can be compared."""
    return id.casefold().rstrip("/")


def refers(value: Any) -> str:
    """The id in ``{"id": ...}``, as :func:`same` has it; empty where there is none."""
    found = value.get("id") if isinstance(value, Mapping) else None
    return same(str(found)) if found else ""
