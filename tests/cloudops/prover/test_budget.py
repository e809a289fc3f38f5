"""Budgets and quotas: by intervals where sums stand alone, by Z3 where one bounds another."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from typing import Any

import pytest

from cloudops.prover.contract import Limits
from cloudops.prover.prove import Proof
from fakes.grounds import ground
from fakes.plans import call, cost, ref, step
from fakes.proofs import proof_of, says, standing, violated
from modalities.plan import CostLine
from modalities.resource import Kind
from modalities.step import Effect, Step
from policies.finding import Standing

EACH = {"small": 10.0, "large": 40.0}


def run(id: str, low: int, high: int) -> Step:
    action = call("RunInstances", MinCount=low, MaxCount=high, SubnetId="subnet-000000a0")
    return step(id, Effect.CREATE, action, ref(Kind.VM, id))


def proof(
    *steps: Step,
    ceiling: float | None = 100.0,
    quotas: Mapping[str, int] | None = None,
    lines: tuple[CostLine, ...] = (),
    steps_limit: int | None = None,
) -> Proof:
    """Of machines at 10 and 40 USD each, the plan's cost counting them at their most."""
    most: list[CostLine] = []
    for each in steps:
        action: Any = each.action
        most += [CostLine(each.id, EACH[each.id])] * action.parameters["MaxCount"]
    return proof_of(
        steps,
        ground(),
        cost=cost(*most, *lines),
        limits=Limits(monthly=ceiling, standing=0.0, each=EACH, steps=steps_limit),
        quotas=quotas,
    )


def test_a_cost_that_is_known() -> None:
    assert "80.00 of 100.00 USD a month, by intervals" in says(proof(run("large", 2, 2)), "budget")
    assert violated(proof(run("large", 3, 3)))["budget"] == (
        "120.00 USD a month; the ceiling is 100.00 (by intervals)"
    )


def test_a_number_that_is_left_open_names_the_choice_that_breaks_the_ceiling() -> None:
    assert standing(proof(run("small", 1, 9)), "budget") is Standing.PROVED
    assert violated(proof(run("small", 1, 11)))["budget"] == (
        "110.00 USD a month with machines of small = 11; the ceiling is 100.00 (by intervals)"
    )


def test_a_quota_that_bounds_what_two_steps_can_start_together() -> None:
    """By themselves 5 small and 3 large ones come to 170; no more than 5 fit into the account
    beside the two that are there."""
    pytest.importorskip("z3", reason="needs the extra `prove`")
    steps = (run("small", 1, 5), run("large", 1, 3))
    assert "170.00" in violated(proof(*steps, ceiling=150.0))["budget"]
    held = proof(*steps, ceiling=150.0, quotas={"vm": 7})
    assert "by Z3" in says(held, "budget")
    assert standing(held, "budget") is Standing.PROVED
    text = violated(proof(*steps, ceiling=130.0, quotas={"vm": 7}))["budget"]
    assert "machines of small = 2, machines of large = 3" in text
    assert "140.00 USD a month" in text


def test_without_z3_such_a_sum_is_not_proved_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *more: Any, **others: Any) -> Any:
        if name == "z3":
            raise ImportError(name)
        return real(name, *more, **others)

    monkeypatch.setattr(builtins, "__import__", missing)
    steps = (run("small", 1, 5), run("large", 1, 3))
    held = proof(*steps, ceiling=150.0, quotas={"vm": 7})
    assert standing(held, "budget") is Standing.NEITHER
    assert "ceiling not proved: z3 missing" in says(held, "budget")
    assert standing(proof(run("large", 2, 2)), "budget") is Standing.PROVED


def test_a_price_that_only_has_a_bound_and_one_that_has_none() -> None:
    spot = CostLine("VM on spot", None, at_most=30.0)
    assert "with VM on spot = 30" in violated(proof(lines=(spot,), ceiling=20.0))["budget"]
    assert standing(proof(lines=(spot,)), "budget") is Standing.PROVED
    unknown = proof(lines=(CostLine("an exotic thing", None),))
    assert standing(unknown, "budget") is Standing.NEITHER
    assert "no price is known for an exotic thing" in says(unknown, "budget")


def test_actions_and_those_that_take_them_back() -> None:
    assert "1 actions and 1 to take them back" in says(proof(run("small", 1, 1)), "budget")
    broken = violated(proof(run("small", 1, 1), steps_limit=1))["budget"]
    assert broken == "1 actions and 1 to take them back are more than the limit of 1"


def test_quotas_where_they_are_known() -> None:
    assert says(proof(), "quotas") == "no quota of this account is known"
    assert says(proof(run("small", 1, 3), quotas={"vm": 5}), "quotas") == "at most 5 of 5 VMs"
    assert violated(proof(run("small", 1, 4), quotas={"vm": 5}))["quotas"] == (
        "6 VMs after this plan, 2 now: the account's quota is 5"
    )
    assert violated(proof(quotas={"vm": 1})) == {}, "a plan that adds none breaks none"
