"""What --yes is said to: a plan's risk, and of a plan that is made anew nothing else's end."""

from __future__ import annotations

import pytest

from cloudops.engine.confirm import confirm
from cloudops.engine.contract import Decision
from cloudops.engine.report import Options, Risk
from cloudops.errors import NeedsApproval
from cloudops.request import OpenQuestion
from fakes.plans import call, delete_vm, plan, ref, step
from modalities.plan import Plan
from modalities.resource import Kind
from modalities.step import Effect
from policies.finding import Verdict

YES = Options(yes=True, max_risk=Risk.HIGH)
ONE, TWO = delete_vm("web-1"), delete_vm("web-2")
TAG = step("tag", Effect.UPDATE, call("CreateTags"), ref(Kind.VM, "web-2"))


class Nobody:
    """Nobody is at the terminal."""

    present = False

    def ask(self, question: OpenQuestion) -> str | None:
        return None

    def show(self, plan: Plan, verdict: Verdict) -> None:
        """Nobody looks."""

    def approve(self, plan: Plan, verdict: Verdict, *, typed_name: str | None) -> Decision:
        raise AssertionError("nobody is asked")


class Somebody(Nobody):
    present = True

    def approve(self, plan: Plan, verdict: Verdict, *, typed_name: str | None) -> Decision:
        assert typed_name == "web-2"
        return Decision(True, "asked on the terminal")


def means(plan: Plan, before: Plan | None, asker: Nobody | None = None) -> str:
    asker = asker or Nobody()
    return confirm(plan, Verdict(plan.digest), YES, "me", asker, instead_of=before).means


@pytest.mark.parametrize("before", [None, plan(TWO), plan(ONE, TWO)])
def test_yes_covers_what_goes_by_the_first_plan(before: Plan | None) -> None:
    assert means(plan(TWO), before) == "--yes --max-risk high"


def test_yes_covers_changes_of_what_was_not_there_before() -> None:
    assert means(plan(TAG), plan(ONE)) == "--yes --max-risk high"


@pytest.mark.parametrize("before", [plan(ONE), plan(TAG)])
def test_what_only_the_plan_made_anew_destroys_is_asked_about(before: Plan) -> None:
    with pytest.raises(NeedsApproval) as caught:
        means(plan(TWO), before)
    assert "it destroys what it would not have: vm/web-2" in caught.value.detail
    assert means(plan(TWO), before, Somebody()) == "asked on the terminal"


def test_a_risk_that_rose_meanwhile_is_not_covered() -> None:
    low = Options(yes=True, max_risk=Risk.MEDIUM)
    with pytest.raises(NeedsApproval, match="its risk is high"):
        confirm(plan(TWO), Verdict(plan(TWO).digest), low, "me", Nobody(), plan(TAG))
