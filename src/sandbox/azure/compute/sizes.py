"""Sizes of machines: what they have, and what of them is in use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.azure.contract import Call, Cloud, Done, Route
from sandbox.azure.documents import at
from sandbox.azure.locations import LOCATIONS, NAMES
from sandbox.azure.refusal import Refused, bad_request, conflict

MACHINE = "Microsoft.Compute/virtualMachines"
SET = "Microsoft.Compute/availabilitySets"
REGIONAL = "cores"
SPOT = "lowPriorityCores"


@dataclass(frozen=True, slots=True)
class Size:
    """``family`` is the counter its cores are in, ``temporary`` in MB, ``premium`` whether it
    takes premium disks."""

    name: str
    family: str
    vcpus: int
    memory_gib: float
    disks: int
    temporary: int
    premium: bool

    @property
    def spot(self) -> bool:
        """B-series machines are not sold as Spot."""
        return not self.name.startswith("Standard_B")


@cache
def sizes() -> dict[str, Size]:
    """By name, casefolded."""
    rows = json.loads(Path(__file__).with_name("sizes.json").read_text(encoding="utf-8"))["sizes"]
    return {row[0].casefold(): Size(*row) for row in rows}


def size_of(name: Any) -> Size:
    """Raises Refused where there is no such size."""
    found = sizes().get(str(name).casefold())
    if found is None:
        raise bad_request(
            "InvalidParameter",
            f"The value {name} provided for the VM size is not valid. The valid sizes in the "
            f"current region are: {','.join(size.name for size in sizes().values())}. Find out "
            "more on the valid VM sizes in each region at https://aka.ms/azure-regionservices.",
            "vmSize",
        )
    return found


def require_cores(cloud: Cloud, location: str, wanted: Size, spot: bool, freed: int = 0) -> None:
    """Raises Refused where the quota does not have them; ``freed`` are given up for it."""
    counters = [SPOT] if spot else [REGIONAL, wanted.family]
    for counter in counters:
        limit = cloud.quota(counter, location)
        used = cores_used(cloud, location, counter)
        more = wanted.vcpus - freed
        if limit is not None and more > 0 and used + more > limit:
            raise _exceeded(counter, location, limit, used, more)


def _exceeded(counter: str, location: str, limit: int, used: int, more: int) -> Refused:
    named = {REGIONAL: "Total Regional Cores", SPOT: "LowPriorityCores"}.get(
        counter, f"{counter} Cores"
    )
    return conflict(
        "OperationNotAllowed",
        f"Operation could not be completed as it results in exceeding approved {named} quota. "
        f"Additional details - Deployment Model: Resource Manager, Location: {location}, Current "
        f"Limit: {limit}, Current Usage: {used}, Additional Required: {more}, (Minimum) New Limit "
        f"Required: {used + more}. Please read more about quota limits at "
        "https://docs.microsoft.com/en-us/azure/azure-supportability/per-vm-quota-requests.",
    )


def cores_used(cloud: Cloud, location: str, counter: str) -> int:
    """By machines that are allocated: stopped ones are, deallocated ones are not."""
    return sum(
        size.vcpus
        for size, spot in _allocated(cloud, location)
        if (counter == SPOT if spot else counter in (REGIONAL, size.family))
    )


def _allocated(cloud: Cloud, location: str) -> Iterator[tuple[Size, bool]]:
    for machine in cloud.find(MACHINE):
        if machine.location == location and machine.inner.get("power") != "deallocated":
            size = sizes()[str(at(machine.properties, "hardwareProfile.vmSize")).casefold()]
            yield size, machine.properties.get("priority") in ("Spot", "Low")


def usages(call: Call) -> Done:
    location = _location(call)
    families = dict.fromkeys(size.family for size in sizes().values())
    rows = [(counter, counter) for counter in families]
    told = [
        _usage(call.cloud, location, "availabilitySets", "Availability Sets", _count(call, SET)),
        _usage(call.cloud, location, REGIONAL, "Total Regional vCPUs", None),
        _usage(call.cloud, location, "virtualMachines", "Virtual Machines", _count(call, MACHINE)),
        _usage(call.cloud, location, SPOT, "Total Regional Spot vCPUs", None),
        *(_usage(call.cloud, location, value, words, None) for value, words in rows),
    ]
    return Done(items=tuple(told))


def _count(call: Call, type: str) -> int:
    return sum(one.location == _location(call) for one in call.cloud.find(type))


def _usage(cloud: Cloud, location: str, value: str, words: str, used: int | None) -> dict[str, Any]:
    limit = cloud.quota(value, location)
    return {
        "limit": 25000 if limit is None else limit,
        "unit": "Count",
        "currentValue": cores_used(cloud, location, value) if used is None else used,
        "name": {"value": value, "localizedValue": words},
    }


def _location(call: Call) -> str:
    """Raises Refused where the path names none."""
    location = call.path["location"].replace(" ", "").casefold()
    if location not in NAMES:
        raise bad_request(
            "NoRegisteredProviderFound",
            f"No registered resource provider found for location '{location}'.",
        )
    return location


def in_location(call: Call) -> Done:
    _location(call)
    return Done({"value": [row(size) for size in sizes().values()]})


def row(size: Size) -> dict[str, Any]:
    return {
        "name": size.name,
        "numberOfCores": size.vcpus,
        "osDiskSizeInMB": 1047552,
        "resourceDiskSizeInMB": size.temporary,
        "memoryInMB": int(size.memory_gib * 1024),
        "maxDataDiskCount": size.disks,
    }


def skus(call: Call) -> Done:
    """GET .../skus, of one location where ``$filter=location eq 'eastus'`` asks so."""
    wanted = call.query.get("$filter", "").partition(" eq ")[2].strip().strip("'").casefold()
    chosen = [one for one in LOCATIONS if wanted in ("", one.name)]
    every = (_sku(size, place.name, place.zones) for place in chosen for size in sizes().values())
    return Done(items=tuple(every))


def _sku(size: Size, location: str, zones: bool) -> dict[str, Any]:
    capabilities = {
        "vCPUs": size.vcpus,
        "MemoryGB": f"{size.memory_gib:g}",
        "MaxDataDiskCount": size.disks,
        "PremiumIO": size.premium,
        "LowPriorityCapable": size.spot,
        "HyperVGenerations": "V1,V2",
        "CpuArchitectureType": "Arm64" if "ps_" in size.name else "x64",
        "MaxResourceVolumeMB": size.temporary,
    }
    return {
        "resourceType": "virtualMachines",
        "name": size.name,
        "tier": "Standard",
        "size": size.name.removeprefix("Standard_"),
        "family": size.family,
        "locations": [location],
        "locationInfo": [
            {"location": location, "zones": ["1", "2", "3"] if zones else [], "zoneDetails": []}
        ],
        "capabilities": [{"name": n, "value": str(v)} for n, v in capabilities.items()],
        "restrictions": [],
    }


HERE = "/subscriptions/{subscriptionId}/providers/Microsoft.Compute"
ROUTES = (
    Route("GET", f"{HERE}/skus", skus),
    Route("GET", f"{HERE}/locations/{{location}}/usages", usages),
    Route("GET", f"{HERE}/locations/{{location}}/vmSizes", in_location),
)
