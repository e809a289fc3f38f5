"""A machine made again from its own parts: its system disk, data disks and interfaces.

Azure settles some of a machine when it is made and never changes it; and a machine that was
deleted is no loss as long as its parts are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modalities.action import SdkCall
from modalities.azure import ids
from modalities.azure.express import bodies, calls
from modalities.azure.express.board import Board, Document
from modalities.azure.express.bodies import at, items, put_at
from modalities.resource import Kind, Resource
from modalities.step import Effect, Expect, Reversal, Step

SETTLED_WITHIN = 60.0

SYSTEM = "properties.storageProfile.osDisk"
DATA = "properties.storageProfile.dataDisks"
NICS = "properties.networkProfile.networkInterfaces"

NOT_AGAIN = ("osProfile", "requireGuestProvisionSignal", "userData")
"""Of a machine's properties: said once, when a disk is made of an image."""

OF_SYSTEM = ("osType", "caching", "writeAcceleratorEnabled", "encryptionSettings", "deleteOption")
OF_DATA = ("lun", "caching", "writeAcceleratorEnabled", "deleteOption")
"""What a machine says of a disk that it is given; the rest is the disk's own."""

GOES, STAYS = "Delete", "Detach"

Kept = Mapping[str, str]
"""``deleteOption`` by the id (ids.key) of each part; what is not named is to stay."""


def again(document: Document) -> dict[str, Any]:
    """The body that makes the machine of ``document`` again from the parts it has."""
    body = bodies.as_sent(Kind.VM, document)
    body.pop("placement", None)
    properties = {k: v for k, v in body["properties"].items() if k not in NOT_AGAIN}
    storage = {k: v for k, v in properties["storageProfile"].items() if k != "imageReference"}
    system = _given(at(document, SYSTEM) or {}, OF_SYSTEM)
    data = [_given(disk, OF_DATA) for disk in items(document, DATA)]
    properties["storageProfile"] = {**storage, "osDisk": system, "dataDisks": data}
    body["properties"] = properties
    if "identity" in body:
        body["identity"] = _identity(body["identity"])
    return body


