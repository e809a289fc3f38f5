"""Names as people read them, and how well one fits another."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

DECORATION = re.compile(
    r"\s*(\*|:|…|\.\.\.|\(optional\)|\(required\)|[-–—]\s*optional|\binfo$|\brequired$|\boptional$)\s*$"
)
TAIL = re.compile(r"\s*(\(\d+\+?\)|\d+|[▾▼▸▶›»⌄↗×✕]|\s)+$")
"""What stands behind a name without being part of it: counts, arrows."""

ORDINAL = re.compile(r"^(?P<name>.+) #(?P<number>[1-9]\d?)$")


def plain(label: str) -> str:
    """Without case, spaces at the ends, stars, colons, "(optional)"."""
    text = " ".join(label.split()).casefold().lstrip("* ")
    while (shorter := DECORATION.sub("", text)) != text:
        text = shorter
    return text


def rank(wanted: str, label: str, *, loosely: bool = False) -> int | None:
    """0 letter by letter, 1 without decoration, 2 without counts and arrows; ``loosely`` also
    3 at its beginning and 4 inside it, in whole words. None: it is another."""
    if not label:
        return None
    if wanted.strip() == label.strip():
        return 0
    mine, theirs = plain(wanted), plain(label)
    if mine == theirs and mine:
        return 1
    if mine and mine == plain(TAIL.sub("", theirs)):
        return 2
    if loosely and mine and (found := re.search(rf"(?<!\w){re.escape(mine)}(?!\w)", theirs)):
        return 4 if found.start() else 3
    return None


def ordinal(wanted: str) -> tuple[str, int]:
    """``Key #2`` is the second of that name, counted from the top; 0 where none is counted."""
    found = ORDINAL.match(wanted)
    return (found["name"], int(found["number"])) if found else (wanted, 0)


def near(wanted: str, names: Iterable[str]) -> tuple[str, ...]:
    """What may have been meant, best first."""
    known = {plain(name): name for name in names if name}
    mine = plain(wanted)
    within = [name for key, name in known.items() if mine and (mine in key or key in mine)]
    close = [known[key] for key in difflib.get_close_matches(mine, known, 5, 0.5)]
    return tuple(dict.fromkeys([*within, *close]))[:6]
