"""What can be said of a thing: the members of its body as parameters, and back again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cloudops.knowledge.contract import Parameter, Type
from cloudops.planner.by_knowledge.arm.tables import Tables
from cloudops.planner.by_knowledge.arm.things import one_of, words

DEEPEST = 3
"""Members that lie deeper are not spoken of."""

PLAIN = {"str": Type.TEXT, "int": Type.WHOLE, "float": Type.NUMBER, "bool": Type.FLAG}
OURS = frozenset({"id", "name", "type", "etag", "systemData"})
"""Of a thing itself: told by its path, or Azure's to say."""

TEXT = Parameter(name="", type=Type.TEXT)
ANYTHING = Parameter(name="", type=Type.OBJECT)


@dataclass(frozen=True, slots=True)
class Member:
    """``path`` is where it stands in the body; ``leads`` that it is the id of another thing, which
    it calls ``noun``; ``several`` that it is a list of such."""

    parameter: Parameter
    path: tuple[str, ...]
    noun: str = ""
    several: bool = False


def members(tables: Tables, package: str, model: str) -> tuple[Member, ...]:
    """Each by a name of its own; the last word alone will do where no other ends so."""
    found = list(_of_model(tables, package, model, (), (), needed=True))
    ends = Counter(m.path[-1] for m in found)
    return tuple(_with_short(member, ends) for member in found)


def _with_short(member: Member, ends: Counter[str]) -> Member:
    """``sku`` says sku.name."""
    last, *_ = (name for name in reversed(member.path) if name != "id")
    also = [last] if ends[member.path[-1]] == 1 and last != member.parameter.name else []
    if member.path[-1] == "name" and len(member.path) > 1:
        also.append(member.path[-2])
    if member.path == ("location",):
        also.append("region")
    return replace(member, parameter=replace(member.parameter, also=tuple(also)))


def _of_model(
    tables: Tables,
    package: str,
    model: str,
    path: tuple[str, ...],
    said: tuple[str, ...],
    *,
    needed: bool,
) -> Iterator[Member]:
    for name, (kind, must, only) in tables.fields(package, model).items():
        if only or (not path and name in OURS) or tables.secret(name):
            continue
        inner = name == "properties"  # ARM's own envelope, which nobody speaks of
        here, called = (*path, name), said if inner else (*said, name)
        required = needed and (must or inner) and here != ("location",)
        nested = isinstance(kind, list | tuple) and kind[0] == "model"
        if nested and not _is_another(tables.fields(package, kind[1])):
            if len(called) < DEEPEST:
                yield from _of_model(tables, package, kind[1], here, called, needed=required)
        elif not inner:
            yield _member(tables, package, kind, here, called, needed=required)


def _is_another(fields: Mapping[str, Any]) -> bool:
    """Whether it stands for another thing, of which only the id is said."""
    return set(fields) == {"id"} or {"id", "properties"} <= set(fields)


def _member(
    tables: Tables,
    package: str,
    kind: Any,
    path: tuple[str, ...],
    said: tuple[str, ...],
    *,
    needed: bool,
) -> Member:
    name = said[0] + "".join(word[:1].upper() + word[1:] for word in said[1:])
    parameter = Parameter(name=name, required=needed)
    if isinstance(kind, str):
        return Member(replace(parameter, type=PLAIN.get(kind, Type.OBJECT)), path)
    match kind[0]:
        case "enum":
            choices = tables.values(package, kind[1])
            return Member(replace(parameter, choices=choices), path)
        case "model":
            return Member(parameter, (*path, "id"), noun=one_of(words(path[-1])))
        case "dict":
            return Member(replace(parameter, type=Type.MAP, item=TEXT), path)
        case _:
            return _list(tables, package, kind[1], parameter, path)


def _list(
    tables: Tables, package: str, item: Any, parameter: Parameter, path: tuple[str, ...]
) -> Member:
    listed = replace(parameter, type=Type.LIST)
    if isinstance(item, list | tuple) and item[0] == "model":
        if set(tables.fields(package, item[1])) == {"id"}:
            noun = one_of(words(path[-1]))
            return Member(replace(listed, item=TEXT), path, noun=noun, several=True)
        return Member(replace(listed, item=ANYTHING), path)
    enum = isinstance(item, list | tuple) and item[0] == "enum"
    choices = tables.values(package, item[1]) if enum else ()
    type = PLAIN.get(item, Type.OBJECT) if isinstance(item, str) else Type.TEXT
    return Member(replace(listed, item=Parameter(name="", type=type, choices=choices)), path)


def body_of(known: Mapping[str, Member], given: Mapping[str, Any]) -> dict[str, Any]:
    """The members that were said, each in its place."""
    body: dict[str, Any] = {}
    for name, value in given.items():
        member = known[name]
        if member.several:
            value = [{"id": each} for each in value]
        place = body
        for part in member.path[:-1]:
            place = place.setdefault(part, {})
        place[member.path[-1]] = value
    return body
