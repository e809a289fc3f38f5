"""A resource is deleted, with what is a part of it or extends it; or refused to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.azure.contract import ResourceType
from sandbox.azure.entry import Entry
from sandbox.azure.refusal import Refused

if TYPE_CHECKING:
    from sandbox.azure.cloud import EmulatedCloud


def delete(cloud: EmulatedCloud, *entries: Entry) -> None:
    """Raises Refused where something that stays needs one of them."""
    if any(entry.id.is_group for entry in entries):
        delete_all(cloud, tuple(one for entry in entries for one in within(cloud, entry)))
        return
    with cloud.store.transaction():
        going = [one for entry in entries for one in (entry, *_below(cloud, entry))]
        keys = frozenset(one.key for one in going)
        for one in going:
            _check(cloud, one, keys)
        for one in reversed(going):
            cloud.store.remove(one.key)
        for one in going:
            if (type := cloud.registry.get(one.type)) is not None:
                type.after_delete(cloud, one)


def delete_all(cloud: EmulatedCloud, going: tuple[Entry, ...]) -> None:
    """Everything at once: what they need of each other does not hold them."""
    with cloud.store.transaction():
        keys = frozenset(one.key for one in going)
        for one in going:
            _check_group(cloud, one, keys)
        for one in reversed(going):
            cloud.store.remove(one.key)


def _check_group(cloud: EmulatedCloud, entry: Entry, going: frozenset[str]) -> None:
    try:
        _check_referrers(cloud, entry, going)
    except Refused as refused:
        raise Refused(
            409,
            "ResourceGroupDeletionBlocked",
            f"Deletion of resource group '{entry.id.group}' failed as resources with identifiers "
            f"'{entry.type}/{entry.name}' could not be deleted.",
            details=(refused,),
        ) from refused


def within(cloud: EmulatedCloud, group: Entry) -> tuple[Entry, ...]:
    """A resource group and everything in it."""
    prefix = f"{group.key}/"
    return (group, *(one for one in cloud.store if one.key.startswith(prefix)))


def _below(cloud: EmulatedCloud, entry: Entry) -> list[Entry]:
    prefix = f"{entry.key}/"
    type = cloud.registry.get(entry.type)
    found: list[Entry] = []
    for below in cloud.registry.below(type) if type else ():
        for child in cloud.find(below.name, entry.id.text):
            found += [child, *_below(cloud, child)]
    found += [e for e in cloud.extensions(entry) if e.key.startswith(prefix) and e not in found]
    return found


def _check(cloud: EmulatedCloud, entry: Entry, going: frozenset[str]) -> None:
    _check_referrers(cloud, entry, going)
    if (type := cloud.registry.get(entry.type)) is not None:
        type.guard(cloud, entry)


def _check_referrers(cloud: EmulatedCloud, entry: Entry, going: frozenset[str]) -> None:
    for by in cloud.store.referrers(entry.key):
        if by.key not in going and (refused := _held(cloud, entry, by)) is not None:
            raise refused


def _held(cloud: EmulatedCloud, entry: Entry, by: Entry) -> Refused | None:
    """Whether ``by`` keeps the entry from being deleted."""
    type, other = cloud.registry.get(entry.type), cloud.registry.get(by.type)
    if type is None or other is None or not _guards(other, entry):
        return None
    return type.in_use(entry, by)


def _guards(other: ResourceType, entry: Entry) -> bool:
    return any(
        ref.guards and ref.type.casefold() == entry.type.casefold() for ref in other.references
    )
