"""What a plan uses up stays under its limits, for every choice that it leaves open."""

from __future__ import annotations

from collections.abc import Iterator

from cloudops.prover.contract import Counterexample, Premise, Shown, broken, neither, proved
from cloudops.prover.counts import choices, quota_bounds
from cloudops.prover.sums import Bound, Choice, Decision, Outcome, Sum, decide
from modalities.plan import Cost
from modalities.step import Irreversible


def budget(premise: Premise) -> Shown:
    """Actions sent, tokens of models, and USD a month."""
    sent, back = len(premise.plan.steps), _reversals(premise)
    said = f"at most {sent} actions and {back} to take them back, no tokens"
    limit = premise.limits.steps
    if limit is not None and sent + back > limit:
        text = f"{sent} actions and {back} to take them back are more than the limit of {limit}"
        return broken(Counterexample(text, None, "ask for less at once"))
    return _money(premise, said)


def _reversals(premise: Premise) -> int:
    undos = (step.undo for step in premise.plan.steps)
    return sum(len(undo) for undo in undos if not isinstance(undo, Irreversible))


def _money(premise: Premise, said: str) -> Shown:
    cost, limits = premise.plan.cost, premise.limits
    if cost is None:
        return neither(f"{said}; what it costs is not known")
    if limits.monthly is None:
        return proved(f"{said}; no ceiling is set for the cost")
    if limits.standing is None:
        return neither(f"{said}; what the target costs now is not known")
    return _under(premise, said, monthly(premise, cost), limits.monthly, limits.standing)


def _under(premise: Premise, said: str, total: Sum, ceiling: float, standing: float) -> Shown:
    """A plan that costs no more than what is there is let through, as by the policy."""
    unpriced = [choice.name for _, choice in total.terms if choice.high is None]
    if unpriced:
        return neither(f"{said}; no price is known for {', '.join(unpriced)}")
    if total.most <= standing:
        return proved(f"{said}; it costs no more than what is there")
    decision = decide(Bound(total, ceiling), quota_bounds(premise))
    match decision.outcome:
        case Outcome.HOLDS:
            most = min(total.most, ceiling)
            return proved(f"{said}; {most:.2f} of {ceiling:.2f} USD a month, {decision.how}")
        case Outcome.UNDECIDED:
            return neither(f"{said}; ceiling not proved: {decision.how}")
        case Outcome.BROKEN:
            return broken(_over(total, ceiling, decision))


def _over(total: Sum, ceiling: float, decision: Decision) -> Counterexample:
    values = {choice.name: (decision.values or {})[choice.name] for _, choice in total.terms}
    chosen = ", ".join(f"{name} = {value:g}" for name, value in values.items())
    amount = f"{total.at(values):.2f} USD a month" + (f" with {chosen}" if chosen else "")
    text = f"{amount}; the ceiling is {ceiling:.2f} ({decision.how})"
    return Counterexample(text, None, "ask for less, or raise the ceiling")


def monthly(premise: Premise, cost: Cost) -> Sum:
    """What the target costs after the plan. The plan's own sum takes machines at their most:
    where a step leaves their number open, those that may not come are taken off."""
    constant = premise.limits.standing or 0.0
    terms = list(_unpriced(cost))
    constant += sum(line.monthly for line in cost.lines if line.monthly is not None)
    for step, choice in choices(premise).items():
        each = premise.limits.each.get(step)
        if each is not None and choice.high is not None:
            constant -= each * choice.high
            terms.append((each, choice))
    return Sum(round(constant, 6), tuple(terms))


def _unpriced(cost: Cost) -> Iterator[tuple[float, Choice]]:
    for number, line in enumerate(cost.lines):
        if line.monthly is None and line.at_most != 0.0:
            name = line.what if number == 0 else f"{line.what} (line {number + 1})"
            low = min(0.0, line.at_most or 0.0)
            yield 1.0, Choice(name, low, line.at_most, whole=False)
