"""For measuring: the sentences of an operation that a question was taken from."""

from __future__ import annotations

from collections.abc import Iterable


def same(sentences: Iterable[str], question: str) -> frozenset[str]:
    """Those of ``sentences`` that are ``question``, or hold it or are held by it."""
    plain = _plain(question)
    return frozenset(each for each in sentences if _alike(_plain(each), plain))


def _alike(one: str, other: str) -> bool:
    return one == other or (len(other) > 8 and other in one) or (len(one) > 8 and one in other)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip(". ")
