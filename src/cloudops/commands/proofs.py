"""What can be proved of a saved plan without its cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudops.commands.opening import read

if TYPE_CHECKING:
    from cloudops.config import Config
    from modalities.plan import Plan
    from modalities.resource import World
    from modalities.step import Step
    from policies.finding import Property


def properties_of(plan: Plan, config: Config) -> tuple[Property, ...]:
    """Of a plan over two clouds each property as it holds where least is known of it."""
    if not plan.also:
        return _properties_of(plan, config)
    from cloudops.engine.judging import worst
    from cloudops.engine.site import parts_of

    return worst(found for part in parts_of(plan) for found in _properties_of(part, config))


def _properties_of(plan: Plan, config: Config) -> tuple[Property, ...]:
    """Proved anew, beside what the state knows of the target: what a file says of itself is
    no proof. A target that is not configured here has no limits that are known."""
    from cloudops.errors import Misused
    from cloudops.prover.contract import Limits
    from cloudops.prover.prove import premise_of, prove
    from policies.settings import PolicySettings

    try:
        settings = config.policies_for(config.target(plan.target))
    except Misused:
        settings = PolicySettings()
    world = _known(plan, config)
    premise = premise_of(
        plan,
        [_calls(step) for step in plan.steps],
        world,
        begun=world is not None and _begun(plan, world),
        reversal=_reversal(plan, config),
        settings=settings,
        limits=Limits(monthly=settings.monthly_ceiling),
        quotas=settings.quotas,
    )
    return prove(premise).properties


def _begun(plan: Plan, world: World) -> bool:
    """Whether something is there that the plan is still to make, by its own account."""
    from modalities.step import Effect

    there = {ref for resource in world for ref in resource.refs()}
    new = (ref for s in plan.steps if s.effect is Effect.CREATE for ref in s.changes)
    return any(ref in there and plan.basis.get(ref.key) == "absent" for ref in new)


def _known(plan: Plan, config: Config) -> World | None:
    """What the state knows of the target; None where it knows nothing of it."""
    from modalities.resource import World

    if not config.keeps_state():
        return None
    with read(config) as store:
        scope = plan.identity.scope
        known = store.resources(scope) if store.knows(scope) else None
    return None if known is None else World(plan.identity.provider, plan.identity.scope, known)


def _reversal(plan: Plan, config: Config) -> bool:
    """Whether it takes back a run of this state, by what the state has of that run."""
    from cloudops.engine.reversals import is_reversal

    if plan.undoes is None or not config.keeps_state():
        return False
    with read(config) as store:
        return is_reversal(plan, store)


def _calls(step: Step) -> tuple[Step, ...]:
    """The calls that a step is or says it comes to; none where only its tool could tell."""
    from dataclasses import replace

    from modalities.action import BrowserScript, SdkCall

    match step.action:
        case SdkCall():
            return (step,)
        case BrowserScript(meaning=(only,)):
            return (replace(step, action=only),)
        case _:
            return ()
