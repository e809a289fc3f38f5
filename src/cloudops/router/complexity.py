"""How hard a task is: the measure that section 3.1 of the paper asks for, from 0 to 100.

The paper names the number of resources, their interconnections, single or multi cloud and the
size of the existing state, and lets timeline and budget weigh in the routing; section 2.3 finds
that replacing is harder than changing in place. Each has a share of the score and a few words
that say why it has it. The shares are ours: the paper gives none.
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
    """``points`` of the score, and what for in a few words."""

    points: float
    reason: str

    def __str__(self) -> str:
        return f"{self.reason} {self.points:g}"


@dataclass(frozen=True, slots=True)
class Complexity:
    """``score`` from 0 (trivial) to 100; ``shares`` that count above zero, the largest first."""

    score: float
    shares: tuple[Share, ...]

    def __str__(self) -> str:
        """``5 resources 11.5, 7 connections 8.2``; the points add up to the score."""
        return ", ".join(str(share) for share in self.shares) or "nothing that counts"


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
    counted = sorted((s for s in shares if s.points > 0), key=lambda share: -share.points)
    return Complexity(round(sum(s.points for s in shares), 1), tuple(counted))


def touched(intent: Intent, world: World, steps: Sequence[Step] = ()) -> int:
    """How many resources are made or changed."""
    if steps:
        return len({ref for step in steps for ref in step.changes})
    chosen = {r.id for s in selections(intent) for r in selected(s, world)}
    count = len(chosen) + sum(len(c.wanted) for c in _creations(intent))
    return count + sum(isinstance(c, Attach) and isinstance(c.what, Disk) for c in intent.changes)


def _resources(intent: Intent, world: World, steps: Sequence[Step]) -> Share:
    """30 points, saturating: the step from 1 to 10 matters more than that from 101 to 110."""
    count = touched(intent, world, steps)
    noun = "resource" if count == 1 else "resources"
    return Share(_saturating(count, half=8, limit=30), f"{count} {noun}")


def _interconnections(intent: Intent, world: World, steps: Sequence[Step]) -> Share:
    """20 points, saturating likewise."""
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
    return Share(_saturating(count, half=10, limit=20), f"{count} {noun}")


def _clouds(intent: Intent, world: World, steps: Sequence[Step]) -> Share:
    clouds = {world.provider, *(ref.provider for s in steps for ref in s.changes)}
    if intent.cloud is not None:
        clouds.add(intent.cloud)
    return Share(15.0 if len(clouds) > 1 else 0.0, f"clouds {' and '.join(sorted(clouds))}")


def _state(intent: Intent, world: World) -> Share:
    count = len(existing(intent, world))
    return Share(_saturating(count, half=20, limit=15), f"{count} existing")


def _replacement(intent: Intent, steps: Sequence[Step]) -> Share:
    effects = {step.effect for step in steps}
    if Effect.REPLACE in effects or any(isinstance(c, SetPriority) for c in intent.changes):
        return Share(10.0, "replacement")
    if Effect.DELETE in effects or any(isinstance(c, Delete) for c in intent.changes):
        return Share(6.0, "deletion")
    if intent.goal is Goal.UPDATE:
        return Share(3.0, "change in place")
    return Share(0.0, "nothing that exists")


def _deadline(constraints: Constraints) -> Share:
    seconds = constraints.deadline
    if seconds is None:
        return Share(0.0, "no deadline")
    return Share(5.0 if seconds < TIGHT else 2.0, f"deadline {seconds:g} s")


def _budget(constraints: Constraints) -> Share:
    budget = constraints.budget
    if budget is None:
        return Share(0.0, "no budget")
    return Share(3.0, f"budget {budget:g} USD")


def _creations(intent: Intent) -> Iterator[Create]:
    return (change for change in intent.changes if isinstance(change, Create))


def _saturating(count: int, *, half: int, limit: float) -> float:
    """``limit`` times count / (count + half): half of it at ``half``, never all of it."""
    return round(limit * count / (count + half), 1) if count else 0.0
