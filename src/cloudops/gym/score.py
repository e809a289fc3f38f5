"""What all results together say, a category and a hand at a time, beside the paper."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from cloudops.gym.episode import HANDS
from cloudops.gym.paper import Published, published
from cloudops.gym.result import Result, Status
from cloudops.gym.statistics import Rate, pass_hat, wilson
from sandbox.gym.tasks import CATEGORIES


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Of the episodes of one hand in ``group`` (a category, or a task's id), with one planner.

    ``steps``, ``actions``, ``seconds`` and ``rehearsal_seconds`` are means over the successes,
    as the paper has its steps; None where there are none. ``hat`` is pass^k for k attempts,
    None where each prompt was tried once. ``unavailable`` says why nothing was played.
    """

    group: str
    hand: str
    planner: str
    rate: Rate | None
    steps: float | None
    actions: float | None
    seconds: float | None
    rehearsal_seconds: float | None
    refused: int
    failed: int
    broken: int
    unwarned: int
    left_over: int
    unwanted: int
    attempts: int
    hat: float | None
    unavailable: str
    used: tuple[str, ...]

    @property
    def paper(self) -> Published | None:
        return published(self.group, self.hand) if self.group in CATEGORIES else None

    @property
    def standing(self) -> str:
        """Beside the paper's rate: ``ahead`` or ``behind`` where its rate lies outside our
        interval, else ``above``, ``below`` or ``level``, which chance may have made."""
        if self.rate is None or self.paper is None:
            return ""
        theirs, ours = self.paper.rate, self.rate
        if theirs < ours.low - 1e-9:
            return "ahead"
        if theirs > ours.high + 1e-9:
            return "behind"
        near = abs(theirs - ours.value) < 0.005
        return "level" if near else "above" if ours.value > theirs else "below"

    @property
    def steps_standing(self) -> str:
        """``fewer``, ``more`` or ``as many`` steps than the paper's mean."""
        if self.steps is None or self.paper is None:
            return ""
        apart = self.steps - self.paper.steps
        return "as many" if abs(apart) < 0.05 else "fewer" if apart < 0 else "more"


def by_category(results: Iterable[Result]) -> tuple[Score, ...]:
    """A score a category, hand and planner, in the paper's order."""
    return _scores(results, lambda r: r.category, CATEGORIES)


def by_task(results: Iterable[Result]) -> tuple[Score, ...]:
    found = tuple(results)
    order = sorted({r.task for r in found}, key=lambda id: ("PUM".index(id[0]), id))
    return _scores(found, lambda r: r.task, order)


def _scores(
    results: Iterable[Result], group_of: Callable[[Result], str], order: Sequence[str]
) -> tuple[Score, ...]:
    groups: dict[tuple[str, str, str], list[Result]] = defaultdict(list)
    for result in results:
        groups[group_of(result), result.hand, result.planner].append(result)
    keys = sorted(groups, key=lambda k: (order.index(k[0]), HANDS.index(k[1]), k[2]))
    return tuple(score(groups[key], *key) for key in keys)


def score(results: Sequence[Result], group: str, hand: str, planner: str) -> Score:
    """Of results that belong together."""
    counting = [r for r in results if r.counts]
    passed = [r for r in counting if r.passed]
    attempts = max(Counter((r.task, r.number) for r in counting).values(), default=0)
    absent = next((r for r in results if r.status is Status.UNAVAILABLE), None)
    return Score(
        group=group,
        hand=hand,
        planner=planner,
        rate=wilson(len(passed), len(counting)),
        steps=_mean([r.steps for r in passed]),
        actions=_mean([r.actions for r in passed]),
        seconds=_mean([r.seconds for r in passed]),
        rehearsal_seconds=_mean([r.rehearsal_seconds for r in passed]),
        refused=sum(r.status is Status.REFUSED for r in counting),
        failed=sum(r.status is Status.FAILED for r in counting),
        broken=sum(r.status is Status.BROKEN for r in results),
        unwarned=sum(bool(r.unwarned) for r in counting),
        left_over=sum(bool(r.left_over) for r in counting),
        unwanted=sum(bool(r.unwanted) for r in counting),
        attempts=attempts,
        hat=pass_hat(_tries(counting), attempts) if attempts > 1 else None,
        unavailable="" if counting or absent is None else "; ".join(absent.reasons),
        used=tuple(sorted({r.used for r in passed if r.used})),
    )


def _tries(results: Iterable[Result]) -> list[tuple[int, int]]:
    """Successes and attempts of each prompt."""
    found: dict[tuple[str, int], list[bool]] = defaultdict(list)
    for result in results:
        found[result.task, result.number].append(result.passed)
    return [(sum(tries), len(tries)) for tries in found.values()]


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None
