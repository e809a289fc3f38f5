"""What a machine is told to do: start, stop, restart, give its hardware back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sandbox.azure.compute import priority
from sandbox.azure.compute.sizes import require_cores, row, size_of, sizes
from sandbox.azure.contract import Action, Call, Done
from sandbox.azure.documents import at
from sandbox.azure.refusal import Refused, bad_request, conflict
from sandbox.azure.showing import stamp


def start(call: Call) -> Done:
    machine = call.resource
    if machine.inner.get("generalized"):
        raise _not_allowed("start", machine.name, "generalized")
    if machine.inner["power"] == "deallocated":
        size = size_of(at(machine.properties, "hardwareProfile.vmSize"))
        spot = priority.is_spot(machine.properties)
        require_cores(call.cloud, machine.location, size, spot)
    return _now(call, "running")


def power_off(call: Call) -> Done:
    """The machine keeps its hardware, and goes on to cost what it costs."""
    if call.resource.inner["power"] == "deallocated":
        return Done()
    return _now(call, "stopped")


def deallocate(call: Call) -> Done:
    return _now(call, "deallocated")


def restart(call: Call) -> Done:
    return _while_running(call, "restart")


def redeploy(call: Call) -> Done:
    if call.resource.inner["power"] == "deallocated":
        return Done()
    return _now(call, "running")


def reapply(_: Call) -> Done:
    return Done()


def generalize(call: Call) -> Done:
    machine = call.resource
    if machine.inner["power"] == "running":
        raise conflict(
            "OperationNotAllowed",
            f"VM '{machine.name}' is in the running state: it must be stopped before it is "
            "generalized.",
        )
    call.cloud.keep(replace(machine, inner={**machine.inner, "generalized": True}))
    return Done()


def simulate_eviction(call: Call) -> Done:
    """As when Azure takes the capacity back. (It takes up to 30 minutes there.)"""
    machine = call.resource
    if not priority.is_spot(machine.properties):
        raise bad_request(
            "OperationNotAllowed",
            f"Operation 'simulateEviction' is not supported on VM '{machine.name}' since it is "
            "not a Spot VM.",
        )
    if machine.properties.get("evictionPolicy") == "Delete":
        call.cloud.delete(machine.id)
    elif machine.inner["power"] != "deallocated":
        _now(call, "deallocated")
    return Done()


def fitting(call: Call) -> Done:
    """Sizes that it can be given as it stands: with as many data disks as it has."""
    disks = len(at(call.resource.properties, "storageProfile.dataDisks") or ())
    return Done({"value": [row(size) for size in sizes().values() if size.disks >= disks]})


def _while_running(call: Call, name: str) -> Done:
    power = call.resource.inner["power"]
    if power == "deallocated":
        raise _not_allowed(name, call.resource.name, power)
    return _now(call, "running")


def _not_allowed(name: str, machine: str, state: str) -> Refused:
    return conflict(
        "OperationNotAllowed",
        f"Operation '{name}' is not allowed on VM '{machine}' since the VM is {state}.",
    )


def _now(call: Call, power: str) -> Done:
    machine = call.resource
    told: dict[str, Any] = {**machine.inner, "power": power, "since": stamp(call.cloud.now())}
    call.cloud.keep(replace(machine, inner=told))
    return Done()


ACTIONS = (
    Action("start", start, seconds=20),
    Action("powerOff", power_off, seconds=15),
    Action("deallocate", deallocate, seconds=30),
    Action("restart", restart, seconds=25),
    Action("redeploy", redeploy, seconds=60),
    Action("reapply", reapply, seconds=10),
    Action("generalize", generalize),
    Action("simulateEviction", simulate_eviction),
    Action("vmSizes", fitting, method="GET"),
)
