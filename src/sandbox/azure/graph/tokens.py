"""The words of a query.

https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.azure.refusal import Refused, bad_request

WORD = re.compile(
    r"(?P<skip>\s+|//[^\n]*)"
    r"|(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<name>!?(?:in~|in\b|contains\b|has\b|startswith\b|endswith\b)|project-away\b"
    r"|\$?[A-Za-z_][\w]*)"
    r"|(?P<mark>==|!=|=~|!~|<=|>=|[<>=|()\[\],.*])"
)


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    """text, number, name, mark; end after the last."""
    text: str


def tokens(query: str) -> list[Token]:
    """Raises Refused."""
    found: list[Token] = []
    at = 0
    while at < len(query):
        match = WORD.match(query, at)
        if match is None:
            raise malformed(f"unexpected '{query[at]}' at {at}")
        at = match.end()
        if match.lastgroup != "skip":
            text = match[0]
            if match.lastgroup == "text":
                text = re.sub(r"\\(.)", r"\1", text[1:-1])
            found.append(Token(match.lastgroup or "", text))
    return [*found, Token("end", "")]


def malformed(why: str) -> Refused:
    return bad_request(
        "BadRequest",
        f"Please provide below info when asking for support: the query is malformed: {why}.",
    )
