"""A site: one target and all that is needed to act on it. A plan over two clouds has two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cloudops.engine.hands import Hands
from cloudops.engine.worlds import part_of
from cloudops.planner.cost import of_cloud
from modalities.plan import Also, Plan, Route
from modalities.resource import Provider, World
from modalities.step import Step
from modalities.target import Target
from policies.settings import PolicySettings


@dataclass(frozen=True, slots=True)
class Site:
    """``name`` is what steps call it by: empty of a plan's own target, else the target's name.
    ``settings`` are what its owner set for the policies."""

    name: str
    target: Target
    hands: Hands
    settings: PolicySettings
    route: Route | None = None

    @property
    def provider(self) -> Provider:
        return self.target.provider

    def steps(self, steps: Iterable[Step]) -> tuple[Step, ...]:
        """Those that are for it."""
        return tuple(step for step in steps if step.target == self.name)

    def part(self, world: World) -> World:
        """What of the world is here."""
        return part_of(world, self.provider)

    def meant(self, steps: Iterable[Step]) -> tuple[Step, ...]:
        """The vendor's calls that those for it come to. Raises Unsupported."""
        return self.hands.meant([replace(step, target="") for step in self.steps(steps)])

    def led_by(self, route: Route | None) -> Site:
        """With the hands ranked for it. Raises Misused where the first in rank is not here."""
        return replace(self, hands=self.hands.led_by(route), route=route)


def also_of(sites: Sequence[Site]) -> tuple[Also, ...]:
    """What a plan says of them. Raises CloudError."""
    return tuple(Also(s.name, s.hands.lead.identify(s.target), s.route) for s in sites)


def alone(plan: Plan, name: str) -> Plan:
    """The plan's part for the site of that name, as a plan for its target alone; the digest is the
    whole plan's."""
    who = {also.target: also.identity for also in plan.also}.get(name, plan.identity)
    return replace(
        plan,
        target=name or plan.target,
        identity=who,
        steps=tuple(replace(step, target="") for step in plan.steps if step.target == name),
        cost=of_cloud(plan.cost, who.provider) if plan.cost and plan.also else plan.cost,
        also=(),
    )


def parts_of(plan: Plan) -> tuple[Plan, ...]:
    """The part of each target that it has steps for; the very plan where there is one target."""
    if not plan.also:
        return (plan,)
    each = (alone(plan, name) for name in ("", *(also.target for also in plan.also)))
    return tuple(part for part in each if part.steps)
