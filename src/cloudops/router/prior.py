"""What is known of each hand before the task is looked at: Table 1 of the paper."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cloudops.request import Goal
from modalities.plan import ModalityName

COLUMN = {
    Goal.PROVISION: "provisioning",
    Goal.UPDATE: "updates",
    Goal.DELETE: "updates",
    Goal.MONITOR: "monitoring",
}
"""The paper tells three kinds of task; a deletion is a change to what exists."""


@dataclass(frozen=True, slots=True)
class Prior:
    """``success_rate`` from 0 to 1, ``steps`` the average number a success took."""

    success_rate: float
    steps: float
    limit: float

    def expected(self, complexity: float) -> float:
        """From 0 to 1: the success rate, less what the steps take of the limit.

        Ranks as the paper does, by success first and then by steps. ``complexity`` (0 to 100)
        stretches the steps up to twofold: errors grow with their number (observation 1).
        """
        stretched = self.steps * (1 + complexity / 100)
        return self.success_rate * max(0.0, 1 - stretched / self.limit)

    def __str__(self) -> str:
        return f"success rate {self.success_rate:g}, {self.steps:g} steps"


def prior(goal: Goal, hand: ModalityName) -> Prior:
    """What Table 1 says of ``hand`` for this kind of task."""
    table = _table()
    column = table["columns"].index(COLUMN[goal])
    return Prior(
        success_rate=table["success_rate"][hand][column],
        steps=table["steps"][hand][column],
        limit=table["step_limit"],
    )


@cache
def _table() -> dict[str, Any]:
    text = Path(__file__).with_name("table_1.json").read_text(encoding="utf-8")
    table: dict[str, Any] = json.loads(text)
    return table
