"""What each thing that is billed costs a month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cloudops.planner.billing import Address, Balancer, Billed, Machine, Stored, Volume
from modalities.plan import CostLine
from modalities.prices.table import HOURS, Prices
from modalities.resource import Provider

INCLUDED_RULES = 5
"""Of an Azure load balancer, in the price of its hour."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """The prices of one region."""

    prices: Prices
    provider: Provider
    region: str

    def lines(self, billed: Billed) -> Iterator[CostLine]:
        """What one thing costs a month, part by part."""
        match billed:
            case Machine():
                yield from self._machine(billed)
            case Volume():
                yield self._volume(billed)
            case Stored():
                per_gib = self._item("snapshot") if billed.known_type else None
                what = f"{billed.name}: snapshot, up to {_gib(billed.gib)}"
                yield CostLine(what, _times(per_gib, billed.gib))
            case Address():
                price = self._item("public_ip") if billed.known_type else None
                yield CostLine(f"{billed.name}: public IPv4 address", price)
            case Balancer() if self.provider is Provider.AZURE:
                yield self._azure_balancer(billed)
            case Balancer():
                yield from self._balancer(billed)

    def _machine(self, vm: Machine) -> Iterator[CostLine]:
        if not vm.running:
            return
        size = vm.size or "size unknown"
        hourly = None
        if vm.size and not vm.surcharged:
            hourly = self.prices.hourly(self.provider, self.region, vm.size)
        monthly = _times(hourly, HOURS)
        if vm.spot:
            yield CostLine(f"{vm.name}: {size} on spot, {HOURS} h", None, at_most=monthly)
        else:
            yield CostLine(f"{vm.name}: {size}, {HOURS} h", monthly)
        if vm.monitored:
            yield CostLine(f"{vm.name}: detailed monitoring", self._item("monitoring"))
        if vm.address:
            yield CostLine(f"{vm.name}: public IPv4 address", self._item("public_ip"))

    def _volume(self, disk: Volume) -> CostLine:
        what = f"{disk.name}: {disk.type} disk, {_gib(disk.gib)}"
        if disk.gib is None:
            return CostLine(what, None)
        monthly = self.prices.disk_month(
            self.provider, self.region, disk.type, disk.gib, disk.iops, disk.throughput
        )
        return CostLine(what + (" assumed" if disk.assumed else ""), monthly)

    def _balancer(self, balancer: Balancer) -> Iterator[CostLine]:
        monthly = self._item("load_balancer") if balancer.known_type else None
        yield CostLine(f"{balancer.name}: load balancer, {HOURS} h without traffic", monthly)
        if balancer.addresses:
            what = f"{balancer.name}: {balancer.addresses} public IPv4 addresses"
            yield CostLine(what, _times(self._item("public_ip"), balancer.addresses))

    def _azure_balancer(self, balancer: Balancer) -> CostLine:
        """A Standard one costs the same with one rule as with five; without any, nothing."""
        rules, price = balancer.rules, self._item("load_balancer")
        monthly = price
        if rules == 0 and balancer.known_type:
            monthly = 0.0
        elif rules is not None and rules > INCLUDED_RULES and price is not None:
            extra = self._item("load_balancer_rule")
            monthly = None if extra is None else price + extra * (rules - INCLUDED_RULES)
        what = f"{balancer.name}: load balancer, {HOURS} h without traffic"
        return CostLine(what, monthly if balancer.known_type else None)

    def _item(self, name: str) -> float | None:
        return self.prices.item(self.provider, self.region, name)


def _times(price: float | None, number: float | None) -> float | None:
    return None if price is None or number is None else price * number


def _gib(gib: float | None) -> str:
    return "size unknown" if gib is None else f"{gib:g} GiB"
