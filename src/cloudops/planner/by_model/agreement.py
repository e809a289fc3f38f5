"""When a model is believed: what it says must lead what else it says to the same request.

Ahead by k is the simplest sequential test (Wald, 1945): where a wrong answer comes once to n right
ones, it gets through about once to n**k. How large k is depends on what the words say and the
reading leaves out, since of all errors forgetting is the one that nothing else can tell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from cloudops.planner.by_model import coverage
from cloudops.planner.by_model.reading import Reading
from cloudops.planner.by_model.spoken import Words
from modalities.change import Create

TWICE = 2
"""Ahead by so many where nothing is left open. 1: the first answer is taken (benchmarks)."""
MOST_MORE = 2
JOINTS = re.compile(
    r"[;.](?=\s)|\b(?:and|then|also|plus|und|dann|et|puis|y|luego|e|poi|en)\b", re.I
)
"""What stands between two wishes, in the languages of most of those who write no English."""


@dataclass
class Votes:
    """What was said so far, and how often."""

    cast: Counter[object] = field(default_factory=Counter)

    def lead(self, said: object) -> int:
        """``said`` counts once more; by how many it is ahead of the next."""
        self.cast[said] += 1
        others = max((n for other, n in self.cast.items() if other != said), default=0)
        return self.cast[said] - others


def needed(reading: Reading, text: str) -> int:
    """By how much it must lead before it is believed."""
    if reading.declined or reading.doubts:
        return TWICE
    return ahead(text, _parts(reading), coverage.unread(reading, text))


def ahead(text: str, parts: int, unread: Sequence[str]) -> int:
    """The same for an answer of so many parts: one more for a name or a number of the words that
    is ``unread``, and for any number, easily taken for that of something else; or one for each
    wish of theirs that has no part in the answer, two at most."""
    if TWICE == 1:
        return TWICE
    risky = bool(unread or coverage.numbers(text))
    return TWICE + max(risky, min(_wishes(text) - parts, MOST_MORE))


def _wishes(text: str) -> int:
    return 1 + len(JOINTS.findall(Words(text).text.strip().rstrip(".;")))


def _parts(reading: Reading) -> int:
    """Changes, each new thing by itself; a question."""
    new = (len(c.wanted) if isinstance(c, Create) else 1 for c in reading.changes)
    return sum(new) + (reading.question is not None)
