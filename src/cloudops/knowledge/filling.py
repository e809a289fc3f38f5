"""Parameters from words: what is said of each, what is missing, what will not do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from cloudops.knowledge.contract import Filled, Operation, Parameter, Type
from cloudops.knowledge.values import bare, problems, value_of
from cloudops.knowledge.words import HUMP

CLAUSES = re.compile(r"\s*;\s+|\s+(?:—|--|–)\s+|\n+")
TOKEN = re.compile(r""""[^"]*"|'[^']*(?<!\w)'|'[^']+'(?=\W|$)|`[^`]*`|\S+""")
LINKS = frozenset(
    {"is", "=", ":", "as", "of", "to", "named", "called", "equal", "equals", "set", "be", "at"}
)
VALUE = re.compile(r"""["'`]|\d|[A-Z].*[A-Z]|[-_/:.@=]\w|^<|^\{|[a-z][A-Z]""")
OPENING = "{[\"'`"
IDS = {
    "i": "instance",
    "vol": "volume",
    "snap": "snapshot",
    "ami": "image",
    "sg": "group",
    "eni": "network interface",
    "rtb": "route table",
    "igw": "internet gateway",
    "nat": "nat gateway",
    "eipalloc": "allocation",
    "acl": "network acl",
    "lt": "launch template",
    "tgw": "transit gateway",
    "pcx": "vpc peering connection",
    "vpce": "vpc endpoint",
    "dopt": "dhcp options",
    "r": "reservation",
}
ID = re.compile(r"([a-z][a-z-]*)-[0-9a-fA-F][0-9a-zA-Z]{5,}")
"""What ids of AWS begin with, where it is not the name of the thing itself."""


@dataclass(frozen=True, slots=True)
class Said:
    """A parameter, down to the part of it that was named, with the words behind: ``left`` is
    how many these are."""

    path: tuple[Parameter, ...]
    text: str
    left: int = 1


def fill(operation: Operation, text: str) -> Filled:
    """What ``text`` says of the parameters of ``operation``, as the vendor takes it.

    Understood are clauses (``; instance type t3.micro``), ``--option value`` and
    ``key=value``, ids by their looks, and in a sentence a parameter's name before something
    that looks like a value. Nothing is guessed.
    """
    head, *clauses = CLAUSES.split(text.strip())
    given: dict[str, Any] = {}
    unread = [clause for clause in clauses if not _clause(operation, clause, given)]
    loose = _sentence(operation, head, given)
    _leftover(operation, loose, given)
    missing = [p for p in operation.parameters if p.required and p.name not in given]
    return Filled(
        parameters=given,
        missing=tuple(missing),
        problems=tuple(_wrong(operation, given)),
        unread=(*unread, *loose),
    )


def _wrong(operation: Operation, given: Mapping[str, Any]) -> Iterator[str]:
    for parameter in operation.parameters:
        if parameter.name in given:
            yield from problems(given[parameter.name], parameter, parameter.name)


def plain(name: str) -> tuple[str, ...]:
    """``instance``, ``type`` of ``InstanceType``, ``instance_type`` and ``--instance-type``."""
    parts = re.split(r"[\W_]+", name)
    return tuple(w.lower() for part in parts for w in HUMP.split(part) if w)


def _spellings(parameter: Parameter) -> set[tuple[str, ...]]:
    """All the ways to say its name in words."""
    said = (parameter.name, parameter.option, parameter.short, *parameter.also)
    found = {plain(each) for each in said}
    found |= {(*name[:-1], name[-1][:-1]) for name in found if name and name[-1].endswith("s")}
    found |= {("".join(name),) for name in found if len(name) > 1}
    return found - {()}


def _clause(operation: Operation, clause: str, given: dict[str, Any]) -> bool:
    """Whether something was made of ``db name orders``."""
    tokens = list(TOKEN.finditer(clause))
    said = _parse([token[0] for token in tokens], operation.parameters)
    if said is None:
        return False
    text = clause[tokens[-said.left].start() :] if said.left else ""
    _put(replace(said, text=text), given)
    return True


def _parse(tokens: Sequence[str], parameters: Sequence[Parameter]) -> Said | None:
    """The longest name at the front, and in what it names the next; the rest is the value."""
    found = name_at_front(tokens, parameters)
    if found is None:
        return None
    parameter, used = found
    rest = tokens[used:]
    members = _members(parameter)
    deeper = _parse(rest, members) if members else None
    if deeper is not None:
        return Said((parameter, *deeper.path), deeper.text, deeper.left)
    while rest and rest[0].lower().strip(":=") in ("", "is", "as"):
        rest = rest[1:]
    return Said((parameter,), " ".join(rest), len(rest))


def name_at_front(
    tokens: Sequence[str], parameters: Sequence[Parameter]
) -> tuple[Parameter, int] | None:
    """The parameter that the first words name, the longest name first, and how many these are."""
    parts = [("",) if token[0] in OPENING else plain(token) or ("",) for token in tokens[:12]]
    said = [part for each in parts for part in each]
    counts = [len(each) for each in parts]
    best: tuple[int, int, Parameter] | None = None
    for parameter in parameters:
        for name in _spellings(parameter):
            if tuple(said[: len(name)]) == name and (best is None or len(name) > best[0]):
                used = _used(counts, len(name))
                best = (len(name), used, parameter) if used else best
    return (best[2], best[1]) if best else None


