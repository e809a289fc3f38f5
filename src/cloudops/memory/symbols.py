"""The symbols that stand in a workflow for what was of one time: ``{"$parameter": 0}`` and so on.

A text of which only a part is a symbol is ``{"$text": [part, ...]}``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

PARAMETER, THING, CHOICE, PLACE = "$parameter", "$thing", "$choice", "$place"
TEXT = "$text"
SYMBOLS = (PARAMETER, THING, CHOICE, PLACE)

Symbol = Mapping[str, Any]


def parameter(number: int) -> Symbol:
    return {PARAMETER: number}


def thing(number: int, take: str = "id") -> Symbol:
    """The id of a thing, its name or one of its attributes."""
    return {THING: number, "take": take}


def choice(number: int) -> Symbol:
    return {CHOICE: number}


def place(what: str) -> Symbol:
    """``scope``, ``account``, ``region``, ``group`` of the target; ``run``, who makes the plan."""
    return {PLACE: what}


def is_symbol(value: Any) -> bool:
    return isinstance(value, Mapping) and any(name in value for name in SYMBOLS)


def symbols_in(value: Any) -> Iterator[Symbol]:
    """Every symbol, in order."""
    if is_symbol(value):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from symbols_in(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from symbols_in(each)


def filled(value: Any, of: Callable[[Symbol], Any]) -> Any:
    """``value`` with what each symbol stands for. What ``of`` raises goes through."""
    if is_symbol(value):
        return of(value)
    if isinstance(value, Mapping):
        if TEXT in value:
            return "".join(p if isinstance(p, str) else str(of(p)) for p in value[TEXT])
        return {key: filled(each, of) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [filled(each, of) for each in value]
    return value


class Reader:
    """Finds literals in texts and puts their symbols there: the longest first, whole words only.
    A region is also found in the name of a zone (``us-east-1a``). ``numbers`` are literals whose
    symbols stand for numbers: where a text is one, it stays a text."""

    def __init__(
        self,
        literals: Sequence[tuple[str, Symbol]],
        *,
        region: str = "",
        numbers: frozenset[str] = frozenset(),
    ) -> None:
        self._numbers = numbers
        self._symbols: dict[str, Symbol] = {}
        for literal, symbol in literals:
            self._symbols.setdefault(literal, symbol)
        longest = sorted(self._symbols, key=len, reverse=True)
        self._pattern = (
            re.compile("|".join(_whole(text, zone=text == region) for text in longest))
            if longest
            else None
        )

    def read(self, text: str, allowed: Callable[[str], bool] = lambda _: True) -> Any:
        """The text; the symbol that it is; or a ``$text``. ``allowed`` may refuse a literal."""
        parts: list[Any] = []
        end = 0
        for found in self._pattern.finditer(text) if self._pattern else ():
            if not allowed(found.group()):
                continue
            parts += [text[end : found.start()], self._symbols[found.group()]]
            end = found.end()
        parts = [part for part in (*parts, text[end:]) if part != ""]
        if not any(is_symbol(part) for part in parts):
            return text
        return parts[0] if len(parts) == 1 and text not in self._numbers else {TEXT: parts}


def _whole(literal: str, *, zone: bool) -> str:
    """A pattern for the literal where it is no part of a longer word or number."""
    before = r"(?<![A-Za-z0-9_])" if literal[0].isalnum() else ""
    after = r"(?![A-Za-z0-9_])" if literal[-1].isalnum() else ""
    if literal.isdecimal():  # no part of an address or a fraction
        before, after = r"(?<![A-Za-z0-9_.:/])", r"(?![A-Za-z0-9_:/]|\.\d)"
    if zone:
        after = r"(?![A-Za-z0-9_]|-)|(?=[a-z](?![A-Za-z0-9_]))"
    return before + re.escape(literal) + f"(?:{after})"
