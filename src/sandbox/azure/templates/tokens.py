"""The words of a template expression.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sandbox.azure.templates.faults import ExpressionFault


class Kind(StrEnum):
    """Token kinds, by the names that ARM's messages give them."""

    IDENTIFIER = "Identifier"
    STRING = "StringLiteral"
    INTEGER = "Integer"
    FLOAT = "Float"
    OPEN = "LeftParenthesis"
    CLOSE = "RightParenthesis"
    OPEN_SQUARE = "LeftSquareBracket"
    CLOSE_SQUARE = "RightSquareBracket"
    COMMA = "Comma"
    DOT = "Dot"
    END = "EndOfData"


PUNCTUATION = {
    "(": Kind.OPEN,
    ")": Kind.CLOSE,
    "[": Kind.OPEN_SQUARE,
    "]": Kind.CLOSE_SQUARE,
    ",": Kind.COMMA,
    ".": Kind.DOT,
}
WORD = re.compile(
    r"(?P<string>'(?:[^']|'')*')"
    r"|(?P<number>[-+]?\d+(?:\.\d+)?)"
    r"|(?P<identifier>[A-Za-z_$][\w$]*)"
    r"|(?P<mark>[()\[\],.])"
)
SPACE = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    text: str


def tokens(source: str) -> Iterator[Token]:
    """The tokens of ``source``, an END after them. Raises ExpressionFault."""
    at = _past_space(source, 0)
    while at < len(source):
        found = WORD.match(source, at)
        if found is None:
            raise ExpressionFault(_unknown(source, at))
        yield _token(found)
        at = _past_space(source, found.end())
    yield Token(Kind.END, "")


def _past_space(source: str, at: int) -> int:
    found = SPACE.match(source, at)
    return found.end() if found else at


def _token(found: re.Match[str]) -> Token:
    text = found[0]
    match found.lastgroup:
        case "string":
            return Token(Kind.STRING, text[1:-1].replace("''", "'"))
        case "number":
            return Token(Kind.FLOAT if "." in text else Kind.INTEGER, text)
        case "identifier":
            return Token(Kind.IDENTIFIER, text)
        case _:
            return Token(PUNCTUATION[text], text)


def _unknown(source: str, at: int) -> str:
    return (
        f"Unable to parse language expression '{source}': unexpected character "
        f"'{source[at]}' at position '{at}'."
    )
