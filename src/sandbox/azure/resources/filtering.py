"""``$filter`` of lists: the part of OData that the resource manager documents.

``resourceType eq 'a' and (name eq 'x' or substringof('y', name))``, ``tagName eq 'k' and
tagValue eq 'v'``, ``startswith(tagName, 'k')``, ``eventTimestamp ge '2026-...'``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from sandbox.azure.documents import Document
from sandbox.azure.ids import parse
from sandbox.azure.refusal import bad_request

Test: TypeAlias = Callable[[Document], bool]

TOKEN = re.compile(r"\s*(?:'((?:[^']|'')*)'|([(),])|([^\s(),']+))")


def filtered(rows: Iterable[Document], text: str) -> tuple[Document, ...]:
    """Raises Refused where the filter is not understood."""
    if not text.strip():
        return tuple(rows)
    test = compiled(text)
    return tuple(row for row in rows if test(row))


def compiled(text: str) -> Test:
    reader = _Reader(text)
    test = reader.either()
    if reader.left:
        raise _invalid(text)
    return test


def _invalid(text: str) -> Exception:
    return bad_request("InvalidFilterInQueryString", f"Invalid $filter '{text}' specified.")


class _Reader:
    """Recursive descent: or, and, not, comparison."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.left: list[tuple[str, bool]] = []  # (word, whether it was quoted)
        end = 0
        for match in TOKEN.finditer(text):
            if match.start() != end:
                raise _invalid(text)
            end = match.end()
            quoted = match.group(1) is not None
            self.left.append((match.group(1) or match.group(2) or match.group(3) or "", quoted))
        if text[end:].strip():
            raise _invalid(text)

    def either(self) -> Test:
        tests = [self.both()]
        while self._word("or"):
            tests.append(self.both())
        return lambda row: any(test(row) for test in tests)

    def both(self) -> Test:
        tests = [self.one()]
        while self._word("and"):
            tests.append(self.one())
        if len(tests) == 2 and (pair := _tag_pair(tests)) is not None:
            return pair
        return lambda row: all(test(row) for test in tests)

    def one(self) -> Test:
        if self._word("not"):
            inner = self.one()
            return lambda row: not inner(row)
        if self._word("("):
            grouped = self.either()
            self._expect(")")
            return grouped
        name = self._take()
        if self._word("("):
            return self._function(name.casefold())
        return _Comparison(name, self._take().casefold(), self._take())

    def _function(self, name: str) -> Test:
        first = self._take()
        self._expect(",")
        second = self._take()
        self._expect(")")
        if name == "substringof":
            return lambda row: first.casefold() in _value(row, second).casefold()
        if name == "startswith":
            return lambda row: _value(row, first).casefold().startswith(second.casefold())
        raise _invalid(self.text)

    def _word(self, word: str) -> bool:
        if self.left and self.left[0][0].casefold() == word and not self.left[0][1]:
            self.left.pop(0)
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._word(word):
            raise _invalid(self.text)

    def _take(self) -> str:
        if not self.left:
            raise _invalid(self.text)
        return self.left.pop(0)[0].replace("''", "'")


class _Comparison:
    def __init__(self, name: str, sign: str, value: str) -> None:
        if sign not in ("eq", "ne", "ge", "gt", "le", "lt"):
            raise _invalid(f"{name} {sign} {value}")
        self.name, self.sign, self.value = name.casefold(), sign, value

    def __call__(self, row: Document) -> bool:
        if self.name == "tagname":
            return self._compare(self.value.casefold() in _tags(row), True)
        if self.name == "tagvalue":
            return self._compare(self.value in _tags(row).values(), True)
        return self._compare(_value(row, self.name).casefold(), self.value.casefold())

    def _compare(self, found: Any, wanted: Any) -> bool:
        match self.sign:
            case "eq":
                return bool(found == wanted)
            case "ne":
                return bool(found != wanted)
            case "ge":
                return bool(found >= wanted)
            case "gt":
                return bool(found > wanted)
            case "le":
                return bool(found <= wanted)
            case _:
                return bool(found < wanted)


def _tag_pair(tests: list[Test]) -> Test | None:
    """A tag's name and its value, of the same tag."""
    parts = {t.name: t for t in tests if isinstance(t, _Comparison) and t.sign == "eq"}
    if parts.keys() != {"tagname", "tagvalue"}:
        return None
    name, value = parts["tagname"].value.casefold(), parts["tagvalue"].value
    return lambda row: _tags(row).get(name) == value


def _tags(row: Document) -> Mapping[str, str]:
    return {str(k).casefold(): str(v) for k, v in (row.get("tags") or {}).items()}


def _value(row: Document, name: str) -> str:
    name = name.casefold()
    if name in ("resourcetype", "type"):
        return str(row.get("type", ""))
    if name in ("resourcegroup", "resourcegroupname"):
        id = parse(str(row.get("id", "")))
        return id.group if id else str(row.get("resourceGroupName", ""))
    if name == "tagname":
        return next(iter(_tags(row)), "")
    found: Any = row
    for part in re.split(r"[/.]", name):
        if not isinstance(found, Mapping):
            return ""
        found = next((v for k, v in found.items() if str(k).casefold() == part), "")
    return str(found)
