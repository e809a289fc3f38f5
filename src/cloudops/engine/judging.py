"""One verdict and one cost of a plan, wherever it acts.

Each site's part is judged by its own owner's settings, as a plan for that target. What one
approval may cover, and what the request itself may cost, is judged of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from cloudops.engine.judge import judge
from cloudops.engine.parts import Parts
from cloudops.engine.site import Site, alone
from cloudops.planner.cost import cost_of, standing_cost, summed
from cloudops.prover.prove import RULES
from modalities.contract import Problem
from modalities.plan import Cost, Plan
from modalities.prices.table import Prices
from modalities.resource import World
from modalities.step import Step
from policies import blast_radius, monthly_ceiling
from policies.finding import Finding, Property, Standing, Verdict
from policies.judge import ORDER, evaluate
from policies.registry import POLICIES
from policies.settings import PolicySettings
from policies.subject import Subject

OF_THE_WHOLE = tuple(p for p in POLICIES if p.id in (blast_radius.ID, monthly_ceiling.ID))
"""Policies that count over all that a plan does."""


def change_of(sites: Sequence[Site], steps: Sequence[Step], world: World, prices: Prices) -> Cost:
    """What the steps cost a month, with lines that name their cloud where there are several.
    Raises Unsupported where a hand cannot tell what a step means."""
    return summed({site.provider: _change(site, steps, world, prices) for site in sites})


def _change(site: Site, steps: Sequence[Step], world: World, prices: Prices) -> Cost:
    return cost_of(site.meant(steps), site.part(world), prices, site.target.region)


def judged(
    plan: Plan,
    sites: Sequence[Site],
    world: World,
    parts: Parts,
    explicit: Sequence[str],
    budget: float | None,
    problems: tuple[Problem, ...] | None = None,
    *,
    begun: bool = False,
    reversal: bool = False,
) -> Verdict:
    """The verdict on this digest (judge.py). Raises CannotEvaluate."""
    how = {"begun": begun, "reversal": reversal}
    if len(sites) == 1:
        hands = sites[0].hands
        return judge(plan, hands, world, parts, explicit, budget, problems, **how)
    each = []
    for site in sites:
        part = replace(alone(plan, site.name), cost=_change(site, plan.steps, world, parts.prices))
        mine = {step.id for step in part.steps}
        own = None if problems is None else tuple(p for p in problems if p.step in mine)
        if not part.steps:
            continue
        here = parts.at(site)
        each.append(judge(part, site.hands, site.part(world), here, explicit, None, own, **how))
    return joined(plan.digest, (*each, _of_the_whole(plan, sites, world, parts, explicit, budget)))


def _of_the_whole(
    plan: Plan,
    sites: Sequence[Site],
    world: World,
    parts: Parts,
    explicit: Sequence[str],
    budget: float | None,
) -> Verdict:
    standing = summed(
        {s.provider: standing_cost(s.part(world), parts.prices, s.target.region) for s in sites}
    )
    calls = (site.meant(plan.steps) for site in sites)
    most = min(site.settings.max_deletes for site in sites)
    subject = Subject(
        plan=replace(plan, steps=tuple(call for each in calls for call in each)),
        world=world,
        settings=PolicySettings(max_deletes=most).tightened(budget),
        explicit=tuple(explicit),
        realm=parts.target.realm,
        standing=standing,
    )
    verdict = evaluate(subject, OF_THE_WHOLE)
    over = (f for f in verdict.findings if f.policy == monthly_ceiling.ID)
    return replace(verdict, properties=tuple(_violated(finding) for finding in over))


def _violated(finding: Finding) -> Property:
    """What was proved of the parts does not hold of the whole."""
    rule = next(rule for rule in RULES if rule.id == "budget")
    return Property(rule.id, rule.title, Standing.VIOLATED, finding.reason)


def joined(digest: str, verdicts: Sequence[Verdict]) -> Verdict:
    """All that was found, gravest first and each once; of a property the worst."""
    findings = dict.fromkeys(f for verdict in verdicts for f in verdict.findings)
    return Verdict(
        digest,
        tuple(sorted(findings, key=lambda f: -ORDER.index(f.severity))),
        tuple(dict.fromkeys(id for verdict in verdicts for id in verdict.evaluated)),
        tuple(dict.fromkeys(id for verdict in verdicts for id in verdict.broken)),
        worst(p for verdict in verdicts for p in verdict.properties),
    )


def worst(properties: Iterable[Property]) -> tuple[Property, ...]:
    """Each property once: as of the site where least is known of it; or as of both."""
    known = list(Standing)
    found: dict[str, Property] = {}
    for each in properties:
        before = found.get(each.id)
        if before is None or known.index(each.standing) > known.index(before.standing):
            found[each.id] = each
        elif each.standing is before.standing and each.says not in before.says:
            found[each.id] = replace(before, says=f"{before.says}; {each.says}")
    return tuple(found.values())
