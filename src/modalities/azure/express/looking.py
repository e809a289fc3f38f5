"""What a draft asks of the cloud: documents that a call must write whole, and which sizes the
location has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from modalities.azure.asking import Wire
from modalities.receipt import CloudError, Trouble
from modalities.target import Target


@dataclass(frozen=True, slots=True)
class Offer:
    """A size that a location has for us; ``data_disks`` are the most that it takes, ``premium``
    whether fast ones are among them, ``spot`` whether it is sold as such, ``zones`` those that
    have it. ``memory_gib`` in GiB."""

    name: str
    vcpus: int
    memory_gib: float
    data_disks: int
    premium: bool
    spot: bool
    architecture: str
    zones: tuple[str, ...]


Offers: TypeAlias = Callable[[], Mapping[str, Offer]]
"""Sizes by their names in small letters; none where nothing is known. Raises CloudError."""


def at(target: Target) -> Callable[[str], Mapping[str, Any]]:
    """Reads a resource's document by its id. Raises CloudError, LookupError for what no operation
    reads."""
    return Wire(target).document


def offers(target: Target) -> Offers:
    """What the target's location has for its subscription, asked at most once and not before it
    is needed. Whoever may not ask is told nothing."""

    @cache
    def ask() -> Mapping[str, Offer]:
        where = {"$filter": f"location eq '{target.region}'"}
        try:
            found = Wire(target).every("compute", "resource_skus.list", **where)
        except CloudError as error:
            if error.trouble in (Trouble.PERMISSION, Trouble.NOT_EMULATED, Trouble.NOT_FOUND):
                return {}
            raise
        sizes = (_offer(raw) for raw in found if _is_ours(raw))
        return {size.name.casefold(): size for size in sizes}

    return ask


def _is_ours(raw: Mapping[str, Any]) -> bool:
    """A machine's size, and not one that the subscription may not have here."""
    barred = any(r.get("type") == "Location" for r in raw.get("restrictions") or ())
    return raw.get("resourceType") == "virtualMachines" and not barred


def _offer(raw: Mapping[str, Any]) -> Offer:
    can = {str(c.get("name")): str(c.get("value")) for c in raw.get("capabilities") or ()}
    places = raw.get("locationInfo") or ()
    arm = can.get("CpuArchitectureType", "x64").casefold() == "arm64"
    return Offer(
        name=str(raw["name"]),
        vcpus=int(_number(can, "vCPUs")),
        memory_gib=_number(can, "MemoryGB"),
        data_disks=int(_number(can, "MaxDataDiskCount")),
        premium=can.get("PremiumIO", "").casefold() == "true",
        spot=can.get("LowPriorityCapable", "").casefold() == "true",
        architecture="arm64" if arm else "x86_64",
        zones=tuple(sorted({str(z) for place in places for z in place.get("zones") or ()})),
    )


def _number(can: Mapping[str, str], name: str) -> float:
    try:
        return float(can.get(name, ""))
    except ValueError:
        return 0.0
