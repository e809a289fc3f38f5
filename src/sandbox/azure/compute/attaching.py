"""attachDetachDataDisks: data disks on and off a machine in one request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.azure.contract import Call, Done
from sandbox.azure.documents import at
from sandbox.azure.ids import key_of
from sandbox.azure.refusal import bad_request

MOST = 64


def run(call: Call) -> Done:
    """Answers the storage profile as it is then. Raises Refused."""
    body = call.body if isinstance(call.body, Mapping) else {}
    on, off = body.get("dataDisksToAttach") or [], body.get("dataDisksToDetach") or []
    if not on and not off:
        raise bad_request(
            "InvalidParameter", "There is no data disk to attach or to detach.", "dataDisks"
        )
    machine = call.resource
    disks = list(at(machine.properties, "storageProfile.dataDisks") or ())
    left = _without(disks, off)
    profile = {"dataDisks": [*left, *_with(left, on)]}
    body = {"properties": {"storageProfile": profile}}
    entry = call.cloud.patch(machine.id, body)
    return Done(entry.properties["storageProfile"])


def _without(disks: list[Any], off: list[Any]) -> list[Any]:
    going = {key_of(str(one.get("diskId", ""))) for one in off}
    there = {key_of(disk["managedDisk"]["id"]) for disk in disks}
    missing = sorted(going - there)
    if missing:
        raise bad_request(
            "InvalidParameter", f"Disk '{missing[0]}' is not attached to the VM.", "diskId"
        )
    return [disk for disk in disks if key_of(disk["managedDisk"]["id"]) not in going]


def _with(left: list[Any], on: list[Any]) -> list[dict[str, Any]]:
    """Each at its LUN, or at the first that is free."""
    taken = {disk["lun"] for disk in left} | {one["lun"] for one in on if "lun" in one}
    free = (lun for lun in range(MOST) if lun not in taken)
    return [_disk(one, one["lun"] if "lun" in one else next(free)) for one in on]


def _disk(one: Mapping[str, Any], lun: int) -> dict[str, Any]:
    kept = {name: one[name] for name in ("caching", "deleteOption") if name in one}
    return {
        **kept,
        "lun": lun,
        "createOption": "Attach",
        "managedDisk": {"id": one.get("diskId", "")},
    }
