"""How the reason of a rank is kept to one line."""

from __future__ import annotations

from collections.abc import Sequence

WHY = 72
"""Characters of a rank's reason: with its number, name and score it fits a terminal of 100."""


def line(parts: Sequence[str], limit: int = WHY) -> str:
    """The parts in one line, the first the most important; the last shortened or left out."""
    said = ""
    for part in filter(None, parts):
        room = limit - len(said) - (2 if said else 0)
        short = shortened(part, room)
        if short:
            said = f"{said}; {short}" if said else short
    return said


def shortened(text: str, limit: int) -> str:
    """``text``, else what of it stands before a comma or colon, else as many words as fit;
    nothing where they are less than half of them."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    clause = text
    for mark in ("; ", ": ", ", "):
        clause = clause.split(mark)[0]
        if len(clause) <= limit:
            return clause
    words = clause[: max(limit - 3, 0)].rsplit(" ", 1)[0]
    return f"{words}..." if " " in words and len(words) > len(clause) / 2 else ""
