"""The verdicts as a table, a line for each hand and specimen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from kill.specimen import ANEW
from kill.verdict import UNBROKEN, Verdict

HEAD = (
    *(
        "hand",
        "specimen",
        "unbroken: undone",
        "moments",
        "resumed: goal",
        "start",
        "undone: start",
        "anew: goal",
        "told",
    ),
    *("not begun", "not reached", "out of time", "twice", "orphans", "claims", "wrong"),
)


def rows(verdicts: Iterable[Verdict]) -> list[tuple[str, ...]]:
    ordered = sorted(verdicts, key=lambda v: (v.hand, v.specimen))
    return [
        _row(hand, specimen, list(group))
        for (hand, specimen), group in groupby(ordered, key=lambda v: (v.hand, v.specimen))
    ]


def _row(hand: str, specimen: str, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    unbroken = next((v.came_to for v in verdicts if v.moment == UNBROKEN), "")
    verdicts = [v for v in verdicts if v.moment != UNBROKEN]

    def count(came_to: str, ending: str = "") -> int:
        return sum(v.came_to == came_to and ending in ("", v.ending) for v in verdicts)

    figures = (
        len({v.moment for v in verdicts}),
        count("goal", "resume"),
        count("start", "resume"),
        count("start", "undo"),
        count("goal", ANEW),
        count("told"),
        count("not begun"),
        count("not reached"),
        count("out of time"),
        sum(bool(v.twice) for v in verdicts),
        sum(bool(v.orphans) for v in verdicts),
        sum(v.claims > 0 for v in verdicts),
        count("wrong"),
    )
    return (hand, specimen, unbroken, *(str(n) for n in figures))


def table(verdicts: Iterable[Verdict]) -> str:
    """For a terminal and for Markdown alike."""
    found = rows(verdicts)
    numbers = [sum(int(row[n]) for row in found) for n in range(3, len(HEAD))]
    found.append(("all", "", "", *(str(n) for n in numbers)))
    widths = [max(len(row[n]) for row in (HEAD, *found)) for n in range(len(HEAD))]
    lines = [HEAD, tuple("-" * width for width in widths), *found]
    return "\n".join(
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in lines
    )
