"""What can be shown of a plan before anybody is asked about it.

Each property comes to one of three: proved, only rehearsed, neither; or it is violated, with a
counterexample in words. A hard violation is a finding that denies the plan, like a policy's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cloudops.prover.actions import effects, types, way_back
from cloudops.prover.addresses import addresses
from cloudops.prover.budget import budget
from cloudops.prover.claims import claims
from cloudops.prover.contract import Check, Limits, Premise, Shown, broken, neither
from cloudops.prover.counts import quotas
from cloudops.prover.exposure import exposure
from cloudops.prover.following import ahead_of
from cloudops.prover.order import order
from cloudops.prover.ordering import Ordering
from cloudops.prover.presence import presence
from cloudops.prover.undo import undo
from modalities.contract import Problem
from modalities.plan import Plan
from modalities.resource import World
from modalities.step import Step
from policies.finding import Finding, Property, Severity, Standing
from policies.settings import PolicySettings

MAY_BREAK = frozenset({"addresses", "exposure", "budget", "quotas", "undo"})
"""Properties that what takes a run back may break: it brings back what was there before, also
where that was never right, and goes as far as it can. Its own order, claims and references
must be sound like any plan's."""

PREFIX = "proof:"
"""Begins the name under which a finding of the prover stands among those of the policies."""


@dataclass(frozen=True, slots=True)
class Rule:
    """``title`` is what holds when the property is proved; ``needs_order``: it means nothing of
    steps that cannot be put in an order."""

    id: str
    title: str
    check: Check
    needs_order: bool = True


RULES = (
    Rule("order", "every value is there before it is used", order, needs_order=False),
    Rule("claims", "no two steps at work on one resource at once", claims),
    Rule("presence", "what is used is there, and not deleted before", presence),
    Rule("types", "every action fits its tool's model", types, needs_order=False),
    Rule("addresses", "ranges neither overlap nor overflow", addresses),
    Rule("exposure", "no way from the internet to a forbidden port", exposure),
    Rule("budget", "actions, tokens and cost stay under their limits", budget),
    Rule("quotas", "the account's quotas suffice", quotas),
    Rule("undo", "every step has a way back or says it has none", undo),
    Rule("effects", "the steps do what they say", effects, needs_order=False),
    Rule("return", "taking it back leaves what was there before", way_back, needs_order=False),
)


@dataclass(frozen=True, slots=True)
class Proof:
    """``broken`` names properties whose check crashed: that is never a yes."""

    properties: tuple[Property, ...]
    findings: tuple[Finding, ...]
    broken: tuple[str, ...] = ()


def premise_of(
    plan: Plan,
    calls: Sequence[Sequence[Step]],
    world: World | None,
    *,
    problems: tuple[Problem, ...] | None = None,
    settings: PolicySettings | None = None,
    limits: Limits | None = None,
    quotas: Mapping[str, int] | None = None,
    lenient: frozenset[str] = frozenset(),
    begun: bool = False,
    reversal: bool = False,
) -> Premise:
    """The premise with what follows from it. ``calls`` are those of each step, in turn."""
    ordering = Ordering(plan.steps)
    each = tuple(tuple(some) for some in calls)
    ahead, fault = None, ""
    if world is not None and ordering.sound and not begun:
        pairs = {step.id: (step, some) for step, some in zip(plan.steps, each, strict=True)}
        try:
            ahead = ahead_of(world, (pairs[id] for id in ordering.line))
        except Exception as error:  # noqa: BLE001 - parameters may have any shape: that is no yes
            fault = f"{type(error).__name__}: {error}"
    return Premise(
        plan=plan,
        calls=each,
        ordering=ordering,
        world=world,
        ahead=ahead,
        problems=problems,
        settings=settings or PolicySettings(),
        limits=limits or Limits(),
        quotas=quotas or {},
        lenient=lenient,
        begun=begun,
        reversal=reversal,
        fault=fault,
    )


def prove(premise: Premise) -> Proof:
    """Every property of the plan, in the order of the rules."""
    properties: list[Property] = []
    findings: list[Finding] = []
    crashed: list[str] = [f"{PREFIX}calls"] if premise.fault else []
    for rule in RULES:
        try:
            shown = _shown(rule, premise)
        except Exception as error:  # noqa: BLE001 - a check may fail in any way: that is no yes
            shown = neither(f"could not be checked: {type(error).__name__}: {error}")
            crashed.append(PREFIX + rule.id)
        properties.append(_property(rule, shown))
        findings.extend(_findings(rule, shown))
    return Proof(tuple(properties), tuple(findings), tuple(crashed))


def _shown(rule: Rule, premise: Premise) -> Shown:
    if rule.needs_order and not premise.ordering.sound:
        return neither("the steps have no order")
    shown = rule.check(premise)
    told_only = rule.id in premise.lenient or (premise.reversal and rule.id in MAY_BREAK)
    if not told_only or not shown.counterexamples:
        return shown
    return broken(*(replace(each, hard=False) for each in shown.counterexamples))


def _property(rule: Rule, shown: Shown) -> Property:
    says = shown.says
    more = sum(1 for c in shown.counterexamples if c.hard) - 1
    if shown.standing is Standing.VIOLATED:
        says = next(c.text for c in shown.counterexamples if c.hard)
        says += f" (and {more} more)" if more > 0 else ""
    return Property(rule.id, rule.title, shown.standing, says)


def _findings(rule: Rule, shown: Shown) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            policy=PREFIX + rule.id,
            severity=Severity.DENY if each.hard else Severity.WARN,
            reason=each.text,
            step=each.step,
            remedy=each.remedy,
        )
        for each in shown.counterexamples
    )
