"""judge: the plan before the policies. A policy that cannot be evaluated is never a yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cloudops.engine.hands import Hands
from cloudops.engine.parts import Parts
from cloudops.engine.proving import proved
from cloudops.engine.reversals import is_reversal
from cloudops.engine.unseen import require_judged
from cloudops.errors import CannotEvaluate, Denied
from cloudops.planner.cost import standing_cost
from cloudops.prover.prove import PREFIX
from modalities.action import IacChange
from modalities.contract import Problem, Unsupported
from modalities.plan import Plan
from modalities.resource import World
from policies.finding import Severity, Verdict
from policies.judge import evaluate
from policies.registry import POLICIES
from policies.subject import Subject


def judge(
    plan: Plan,
    hands: Hands,
    world: World,
    parts: Parts,
    explicit: Sequence[str],
    budget: float | None,
    problems: tuple[Problem, ...] | None = None,
    *,
    begun: bool = False,
    reversal: bool = False,
) -> Verdict:
    """The verdict on this digest, whose steps are judged by the calls that they come to, with
    what can be proved of it. ``explicit`` are the words that asked for deletions, ``budget`` the
    request's own ceiling in USD a month, ``problems`` what verify found where it was asked.
    ``begun``: a part of the plan is done. ``reversal``: it was made here to take a run back; of any
    other the state tells. Raises CannotEvaluate where a hand cannot tell what a
    step means, or where what could not be read may matter."""
    settings = parts.settings.tightened(budget)
    require_judged(plan, world, settings)
    try:
        calls = tuple(hands.meant((step,)) for step in plan.steps)
    except Unsupported as error:
        raise CannotEvaluate(
            "what the plan would do cannot be told, which is never a yes",
            detail=str(error),
            remedy="choose another hand with --modality",
        ) from error
    subject = Subject(
        plan=replace(plan, steps=tuple(call for each in calls for call in each)),
        world=world,
        settings=settings,
        explicit=tuple(explicit),
        realm=parts.target.realm,
        standing=standing_cost(world, parts.prices, plan.identity.region),
        as_it_stands=_as_it_stands(plan),
    )
    verdict = evaluate(subject, POLICIES)
    back = reversal or is_reversal(plan, parts.store)
    return proved(verdict, plan, calls, subject, parts.prices, problems, begun=begun, reversal=back)


def _as_it_stands(plan: Plan) -> bool:
    """Whether all that the plan does is to bring about code that is there already, and
    somebody's own."""
    actions = [step.action for step in plan.steps]
    return all(isinstance(a, IacChange) and a.unedited for a in actions)


def require_allowed(verdict: Verdict) -> None:
    """Raises CannotEvaluate where a policy broke, Denied where one says no."""
    if verdict.broken:
        raise CannotEvaluate(
            "a policy could not be evaluated, which is never a yes",
            detail=", ".join(verdict.broken),
            remedy="`cloudops policy check` shows why",
        )
    denials = [f for f in verdict.findings if f.severity is Severity.DENY]
    if denials:
        raise Denied(
            _denied(denials[0].policy),
            detail=denials[0].reason,
            remedy=denials[0].remedy,
        )


def _denied(by: str) -> str:
    if by.startswith(PREFIX):
        return f"denied: the plan breaks what must hold of every plan ({by.removeprefix(PREFIX)})"
    return f"denied by policy {by}"
