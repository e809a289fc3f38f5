"""How risky a plan is: by what it does to what is there, whichever hand does it."""

from __future__ import annotations

import pytest

from cloudops.engine.confirm import risk_of
from cloudops.engine.report import Risk
from fakes.plans import plan, step
from modalities.action import IacChange
from modalities.step import Effect


@pytest.mark.parametrize(
    ("actions", "effect", "risk"),
    [
        ((["create"],), Effect.CREATE, Risk.LOW),
        ((["update"],), Effect.UPDATE, Risk.MEDIUM),
        ((["create"], ["update"]), Effect.UPDATE, Risk.MEDIUM),
        ((["delete"],), Effect.DELETE, Risk.HIGH),
    ],
)
def test_code_that_changes_what_only_terraform_knows_is_no_creation(
    actions: tuple[list[str], ...], effect: Effect, risk: Risk
) -> None:
    entries = tuple(
        {"address": f"aws_sqs_queue.q{n}", "type": "aws_sqs_queue", "actions": each}
        for n, each in enumerate(actions)
    )
    addresses = tuple(str(entry["address"]) for entry in entries)
    action = IacChange(files={}, addresses=addresses, changes=entries)
    assert risk_of(plan(step("apply", effect, action))) is risk
