"""What a plan changes in what a target costs a month, and what the target costs now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from cloudops.planner.billed_calls import enter
from cloudops.planner.billing import Billed, holdings
from cloudops.planner.ledger import Ledger
from cloudops.planner.tariff import Tariff
from cloudops.planner.unpriced import unpriced
from modalities.plan import Cost, CostLine
from modalities.prices.table import Prices
from modalities.resource import Provider, World
from modalities.step import Effect, Step

CURRENCY = "USD"


def cost_of(steps: Sequence[Step], world: World, prices: Prices, region: str) -> Cost:
    """The monthly change, line by line in the order of the steps; what ends counts negative.

    The steps are followed through the bill one by one, so that a stop before a resize, a
    replacement or a clean-up of what the plan itself made come to what they come to. Where a
    price is unknown the line's ``monthly`` and the whole ``change`` are None.
    """
    tariff = Tariff(prices, world.provider, region)
    ledger = Ledger(world, holdings(world))
    lines: list[CostLine] = []
    for step in steps:
        if step.effect is Effect.READ:
            continue
        before = dict(ledger.held)
        known = enter(ledger, step)
        lines += _difference(before, ledger.held, tariff)
        lines += unpriced(step, entered=known)
    return _cost(lines, prices)


def standing_cost(world: World, prices: Prices, region: str) -> Cost:
    """What ``world`` costs a month as it stands; ``change`` is the total, None where a part
    of it is unknown."""
    tariff = Tariff(prices, world.provider, region)
    return _cost(
        [line for billed in holdings(world).values() for line in tariff.lines(billed)], prices
    )


def summed(costs: Mapping[Provider, Cost]) -> Cost:
    """One cost of all, with lines that name their cloud; the very one where it is alone."""
    each = tuple(costs.values())
    if len(each) == 1:
        return each[0]
    lines = [
        replace(line, what=f"{cloud.words}: {line.what}")
        for cloud, cost in costs.items()
        for line in cost.lines
    ]
    return Cost(CURRENCY, _total(lines), tuple(lines), each[0].prices_of)


def of_cloud(cost: Cost, cloud: Provider) -> Cost:
    """What of a sum is one cloud's, by its name in the lines."""
    mark = f"{cloud.words}: "
    lines = [
        replace(line, what=line.what.removeprefix(mark))
        for line in cost.lines
        if line.what.startswith(mark)
    ]
    return replace(cost, change=_total(lines), lines=tuple(lines))


def _difference(
    before: dict[str, Billed], after: dict[str, Billed], tariff: Tariff
) -> Iterator[CostLine]:
    for key in (*before, *(k for k in after if k not in before)):
        was, now = before.get(key), after.get(key)
        if was != now:
            old = list(tariff.lines(was)) if was else []
            new = list(tariff.lines(now)) if now else []
            yield from (_ended(line) for line in old if line not in new)
            yield from (line for line in new if line not in old)


def _ended(line: CostLine) -> CostLine:
    """What is no longer paid. An unknown price that ends saves nothing that can be counted on."""
    if line.monthly is None:
        return CostLine(f"{line.what}, ends", None, at_most=0.0)
    return CostLine(f"{line.what}, ends", -line.monthly)


def _cost(lines: Iterable[CostLine], prices: Prices) -> Cost:
    rounded = tuple(CostLine(x.what, _cents(x.monthly), _cents(x.at_most)) for x in lines)
    return Cost(CURRENCY, _total(rounded), rounded, prices.date)


def _total(lines: Sequence[CostLine]) -> float | None:
    known = [line.monthly for line in lines if line.monthly is not None]
    return round(sum(known), 2) if len(known) == len(lines) else None


def _cents(usd: float | None) -> float | None:
    return None if usd is None else round(usd, 2)
