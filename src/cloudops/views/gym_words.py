"""What scores and results come to, in words that every form of the report shares."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from cloudops.gym.paper import TITLE
from cloudops.views.plain import plain

if TYPE_CHECKING:
    from cloudops.gym.result import Result
    from cloudops.gym.score import Score
    from cloudops.gym.statistics import Rate

HEADING = "Success rate and mean steps beside the paper's"
ABOUT = (
    f"Paper: {TITLE}. Ours: success with its 95% Wilson interval; steps are the mean over "
    "successes, one decision or one action sent, a batch being one; actions are calls, commands "
    "or clicks, one by one."
)
STANDINGS = {
    "ahead": "ahead of the paper (its rate lies below our interval)",
    "behind": "behind the paper (its rate lies above our interval)",
    "above": "above the paper, within chance",
    "below": "below the paper, within chance",
    "level": "level with the paper",
}


def rate(found: Rate | None) -> str:
    """``88% [69, 96]``; a dash where nothing was played."""
    if found is None:
        return "-"
    return f"{found.value:.0%} [{100 * found.low:.0f}, {100 * found.high:.0f}]"


def mean(value: float | None, places: int = 1) -> str:
    return "-" if value is None else f"{value:.{places}f}"


def theirs(score: Score) -> str:
    """The paper's rate and steps."""
    known = score.paper
    return "not measured" if known is None else f"{known.rate:.0%}, {known.steps:g} steps"


def ours(score: Score) -> str:
    if score.rate is None:
        return "not available" if score.unavailable else "not played"
    return f"{rate(score.rate)}, {mean(score.steps)} steps"


def standing(score: Score) -> str:
    """``ahead, fewer steps``; empty where there is nothing to stand beside."""
    parts = [score.standing, f"{score.steps_standing} steps" if score.steps_standing else ""]
    return ", ".join(part for part in parts if part)


def sentences(scores: Iterable[Score]) -> Iterator[str]:
    """Where we are ahead, where behind, and where nothing can be said; best first."""
    found = list(scores)
    for word, meaning in STANDINGS.items():
        if some := [s for s in found if s.standing == word]:
            each = (f"{s.hand} {s.group} ({s.rate.value:.0%})" for s in some if s.rate)
            yield f"{meaning}: {', '.join(each)}"
    for s in found:
        if s.steps_standing == "more":
            steps = f"{mean(s.steps)} against {s.paper.steps:g}" if s.paper else ""
            yield f"more steps than the paper: {s.hand} {s.group} ({steps})"
    absent = {s.hand: s.unavailable for s in found if s.unavailable}
    for hand, why in absent.items():
        yield f"not available: {hand} ({plain(why)})"


def again(result: Result, tasks: str) -> str:
    """The command that plays one episode once more."""
    file = f" --tasks {shlex.quote(tasks)}" if tasks else ""
    cloud = f" --cloud {result.cloud}" if result.cloud != "aws" else ""
    return (
        f"cloudops gym run{cloud}{file} --task {result.task}:{result.number} --hand {result.hand}"
    )


def failures(results: Iterable[Result]) -> tuple[Result, ...]:
    """Those that were played and did not pass."""
    return tuple(r for r in results if r.counts and not r.passed)


def why(result: Result) -> str:
    """Its reasons, in a line."""
    return plain("; ".join(result.reasons) or result.status)
