"""What a sentence says of a member by its name, put as a clause: what the account of words leaves
open, as elsewhere a word alone may be a name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cloudops.knowledge.contract import Parameter, Type
from cloudops.knowledge.filling import TOKEN, VALUE, name_at_front, plain
from cloudops.knowledge.values import NO, YES
from cloudops.planner.by_knowledge.account import LINKS
from cloudops.planner.interpreter.places import AZURE_REGIONS

LEFT = frozenset({"in", "on", "from", "under", "within"})
"""What stands before a thing, and is left where that was taken out."""

IN = re.compile(
    r"\b(in|at|region|location)\s+(the\s+)?("
    + "|".join(sorted(map(re.escape, AZURE_REGIONS.values()), key=len, reverse=True))
    + r")\b",
    re.IGNORECASE,
)


def without_said(rest: str, parameters: Sequence[Parameter], clauses: list[str]) -> str:
    """``rest`` without what was found in it; each find is put to ``clauses``."""
    rest = IN.sub(lambda found: f"in {found[3].replace(' ', '').lower()}", rest)
    tokens = TOKEN.findall(rest)
    left: list[str] = []
    place = 0
    while place < len(tokens):
        found = _said(tokens, place, parameters) or _by_value(tokens[place], parameters)
        if found is None:
            left.append(tokens[place])
            place += 1
        else:
            parameter, value, used = found
            clauses.append(f"{' '.join(plain(parameter.name))} {value}")
            place += used
    return " ".join(left)


def half_heard(clauses: Sequence[str], parameters: Sequence[Parameter]) -> list[str]:
    """Clauses that say one thing twice, or of which a part would be left out: a tag without a
    value, items of a list that nothing parts."""
    found: list[str] = []
    once: set[str] = set()
    for clause in clauses:
        tokens = TOKEN.findall(clause)
        front = name_at_front(tokens, parameters)
        if front is None:
            continue
        parameter, used = front
        values = [token.strip(",;") for token in tokens[used:]]
        words = parameter.item is not None and parameter.item.type is Type.TEXT
        loose = [t for t in tokens[used:-1] if not t.endswith(",") and t.casefold() != "and"]
        pairs = parameter.type is not Type.MAP or all("=" in v for v in values if v)
        parted = parameter.type is not Type.LIST or not words or not loose
        json = bool(values) and values[0][:1] in ("{", "[")
        if parameter.name in once or not (json or (pairs and parted)):
            found.append(clause)
        once.add(parameter.name)
    return found


def _said(
    tokens: Sequence[str], place: int, parameters: Sequence[Parameter]
) -> tuple[Parameter, str, int] | None:
    found = name_at_front(tokens[place:], parameters)
    if found is None:
        return None
    parameter, used = found
    at = place + used
    while at < len(tokens) and tokens[at].casefold() in LINKS | LEFT:
        at += 1
    if at >= len(tokens) or not _fits(tokens[at].rstrip(".,;:"), parameter):
        return None
    end = at + 1
    if parameter.type is Type.LIST:
        while tokens[end - 1].endswith(",") and end < len(tokens):
            end += 1
    value = " ".join(tokens[at:end]).rstrip(".,;")
    return parameter, value, end - place


def _fits(word: str, parameter: Parameter) -> bool:
    if parameter.choices:
        return _flat(word) in map(_flat, parameter.choices)
    match parameter.type:
        case Type.WHOLE | Type.NUMBER:
            return word.replace(".", "", 1).isdecimal()
        case Type.FLAG:
            return word.casefold() in YES | NO
        case Type.TEXT | Type.LIST:
            return bool(VALUE.search(word))
    return word[:1] in ("{", "[")


def _by_value(token: str, parameters: Sequence[Parameter]) -> tuple[Parameter, str, int] | None:
    """A word that is the value of one member and of no other, written as the vendor does:
    ``ReadOnly``, ``Standard_LRS``."""
    word = token.rstrip(".,;:")
    if not re.search(r"[a-z0-9_][A-Z]", word):
        return None
    takes = [p for p in parameters if word in p.choices]
    return (takes[0], word, 1) if len(takes) == 1 else None


def _flat(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()
