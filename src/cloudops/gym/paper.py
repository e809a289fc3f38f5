"""Table 1 of the paper, as the gym's measure. The numbers have their home beside the router."""

from __future__ import annotations

from dataclasses import dataclass

from cloudops.request import Goal
from cloudops.router.prior import prior
from modalities.plan import ModalityName

TITLE = "Cloud Infrastructure Management in the Age of AI Agents (Yang et al.), Table 1"

GOALS = {
    "provisioning": Goal.PROVISION,
    "updates": Goal.UPDATE,
    "monitoring": Goal.MONITOR,
}


@dataclass(frozen=True, slots=True)
class Published:
    """``rate`` from 0 to 1; ``steps`` the mean of the successes. Eight trials a task: 24 of
    provisioning and of updates, 40 of monitoring."""

    rate: float
    steps: float


def published(category: str, hand: str) -> Published | None:
    """What the paper found; None for what it did not measure (``auto``)."""
    if hand not in set(ModalityName):
        return None
    known = prior(GOALS[category], ModalityName(hand))
    return Published(known.success_rate, known.steps)
