"""The vendor's shorthand for objects: ``Name=vpc-id,Values=a,b`` and ``{Key=Name,Value=x}``.

Grammar: "Using shorthand syntax with parameters" in the AWS CLI user guide. What cannot be
understood for certain is refused: what runs is written anew from what was understood, so a
reading that differs from the vendor's could only be shown, never done unseen.
"""

from __future__ import annotations

import re
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

KEY = re.compile(r"[A-Za-z0-9\-_.#/:]+")
BARE = re.compile(r"(?:\\,|[^,\[\]{}'\"])(?:\\,|[^,\]}])*")
QUOTED = {"'": re.compile(r"'((?:\\'|[^'])*)'"), '"': re.compile(r'"((?:\\"|[^"])*)"')}
NEXT_PAIR = re.compile(r"\s*[A-Za-z0-9\-_.#/:]+\s*@?=")

NUMBERS = {"integer": int, "long": int, "float": float, "double": float}
BOOLEANS = {"true": True, "false": False}


class Unreadable(Exception):
    """No shorthand; the text says where it ends to be one."""


def parse(text: str, shape: Shape) -> Any:
    """The object that ``text`` stands for, typed by ``shape``. Raises Unreadable."""
    return _fit(_Reader(text).pairs(), shape)


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def pairs(self, closing: str = "") -> dict[str, Any]:
        found: dict[str, Any] = {}
        while True:
            key = self._take(KEY, "a name")
            if key in found:
                raise self._bad(f"{key} stands twice")
            self._expect("=")
            found[key] = self._value(within=closing)
            if not self._skip(","):
                break
        if closing:
            self._expect(closing)
        elif self._at < len(self._text):
            raise self._bad("more than a value")
        return found

    def _value(self, within: str) -> Any:
        self._blank()
        match self._here():
            case "[":
                self._at += 1
                return self._list()
            case "{":
                self._at += 1
                return self.pairs("}")
        first = self._text_value()
        if within:
            return first
        values = [first]
        while self._here() == "," and not NEXT_PAIR.match(self._text, self._at + 1):
            self._at += 1
            self._blank()
            if self._here() in ("", ","):
                raise self._bad("a value is missing")
            values.append(self._text_value())
        return values if len(values) > 1 else first

    def _list(self) -> list[Any]:
        items: list[Any] = []
        self._blank()
        while not self._skip("]"):
            if items:
                self._expect(",")
            items.append(self._value(within="]"))
        return items

    def _text_value(self) -> str:
        quote = self._here()
        if quote in QUOTED:
            inside = self._take(QUOTED[quote], f"a closing {quote}")[1:-1]
            return inside.replace(f"\\{quote}", quote).replace("\\\\", "\\")
        if quote in ("", ",", "]", "}"):
            return ""
        return self._take(BARE, "a value").replace("\\,", ",").rstrip()

    def _here(self) -> str:
        return self._text[self._at : self._at + 1]

    def _blank(self) -> None:
        while self._here().isspace():
            self._at += 1

    def _skip(self, sign: str) -> bool:
        self._blank()
        if self._here() != sign:
            return False
        self._at += 1
        return True

    def _expect(self, sign: str) -> None:
        if not self._skip(sign):
            raise self._bad(f"{sign} is missing")
        self._blank()

    def _take(self, pattern: re.Pattern[str], wanted: str) -> str:
        self._blank()
        found = pattern.match(self._text, self._at)
        if found is None:
            raise self._bad(f"{wanted} is missing")
        self._at = found.end()
        return found[0]

    def _bad(self, why: str) -> Unreadable:
        return Unreadable(f"{why} at character {self._at + 1} of {self._text[:80]!r}")


def _fit(value: Any, shape: Shape) -> Any:
    """The vendor's shorthand knows text, lists and objects alone: the model tells the rest."""
    match shape:
        case StructureShape() if isinstance(value, dict):
            members = shape.members
            return {k: _fit(v, members[k]) if k in members else v for k, v in value.items()}
        case MapShape() if isinstance(value, dict):
            return {k: _fit(v, shape.value) for k, v in value.items()}
        case ListShape():
            items = value if isinstance(value, list) else [value] if value != "" else []
            return [_fit(item, shape.member) for item in items]
        case _ if not isinstance(value, str):
            return value
    if shape.type_name == "boolean":
        return BOOLEANS.get(value.casefold(), value)
    try:
        return NUMBERS.get(shape.type_name, str)(value)
    except ValueError:
        return value