def _given(disk: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    told = {name: disk[name] for name in names if disk.get(name) is not None}
    managed = {"id": at(disk, "managedDisk.id")}
    if (keys := at(disk, "managedDisk.diskEncryptionSet")) is not None:
        managed["diskEncryptionSet"] = keys
    return {**told, "createOption": "Attach", "managedDisk": managed}


def _identity(identity: Mapping[str, Any]) -> dict[str, Any]:
    """Without the ids that Azure gives; those of a user stay that user's."""
    users = identity.get("userAssignedIdentities")
    theirs: dict[str, Any] = {id: {} for id in users} if users else {}
    told = {"type": identity.get("type")}
    return {**told, "userAssignedIdentities": theirs} if theirs else told


# what goes with the machine when that is deleted


def options(document: Document) -> dict[str, str]:
    """``deleteOption`` of every part, by ids.key; ``Detach`` where nothing is said."""
    return {ids.key(id): option for id, option in _parts(document)}


def _parts(document: Document) -> Iterator[tuple[str, str]]:
    for disk in (at(document, SYSTEM) or {}, *items(document, DATA)):
        if (id := at(disk, "managedDisk.id")) is not None:
            yield str(id), str(disk.get("deleteOption") or STAYS)
    for nic in items(document, NICS):
        yield str(nic.get("id")), str(at(nic, "properties.deleteOption") or STAYS)


def with_options(document: Document, wish: Kept) -> dict[str, Any]:
    """The document with each part's ``deleteOption`` as wished."""
    changed = dict(document)
    if (system := at(document, SYSTEM)) is not None:
        changed = put_at(changed, SYSTEM, _told(system, wish))
    if at(document, DATA) is not None:
        changed = put_at(changed, DATA, [_told(disk, wish) for disk in items(document, DATA)])
    nics = [
        put_at(nic, "properties.deleteOption", _option(wish, ids.key(str(nic.get("id")))))
        for nic in items(document, NICS)
    ]
    return put_at(changed, NICS, nics)


def _told(disk: Mapping[str, Any], wish: Kept) -> dict[str, Any]:
    id = str(at(disk, "managedDisk.id", ""))
    return {**disk, "deleteOption": _option(wish, ids.key(id))}


def option_call(document: Document, wish: Kept, **conditions: str) -> SdkCall:
    """What writes the options of the parts of the machine that ``document`` is of, and nothing
    else. Azure takes lists as a whole, so every disk and interface is named."""
    then = with_options(document, wish)
    system, data = at(then, SYSTEM), items(then, DATA)
    storage: dict[str, Any] = {}
    if system is not None:
        storage["osDisk"] = _named(system)
    if data:
        storage["dataDisks"] = [_named(disk) for disk in data]
    nics = [{"id": n["id"], "properties": n.get("properties", {})} for n in items(then, NICS)]
    properties = {"storageProfile": storage, "networkProfile": {"networkInterfaces": nics}}
    return calls.patch(str(document["id"]), {"properties": properties}, **conditions)


def _named(disk: Mapping[str, Any]) -> dict[str, Any]:
    names = ("lun", "name", "createOption", "caching", "deleteOption", "osType")
    told = {name: disk[name] for name in names if disk.get(name) is not None}
    return {**told, "managedDisk": {"id": at(disk, "managedDisk.id")}}


def set_options(
    board: Board, vm: Resource, document: Document, before: Kept, after: Kept, why: str
) -> Document:
    """A step that says which parts go with the machine, and the document then; no step where it
    is so already."""
    moved = [id for id in options(document) if _option(before, id) != _option(after, id)]
    if not moved:
        return document
    parts = [part for part in parts_of(board, document) if ids.key(part.id) in moved]
    etag = document.get("etag")
    alone = isinstance(etag, str) and not board.changed_by(vm)
    board.add(
        Step(
            id=board.name_step("keep" if _keeps(after, moved) else "mark", "parts of", vm.name),
            effect=Effect.UPDATE,
            action=option_call(document, after, **({"ifMatch": str(etag)} if alone else {})),
            why=why,
            changes=board.refs(vm, *parts_of(board, document)),
            expects=expects(parts, after),
            undo=(
                Reversal(
                    option_call(document, before),
                    Effect.UPDATE,
                    f"let what went with {vm.name} go with it again"
                    if _keeps(after, moved)
                    else f"keep what {vm.name} consists of when that is deleted",
                    expects(parts, before),
                ),
            ),
            before={"go_with_vm": [p.name for p in parts if _goes(before, p)]},
            after={"go_with_vm": [p.name for p in parts if _goes(after, p)]},
        )
    )
    for part in parts:
        board.revise(part, delete_with_vm=_goes(after, part))
    then = with_options(document, after)
    then.pop("etag", None)
    board.written(vm, then)
    return then


def _keeps(after: Kept, moved: list[str]) -> bool:
    return all(_option(after, id) != GOES for id in moved)


def _option(wish: Kept, id: str) -> str:
    return wish.get(id, STAYS)


def _goes(wish: Kept, part: Resource) -> bool:
    return _option(wish, ids.key(part.id)) == GOES


def parts_of(board: Board, document: Document) -> tuple[Resource, ...]:
    """The disks and interfaces of a machine that the world holds."""
    keys = {ids.key(id) for id, _ in _parts(document)}
    return tuple(r for r in board.world.of(Kind.DISK, Kind.NIC) if ids.key(r.id) in keys)


def expects(parts: tuple[Resource, ...] | list[Resource], wish: Kept) -> tuple[Expect, ...]:
    return tuple(
        Expect(
            part.kind,
            part.id,
            "is",
            "delete_with_vm",
            _goes(wish, part),
            SETTLED_WITHIN,
        )
        for part in parts
    )
