"""What the gym measured, as the router reads it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean

from cloudops.gym.result import Result, Status
from cloudops.request import Goal
from cloudops.router.shipped import Measured
from modalities.plan import ModalityName
from modalities.resource import Provider

GOALS = {
    "provisioning": Goal.PROVISION,
    "updates": Goal.UPDATE,
    "monitoring": Goal.MONITOR,
}
"""The paper's categories."""

SERVICE_HEALTH = "M5"
"""The browser's alone: that the others refuse it says nothing of how they do what they can."""


def measured(results: Sequence[Result], provider: Provider, how: str) -> tuple[Measured, ...]:
    """One entry a hand and kind of task; what `auto` chose says nothing of a hand's own."""
    groups: dict[tuple[ModalityName, Goal], list[Result]] = defaultdict(list)
    for result in results:
        if result.hand in tuple(ModalityName) and _tells(result):
            groups[ModalityName(result.hand), GOALS[result.category]].append(result)
    return tuple(_entry(hand, goal, found, provider, how) for (hand, goal), found in groups.items())


def _tells(result: Result) -> bool:
    theirs = result.task != SERVICE_HEALTH or result.hand == ModalityName.BROWSER
    return theirs and result.category in GOALS and result.status in JUDGED


JUDGED = frozenset({Status.PASSED, Status.FAILED, Status.REFUSED})


def _entry(
    hand: ModalityName, goal: Goal, results: Sequence[Result], provider: Provider, how: str
) -> Measured:
    good = [r for r in results if r.status is Status.PASSED]
    return Measured(
        provider=provider,
        hand=hand,
        goal=goal,
        trials=len(results),
        successes=len(good),
        steps=round(fmean(r.steps for r in good), 2) if good else None,
        seconds=round(fmean(r.seconds for r in good), 1) if good else None,
        date=max(r.at for r in results)[:10],
        how=how,
    )
