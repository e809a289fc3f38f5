"""Which operation a path means: templates of the table, matched without regard to case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Generic, TypeVar

from modalities.azure.operations import Operation, operations
from sandbox.azure.ids import last_provider, segments

T = TypeVar("T")


@dataclass(slots=True)
class Node(Generic[T]):
    below: dict[str, Node[T]] = field(default_factory=dict)
    found: dict[str, tuple[T, tuple[str, ...]]] = field(default_factory=dict)
    """By method: what is here, and the names of the placeholders on the way."""


class Routes(Generic[T]):
    """Literal parts win over placeholders; a placeholder takes one part, but for a first one
    alone in front of ``/providers`` (``{scope}``), which takes all that is there."""

    def __init__(self, entries: Iterable[tuple[str, str, T]]) -> None:
        self._root: Node[T] = Node()
        for method, template, thing in entries:
            self._add(method, template, thing)

    def _add(self, method: str, template: str, thing: T) -> None:
        node, names = self._root, []
        for part in segments(template):
            if part.startswith("{"):
                names.append(part[1:-1])
                part = "{}"
            node = node.below.setdefault(part.casefold(), Node())
        node.found.setdefault(method, (thing, tuple(names)))

    def match(self, method: str, parts: list[str]) -> tuple[T, dict[str, str]] | None:
        """What the path means, and what is in the placeholders."""
        found = self._walk(self._root, method, parts, 0, [])
        if found is None and (where := last_provider(parts)):
            scope = "/".join(parts[:where])
            found = self._walk(self._root, method, [scope, *parts[where:]], 0, [])
        return found

    def _walk(
        self, node: Node[T], method: str, parts: list[str], n: int, values: list[str]
    ) -> tuple[T, dict[str, str]] | None:
        if n == len(parts):
            if (here := node.found.get(method)) is None:
                return None
            return here[0], dict(zip(here[1], values, strict=True))
        literal = node.below.get(parts[n].casefold())
        if literal is not None and (found := self._walk(literal, method, parts, n + 1, values)):
            return found
        open_ = node.below.get("{}")
        return self._walk(open_, method, parts, n + 1, [*values, parts[n]]) if open_ else None


@lru_cache(maxsize=8192)
def operation_of(method: str, path: str) -> Operation | None:
    """What the SDKs know a request as."""
    found = table().match(method, segments(path))
    return found[0] if found else None


@cache
def table() -> Routes[Operation]:
    """Every operation the SDKs know, but for those on resources of any type."""
    named = (one for one in operations() if "{parentResourcePath}" not in one.template)
    return Routes((one.method, one.template, one) for one in named)
