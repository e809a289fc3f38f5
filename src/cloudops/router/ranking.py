"""Which hand does a task best: Table 1 as the prior, each hand's own word on top of it."""

from __future__ import annotations

from collections.abc import Sequence

from cloudops.request import Constraints, Intent, ServiceHealth
from cloudops.router.complexity import NO_CONSTRAINTS, measure
from cloudops.router.prior import prior
from modalities.contract import Modality, Support, Unsupported
from modalities.plan import ModalityName, Ranked, Route
from modalities.resource import World
from modalities.step import Step

PORTAL_ONLY = Support(0.0, "service health is shown by the web portal only (paper, section 2.3)")


def choose(
    intent: Intent,
    world: World,
    hands: Sequence[Modality],
    constraints: Constraints = NO_CONSTRAINTS,
    steps: Sequence[Step] = (),
) -> Route:
    """The complexity of the task, and the hands that can do it, best first.

    Pure; asks each hand only what it ``supports``. ``constraints.modality`` puts one hand
    before all others, and the reasons say what that gives up. Hands that cannot are left out,
    with their own words among the reasons. Raises Unsupported where none is left, or where the
    one that was asked for cannot.
    """
    complexity = measure(intent, world, steps, constraints)
    ranked: list[Ranked] = []
    cannot: list[str] = []
    for hand in hands:
        support = _support(hand, intent)
        if support.fit <= 0:
            cannot.append(f"{hand.name} is left out: {support.why}")
        else:
            ranked.append(_ranked(hand, support, intent, complexity.score))
    ranked.sort(key=lambda r: -r.fit)
    reasons = (*complexity.reasons, *cannot)
    if constraints.modality not in (None, "auto"):
        ranked, said = _forced(str(constraints.modality), ranked, cannot)
        reasons = (*reasons, said)
    if not ranked:
        raise Unsupported("; ".join(cannot) or "there is no hand for this cloud")
    return Route(complexity.score, reasons, tuple(ranked))


def _support(hand: Modality, intent: Intent) -> Support:
    if isinstance(intent.question, ServiceHealth) and hand.name is not ModalityName.BROWSER:
        return PORTAL_ONLY
    return hand.supports(intent.changes)


def _ranked(hand: Modality, support: Support, intent: Intent, complexity: float) -> Ranked:
    known = prior(intent.goal, hand.name)
    fit = round(min(support.fit, 1.0) * known.expected(complexity), 3)
    why = f"{support.why}; for {intent.goal} tasks the paper found {known}"
    return Ranked(hand.name, fit, why)


def _forced(name: str, ranked: list[Ranked], cannot: Sequence[str]) -> tuple[list[Ranked], str]:
    """The hand that was asked for before the others, and what the best of them would give."""
    chosen = next((r for r in ranked if r.modality == name), None)
    if chosen is None:
        why = next((text for text in cannot if text.startswith(f"{name} ")), "")
        others = ", ".join(r.modality for r in ranked)
        able = f"what can: {others}" if others else "no other hand can either"
        raise Unsupported(f"{why or f'there is no {name} hand for this cloud'}; {able}")
    others_best = ranked[0]
    if others_best is chosen:
        return ranked, f"{name} was asked for, and ranks first anyway"
    lost = f"{others_best.modality} ({others_best.fit:g} against {chosen.fit:g})"
    ahead = [chosen, *(r for r in ranked if r is not chosen)]
    return ahead, f"{name} was asked for: gives up {lost}, {others_best.why}"
