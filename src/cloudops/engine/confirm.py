"""confirm: nobody executes what nobody approved. The only place where an Approval is made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cloudops.engine.compose import ABSENT
from cloudops.engine.contract import Asker
from cloudops.engine.report import Options, Risk
from cloudops.errors import Declined, Denied, NeedsApproval
from modalities.action import IacChange
from modalities.plan import Plan
from modalities.resource import Kind, ResourceRef
from modalities.step import Effect, Step
from modalities.target import Approval
from policies import unfamiliar_calls
from policies.finding import Severity, Verdict

VALID = timedelta(hours=1)
"""How long an approval lasts: long enough to execute and to resume after a crash."""

ORDER = (Risk.LOW, Risk.MEDIUM, Risk.HIGH)


def confirm(
    plan: Plan,
    verdict: Verdict,
    options: Options,
    actor: str,
    asker: Asker,
    instead_of: Plan | None = None,
) -> Approval:
    """An approval of this very plan. Where it is made ``instead_of`` one that others overtook,
    ``--yes`` was said to what that would have destroyed, and to nothing else: another machine
    may have the name by now.

    Raises Denied without a verdict that allows this digest, NeedsApproval where the risk is
    not covered and nobody is there to ask, Declined where the answer is no.
    """
    if verdict.digest != plan.digest or not verdict.allowed:
        raise Denied("the policies have not allowed this plan")
    risk = Risk.HIGH if _unfamiliar(verdict) else risk_of(plan)
    more = _destroyed(plan) - _destroyed(instead_of) if instead_of else frozenset()
    if options.yes and ORDER.index(risk) <= ORDER.index(options.max_risk) and not more:
        asker.show(plan, verdict)
        return _approval(plan, actor, f"--yes --max-risk {options.max_risk}")
    if not asker.present:
        raise NeedsApproval(
            f"this plan needs an approval: its risk is {risk}",
            detail=_beyond(more) if more else why(risk),
            remedy=f"run with --yes --max-risk {risk}, or approve it on a terminal",
        )
    decision = asker.approve(plan, verdict, typed_name=name_to_type(plan))
    if not decision.yes:
        raise Declined("declined: nothing was changed")
    return _approval(plan, actor, decision.means)


def _unfamiliar(verdict: Verdict) -> bool:
    """Whether a policy says that nobody here knows what a part of it means."""
    warned = (f for f in verdict.findings if f.severity is Severity.WARN)
    return any(f.policy == unfamiliar_calls.ID for f in warned)


def _approval(plan: Plan, actor: str, means: str) -> Approval:
    return Approval(plan.digest, plan.identity, actor, means, datetime.now(UTC) + VALID)


def _destroyed(plan: Plan) -> frozenset[ResourceRef]:
    """What it deletes or replaces, by every name."""
    gone = (s for s in plan.steps if s.effect in (Effect.REPLACE, Effect.DELETE))
    return frozenset(ref for step in gone for ref in step.changes)


def _beyond(more: frozenset[ResourceRef]) -> str:
    named = ", ".join(sorted(f"{ref.kind}/{ref.name}" for ref in more))
    return f"others moved the cloud, and made anew it destroys what it would not have: {named}"


def risk_of(plan: Plan) -> Risk:
    """The riskiest step's: creating is low, changing what is there medium, replacing and
    deleting high. Setting up what the plan itself creates counts as creating."""
    return max((risk_of_step(s, plan) for s in plan.steps), key=ORDER.index, default=Risk.LOW)


def risk_of_step(step: Step, plan: Plan) -> Risk:
    if step.effect in (Effect.REPLACE, Effect.DELETE):
        return Risk.HIGH
    if step.effect is Effect.READ:
        return Risk.LOW
    if unseen(step):
        return Risk.HIGH
    own = all(plan.basis.get(ref.key, ABSENT) == ABSENT for ref in step.changes)
    return Risk.LOW if own and not _rewrites(step) else Risk.MEDIUM


def unseen(step: Step) -> bool:
    """Whether nothing will show what came of it, of something that no kind names."""
    others = any(ref.kind is Kind.OTHER for ref in step.changes)
    return others and not step.expects and step.probe is None and step.effect is not Effect.READ


def _rewrites(step: Step) -> bool:
    """Whether code changes what exists: of what only Terraform knows (a queue, a zone) there is
    no reference that would say so."""
    action = step.action
    return isinstance(action, IacChange) and any("update" in e["actions"] for e in action.changes)


def why(risk: Risk) -> str:
    return {
        Risk.LOW: "it creates resources",
        Risk.MEDIUM: "it changes resources that exist",
        Risk.HIGH: "it deletes or replaces resources, or does what nothing shows or judges",
    }[risk]


def name_to_type(plan: Plan) -> str | None:
    """What a person must type before a plan that destroys: the name of what goes, or the
    target's where it is more than one."""
    names = {
        step.changes[0].name
        for step in plan.steps
        if step.effect in (Effect.REPLACE, Effect.DELETE) and step.changes
    }
    if not names:
        return None
    return names.pop() if len(names) == 1 else plan.target
