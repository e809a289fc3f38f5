"""What machines, disks and addresses cost: a small dated table, and the user's own over it.

Prices are USD, on demand, Linux, before tax and discounts. A price that is not in the table is
None: unknown, never free. Reading takes a millisecond or two and no network;
:mod:`modalities.prices.refresh` is what fetches newer prices.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from modalities.resource import Provider

SCHEMA_VERSION = 1
HOURS = 730
"""Hours in a month, as the vendors' calculators count."""
ABOUT = 0.95
"""``about 4 GB`` is content with 5 % less memory: 4 GB are 3.7 GiB."""
REFERENCE = {Provider.AWS: "us-east-1", Provider.AZURE: "eastus"}
"""Whose prices rank the sizes where a region's own are unknown."""
SHIPPED = tuple(Path(__file__).with_name(f"{provider}.json") for provider in Provider)


class Unreadable(ValueError):
    """A price file that is not one; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Size:
    """A VM size. ``hourly`` maps a region to USD per hour; ``architecture`` is ``x86_64`` or
    ``arm64``; ``everywhere`` means that the provider sells it in every region."""

    name: str
    provider: Provider
    vcpus: int
    memory_gib: float
    architecture: str
    burstable: bool
    hourly: Mapping[str, float]
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Metered:
    """A disk's extra that is billed above ``free`` units: USD per unit and month by region."""

    free: float
    prices: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class DiskStep:
    """A size in which disks of a type are sold: up to ``gib`` GiB for one price, which is USD per
    month by region. What is smaller pays for all of it."""

    name: str
    gib: float
    month: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class DiskType:
    """``gib`` is USD per GiB and month by region; empty where disks are sold by ``steps``, which
    are in order of size."""

    gib: Mapping[str, float]
    iops: Metered | None = None
    throughput: Metered | None = None
    steps: tuple[DiskStep, ...] = ()

    def plain(self, region: str, gib: float) -> float | None:
        """USD per month without extras; None where it is unknown."""
        if not self.steps:
            per_gib = self.gib.get(region)
            return None if per_gib is None else per_gib * gib
        step = next((s for s in self.steps if gib <= s.gib), None)
        return step.month.get(region) if step else None


@dataclass(frozen=True, slots=True)
class Prices:
    """``date`` is for people: when the table was put together, and when parts were refreshed."""

    date: str
    sizes: tuple[Size, ...]
    _disks: Mapping[tuple[Provider, str], DiskType]
    _items: Mapping[tuple[Provider, str], Mapping[str, float]]
    _by_name: dict[tuple[Provider, str], Size] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        named = {(s.provider, s.name.casefold()): s for s in self.sizes}
        object.__setattr__(self, "_by_name", named)

    def size(self, provider: Provider, name: str) -> Size | None:
        """The size of this name, in any case, or None."""
        return self._by_name.get((provider, name.casefold()))

    def cheapest(
        self,
        provider: Provider,
        region: str,
        vcpus: int | None,
        memory_gib: float | None,
        architecture: str = "x86_64",
    ) -> Size | None:
        """The cheapest size with at least ``vcpus`` and about ``memory_gib`` or more, of equally
        cheap ones the newest; None where the table has none. Where no price of the region is
        known, the cheapest by the reference region of those that are sold everywhere."""
        fitting = [
            s
            for s in self.sizes
            if s.provider is provider
            and s.architecture == architecture
            and s.vcpus >= (vcpus or 0)
            and s.memory_gib >= (memory_gib or 0) * ABOUT
        ]
        priced = [(s.hourly[region], s) for s in fitting if region in s.hourly]
        if not priced and not self._knows(provider, region):
            usual = REFERENCE[provider]
            priced = [(s.hourly[usual], s) for s in fitting if s.everywhere and usual in s.hourly]
        priced.reverse()
        return min(priced, key=lambda pair: pair[0])[1] if priced else None

    def hourly(
        self, provider: Provider, region: str, size: str, spot: bool = False
    ) -> float | None:
        """USD per hour. Spot prices move by the hour, so none is kept: None."""
        found = self.size(provider, size)
        return found.hourly.get(region) if found and not spot else None

    def disk_month(
        self,
        provider: Provider,
        region: str,
        type: str,
        gib: float,
        iops: float | None = None,
        throughput: float | None = None,
    ) -> float | None:
        """USD per month for a disk of ``gib`` GiB; ``throughput`` in MiB/s. None where a part
        of the price is unknown, so for a type whose every IOPS is billed when ``iops`` is."""
        disk = self._disks.get((provider, type.casefold()))
        total = disk.plain(region, gib) if disk else None
        if disk is None or total is None:
            return None
        for metered, used in ((disk.iops, iops), (disk.throughput, throughput)):
            extra = _extra(metered, used, region)
            if extra is None:
                return None
            total += extra
        return total

    def item(self, provider: Provider, region: str, name: str) -> float | None:
        """USD per month for one ``load_balancer``, ``load_balancer_rule`` (of those above what is
        included), ``public_ip`` or ``monitoring`` (of a VM); for ``snapshot`` per GiB and month."""
        return self._items.get((provider, name), {}).get(region)

    def _knows(self, provider: Provider, region: str) -> bool:
        return any(region in s.hourly for s in self.sizes if s.provider is provider)


