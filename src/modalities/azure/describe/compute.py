"""Machines and what they are made of, as neutral resources (docs/attributes.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from modalities.azure.describe.found import (
    Raw,
    Spelling,
    known,
    links,
    properties,
    resource,
    state_of,
    zone_of,
)
from modalities.azure.describe.network import addresses_of, primary
from modalities.resource import Json, Kind, Resource

POWER = {
    "starting": "pending",
    "running": "running",
    "stopping": "stopping",
    "stopped": "stopped",
    "deallocating": "stopping",
    "deallocated": "stopped",
}
"""Power states of an instance view in our words."""

OFF = frozenset({"deallocated", "deallocating"})
SETTLING = {"creating": "pending", "updating": "running", "deleting": "stopping"}
"""What a machine is in while its view says nothing of its power."""

DISK_STATES = {"Unattached": "available", "Reserved": "in-use", "Attached": "in-use"}


def vms(
    spell: Spelling,
    machines: Iterable[Raw],
    interfaces: Iterable[Raw],
    addresses: Iterable[Raw],
    networks: Iterable[Raw],
) -> Iterator[Resource]:
    """``machines`` have their instance view where it could be had."""
    nics = {spell.id(raw["id"]): raw for raw in interfaces}
    numbers = addresses_of(spell, addresses)
    guards = _guards_of_subnets(spell, networks)
    for raw in machines:
        own = _nics_of(spell, raw)
        has = [nics[id] for id in own if id in nics]
        first = primary(has[0]) if has else {}
        subnets = [spell.of(primary(nic).get("subnet")) for nic in has]
        groups = [spell.of(properties(nic).get("networkSecurityGroup")) for nic in has]
        guarded = dict.fromkeys(g for g in (*groups, *(guards.get(s) for s in subnets)) if g)
        public = spell.of(first.get("publicIPAddress"))
        subnet = spell.of(first.get("subnet"))
        disks = _disks_of(spell, raw)
        attributes: dict[str, Json] = {
            **_of_machine(raw),
            **known(
                network=spell.owner(subnet.rpartition("/subnets/")[0]) if subnet else None,
                subnet=subnet,
                private_ip=first.get("privateIPAddress"),
                root_disk=disks.get("os"),
            ),
            "public_ip": numbers.get(public) if public else None,
            "security_groups": [*guarded],
            "disks": [*disks.values()],
            "devices": {**disks},
            "nics": [*own],
        }
        needed = links("in", Kind.SUBNET, subnets)
        needed += links("guarded_by", Kind.SECURITY_GROUP, guarded)
        needed += links("uses", Kind.DISK, disks.values())
        needed += links("uses", Kind.NIC, own)
        yield resource(Kind.VM, raw, spell, attributes, needed)


def _of_machine(raw: Raw) -> dict[str, Json]:
    """What a machine says of itself."""
    told = properties(raw)
    storage = told.get("storageProfile") or {}
    system = storage.get("osDisk") or {}
    diagnostics = (told.get("diagnosticsProfile") or {}).get("bootDiagnostics") or {}
    power = power_of(raw)
    found = known(
        state=POWER.get(power) or SETTLING.get(state_of(raw) or "", "stopped"),
        size=(told.get("hardwareProfile") or {}).get("vmSize"),
        image=_image(storage.get("imageReference")),
        zone=zone_of(raw),
        max_price=(told.get("billingProfile") or {}).get("maxPrice"),
        platform=str(system.get("osType") or "").casefold() or None,
        user=(told.get("osProfile") or {}).get("adminUsername"),
        launched_at=told.get("timeCreated"),
    )
    found["deallocated"] = power in OFF
    found["spot"] = told.get("priority") == "Spot"
    found["eviction"] = told.get("evictionPolicy")
    found["monitoring"] = diagnostics.get("enabled") is True
    return found


def power_of(raw: Raw) -> str:
    """``running``, as the instance view says; empty where it says nothing."""
    view = properties(raw).get("instanceView") or {}
    for status in view.get("statuses") or ():
        family, _, state = str(status.get("code")).partition("/")
        if family == "PowerState":
            return state.casefold()
    return ""


def _image(reference: Any) -> str | None:
    if not isinstance(reference, Mapping):
        return None
    if reference.get("id"):
        return str(reference["id"])
    parts = [reference.get(name) for name in ("publisher", "offer", "sku", "version")]
    return ":".join(str(part) for part in parts) if all(parts) else None


def _nics_of(spell: Spelling, machine: Raw) -> list[str]:
    entries = (properties(machine).get("networkProfile") or {}).get("networkInterfaces") or ()
    ordered = sorted(entries, key=lambda e: properties(e).get("primary") is not True)
    return spell.all(ordered)


def _disks_of(spell: Spelling, machine: Raw) -> dict[str, str]:
    """Ids by device: ``os``, ``lun0``."""
    storage = properties(machine).get("storageProfile") or {}
    system = spell.of((storage.get("osDisk") or {}).get("managedDisk"))
    found = {"os": system} if system else {}
    for disk in sorted(storage.get("dataDisks") or (), key=lambda d: int(d.get("lun", 0))):
        id = spell.of(disk.get("managedDisk"))
        if id:
            found[f"lun{disk['lun']}"] = id
    return found


def _guards_of_subnets(spell: Spelling, networks: Iterable[Raw]) -> dict[str | None, str | None]:
    parts = (part for raw in networks for part in properties(raw).get("subnets") or ())
    return {
        spell.id(part["id"]): spell.of(properties(part).get("networkSecurityGroup"))
        for part in parts
    }


def disks(spell: Spelling, items: Iterable[Raw], machines: Iterable[Raw]) -> Iterator[Resource]:
    places = _places(spell, machines)
    for raw in items:
        told = properties(raw)
        source = told.get("creationData") or {}
        id = spell.id(raw["id"]) or ""
        holder, device, goes = places.get(id, (None, None, False))
        attributes = known(
            gib=told.get("diskSizeGB"),
            type=(raw.get("sku") or {}).get("name"),
            iops=told.get("diskIOPSReadWrite"),
            throughput=told.get("diskMBpsReadWrite"),
            state=_disk_state(raw),
            zone=zone_of(raw),
            encrypted=bool(told.get("encryption")) or None,
            snapshot=_of_kind(spell, source.get("sourceResourceId"), "/snapshots/"),
            image=(source.get("imageReference") or {}).get("id"),
            platform=str(told.get("osType") or "").casefold() or None,
        )
        attributes["attached_to"] = spell.id(raw.get("managedBy")) or holder
        attributes["device"] = device
        attributes["boot"] = device == "os"
        attributes["delete_with_vm"] = goes
        yield resource(Kind.DISK, raw, spell, attributes)


def _disk_state(raw: Raw) -> str | None:
    state = state_of(raw)
    if state in ("creating", "deleting", "failed"):
        return state
    said = properties(raw).get("diskState")
    return DISK_STATES.get(str(said), str(said).casefold()) if said else state


def _places(spell: Spelling, machines: Iterable[Raw]) -> dict[str, tuple[str | None, str, bool]]:
    """By disk: the machine that has it, as what, and whether it goes with the machine."""
    found: dict[str, tuple[str | None, str, bool]] = {}
    for raw in machines:
        storage = properties(raw).get("storageProfile") or {}
        own = [("os", storage.get("osDisk") or {})]
        own += [(f"lun{d.get('lun')}", d) for d in storage.get("dataDisks") or ()]
        for device, disk in own:
            id = spell.of(disk.get("managedDisk"))
            if id:
                goes = disk.get("deleteOption") == "Delete"
                found[id] = (spell.id(raw["id"]), device, goes)
    return found


def snapshots(spell: Spelling, items: Iterable[Raw]) -> Iterator[Resource]:
    for raw in items:
        told = properties(raw)
        source = (told.get("creationData") or {}).get("sourceResourceId")
        attributes = known(
            gib=told.get("diskSizeGB"),
            type=(raw.get("sku") or {}).get("name"),
            state=state_of(raw),
            disk=_of_kind(spell, source, "/disks/"),
        )
        yield resource(Kind.SNAPSHOT, raw, spell, attributes)


def images(spell: Spelling, items: Iterable[Raw]) -> Iterator[Resource]:
    for raw in items:
        told = properties(raw)
        storage = told.get("storageProfile") or {}
        parts = [storage.get("osDisk") or {}, *(storage.get("dataDisks") or ())]
        taken = sorted({id for part in parts if (id := spell.of(part.get("snapshot")))})
        attributes = known(
            state=state_of(raw),
            platform=str(parts[0].get("osType") or "").casefold() or None,
            source=spell.of(told.get("sourceVirtualMachine")),
            disks=sorted({id for part in parts if (id := spell.of(part.get("managedDisk")))}),
            snapshots=taken,
        )
        needed = links("uses", Kind.SNAPSHOT, taken)
        yield resource(Kind.IMAGE, raw, spell, attributes, needed)


def key_pairs(spell: Spelling, items: Iterable[Raw]) -> Iterator[Resource]:
    for raw in items:
        public = properties(raw).get("publicKey")
        type = str(public).split(" ", 1)[0] if public else None
        yield resource(Kind.KEY_PAIR, raw, spell, known(type=type, public_key=public))


def _of_kind(spell: Spelling, id: Any, part: str) -> str | None:
    found = spell.id(id)
    return found if found and part in found else None
