"""The score of a hand at a task: a product, so that every part can be read by itself."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from cloudops.request import Intent
from cloudops.router.expectation import Expectation
from modalities.change import Delete, SetPriority
from modalities.plan import ModalityName

PATIENCE = 60.0
"""Seconds: a hand that takes so long to change something is worth half of one that takes none."""
PATIENCE_FOR_ANSWERS = 10.0
"""The same for a question, whose asker waits at the prompt."""
REPLACING = {ModalityName.SDK: 0.9, ModalityName.CLI: 0.9, ModalityName.BROWSER: 0.7}
"""All but IaC go through a replacement step by step, and failed at it (section 2.3)."""
DELETING = {ModalityName.BROWSER: 0.8}
"""A click that misses deletes something else (section 2.3: misclicks)."""
TAKEN_OVER = 0.8
"""What is to be changed as code and is not in the code yet has to be imported first."""


@dataclass(frozen=True, slots=True)
class Score:
    """``parts`` by name, each from 0 to 1, those that may be shown in this order."""

    parts: tuple[tuple[str, float], ...]

    @property
    def value(self) -> float:
        return round(math.prod(part for _, part in self.parts), 6)

    def __str__(self) -> str:
        """``0.58 = fit 0.70 x success 0.90``: what takes nothing away is left out."""
        counted = " x ".join(f"{n} {p:.2f}" for n, p in self.parts if p < 0.995)
        return f"{self.value:.2f}" + (f" = {counted}" if counted else "")


def score(
    hand: ModalityName,
    intent: Intent,
    expected: Expectation,
    *,
    fit: float,
    complexity: float,
    imports: bool,
) -> Score:
    """``fit`` is the hand's own word, ``complexity`` from 0 to 100; ``imports`` where existing
    things would have to be taken over into the code first."""
    patience = PATIENCE if intent.question is None else PATIENCE_FOR_ANSWERS
    return Score(
        (
            ("fit", max(0.0, min(fit, 1.0))),
            ("success", expected.success),
            ("steps", _steps(expected, complexity)),
            ("speed", patience / (patience + expected.seconds)),
            ("care", min(_care(hand, intent), default=1.0)),
            ("import", TAKEN_OVER if imports else 1.0),
        )
    )


def _steps(expected: Expectation, complexity: float) -> float:
    """What the steps leave of the limit. Complexity stretches them up to twofold: errors grow
    with their number (observation 1 of the paper)."""
    stretched = expected.steps * (1 + complexity / 100)
    return max(0.01, 1 - stretched / expected.limit)


def _care(hand: ModalityName, intent: Intent) -> Iterator[float]:
    for change in intent.changes:
        match change:
            case SetPriority():
                yield REPLACING.get(hand, 1.0)
            case Delete():
                yield DELETING.get(hand, 1.0)
            case _:
                pass
