"""From text to tokens: words, quoted names and the signs that carry meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text, with its place in it. ``quoted``: the person marked it as one name."""

    text: str
    start: int
    end: int
    quoted: bool = False

    @property
    def lower(self) -> str:
        return self.text.casefold()


_SCAN = re.compile(
    r"""
      (?P<pair>   [A-Za-z][\w.:/-]{0,127}=(?:"[^"\n]*"|'[^'\n]*') )
    | (?P<quoted> "[^"\n]*" | `[^`\n]*` | (?<!\w)'[^'\n]+'(?!\w) )
    | (?P<sign>   ->|=>|[,;!?()|\n"`] )
    | (?P<word>   (?:(?!->|=>)[^\s,;!?()|"`])+ )
    """,
    re.VERBOSE,
)
_KEY_VALUE = re.compile(r"[A-Za-z][\w.:/-]*=[^=].*")
_SPAN = re.compile(r".*\w\.\.\w.*")
_JOINED = re.compile(r"(?P<left>[A-Za-z]{2,})(?P<sign>[/&+])(?P<right>[A-Za-z]{2,})")
_CONTRACTED = frozenset({"let's", "who's", "that's", "it's", "there's", "here's"})


def tokens(text: str) -> tuple[Token, ...]:
    """Every piece of ``text`` in order; white space is dropped, line ends are kept."""
    return tuple(token for match in _SCAN.finditer(text) for token in _pieces(match))


def _pieces(match: re.Match[str]) -> Iterator[Token]:
    text, start = match.group(), match.start()
    if match.lastgroup == "quoted":
        yield Token(text[1:-1], start, match.end(), quoted=True)
    elif match.lastgroup == "pair":
        key, _, value = text.partition("=")
        yield Token(f"{key}={value[1:-1]}", start, match.end())
    elif match.lastgroup == "sign":
        yield Token(text, start, match.end())
    else:
        yield from _words(text, start)


def _words(text: str, start: int) -> Iterator[Token]:
    """A run of characters without white space, taken apart where it holds several tokens."""
    body = text.rstrip(".:'")
    tail = text[len(body) :]
    if not body:
        yield Token(text[0], start, start + len(text))
        return
    end = start + len(body)
    low = body.casefold()
    if _KEY_VALUE.fullmatch(body):
        yield Token(body, start, end)
    elif "=" in body:
        yield from _split_equals(body, start)
    elif low.endswith("'s") and len(low) > 2 and low not in _CONTRACTED:
        yield from _words(body[:-2], start)
        yield Token("'s", end - 2, end)
    elif match := _JOINED.fullmatch(body):
        for part in ("left", "sign", "right"):
            yield Token(match[part], start + match.start(part), start + match.end(part))
    else:
        lead = len(body) - len(body.lstrip("'~"))
        yield Token(body[lead:], start + lead, end)
    yield from _tail(tail, end)


def _split_equals(body: str, start: int) -> Iterator[Token]:
    """``env=``, ``=prod`` and a lone ``=``: written with spaces around the sign."""
    place = start
    for part in re.split(r"(=)", body):
        if part:
            yield Token(part, place, place + len(part))
        place += len(part)


def _tail(tail: str, end: int) -> Iterator[Token]:
    if "'" in tail and tail.startswith("'"):
        yield Token("'s", end, end + 1)
    for sign in (".", ":"):
        if sign in tail:
            yield Token(sign, end, end + len(tail))
            return
