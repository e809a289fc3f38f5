"""Members of requests and answers, by the vendor's shapes: where a value stands, and its type."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from botocore.model import ListShape, MapShape, Shape, StructureShape

from modalities.action import Output
from modalities.aws.operating.names import flat

Path: TypeAlias = tuple[str, ...]

DEEP = 4
"""Structures within structures that are looked into."""

NUMBERS = frozenset({"integer", "long", "float", "double"})
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
TAGS = frozenset({"tags", "taglist", "tagset"})
TAG_KEYS = frozenset({"tagkeys", "tagkeylist"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value of a request: ``path`` is where it stands, ``name`` what an attribute of it is
    called. ``key`` is a tag's: then the value is the tag's, None where it is taken away."""

    path: Path
    value: Any
    shape: Shape
    key: str | None = None

    @property
    def name(self) -> str:
        return f"tag:{self.key}" if self.key is not None else ".".join(self.path)


def members(shape: Shape | None, deep: int = DEEP) -> Iterator[tuple[Path, Shape]]:
    """Everything that a name leads to through structures, the nearest first."""
    level: list[tuple[Path, Shape]] = [((), shape)] if shape is not None else []
    for _ in range(deep):
        below: list[tuple[Path, Shape]] = []
        for path, each in level:
            if isinstance(each, StructureShape):
                below += [((*path, name), member) for name, member in each.members.items()]
        yield from below
        level = below


def find(shape: Shape | None, *names: str) -> tuple[Path, Shape] | None:
    """The nearest member that goes by one of the names, however spelt; the first name first."""
    for name in names:
        for path, member in members(shape):
            if flat(path[-1]) == name:
                return path, member
    return None


def leaves(shape: Shape | None, given: Mapping[str, Any], path: Path = ()) -> Iterator[Leaf]:
    """The values of a request, with what is said in structures apart, and each tag for itself."""
    if not isinstance(shape, StructureShape):
        return
    for name, value in given.items():
        member = shape.members.get(name)
        if member is None:
            continue
        here = (*path, name)
        if flat(name) in TAG_KEYS and isinstance(value, (list, tuple)):
            yield from (Leaf(here, None, member, str(key)) for key in value)
        elif flat(name) in TAGS and (tags := tags_in(value)) is not None:
            yield from (Leaf(here, text, member, key) for key, text in tags.items())
        elif isinstance(member, StructureShape) and isinstance(value, Mapping):
            yield from leaves(member, value, here)
        elif isinstance(member, MapShape) and isinstance(value, Mapping):
            yield from (Leaf((*here, str(k)), v, member.value) for k, v in value.items())
        else:
            yield Leaf(here, value, member)


def tags_in(value: Any) -> dict[str, Any] | None:
    """Tags as any service writes them; None where it is none."""
    if isinstance(value, Mapping):
        return dict(value)
    if not isinstance(value, (list, tuple)) or not all(isinstance(v, Mapping) for v in value):
        return None
    pairs = [{flat(str(k)).removeprefix("tag"): v for k, v in each.items()} for each in value]
    return {str(pair["key"]): pair.get("value", "") for pair in pairs if "key" in pair}


def shown(leaf: Leaf, thing: Shape | None) -> str | None:
    """The JMESPath to what a thing says of a value of the request; None where it says nothing
    that could be compared."""
    if leaf.key is not None:
        return _tag_shown(leaf.key, thing)
    if Output.parse(leaf.value) is not None or _is_document(leaf.value):
        return None
    if isinstance(leaf.value, Mapping) or _is_objects(leaf.value) or leaf.shape.type_name == "blob":
        return None
    best: tuple[int, Path] | None = None
    for path, shape in members(thing):
        if isinstance(shape, MapShape):
            path, shape = _entry(path, shape, leaf)
        alike = _alike(path, leaf.path) if _comparable(leaf.shape, shape) else 0
        if alike and (best is None or alike > best[0]):
            best = (alike, path)
    return expression(best[1]) if best else None


def _entry(path: Path, shape: MapShape, leaf: Leaf) -> tuple[Path, Shape]:
    """An entry of a map is one where the request's own stands in a map of that name."""
    if len(leaf.path) > 1 and flat(path[-1]) == flat(leaf.path[-2]):
        return (*path, leaf.path[-1]), shape.value
    return path, shape


def _tag_shown(key: str, thing: Shape | None) -> str | None:
    found = find(thing, *sorted(TAGS))
    if found is None:
        return None
    path, shape = found
    if isinstance(shape, MapShape):
        return expression((*path, key))
    if not isinstance(shape, ListShape) or not isinstance(shape.member, StructureShape):
        return None
    names = {flat(name).removeprefix("tag"): name for name in shape.member.members}
    if not {"key", "value"} <= names.keys():
        return None
    key_name, value_name = quoted(names["key"]), quoted(names["value"])
    return f"{expression(path)}[?{key_name}=={literal(key)}].{value_name} | [0]"


def _alike(one: Path, other: Path) -> int:
    """How many of the last names are the same."""
    count = 0
    for mine, theirs in zip(reversed(one), reversed(other), strict=False):
        if flat(mine) != flat(theirs):
            break
        count += 1
    return count


def _comparable(one: Shape, other: Shape) -> bool:
    types = {one.type_name, other.type_name}
    if isinstance(one, ListShape) and isinstance(other, ListShape):
        return _comparable(one.member, other.member)
    return len(types) == 1 or types <= NUMBERS


def _is_document(value: Any) -> bool:
    """A policy or the like: clouds write it in their own way."""
    return isinstance(value, str) and value.lstrip().startswith(("{", "["))


def _is_objects(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and any(isinstance(v, (Mapping, list)) for v in value)


def expression(path: Path) -> str:
    return ".".join(quoted(name) for name in path)


def quoted(name: str) -> str:
    """A name as JMESPath reads it, whatever it holds."""
    return json.dumps(name)


def literal(text: str) -> str:
    return "`" + json.dumps(text).replace("`", "\\`") + "`"


def path_of(expression: str) -> Path:
    """The path back again."""
    return tuple(json.loads(f'"{name}"') for name in QUOTED.findall(expression))


def within(shape: Shape | None, path: Path) -> Shape | None:
    for name in path:
        shape = shape.members.get(name) if isinstance(shape, StructureShape) else None
    return shape
