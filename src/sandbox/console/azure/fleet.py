"""Virtual machines with what only other documents say of them: power and addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from modalities.receipt import CloudError
from sandbox.console.azure.cloud import Cloud, Raw
from sandbox.console.azure.kinds import ADDRESS, INTERFACE, MACHINE
from sandbox.console.azure.visit import at
from sandbox.console.page import Badge

AT_ONCE = 8

POWER = {
    "running": Badge("Running", "good"),
    "starting": Badge("Starting", "busy"),
    "stopping": Badge("Stopping", "busy"),
    "stopped": Badge("Stopped", "off"),
    "deallocating": Badge("Deallocating", "busy"),
    "deallocated": Badge("Stopped (deallocated)", "off"),
}
STATES = {
    "Creating": Badge("Creating", "busy"),
    "Updating": Badge("Updating", "busy"),
    "Deleting": Badge("Deleting", "busy"),
    "Failed": Badge("Failed", "bad"),
}

CAN = {
    "running": {"RestartVirtualMachine", "StopVirtualMachine"},
    "stopped": {"StartVirtualMachine", "StopVirtualMachine"},
    "deallocated": {"StartVirtualMachine"},
}
"""What the power state allows; the rest is always allowed."""

ALWAYS = {
    *("DeleteVirtualMachine", "ResizeVirtualMachine", "EditTags", "BootDiagnostics"),
    *("AttachDisk", "CreateAndAttachDisk"),
}


@dataclass(frozen=True, slots=True)
class Machine:
    """``power`` as ARM has it (``running``); ``nics`` are its interfaces."""

    document: Raw
    power: str
    nics: tuple[Raw, ...]
    public: tuple[Raw, ...]

    @property
    def id(self) -> str:
        return str(self.document["id"])

    @property
    def name(self) -> str:
        return str(self.document["name"])

    @property
    def status(self) -> Badge:
        """As lists and overviews say it."""
        state = str(at(self.document, "properties.provisioningState", ""))
        return STATES.get(state) or POWER.get(self.power, Badge(self.power or "Unknown", "busy"))

    @property
    def can(self) -> frozenset[str]:
        return frozenset(CAN.get(self.power, set()) | ALWAYS)

    @property
    def private_addresses(self) -> tuple[str, ...]:
        found = (c for nic in self.nics for c in configurations(nic))
        return tuple(str(at(c, "properties.privateIPAddress", "")) for c in found)

    @property
    def public_addresses(self) -> tuple[str, ...]:
        return tuple(str(at(each, "properties.ipAddress", "")) for each in self.public)


def configurations(nic: Raw) -> list[Raw]:
    return list(at(nic, "properties.ipConfigurations", []))


def machine(cloud: Cloud, id: str) -> Machine:
    document = cloud.get(id)
    return _machine(document, power_of(cloud, id), *_network(cloud))


def machines(cloud: Cloud) -> tuple[Machine, ...]:
    """All of the subscription's."""
    documents = cloud.all(MACHINE.listing)
    if not documents:
        return ()
    network = _network(cloud)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        powers = list(pool.map(lambda each: power_of(cloud, str(each["id"])), documents))
    return tuple(_machine(d, p, *network) for d, p in zip(documents, powers, strict=True))


def power_of(cloud: Cloud, id: str) -> str:
    """Empty where the machine is gone or says nothing."""
    try:
        view = cloud.get(f"{id}/instanceView")
    except CloudError:
        return ""
    codes = [str(each.get("code", "")) for each in view.get("statuses") or ()]
    return next((c.partition("/")[2] for c in codes if c.startswith("PowerState/")), "")


def _network(cloud: Cloud) -> tuple[Mapping[str, Raw], Mapping[str, Raw]]:
    """Interfaces and public addresses, by id without case."""
    return by_id(cloud.all(INTERFACE.listing)), by_id(cloud.all(ADDRESS.listing))


def by_id(documents: Sequence[Raw]) -> Mapping[str, Raw]:
    return {str(each["id"]).casefold(): each for each in documents}


def _machine(
    document: Raw, power: str, nics: Mapping[str, Raw], addresses: Mapping[str, Raw]
) -> Machine:
    named = at(document, "properties.networkProfile.networkInterfaces", [])
    mine = tuple(nics[i] for each in named if (i := str(each["id"]).casefold()) in nics)
    ids = [
        str(at(c, "properties.publicIPAddress.id", "")).casefold()
        for nic in mine
        for c in configurations(nic)
    ]
    return Machine(document, power, mine, tuple(addresses[id] for id in ids if id in addresses))
