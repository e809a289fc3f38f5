"""What a request says and a reading of it leaves out: a model may forget as well as invent.

Nothing is refused for it, since people say more than they ask for. But a reading that leaves out a
name or a number must be had once more before it is believed.
"""

from __future__ import annotations

import json
import re

from cloudops.planner.by_model.reading import Reading
from cloudops.planner.by_model.spoken import ADDRESS, NAME_LIKE, Words
from modalities.change import Create
from modalities.codec import encode

DIGITS = re.compile(r"\d+(?:\.\d+)?")


def unread(reading: Reading, text: str) -> tuple[str, ...]:
    """Names, addresses and numbers that stand in ``text`` and nowhere in the reading, in order of
    kind. A word without a digit, outside quotes, is taken for no name."""
    words = Words(text)
    said = json.dumps([encode(reading.changes), encode(reading.question)], ensure_ascii=False)
    said = said.casefold()
    found = (*NAME_LIKE.findall(words.text), *ADDRESS.findall(words.text))
    names = {n.casefold() for n in found if DIGITS.search(n)} | set(words.quoted)
    counts = {float(n) for n in DIGITS.findall(said)} | _many(reading)
    missing = sorted(name for name in names if name not in said)
    return (*missing, *(f"{n:g}" for n in sorted(words.numbers - counts)))


def _many(reading: Reading) -> set[float]:
    """How many there are of what is new, of each kind."""
    kinds = [w.kind for c in reading.changes if isinstance(c, Create) for w in c.wanted]
    return {float(kinds.count(kind)) for kind in set(kinds)}