def _extra(metered: Metered | None, used: float | None, region: str) -> float | None:
    if metered is None:
        return 0.0
    if used is None:
        return 0.0 if metered.free else None
    above = max(0.0, used - metered.free)
    price = metered.prices.get(region)
    return 0.0 if not above else None if price is None else above * price


def load(user_file: Path | None = None) -> Prices:
    """The shipped table, with the user's own prices over it where ``user_file`` exists.

    Raises Unreadable where that file is no price table; it is never silently left out.
    """
    shipped = _shipped()
    date = min(str(table["date"]) for table in shipped)
    if user_file is None or not user_file.is_file():
        return _prices(shipped, date)
    own = read_user_file(user_file)
    try:
        return _prices((*shipped, *own), date + _refreshed(own))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(f"{user_file} is not a price table: {error!r}") from None


def _refreshed(tables: Iterable[Mapping[str, Any]]) -> str:
    """``, aws refreshed 2026-11-20 to 2026-11-21``"""
    dates: dict[str, set[str]] = {}
    for table in tables:
        dates.setdefault(str(table.get("provider")), set()).add(str(table.get("date")))
    spans = ((provider, min(known), max(known)) for provider, known in sorted(dates.items()))
    return "".join(f", {p} refreshed {a}" + (f" to {z}" if z != a else "") for p, a, z in spans)


@cache
def _shipped() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(path.read_text(encoding="utf-8")) for path in SHIPPED)


def read_user_file(path: Path) -> list[dict[str, Any]]:
    """The tables in a user's file, one a provider. Raises Unreadable."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Unreadable(f"{path} cannot be read as JSON: {error}") from None
    if not isinstance(data, dict) or not isinstance(data.get("tables"), list):
        raise Unreadable(f"{path} is not a price table")
    if data.get("schema") != SCHEMA_VERSION:
        raise Unreadable(f"{path} is a price table of another version ({data.get('schema')})")
    return list(data["tables"])


def _prices(tables: Iterable[Mapping[str, Any]], date: str) -> Prices:
    sizes: dict[tuple[Provider, str], Size] = {}
    disks: dict[tuple[Provider, str], DiskType] = {}
    items: dict[tuple[Provider, str], dict[str, float]] = {}
    for table in tables:
        provider = Provider(table["provider"])
        for name, row in table["sizes"].items():
            sizes[provider, name] = _size(name, provider, row, sizes.get((provider, name)))
        for name, row in table["disks"].items():
            key = (provider, name.casefold())
            disks[key] = _disk(row, disks.get(key))
        for name, row in table["items"].items():
            factor = HOURS if row["per"] == "hour" else 1
            known = items.setdefault((provider, name), {})
            known.update((region, _usd(x) * factor) for region, x in row["prices"].items())
    return Prices(date, tuple(sizes.values()), disks, items)


def _size(name: str, provider: Provider, row: Mapping[str, Any], known: Size | None) -> Size:
    return Size(
        name=name,
        provider=provider,
        vcpus=int(row["vcpus"]),
        memory_gib=float(row["memory_gib"]),
        architecture=str(row["architecture"]),
        burstable=bool(row["burstable"]),
        hourly={**(known.hourly if known else {}), **_by_region(row["hourly"])},
        everywhere=bool(row.get("everywhere", known is not None and known.everywhere)),
    )


def _disk(row: Mapping[str, Any], known: DiskType | None) -> DiskType:
    return DiskType(
        gib={**(known.gib if known else {}), **_by_region(row.get("gib", {}))},
        iops=_metered(row.get("iops"), known.iops if known else None),
        throughput=_metered(row.get("throughput"), known.throughput if known else None),
        steps=_steps(row.get("steps", {}), known.steps if known else ()),
    )


def _steps(rows: Mapping[str, Any], known: tuple[DiskStep, ...]) -> tuple[DiskStep, ...]:
    steps = {step.name: step for step in known}
    for name, row in rows.items():
        before = steps[name].month if name in steps else {}
        month = {**before, **_by_region(row["month"])}
        steps[name] = DiskStep(name, float(row["gib"]), month)
    return tuple(sorted(steps.values(), key=lambda step: step.gib))


def _metered(row: Mapping[str, Any] | None, known: Metered | None) -> Metered | None:
    if row is None:
        return known
    prices = {**(known.prices if known else {}), **_by_region(row["prices"])}
    return Metered(float(row["free"]), prices)


def _by_region(row: Mapping[str, Any]) -> dict[str, float]:
    return {region: _usd(price) for region, price in row.items()}


def _usd(price: Any) -> float:
    """Raises ValueError for what cannot be a price: nothing here is free."""
    if isinstance(price, bool) or not isinstance(price, (int, float)) or not 0 < price < 1e6:
        raise ValueError(f"{price!r} is no price")
    return float(price)
