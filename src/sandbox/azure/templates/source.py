"""Lines and columns: where a value of a template stands in the text that it came in.

A value's place is where its first token ends, as Resource Manager counts: the bracket that
opens an object, the closing quote of a string. Lines and columns count from 1; 0 is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from sandbox.azure.templates.faults import Path

TOKEN = re.compile(
    r"(?P<skip>\s+|//[^\n]*|/\*.*?\*/|,|:)"
    r"|(?P<text>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
    r"|(?P<mark>[\[\]{}])"
    r"|(?P<other>[^\s,:\[\]{}\"']+)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Source:
    """``text`` is the whole request; the template stands in it at ``root``."""

    text: str = ""
    root: Path = ()

    def position(self, path: Path) -> tuple[int, int]:
        """Line and column of a value of the template, or of the nearest around it that the
        text has."""
        offsets = _offsets(self.text) if self.text else {}
        whole = (*self.root, *path)
        while whole and whole not in offsets:
            whole = whole[:-1]
        if whole not in offsets:
            return 0, 0
        end = offsets[whole]
        line = self.text.count("\n", 0, end) + 1
        return line, end - (self.text.rfind("\n", 0, end) + 1)

    def at(self, path: Path) -> str:
        """As messages have it."""
        line, column = self.position(path)
        return f"at line '{line}' and column '{column}'"

    def within(self, path: Path) -> Source:
        """The same text, for a template that stands inside this one."""
        return Source(self.text, (*self.root, *path))


@lru_cache(maxsize=8)
def _offsets(text: str) -> dict[Path, int]:
    """Where the first token of every value ends, by path. Takes comments, unquoted names and
    trailing commas, which clients send."""
    walker = _Walker(text)
    with suppress(StopIteration):
        walker.value(())
    return walker.found


class _Walker:
    def __init__(self, text: str) -> None:
        self.found: dict[Path, int] = {}
        self._tokens = self._read(text)

    def _read(self, text: str) -> Iterator[re.Match[str]]:
        return (token for token in TOKEN.finditer(text) if token.lastgroup != "skip")

    def value(self, path: Path) -> None:
        """Raises StopIteration where the text ends."""
        self._after(next(self._tokens), path)

    def _after(self, token: re.Match[str], path: Path) -> None:
        self.found[path] = token.end()
        if token[0] == "{":
            while (name := next(self._tokens))[0] != "}":
                self.value((*path, name[0].strip("\"'")))
        elif token[0] == "[":
            at = 0
            while (first := next(self._tokens))[0] != "]":
                self._after(first, (*path, at))
                at += 1
