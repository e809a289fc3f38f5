"""How hard a task is: the measure that section 3.1 of the paper asks for, from 0 to 100.

The paper names the number of resources, their interconnections, single or multi cloud and the
size of the existing state, and lets timeline and budget weigh in the routing; section 2.3 finds
that replacing is harder than changing in place. Each has a share of the score and one line that
says why it has it. The shares are ours: the paper gives none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cloudops.request import Constraints, Goal, Intent
from cloudops.router.concerned import existing, links_of, selected, selections
from modalities.action import outputs_in, payload
from modalities.change import Attach, Create, Delete, Detach, SetPriority
from modalities.resource import World
from modalities.step import Effect, Step
from modalities.wanted import Disk

NO_CONSTRAINTS = Constraints()
TIGHT = 300.0
"""Seconds: below this a deadline is a concern, cloud resources take minutes to come up."""


@dataclass(frozen=True, slots=True)
class Share:
    """``points`` of at most ``limit``, and the reason in one line."""

    points: float
    limit: float
    reason: str

    def __str__(self) -> str:
        return f"{self.reason} ({self.points:g} of {self.limit:g})"


@dataclass(frozen=True, slots=True)
class Complexity:
    """``score`` from 0 (trivial) to 100; one reason a share, the largest part first."""

    score: float
    reasons: tuple[str, ...]


def measure(
    intent: Intent,
    world: World,
    steps: Sequence[Step] = (),
    constraints: Constraints = NO_CONSTRAINTS,
) -> Complexity:
    """The score of a task; ``steps`` sharpen it where a draft is already there."""
    shares = (
        _resources(intent, world, steps),
        _interconnections(intent, world, steps),
        _clouds(intent, world, steps),
        _state(intent, world),
        _replacement(intent, steps),
        _deadline(constraints),
        _budget(constraints),
    )
    ranked = sorted(shares, key=lambda share: -share.points)
    return Complexity(round(sum(s.points for s in shares), 1), tuple(str(s) for s in ranked))


def _resources(intent: Intent, world: World, steps: Sequence[Step]) -> Share:
    """30 points, saturating: the step from 1 to 10 matters more than that from 101 to 110."""
    if steps:
        count = len({ref for step in steps for ref in step.changes})
    else:
        chosen = {r.id for s in selections(intent) for r in selected(s, world)}
        count = len(chosen) + sum(len(c.wanted) for c in _creations(intent))
        count += sum(isinstance(c, Attach) and isinstance(c.what, Disk) for c in intent.changes)
    noun = "resource" if count == 1 else "resources"
    return Share(_saturating(count, half=8, limit=30), 30, f"{count} {noun} touched")


def _interconnections(intent: Intent, world: World, steps: Sequence[Step]) -> Share:
    if steps:
        count = sum(
            len(s.uses) + len({o.step for o in outputs_in(payload(s.action))}) for s in steps
        )
    else:
        chosen = [r for s in selections(intent) for r in selected(s, world)]
        count = sum(len(r.links) for r in {r.id: r for r in chosen}.values())
        count += sum(len(links_of(w)) for c in _creations(intent) for w in c.wanted)
        count += sum(isinstance(c, (Attach, Detach)) for c in intent.changes)
    noun = "connection" if count == 1 else "connections"
    return Share(_saturating(count, half=10, limit=20), 20, f"{count} {noun} between them")


def _clouds(intent: Intent, world: World, steps: Sequence[Step]) -> Share:
    clouds = {world.provider, *(ref.provider for s in steps for ref in s.changes)}
    if intent.cloud is not None:
        clouds.add(intent.cloud)
    several = len(clouds) > 1
    reason = f"{len(clouds)} clouds: {', '.join(sorted(clouds))}" if several else "a single cloud"
    return Share(15.0 if several else 0.0, 15, reason)


def _state(intent: Intent, world: World) -> Share:
    count = len(existing(intent, world))
    reason = f"{count} of {len(world.resources)} existing resources concerned"
    return Share(_saturating(count, half=20, limit=15), 15, reason)


def _replacement(intent: Intent, steps: Sequence[Step]) -> Share:
    effects = {step.effect for step in steps}
    if Effect.REPLACE in effects or any(isinstance(c, SetPriority) for c in intent.changes):
        return Share(10.0, 10, "something is destroyed and made again")
    if Effect.DELETE in effects or any(isinstance(c, Delete) for c in intent.changes):
        return Share(6.0, 10, "something is deleted")
    if intent.goal is Goal.UPDATE:
        return Share(3.0, 10, "changes in place")
    return Share(0.0, 10, "nothing that exists is changed")


def _deadline(constraints: Constraints) -> Share:
    seconds = constraints.deadline
    if seconds is None:
        return Share(0.0, 5, "no deadline")
    return Share(5.0 if seconds < TIGHT else 2.0, 5, f"a deadline of {seconds:g} s")


def _budget(constraints: Constraints) -> Share:
    budget = constraints.budget
    if budget is None:
        return Share(0.0, 5, "no budget set")
    return Share(3.0, 5, f"a budget of {budget:g} USD a month")


def _creations(intent: Intent) -> Iterator[Create]:
    return (change for change in intent.changes if isinstance(change, Create))


def _saturating(count: int, *, half: int, limit: float) -> float:
    """``limit`` times count / (count + half): half of it at ``half``, never all of it."""
    return round(limit * count / (count + half), 1) if count else 0.0
