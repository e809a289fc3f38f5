"""HCL text from values: expressions, attributes and blocks, as ``terraform fmt`` lays them out.

Strings are data, whoever named them: everything that HCL would read as more than a character
is escaped (HCL native syntax specification, "Quoted templates").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

INDENT = "  "
WIDE = 96
"""Columns up to which a list stands on one line."""

IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
WORDS = frozenset({"true", "false", "null", "for", "if", "in"})
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
TEMPLATE = re.compile(r"[$%]+\{")
WHOLE = frozenset({"Lu", "Ll", "Lt", "Nd", "Pd", "Pc", "Po", "Ps", "Pe", "Sm", "Sc", "Zs"})
"""Categories of characters that take one column each wherever they stand."""


@dataclass(frozen=True, slots=True)
class Ref:
    """An expression, as code: ``aws_subnet.net.id``."""

    code: str

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class Nested:
    """A block inside a block."""

    body: Body


Value: TypeAlias = (
    str | int | float | bool | Ref | Nested | tuple["Value", ...] | Mapping[str, "Value"] | None
)
Body: TypeAlias = Mapping[str, Value]
"""Arguments and nested blocks in the order in which they are written; None: left out. A tuple
of ``Nested`` is a block that is repeated."""


def quoted(text: str, plain: bool = False) -> str:
    """The string as an HCL literal. ``plain`` escapes what would make columns hard to count."""
    text = TEMPLATE.sub(_no_template, text.replace("\\", "\\\\"))
    return '"' + "".join(_character(c, plain) for c in text) + '"'


def _no_template(found: re.Match[str]) -> str:
    """One sign is doubled; of several, which HCL reads in its own way, the last is spelt out."""
    signs = found[0][:-1]
    if len(signs) == 1:
        return signs * 2 + "{"
    return f"{signs[:-1]}\\u{ord(signs[-1]):04x}{{"


def _character(c: str, plain: bool) -> str:
    if c == "\\":
        return c  # doubled before
    if c in ESCAPES:
        return ESCAPES[c]
    odd = not c.isprintable() or (
        plain and not c.isascii() and unicodedata.category(c) not in WHOLE
    )
    if not odd:
        return c
    return f"\\u{ord(c):04x}" if ord(c) <= 0xFFFF else f"\\U{ord(c):08x}"


def key(text: str) -> str:
    """The key of a map: bare where HCL allows it."""
    if IDENTIFIER.fullmatch(text) and text not in WORDS:
        return text
    return quoted(text, plain=True)


def expression(value: Value, depth: int = 0) -> str:
    """The value as an expression whose further lines are indented ``depth`` times and more."""
    match value:
        case Ref():
            return value.code
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case int() | float():
            return repr(value)
        case tuple():
            return _list(value, depth)
        case Nested():
            raise TypeError("a block is no expression")
        case _:
            return _map(value, depth)


def _list(values: tuple[Value, ...], depth: int) -> str:
    items = [expression(v, depth + 1) for v in values]
    line = f"[{', '.join(items)}]"
    if len(line) + len(INDENT) * depth <= WIDE and "\n" not in line:
        return line
    inner = INDENT * (depth + 1)
    return "[\n" + "".join(f"{inner}{item},\n" for item in items) + INDENT * depth + "]"


def _map(values: Mapping[str, Value], depth: int) -> str:
    if not values:
        return "{}"
    pairs = [(key(k), expression(v, depth + 1)) for k, v in values.items()]
    return "{\n" + "".join(aligned(pairs, depth + 1)) + INDENT * depth + "}"


def aligned(pairs: list[tuple[str, str]], depth: int) -> Iterator[str]:
    """Lines ``name = value``; the signs of neighbours on one line each stand in one column."""
    run: list[tuple[str, str]] = []
    for name, value in pairs:
        if opens(value):
            yield from _column(run, depth)
            run = []
            yield f"{INDENT * depth}{name} = {value}\n"
        else:
            run.append((name, value))
    yield from _column(run, depth)


def opens(value: str) -> bool:
    """It goes on over further lines, so ``terraform fmt`` aligns nothing with it."""
    return "\n" in value


def _column(run: list[tuple[str, str]], depth: int) -> Iterator[str]:
    width = max((len(name) for name, _ in run), default=0)
    yield from (f"{INDENT * depth}{name:<{width}} = {value}\n" for name, value in run)


def body(values: Body, depth: int = 1) -> str:
    """The inside of a block. What takes several lines stands apart."""
    parts: list[str] = []
    run: list[tuple[str, str]] = []
    for name, value in values.items():
        blocks = _blocks(value)
        text = "" if value is None or blocks else expression(value, depth)
        if blocks or opens(text):
            parts += ["".join(aligned(run, depth))] if run else []
            run = []
            parts += [block(name, b.body, depth) for b in blocks]
            parts += [f"{INDENT * depth}{name} = {text}\n"] if text else []
        elif value is not None:
            run.append((name, text))
    parts += ["".join(aligned(run, depth))] if run else []
    return "\n".join(parts)


def _blocks(value: Value) -> tuple[Nested, ...]:
    if isinstance(value, Nested):
        return (value,)
    if isinstance(value, tuple):
        return tuple(v for v in value if isinstance(v, Nested))
    return ()


def block(head: str, values: Body, depth: int = 0) -> str:
    """``head { ... }``; ``head`` is the type with its labels as they are written."""
    inner = body(values, depth + 1)
    return f"{INDENT * depth}{head} {{\n{inner}{INDENT * depth}}}\n"


def headed(type: str, *labels: str) -> str:
    """``resource "aws_vpc" "net"``."""
    return " ".join((type, *(quoted(label) for label in labels)))
