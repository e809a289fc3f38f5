"""What a machine is doing: the instance view."""

from __future__ import annotations

from typing import Any

from sandbox.azure.compute.boot_diagnostics import is_on, uris
from sandbox.azure.compute.sizes import MACHINE
from sandbox.azure.contract import Action, Call, Cloud, Done
from sandbox.azure.documents import at, every
from sandbox.azure.entry import Entry
from sandbox.azure.showing import stamp

EXTENSION = f"{MACHINE}/extensions"
POWER = {"running": "VM running", "stopped": "VM stopped", "deallocated": "VM deallocated"}


def of(cloud: Cloud, machine: Entry) -> dict[str, Any]:
    power = machine.inner["power"]
    since = machine.inner["since"]
    view: dict[str, Any] = {
        "computerName": at(machine.properties, "osProfile.computerName", machine.name),
        "hyperVGeneration": _generation(cloud, machine),
        "disks": [_disk(cloud, str(id)) for id in _disks(machine)],
        "statuses": [
            _status(f"ProvisioningState/{_state(machine)}", _words(_state(machine)), since),
            *([_status("OSState/generalized", "VM generalized")] if _general(machine) else []),
            _status(f"PowerState/{power}", POWER[power]),
        ],
    }
    if power == "running" and not _general(machine):
        system = at(machine.properties, "storageProfile.osDisk.osType")
        view |= {
            "osName": "ubuntu" if system == "Linux" else "Windows Server",
            "osVersion": at(machine.properties, "storageProfile.imageReference.exactVersion", ""),
            "vmAgent": _agent(cloud),
        }
    extensions = cloud.find(EXTENSION, machine.id.text)
    if extensions:
        view["extensions"] = [_extension(one) for one in extensions]
    if is_on(machine):
        view["bootDiagnostics"] = uris(machine)
    return view


def look(call: Call) -> Done:
    return Done(of(call.cloud, call.resource))


def _general(machine: Entry) -> bool:
    return bool(machine.inner.get("generalized"))


def _state(machine: Entry) -> str:
    return str(machine.properties.get("provisioningState", "Succeeded")).lower()


def _words(state: str) -> str:
    return "Provisioning " + state


def _generation(cloud: Cloud, machine: Entry) -> str:
    disk = cloud.get(at(machine.properties, "storageProfile.osDisk.managedDisk.id"))
    return str(disk.properties.get("hyperVGeneration", "V1")) if disk else "V1"


def _disks(machine: Entry) -> list[Any]:
    profile = machine.properties["storageProfile"]
    system = at(profile, "osDisk.managedDisk.id")
    return [system, *every(profile, "dataDisks[].managedDisk.id")]


def _disk(cloud: Cloud, id: str) -> dict[str, Any]:
    disk = cloud.require(id)
    time = stamp(disk.changed)
    status = _status("ProvisioningState/succeeded", "Provisioning succeeded", time)
    return {"name": disk.name, "statuses": [status]}


def _agent(cloud: Cloud) -> dict[str, Any]:
    ready = _status("ProvisioningState/succeeded", "Ready", stamp(cloud.now()))
    ready["message"] = "Guest Agent is running"
    return {"vmAgentVersion": "2.11.1.4", "statuses": [ready], "extensionHandlers": []}


def _extension(one: Entry) -> dict[str, Any]:
    properties = one.properties
    status = _status("ProvisioningState/succeeded", "Provisioning succeeded", stamp(one.changed))
    return {
        "name": one.name,
        "type": f"{properties.get('publisher')}.{properties.get('type')}",
        "typeHandlerVersion": properties.get("typeHandlerVersion"),
        "statuses": [status],
    }


def _status(code: str, words: str, time: str = "") -> dict[str, Any]:
    told = {"code": code, "level": "Info", "displayStatus": words}
    return {**told, "time": time} if time else told


ACTIONS = (Action("instanceView", look, method="GET"),)
