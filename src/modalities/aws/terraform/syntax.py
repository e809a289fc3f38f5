"""Where things stand in HCL text: blocks, arguments and what they say, by byte.

The parser is tree-sitter's, with the HCL grammar: it keeps every position and goes on after
errors, so that one broken line hides no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser


class Broken(ValueError):
    """The text is no HCL; ``line`` is the first that cannot be read, from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} is not HCL")
        self.line = line


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes from ``start`` up to ``end``."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text.encode()[self.start : self.end].decode()


@dataclass(frozen=True, slots=True)
class Entry:
    """One ``key = value`` of an object: ``key`` as it is written, without quotes."""

    key: str
    span: Span
    value: Span


@dataclass(frozen=True, slots=True)
class Argument:
    """``entries`` are those of an object literal; None where the value is none."""

    name: str
    span: Span
    value: Span
    entries: tuple[Entry, ...] | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """``inside`` is what stands between the braces, with the space around it."""

    type: str
    labels: tuple[str, ...]
    span: Span
    inside: Span
    arguments: tuple[Argument, ...] = ()
    blocks: tuple[Block, ...] = ()
    names: frozenset[str] = field(default=frozenset(), compare=False)
    """Everything it refers to, two words each: ``aws_vpc.net``, ``var.region``."""

    @property
    def address(self) -> str:
        """``aws_vpc.net`` of a resource; ``data.aws_ami.linux``; else empty."""
        if len(self.labels) != 2 or self.type not in ("resource", "data"):
            return ""
        name = ".".join(self.labels)
        return name if self.type == "resource" else f"data.{name}"

    def argument(self, name: str) -> Argument | None:
        return next((a for a in self.arguments if a.name == name), None)

    def nested(self, type: str) -> tuple[Block, ...]:
        return tuple(b for b in self.blocks if b.type == type)


@cache
def _parser() -> Parser:
    import tree_sitter_hcl
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_hcl.language()))


@lru_cache(maxsize=256)
def blocks(text: str) -> tuple[Block, ...]:
    """The top-level blocks, in their order; what cannot be read is passed over."""
    root = _parser().parse(text.encode()).root_node
    bodies = [n for n in root.children if n.type == "body"] or [root]
    return tuple(_block(n) for body in bodies for n in body.children if n.type == "block")


def elements(expression: str) -> list[str] | None:
    """Those of a list as they are written; None where the whole expression is none."""
    root = _parser().parse(f"x = {expression}\n".encode()).root_node
    node: Node | None = root
    for type in ("body", "attribute", "expression", "collection_value", "tuple"):
        node = next((n for n in node.children if n.type == type), None) if node else None
    if node is None or root.has_error:
        return None
    return [_text(n) for n in node.children if n.type == "expression"]


def check(text: str) -> None:
    """Raises Broken."""
    root = _parser().parse(text.encode()).root_node
    if root.has_error:
        raise Broken(min((n.start_point[0] for n in _wrong(root)), default=0) + 1)


def _wrong(node: Node) -> Iterator[Node]:
    if node.is_error or node.is_missing:
        yield node
    for child in node.children:
        if child.has_error:
            yield from _wrong(child)


def _block(node: Node) -> Block:
    names = [n for n in node.children if n.type in ("identifier", "string_lit")]
    start = next((n for n in node.children if n.type == "block_start"), node)
    end = next((n for n in node.children if n.type == "block_end"), node)
    inner = [c for n in node.children if n.type == "body" for c in n.children]
    return Block(
        type=_said(names[0]) if names else "",
        labels=tuple(_said(n) for n in names[1:]),
        span=_span(node),
        inside=Span(start.end_byte, end.start_byte),
        arguments=tuple(_argument(n) for n in inner if n.type == "attribute"),
        blocks=tuple(_block(n) for n in inner if n.type == "block"),
        names=frozenset(_names(node)),
    )


def _argument(node: Node) -> Argument:
    value = node.children[-1]
    return Argument(_said(node.children[0]), _span(node), _span(value), _entries(value))


def _entries(value: Node) -> tuple[Entry, ...] | None:
    """Those of the object that the whole expression is."""
    node: Node | None = value
    for type in ("collection_value", "object"):
        children = node.children if node else []
        node = children[0] if len(children) == 1 and children[0].type == type else None
    if node is None:
        return None
    return tuple(
        Entry(_said(n.children[0]), _span(n), _span(n.children[-1]))
        for n in node.children
        if n.type == "object_elem"
    )


def _names(node: Node) -> Iterator[str]:
    """``aws_vpc.net`` of every reference in it."""
    children = node.children
    for n, child in enumerate(children):
        if child.type == "variable_expr":
            words = [_text(child)]
            for further in children[n + 1 :]:
                if further.type != "get_attr":
                    break
                words.append(_text(further).lstrip(". \t\n"))
            if len(words) > 1:  # a bare word is the key of a map
                yield ".".join(words[:3] if words[0] == "data" else words[:2])
        else:
            yield from _names(child)


def _said(node: Node) -> str:
    return _text(node).strip('"')


def _text(node: Node) -> str:
    return (node.text or b"").decode(errors="replace")


def _span(node: Node) -> Span:
    return Span(node.start_byte, node.end_byte)
