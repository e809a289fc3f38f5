"""Words as the index has them: parts of names apart, endings off, verbs by what they do."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from cloudops.knowledge.vocabulary import AKIN, ALIKE, CLASSES, EMPTY, JOINED

WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*|\d+")
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
VALUE = re.compile(
    r"""(?:\barn:[\w-]+:\S+ | (?<!\w)/\S+/\S* | \bhttps?://\S+ | \b[a-z]+-[0-9a-f]{8,}\b
    | \b\d+(?:\.\d+){3}(?:/\d+)?\b | <[^>]*> | \{[^}]*\} | [\w.-]*\d[\w.-]*-[\w.-]+ )""",
    re.X,
)
"""What stands for a thing and not for a kind of thing: ids, addresses, places to fill in."""

SHORTEST = 4


def stems(text: str) -> tuple[str, ...]:
    """Every word of ``text`` that says something, in order, in the form it is looked up by."""
    return tuple(_stems(text))


def asked(text: str) -> tuple[str, ...]:
    """The same of a request: without ids and other values in it."""
    return stems(VALUE.sub(" ", text))


def _stems(text: str) -> Iterator[str]:
    plain = [part.lower() for word in WORD.findall(text) for part in HUMP.split(word)]
    place = 0
    while place < len(plain):
        pair = JOINED.get(tuple(plain[place : place + 2]))
        found = pair or (plain[place],)
        place += 2 if pair else 1
        for word in found:
            if word not in EMPTY:
                yield from (stem(each) for each in ALIKE.get(word, word).split())


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Without the endings of plurals, of doing and of having done. ``policies`` is ``polici``
    like ``policy``: what comes out need be no word, only the same for the same."""
    for ending, instead, left in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) + len(instead) >= left:
            word = word[: len(word) - len(ending)] + instead
            break
    if len(word) > SHORTEST and word.endswith("e"):
        word = word[:-1]
    if len(word) > SHORTEST and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word[:-1] + "i" if len(word) > SHORTEST - 1 and word.endswith("y") else word


ENDINGS = (
    ("sses", "ss", 4),
    ("ches", "ch", 4),
    ("xes", "x", 3),
    ("ies", "i", 4),
    ("ations", "at", 5),
    ("ation", "at", 5),
    ("ions", "", 5),
    ("ings", "", 4),
    ("ing", "", 4),
    ("ion", "", 5),
    ("ied", "i", 4),
    ("ers", "er", 5),
    ("ed", "", 4),
    ("ss", "ss", 3),
    ("us", "us", 3),
    ("is", "is", 3),
    ("s", "", 3),
)


def _verbs() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for kind, words in CLASSES.items():
        for word in words.split():
            found[stem(word)].add(kind)
    return {word: frozenset(kinds) for word, kinds in found.items()}


VERBS = _verbs()
"""What each verb does, as classes, by its stem."""


def does(word: str) -> frozenset[str]:
    """The classes of a verb; none where it is no verb that we know."""
    return VERBS.get(word, frozenset())


def akin(kinds: frozenset[str]) -> frozenset[str]:
    return frozenset(near for kind in kinds for near in AKIN.get(kind, ()))
