"""A template expression as a tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    value: str | int | float


@dataclass(frozen=True, slots=True)
class Call:
    """``name(arguments)``; ``namespace`` is empty but for functions of the template's own."""

    name: str
    arguments: tuple[Node, ...]
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """``target.name``."""

    target: Node
    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """``target[key]``: an element by number, a property by name."""

    target: Node
    key: Node


Node: TypeAlias = Literal | Call | Member | Index


def calls(node: Node) -> Iterator[Call]:
    """Every call in the tree, outermost first."""
    match node:
        case Literal():
            return
        case Call():
            yield node
            for argument in node.arguments:
                yield from calls(argument)
        case Member():
            yield from calls(node.target)
        case Index():
            yield from calls(node.target)
            yield from calls(node.key)