def _used(counts: Sequence[int], words: int) -> int:
    """How many tokens make up so many words; 0 where it ends within one."""
    for number, count in enumerate(counts, start=1):
        words -= count
        if words <= 0:
            return number if words == 0 else 0
    return 0


def _members(parameter: Parameter) -> tuple[Parameter, ...]:
    if parameter.type is Type.OBJECT:
        return parameter.members
    if parameter.item is not None and parameter.type is Type.LIST:
        return _members(parameter.item)
    return ()


def _put(said: Said, into: dict[str, Any]) -> None:
    """``said`` in its place. Of a list of objects the last is gone on with until something
    of it would be said twice."""
    parameter, *deeper = said.path
    if not deeper:
        value = value_of(said.text, parameter)
        before = into.get(parameter.name)
        if isinstance(before, list) and isinstance(value, list):
            into[parameter.name] = [*before, *value]
        elif isinstance(before, dict) and isinstance(value, dict):
            into[parameter.name] = {**before, **value}
        else:
            into[parameter.name] = value
        return
    inner = Said(tuple(deeper), said.text)
    if parameter.type is not Type.LIST:
        place = into.setdefault(parameter.name, {})
        if isinstance(place, dict):
            _put(inner, place)
        return
    items = into.setdefault(parameter.name, [])
    if not isinstance(items, list) or (items and not isinstance(items[-1], dict)):
        return
    whole = len(deeper) == 1 and deeper[0].type is not Type.LIST
    if not items or (whole and deeper[0].name in items[-1]):
        items.append({})
    _put(inner, items[-1])


def _sentence(operation: Operation, text: str, given: dict[str, Any]) -> list[str]:
    """Takes what the sentence says; the values that nothing was made of."""
    tokens, loose = TOKEN.findall(text), []
    place = 0
    while place < len(tokens):
        found = name_at_front(tokens[place:], operation.parameters)
        if found and found[0].name not in given:
            parameter, used = found
            value, after = _value(tokens, place + used, parameter)
            if value is not None:
                _put(Said((parameter,), value), given)
                place = after
                continue
        if not _paired(operation, tokens[place], given) and _is_value(tokens[place], place):
            loose.append(tokens[place].rstrip(".,;:"))
        place += 1
    return loose


def _value(tokens: Sequence[str], place: int, parameter: Parameter) -> tuple[str | None, int]:
    while place < len(tokens) and tokens[place].lower() in LINKS:
        place += 1
    if place >= len(tokens):
        return None, place
    token = tokens[place].rstrip(".,;")
    flat = {choice.casefold() for choice in parameter.choices}
    number = parameter.type in (Type.WHOLE, Type.NUMBER)
    fits = token.isdecimal() if number else _is_value(token, place)
    return (token, place + 1) if fits or token.casefold() in flat else (None, place)


def _is_value(token: str, place: int) -> bool:
    """Whether it looks like a name of somebody's: quoted, or with digits or signs in it."""
    token = token.rstrip(".,;:")
    return place > 0 and bool(VALUE.search(token)) and token.strip("'\"`") != ""


def _paired(operation: Operation, token: str, given: dict[str, Any]) -> bool:
    """``key=value``, where the key is a parameter's."""
    key, sign, value = token.partition("=")
    if not sign or not value:
        return False
    found = name_at_front([key], operation.parameters)
    if found is None or found[0].name in given:
        return False
    _put(Said((found[0],), value.rstrip(",;")), given)
    return True


def _leftover(operation: Operation, loose: list[str], given: dict[str, Any]) -> None:
    """Values without a name: ids and ARNs by their looks, and the one for the one that must
    be said."""
    for token in tuple(loose):
        parameter = _by_looks(operation, bare(token), given)
        if parameter is not None:
            _put(Said((parameter,), token), given)
            loose.remove(token)
    needed = [p for p in operation.parameters if p.required and p.name not in given]
    simple = [p for p in needed if p.type in (Type.TEXT, Type.LIST)]
    if len(needed) == len(simple) == len(loose) == 1 and loose[0][0] in "'\"`":
        _put(Said((simple[0],), loose.pop()), given)


def _by_looks(operation: Operation, value: str, given: Mapping[str, Any]) -> Parameter | None:
    found = ID.fullmatch(value)
    arn = value.startswith("arn:")
    if not found and not arn:
        return None
    thing = plain(IDS.get(found[1], found[1]) if found else "")
    fits: Callable[[Parameter], bool] = partial(_takes, thing, arn)
    free = [p for p in operation.parameters if p.name not in given and fits(p)]
    best = [p for p in free if p.required] or free
    return best[0] if len(best) == 1 else None


def _takes(thing: tuple[str, ...], arn: bool, parameter: Parameter) -> bool:
    name = plain(parameter.name)
    if arn:
        return bool(name) and name[-1] in ("arn", "arns")
    return bool(name) and name[-1] in ("id", "ids") and name[-1 - len(thing) : -1] == thing
