"""What a request says and a reading of it leaves out: a model may forget as well as invent.

Nothing is refused for it, since people say more than they ask for. But a reading that leaves out a
name or a number must be had once more before it is believed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from cloudops.planner.by_model.reading import Reading
from cloudops.planner.by_model.spoken import ADDRESS, NAME_LIKE, Words
from modalities.change import Create
from modalities.codec import encode

DIGITS = re.compile(r"\d+(?:\.\d+)?")


def unread(reading: Reading, text: str) -> tuple[str, ...]:
    """What stands in ``text`` and nowhere in the reading."""
    said = [encode(reading.changes), encode(reading.question), *_many(reading)]
    return left_out(said, text)


def numbers(text: str) -> frozenset[float]:
    """Those that stand alone in the request, and in no name or address."""
    return Words(text).numbers


def unnamed(reading: Reading, text: str) -> tuple[str, ...]:
    """Names and addresses among that."""
    return _names_left_out(_plain([encode(reading.changes), encode(reading.question)]), Words(text))


def left_out(said: Sequence[Any], text: str) -> tuple[str, ...]:
    """Names, addresses and numbers that stand in ``text`` and nowhere in ``said``, which is JSON
    data. A word without a digit, outside quotes, is taken for no name."""
    words, plain = Words(text), _plain(said)
    counts = {float(n) for n in DIGITS.findall(plain)}
    missing = (f"{n:g}" for n in sorted(words.numbers - counts))
    return (*_names_left_out(plain, words), *missing)


def _names_left_out(plain: str, words: Words) -> tuple[str, ...]:
    found = (*NAME_LIKE.findall(words.text), *ADDRESS.findall(words.text))
    names = {n.casefold() for n in found if DIGITS.search(n)} | set(words.quoted)
    return tuple(sorted(name for name in names if not _stands_in(plain, name)))


def _stands_in(plain: str, name: str) -> bool:
    """As a whole: web-1 is not said where web-1-2 is."""
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", plain) is not None


def _plain(said: Sequence[Any]) -> str:
    return json.dumps(said, ensure_ascii=False).casefold()


def _many(reading: Reading) -> set[float]:
    """How many there are of what is new, of each kind."""
    kinds = [w.kind for c in reading.changes if isinstance(c, Create) for w in c.wanted]
    return {float(kinds.count(kind)) for kind in set(kinds)}
