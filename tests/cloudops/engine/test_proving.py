"""What is proved is a part of the verdict, and a violation is a denial."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cloudops.engine.judge import require_allowed
from cloudops.engine.proving import proved
from cloudops.errors import CannotEvaluate, Denied
from fakes.grounds import ground
from fakes.plans import call, subject
from fakes.proofs import plan_of, steps_of
from modalities.change import Create
from modalities.prices import table
from modalities.step import Step
from modalities.wanted import Network, Vm
from policies.finding import Severity, Standing, Verdict

LAB = Create(wanted=(Network(name="lab"), Vm(name="app-1", network="lab")))


def verdict(*steps: Step) -> Verdict:
    """Of the proof alone."""
    here = ground()
    plan = plan_of(steps, here)
    given = Verdict(plan.digest, evaluated=("blast-radius",))
    calls = [(step,) for step in steps]
    return proved(given, plan, calls, subject(*steps, holds=here), table.load(), ())


def test_a_plan_that_holds_is_allowed_with_its_properties() -> None:
    told = verdict(*steps_of(ground(), LAB))
    assert told.allowed
    standings = {p.id: p.standing for p in told.properties}
    assert standings["order"] is Standing.PROVED
    assert standings["effects"] is Standing.NEITHER
    require_allowed(told)


def test_a_violation_denies_whatever_the_policies_say() -> None:
    first, *others = steps_of(ground(), LAB)
    told = verdict(first, *(replace(step, needs=()) for step in others))
    assert {f.policy for f in told.findings if f.severity is Severity.DENY} >= {"proof:order"}
    with pytest.raises(Denied, match="breaks what must hold of every plan") as stop:
        require_allowed(told)
    assert stop.value.exit_code == 4
    assert "may run before create-network-lab has ended" in stop.value.detail


def test_what_cannot_be_checked_is_never_a_yes() -> None:
    steps = steps_of(ground(), LAB)
    odd = replace(steps[-1], action=call("RunInstances", NetworkInterfaces=7))
    with pytest.raises(CannotEvaluate) as stop:
        require_allowed(verdict(*steps[:-1], odd))
    assert stop.value.exit_code == 8
