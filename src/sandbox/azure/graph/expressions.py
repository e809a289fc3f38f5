"""Scalar expressions of queries: columns, comparisons, the commonest functions.

https://learn.microsoft.com/azure/data-explorer/kusto/query/scalar-data-types
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from sandbox.azure.graph.tokens import Token, malformed
from sandbox.azure.templates.values import as_text, key_of

Row: TypeAlias = Mapping[str, Any]
Scalar: TypeAlias = Callable[[Row], Any]


def _folded(value: Any) -> str:
    return as_text(value).casefold()


def _any(one: Any, many: Any) -> bool:
    return any(one == other for other in many)


def _any_folded(one: Any, many: Any) -> bool:
    return any(_folded(one) == _folded(other) for other in many)


def _has(one: Any, other: Any) -> bool:
    return _folded(other) in "".join(c if c.isalnum() else " " for c in _folded(one)).split()


def _ordered(one: Any, other: Any, wanted: Callable[[Any, Any], bool]) -> bool:
    """Null compares with nothing; text with text, numbers with numbers."""
    if isinstance(one, str) != isinstance(other, str) or one is None or other is None:
        return False
    return wanted(one, other)


SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    "=~": lambda one, other: _folded(one) == _folded(other),
    "!~": lambda one, other: _folded(one) != _folded(other),
    "<": lambda one, other: _ordered(one, other, lambda a, b: a < b),
    "<=": lambda one, other: _ordered(one, other, lambda a, b: a <= b),
    ">": lambda one, other: _ordered(one, other, lambda a, b: a > b),
    ">=": lambda one, other: _ordered(one, other, lambda a, b: a >= b),
    "contains": lambda one, other: _folded(other) in _folded(one),
    "!contains": lambda one, other: _folded(other) not in _folded(one),
    "startswith": lambda one, other: _folded(one).startswith(_folded(other)),
    "!startswith": lambda one, other: not _folded(one).startswith(_folded(other)),
    "endswith": lambda one, other: _folded(one).endswith(_folded(other)),
    "!endswith": lambda one, other: not _folded(one).endswith(_folded(other)),
    "has": _has,
    "!has": lambda one, other: not _has(one, other),
    "in": _any,
    "!in": lambda one, many: not _any(one, many),
    "in~": _any_folded,
    "!in~": lambda one, many: not _any_folded(one, many),
}
LISTS = frozenset({"in", "!in", "in~", "!in~"})

FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "tolower": lambda value: as_text(value).lower(),
    "toupper": lambda value: as_text(value).upper(),
    "tostring": as_text,
    "toint": lambda value: int(value) if as_text(value).lstrip("-").isdigit() else None,
    "isempty": lambda value: value in (None, ""),
    "isnotempty": lambda value: value not in (None, ""),
    "isnull": lambda value: value is None,
    "isnotnull": lambda value: value is not None,
    "not": lambda value: not value,
    "strlen": lambda value: len(as_text(value)),
    "array_length": lambda value: len(value) if isinstance(value, list) else None,
    "strcat": lambda *values: "".join(as_text(value) for value in values),
    "iff": lambda condition, yes, no: yes if condition else no,
    "coalesce": lambda *values: next((v for v in values if v not in (None, "")), None),
    "split": lambda value, by: as_text(value).split(by),
}


class Reader:
    """Recursive descent over the tokens."""

    def __init__(self, found: list[Token]) -> None:
        self._found = found
        self._at = 0

    @property
    def next(self) -> Token:
        return self._found[self._at]

    def take(self, *texts: str) -> str:
        """The next word, which must be one of ``texts`` where any are given."""
        token = self.next
        if token.kind == "end" or (texts and token.text.casefold() not in texts):
            raise malformed(f"unexpected '{token.text}', expected {' or '.join(texts) or 'more'}")
        self._at += 1
        return token.text

    def took(self, *texts: str) -> bool:
        """Whether the next word is one of these; then it is taken."""
        if self.next.kind in ("name", "mark") and self.next.text.casefold() in texts:
            self._at += 1
            return True
        return False

    def written(self) -> tuple[Scalar, list[str]]:
        """An expression, and the words it was written with."""
        start = self._at
        value = self.condition()
        return value, [token.text for token in self._found[start : self._at]]

    def condition(self) -> Scalar:
        left = self._all()
        while self.took("or"):
            left = _either(left, self._all())
        return left

    def _all(self) -> Scalar:
        left = self._comparison()
        while self.took("and"):
            left = _both(left, self._comparison())
        return left

    def _comparison(self) -> Scalar:
        left = self.value()
        sign = self.next.text.casefold()
        if self.next.kind not in ("name", "mark") or sign not in SIGNS:
            return left
        self.take()
        right = self._list() if sign in LISTS else self.value()
        return _compared(SIGNS[sign], left, right)

    def _list(self) -> Scalar:
        self.take("(")
        items = self.listed()
        return lambda row: [item(row) for item in items]

    def listed(self) -> list[Scalar]:
        """Up to the closing parenthesis, which is taken."""
        items: list[Scalar] = []
        while not self.took(")"):
            if items:
                self.take(",")
            items.append(self.condition())
        return items

    def value(self) -> Scalar:
        token = self.next
        text = self.take()
        if token.kind == "text":
            return lambda _: text
        if token.kind == "number":
            number = float(text) if "." in text else int(text)
            return lambda _: number
        if text == "(":
            inside = self.condition()
            self.take(")")
            return self._path(inside)
        if token.kind != "name":
            raise malformed(f"unexpected '{text}'")
        if self.took("("):
            return self._path(_call(text, self.listed()))
        if text.casefold() in ("true", "false"):
            return lambda _: text.casefold() == "true"
        return self._path(lambda row: _part(row, text))

    def _path(self, start: Scalar) -> Scalar:
        while True:
            if self.took("."):
                start = _step(start, _known(self.take()))
            elif self.took("["):
                start = _step(start, self.value())
                self.take("]")
            else:
                return start


def _known(text: str) -> Scalar:
    return lambda _: text


def _either(one: Scalar, other: Scalar) -> Scalar:
    return lambda row: bool(one(row)) or bool(other(row))


def _both(one: Scalar, other: Scalar) -> Scalar:
    return lambda row: bool(one(row)) and bool(other(row))


def _compared(sign: Callable[[Any, Any], bool], left: Scalar, right: Scalar) -> Scalar:
    return lambda row: sign(left(row), right(row))


def _step(start: Scalar, key: Scalar) -> Scalar:
    return lambda row: _part(start(row), key(row))


def _call(name: str, arguments: list[Scalar]) -> Scalar:
    function = FUNCTIONS.get(name.casefold())
    if function is None:
        raise malformed(f"the sandbox does not know the function '{name}'")

    def called(row: Row) -> Any:
        try:
            return function(*(argument(row) for argument in arguments))
        except TypeError:
            raise malformed(f"wrong arguments of '{name}'") from None

    return called


def _part(value: Any, key: Any) -> Any:
    """A property in any casing, or an item; null where there is none."""
    if isinstance(value, Mapping) and isinstance(key, str):
        found = key_of(value, key)
        return None if found is None else value[found]
    if isinstance(value, list) and isinstance(key, int) and -len(value) <= key < len(value):
        return value[key]
    return None
