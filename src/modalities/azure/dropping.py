"""What a PUT takes away by leaving it out: ARM's PUT is the whole of a resource, parts included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modalities.action import SdkCall, outputs_in
from modalities.azure import ids, model
from modalities.azure.refs import subject_of
from modalities.resource import Kind, Resource, World


def dropped(call: SdkCall, world: World) -> tuple[Resource, ...]:
    """Data disks that a machine would lose, and subnets that a network would, by this call."""
    operation = model.operation_of(call)
    subject = subject_of(call, world.scope) if operation else None
    if operation is None or operation.method != "PUT" or subject is None:
        return ()
    body = call.parameters.get("body")
    there = world.get(*subject)
    if there is None or not isinstance(body, Mapping) or not _is_whole(call, there):
        return ()
    return tuple(_lost(there, body, world))


def _is_whole(call: SdkCall, there: Resource) -> bool:
    """A PUT of the resource itself, not of a part of it."""
    word = call.operation.partition(".")[0]
    return {"virtual_machines": Kind.VM, "virtual_networks": Kind.NETWORK}.get(word) is there.kind


def _lost(there: Resource, body: Mapping[str, Any], world: World) -> Iterator[Resource]:
    told = body.get("properties")
    told = told if isinstance(told, Mapping) else {}
    if there.kind is Kind.VM:
        storage = told.get("storageProfile")
        kept = storage.get("dataDisks") if isinstance(storage, Mapping) else None
        if kept is None or any(outputs_in(kept)):
            return  # a list that is left out leaves the disks where they are
        names = _names(kept)
        for disk in world.of(Kind.DISK):
            own = disk.attributes.get("attached_to") == there.id and not disk.attributes.get("boot")
            if own and disk.name.casefold() not in names:
                yield disk
    elif there.kind is Kind.NETWORK:
        names = _names(told.get("subnets") or ())
        for subnet in world.of(Kind.SUBNET):
            mine = subnet.attributes.get("network") == there.id
            if mine and ids.name_of(subnet.id).casefold() not in names:
                yield subnet


def _names(entries: Any) -> set[str]:
    """Names of entries, by what they are called or by the disk that they name."""
    found = set()
    for entry in entries:
        if isinstance(entry, Mapping):
            disk = entry.get("managedDisk")
            id = disk.get("id") if isinstance(disk, Mapping) else None
            name = ids.name_of(id) if isinstance(id, str) else entry.get("name")
            found.add(str(name).casefold())
    return found
