"""Candidates of an exploration: a table on the terminal, a picture beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cloudops.views.plain import safe
from modalities.step import Fidelity

if TYPE_CHECKING:
    from rich.console import RenderableType

    from cloudops.engine.candidate import Candidate
    from modalities.plan import Plan

BAR = 220.0
"""Pixels of the longest bar."""
MOST_NAMED = 6
SHORT = {Fidelity.SIMULATED: "simulated"}


def parts(candidates: Sequence[Candidate], best: Plan | None) -> Iterator[RenderableType]:
    """A row a hand, the chosen one first marked; then, in words, what does not fit into one."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    for heading in ("", "hand", "result"):
        table.add_column(heading, no_wrap=True)
    for heading in ("steps", "actions", "time", "calls", "a month"):
        table.add_column(heading, justify="right", no_wrap=True)
    for heading in ("preview", "undone"):
        table.add_column(heading, no_wrap=True)
    for each in candidates:
        mark = "→" if best is not None and each.plan is not None and each.plan.id == best.id else ""
        table.add_row(mark, *(safe(text) for text in _row(each)))
    yield table
    for each in candidates:
        for text in _remarks(each):
            yield safe(f"{each.hand}: {text}")


def _row(each: Candidate) -> tuple[str, ...]:
    if each.outcome == "cannot":
        return (each.hand, each.outcome, *("–",) * 7)
    return (
        each.hand,
        each.outcome,
        str(each.steps),
        str(each.actions),
        f"{each.seconds:.1f} s",
        str(each.calls),
        cost(each),
        SHORT.get(each.fidelity, each.fidelity),
        returned(each),
    )


def cost(each: Candidate) -> str:
    if each.cost is None or each.cost.change is None:
        return "unknown"
    sign = "$" if each.cost.currency == "USD" else f" {each.cost.currency}"
    return f"{each.cost.change:+.2f}{sign}"


def returned(each: Candidate) -> str:
    """Whether undo left all as it was."""
    if each.leaves is None:
        return "not tried"
    return f"{len(each.leaves)} left" if each.leaves else "all"


def _remarks(each: Candidate) -> Iterator[str]:
    if each.why:
        yield each.why
    yield from each.mended
    if each.along:
        yield f"brings along {_some(each.along)}"
    if each.leaves:
        yield f"undo leaves {_some(each.leaves)}"


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True, slots=True)
class Bar:
    hand: str
    outcome: str
    width: float
    text: str


@dataclass(frozen=True, slots=True)
class Panel:
    title: str
    bars: tuple[Bar, ...]


def panels(candidates: Sequence[Candidate]) -> tuple[Panel, ...]:
    """What is compared, each on a scale of its own; shorter is better."""
    return (
        _panel("seconds", candidates, [c.seconds for c in candidates], "{:.1f}"),
        _panel("steps", candidates, [float(c.steps) for c in candidates], "{:.0f}"),
        _panel("cloud calls", candidates, [float(c.calls) for c in candidates], "{:.0f}"),
        _panel(
            "left by undo", candidates, [float(len(c.leaves or ())) for c in candidates], "{:.0f}"
        ),
    )


def _panel(title: str, of: Sequence[Candidate], values: Sequence[float], shape: str) -> Panel:
    most = max(values, default=0.0) or 1.0
    return Panel(
        title,
        tuple(
            Bar(
                c.hand,
                c.outcome,
                0.0 if c.outcome == "cannot" else BAR * value / most,
                c.outcome if c.outcome == "cannot" else shape.format(value),
            )
            for c, value in zip(of, values, strict=True)
        ),
    )


def picture(candidates: Sequence[Candidate], request: str) -> str:
    """As SVG; the same candidates give the same bytes."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return templates.get_template("candidates.svg").render(
        panels=panels(candidates), request=request, rows=len(candidates)
    )
