"""The gym's report as one JSON document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cloudops.gym.paper import TITLE
from cloudops.gym.score import by_category, by_task
from cloudops.gym.statistics import CONFIDENCE
from cloudops.views import gym_words as words

if TYPE_CHECKING:
    from cloudops.gym.result import Result
    from cloudops.gym.score import Score

SCHEMA_VERSION = 1


def document(results: Sequence[Result], tasks: str) -> dict[str, Any]:
    """Scores by category and by task, beside the paper's; what did not pass, and all results."""
    categories = by_category(results)
    return {
        "schema_version": SCHEMA_VERSION,
        "paper": TITLE,
        "interval": {"method": "wilson", "confidence": CONFIDENCE},
        "tasks": tasks or None,
        "categories": [_score(score) for score in categories],
        "by_task": [_score(score) for score in by_task(results)],
        "standing": list(words.sentences(categories)),
        "failures": [_failure(result, tasks) for result in words.failures(results)],
        "episodes": [asdict(result) for result in results],
    }


def _score(score: Score) -> dict[str, Any]:
    data = asdict(score)
    rate = data["rate"]
    if score.rate is not None:
        rate["value"] = score.rate.value
    return {
        **data,
        "paper": asdict(score.paper) if score.paper else None,
        "standing": score.standing or None,
        "steps_standing": score.steps_standing or None,
    }


def _failure(result: Result, tasks: str) -> dict[str, Any]:
    return {
        "key": result.key,
        "prompt": result.prompt,
        "status": result.status,
        "reasons": list(result.reasons),
        "again": words.again(result, tasks),
    }
