"""What is known of each hand before anything was measured: Table 1 of the paper."""

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
    """``success_rate`` from 0 to 1 of ``trials``, ``steps`` the average number a success took;
    one that takes more than ``limit`` steps fails."""

    success_rate: float
    steps: float
    trials: int
    limit: int

    def __str__(self) -> str:
        steps = "step" if self.steps == 1 else "steps"
        return f"paper {self.success_rate:.0%} in {self.steps:g} {steps}"


def prior(goal: Goal, hand: ModalityName) -> Prior:
    """What Table 1 says of ``hand`` for this kind of task."""
    table = _table()
    column = table["columns"].index(COLUMN[goal])
    return Prior(
        success_rate=table["success_rate"][hand][column],
        steps=table["steps"][hand][column],
        trials=table["trials"],
        limit=table["step_limit"],
    )


@cache
def _table() -> dict[str, Any]:
    text = Path(__file__).with_name("table_1.json").read_text(encoding="utf-8")
    table: dict[str, Any] = json.loads(text)
    return table
