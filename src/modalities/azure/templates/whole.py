"""A call that changes a part of a machine, as the machine written whole: what a template can say.

Azure takes a PUT of a machine that runs for what differs in it ("Virtual Machines - Create Or
Update"), so the body is the machine as it is, but for that part. What-if says whether that holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from modalities.action import SdkCall
from modalities.azure import ids
from modalities.azure.express.bodies import items, put_at

DISKS = "properties.storageProfile.dataDisks"


def changed(read: Callable[[], Mapping[str, Any]], call: SdkCall) -> dict[str, Any] | None:
    """The body of a PUT of a machine that comes to what the call does; ``read`` gives the one that
    makes it as it is. None for a call that no such body says."""
    told = call.parameters.get("body")
    if not isinstance(told, Mapping):
        return None
    match call.operation.removeprefix("virtual_machines."), *told:
        case "begin_update", "properties":
            return _merged(read(), told)
        case "begin_attach_detach_data_disks", "dataDisksToAttach":
            return _with_disks(read(), told["dataDisksToAttach"])
    return None


def _merged(machine: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """JSON Merge Patch (RFC 7396), which ARM's PATCH follows; a list is one value."""
    whole = dict(machine)
    for name, value in told.items():
        if value is None:
            whole.pop(name, None)
        elif isinstance(value, Mapping) and isinstance(whole.get(name), Mapping):
            whole[name] = _merged(whole[name], value)
        else:
            whole[name] = value
    return whole


def _with_disks(machine: Mapping[str, Any], more: Any) -> dict[str, Any]:
    """The machine with these disks beside its others, each at the first LUN that is free."""
    disks = items(machine, DISKS)
    for one in more:
        taken = {disk.get("lun") for disk in disks}
        lun = next(number for number in range(len(taken) + 1) if number not in taken)
        id = str(one["diskId"])
        put = {"name": ids.name_of(id), "createOption": "Attach", "managedDisk": {"id": id}}
        options = {name: one[name] for name in one if name != "diskId"}
        disks.append({"lun": lun, **put, **options})
    return put_at(machine, DISKS, disks)
