"""What is proved of a plan, as a part of its verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cloudops.planner.cost import cost_of
from cloudops.prover.contract import Limits, Premise
from cloudops.prover.counts import choices
from cloudops.prover.prove import Proof, premise_of, prove
from modalities.action import SdkCall
from modalities.contract import Problem
from modalities.plan import Plan
from modalities.prices.table import Prices
from modalities.step import Step
from policies import monthly_ceiling, open_admin_ports
from policies.finding import Severity, Verdict
from policies.judge import ORDER
from policies.subject import Subject

FOLLOWS: Mapping[str, str] = {"exposure": open_admin_ports.ID, "budget": monthly_ceiling.ID}
"""Properties that weigh as much as the policy that forbids the same."""

Calls = Sequence[tuple[Step, ...]]


def proved(
    verdict: Verdict,
    plan: Plan,
    calls: Calls,
    subject: Subject,
    prices: Prices,
    problems: tuple[Problem, ...] | None,
    *,
    begun: bool = False,
    reversal: bool = False,
) -> Verdict:
    """The verdict with what was proved of the same plan. A violation is a finding among the
    others; a check that crashed is a policy that did."""
    premise = premise_of(
        plan,
        calls,
        subject.world,
        problems=problems,
        settings=subject.settings,
        limits=_limits(subject),
        quotas=subject.settings.quotas,
        lenient=frozenset(_lenient(subject)),
        begun=begun,
        reversal=reversal,
    )
    each = dict(_each(premise, subject, prices))
    return joined(verdict, prove(replace(premise, limits=replace(premise.limits, each=each))))


def joined(verdict: Verdict, proof: Proof) -> Verdict:
    """Findings gravest first, the policies' before the proof's."""
    findings = sorted((*verdict.findings, *proof.findings), key=lambda f: -ORDER.index(f.severity))
    return replace(
        verdict,
        findings=tuple(findings),
        broken=(*verdict.broken, *proof.broken),
        properties=proof.properties,
    )


def _limits(subject: Subject) -> Limits:
    standing = None
    if subject.standing is not None:
        total, missing = monthly_ceiling.at_most(subject.standing)
        standing = None if missing else total
    return Limits(monthly=subject.settings.monthly_ceiling, standing=standing)


def _lenient(subject: Subject) -> Iterator[str]:
    for property, policy in FOLLOWS.items():
        chosen = subject.settings.severities.get(policy, Severity.DENY)
        if chosen is not Severity.DENY or (property == "exposure" and subject.tried_out):
            yield property


def _each(premise: Premise, subject: Subject, prices: Prices) -> Iterator[tuple[str, float]]:
    """What one machine costs of each step that leaves open how many it starts."""
    open_ones = choices(premise)
    for step, calls in zip(premise.plan.steps, premise.calls, strict=True):
        if step.id in open_ones:
            one = tuple(map(_one, calls))
            cost = cost_of(one, subject.world, prices, premise.plan.identity.region)
            total, missing = monthly_ceiling.at_most(cost)
            if not missing:
                yield step.id, total


def _one(call: Step) -> Step:
    action = call.action
    if not isinstance(action, SdkCall) or action.operation != "RunInstances":
        return call
    return replace(
        call, action=replace(action, parameters={**action.parameters, "MinCount": 1, "MaxCount": 1})
    )
