"""Candidates in order, with the chance that the first is right: both as they were measured.

The weights stand in ``weights.json``; ``benchmarks/knowledge.py --fit`` writes them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cloudops.knowledge.features import FEATURES
from cloudops.knowledge.index import Compared

DATA = Path(__file__).with_name("weights.json")

SIGNS = ("chance", "margin", "in_any", "nouns_said", "as_example", "constant")
"""What the chance of the first being right is told by."""


@dataclass(frozen=True, slots=True)
class Weights:
    """``order`` by :data:`FEATURES`, ``trust`` by :data:`SIGNS`."""

    order: tuple[float, ...]
    trust: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    found: Compared
    score: float
    confidence: float


@cache
def shipped() -> Weights:
    told: Mapping[str, Mapping[str, Any]] = json.loads(DATA.read_text(encoding="utf-8"))
    return Weights(
        tuple(float(told["order"][name]) for name in FEATURES),
        tuple(float(told["trust"][name]) for name in SIGNS),
    )


def ranked(found: Sequence[Compared], weights: Weights | None = None) -> list[Ranked]:
    """Best first; of equals the one with the shorter name. Confidences add up to one at most."""
    weights = weights or shipped()
    scores = [(dot(weights.order, each.features), each) for each in found]
    scores.sort(key=lambda pair: (-pair[0], len(pair[1].row.key), pair[1].row.key))
    if not scores:
        return []
    chances = softmax([score for score, _ in scores])
    trust = confidence(scores[0][1], chances, [score for score, _ in scores], weights)
    return [
        Ranked(each, score, _of(number, chance, chances, trust))
        for number, ((score, each), chance) in enumerate(zip(scores, chances, strict=True))
    ]


def _of(number: int, chance: float, chances: Sequence[float], trust: float) -> float:
    """What the first leaves is shared among the others as their scores have it; none of them
    gets more than the first."""
    if number == 0:
        return trust
    rest = sum(chances[1:])
    return min(trust, (1 - trust) * chance / rest) if rest else 0.0


def signs(first: Compared, chances: Sequence[float], scores: Sequence[float]) -> tuple[float, ...]:
    at = dict(zip(FEATURES, first.features, strict=True))
    chance = min(max(chances[0], 1e-6), 1 - 1e-6)
    margin = scores[0] - scores[1] if len(scores) > 1 else 5.0
    return (
        math.log(chance / (1 - chance)),
        min(margin, 5.0),
        at["in_any"],
        at["nouns_said"],
        at["as_example"],
        1.0,
    )


def confidence(
    first: Compared, chances: Sequence[float], scores: Sequence[float], weights: Weights
) -> float:
    return 1 / (1 + math.exp(-dot(weights.trust, signs(first, chances, scores))))


def softmax(scores: Sequence[float]) -> list[float]:
    most = max(scores)
    powers = [math.exp(score - most) for score in scores]
    whole = sum(powers)
    return [power / whole for power in powers]


def dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))
