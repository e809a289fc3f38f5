"""From the text of an expression to its tree.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions
"""

from __future__ import annotations

from functools import lru_cache

from sandbox.azure.templates.faults import ExpressionFault
from sandbox.azure.templates.syntax import Call, Index, Literal, Member, Node
from sandbox.azure.templates.tokens import Kind, Token, tokens

DEEPEST = 200
"""Calls within calls. Deeper than any template goes, and well within Python's own limit."""


def expression_in(text: str) -> str | None:
    """The expression that a string of a template holds, or None where it is plain text.

    A string that starts with ``[`` and ends with ``]`` is one; ``[[`` escapes it.
    """
    if text.startswith("[") and text.endswith("]") and not text.startswith("[["):
        return text[1:-1]
    return None


def plain(text: str) -> str:
    """What a string that is no expression stands for: ``[[x]`` is ``[x]``."""
    return text[1:] if text.startswith("[[") and text.endswith("]") else text


@lru_cache(maxsize=4096)
def parse(source: str) -> Node:
    """The tree of an expression without its brackets. Raises ExpressionFault."""
    return _Parser(source).whole()


class _Parser:
    """Recursive descent over the tokens, one ahead."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._tokens = tokens(source)
        self._next = next(self._tokens)
        self._depth = 0

    def whole(self) -> Node:
        node = self._value()
        self._take(Kind.END)
        return node

    def _value(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionFault(f"The expression is nested more than {DEEPEST} deep.")
        node = self._primary()
        while True:
            match self._next.kind:
                case Kind.DOT:
                    self._take(Kind.DOT)
                    node = Member(node, self._take(Kind.IDENTIFIER).text)
                case Kind.OPEN_SQUARE:
                    self._take(Kind.OPEN_SQUARE)
                    node = Index(node, self._value())
                    self._take(Kind.CLOSE_SQUARE)
                case _:
                    self._depth -= 1
                    return node

    def _primary(self) -> Node:
        match self._next.kind:
            case Kind.STRING:
                return Literal(self._take(Kind.STRING).text)
            case Kind.INTEGER:
                return Literal(int(self._take(Kind.INTEGER).text))
            case Kind.FLOAT:
                return Literal(float(self._take(Kind.FLOAT).text))
            case _:
                return self._call()

    def _call(self) -> Node:
        name, namespace = self._take(Kind.IDENTIFIER).text, ""
        if self._next.kind is Kind.DOT:
            self._take(Kind.DOT)
            namespace, name = name, self._take(Kind.IDENTIFIER).text
        self._take(Kind.OPEN)
        arguments: list[Node] = []
        if self._next.kind is not Kind.CLOSE:
            arguments.append(self._value())
        while self._next.kind is Kind.COMMA:
            self._take(Kind.COMMA)
            arguments.append(self._value())
        self._take(Kind.CLOSE)
        return Call(name, tuple(arguments), namespace)

    def _take(self, kind: Kind) -> Token:
        token = self._next
        if token.kind is not kind:
            raise ExpressionFault(
                f"Unable to parse language expression '{self._source}': expected token "
                f"'{kind.value}' and actual '{token.kind.value}'."
            )
        if kind is not Kind.END:
            self._next = next(self._tokens)
        return token
