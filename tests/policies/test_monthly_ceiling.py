from __future__ import annotations

import pytest

from fakes.specimens import call, cost, ref, step, subject
from modalities.plan import Cost, CostLine
from modalities.resource import Kind
from modalities.step import Effect
from policies.finding import Finding, Severity
from policies.monthly_ceiling import evaluate

RUN = step("run", Effect.CREATE, call("RunInstances"), ref(Kind.VM, "x"))
NOTHING = cost()


def usd(amount: float | None, what: str = "x", at_most: float | None = None) -> CostLine:
    return CostLine(what, amount, at_most)


def found(
    change: Cost | None, standing: Cost | None = NOTHING, ceiling: float | None = 100.0
) -> tuple[Finding, ...]:
    asked = subject(RUN, change=change, standing=standing, monthly_ceiling=ceiling)
    return tuple(evaluate(asked))


@pytest.mark.parametrize(
    ("change", "standing"),
    [
        (cost(usd(100.0)), NOTHING),
        (cost(usd(40.0)), cost(usd(60.0))),
        (cost(usd(-5.0)), cost(usd(900.0))),
        (cost(usd(50.0), usd(-60.0)), cost(usd(900.0))),
        (cost(), cost(usd(900.0), usd(None))),
        (cost(usd(None, at_most=70.0)), cost(usd(30.0))),
        (cost(usd(-70.0), usd(None, at_most=70.0)), cost(usd(900.0))),
    ],
    ids=["up to it", "with what stands", "cheaper", "net cheaper", "nothing", "bound", "to spot"],
)
def test_must_not_fire(change: Cost, standing: Cost) -> None:
    assert found(change, standing) == ()


@pytest.mark.parametrize(
    ("change", "standing", "says"),
    [
        (cost(usd(100.01)), NOTHING, "up to 100.01 USD a month after this plan (0.00 now)"),
        (cost(usd(50.0)), cost(usd(60.0)), "up to 110.00 USD a month after this plan (60.00 now)"),
        (cost(usd(120.0), usd(None)), NOTHING, "more than 120.00 USD a month"),
        (cost(usd(None, at_most=120.0)), NOTHING, "up to 120.00 USD"),
        (cost(usd(None, "u-7: odd.size")), NOTHING, "no price is known for u-7: odd.size"),
        (cost(usd(1.0)), cost(usd(None, "old: m9.huge")), "no price is known for old: m9.huge"),
    ],
)
def test_must_fire(change: Cost, standing: Cost, says: str) -> None:
    (finding,) = found(change, standing)
    assert finding.severity is Severity.DENY
    assert says in finding.reason
    assert finding.remedy


def test_off_without_a_ceiling() -> None:
    assert found(cost(usd(1e9)), ceiling=None) == ()


def test_a_ceiling_of_zero_is_a_ceiling() -> None:
    assert found(cost(usd(0.01)), ceiling=0.0)
    assert not found(cost(), ceiling=0.0)


@pytest.mark.parametrize(("change", "standing"), [(None, NOTHING), (cost(usd(1.0)), None)])
def test_what_was_not_worked_out_is_no_yes(change: Cost | None, standing: Cost | None) -> None:
    assert found(change, standing)
