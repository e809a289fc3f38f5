"""From scores to shapes: a row a hand, a panel a category, our interval beside the paper's mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudops.views import gym_words as words

if TYPE_CHECKING:
    from cloudops.gym.score import Score

LEFT = 132.0
"""Room for the hands' names, in pixels; all lengths are."""
PANEL = 330.0
GAP = 44.0
SCALE = 200.0
"""Width of 0 to 100%, in a panel; the steps stand to its right."""
TOP = 96.0
ROW = 58.0
FOOT = 64.0
LEGEND = 560.0
"""What the legend takes, which stands in one line."""
TICKS = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Mark:
    """One hand in one category: from ``low`` to ``high`` our interval, ``ours`` our rate and
    ``paper`` the paper's, as places from the left; None where there is none."""

    y: float
    low: float | None
    high: float | None
    ours: float | None
    paper: float | None
    standing: str
    figures: str
    steps: str
    about: str


@dataclass(frozen=True, slots=True)
class Panel:
    x: float
    title: str
    ticks: tuple[tuple[float, str], ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    width: float
    height: float
    bottom: float
    """Where the scale ends, from the top."""
    names: tuple[tuple[float, str, str], ...]
    """Place from the top, hand, planner."""
    panels: tuple[Panel, ...]
    about: str


def charted(scores: Sequence[Score], order: Sequence[str]) -> Chart:
    """The shapes; ``order`` is that of the hands."""
    rows = sorted(
        {(s.hand, s.planner) for s in scores}, key=lambda row: (order.index(row[0]), row[1])
    )
    groups = list(dict.fromkeys(s.group for s in scores))
    bottom = TOP + ROW * len(rows)
    played = sum(s.rate.trials for s in scores if s.rate)
    return Chart(
        width=max(LEFT + len(groups) * (PANEL + GAP) + 8, LEGEND),
        height=bottom + FOOT,
        bottom=bottom,
        names=tuple((_y(n), hand, planner) for n, (hand, planner) in enumerate(rows)),
        panels=tuple(_panel(n, group, scores, rows) for n, group in enumerate(groups)),
        about=f"{played} episodes; each bar is the 95% Wilson interval of a success rate",
    )


def _y(row: int) -> float:
    return TOP + ROW * row + ROW / 2


def _panel(
    place: int, group: str, scores: Sequence[Score], rows: Sequence[tuple[str, str]]
) -> Panel:
    left = LEFT + place * (PANEL + GAP)
    mine = {(s.hand, s.planner): s for s in scores if s.group == group}
    marks = [_mark(left, _y(n), mine[row]) for n, row in enumerate(rows) if row in mine]
    ticks = tuple((left + SCALE * tick / 100, f"{tick}%") for tick in TICKS)
    return Panel(left, group, ticks, tuple(marks))


def _mark(left: float, y: float, score: Score) -> Mark:
    known, rate = score.paper, score.rate
    place = {
        "low": rate.low if rate else None,
        "high": rate.high if rate else None,
        "ours": rate.value if rate else None,
        "paper": known.rate if known else None,
    }
    at = {k: None if v is None else round(left + SCALE * v, 1) for k, v in place.items()}
    steps = f"{words.mean(score.steps)} steps" if rate else ""
    return Mark(
        y=y,
        **at,
        standing=score.standing,
        figures=_figures(score),
        steps=steps + (f" ({known.steps:g})" if known and steps else ""),
        about=f"{score.hand}, {score.group}: ours {words.ours(score)}; paper {words.theirs(score)}",
    )


def _figures(score: Score) -> str:
    """Ours, and the paper's in brackets."""
    if score.rate is None:
        return words.ours(score)
    known = f" ({score.paper.rate:.0%})" if score.paper else ""
    return f"{score.rate.value:.0%}{known}"
