"""What the provider takes: the arguments and blocks of each resource (see extract_schema.py).

This is less than the provider itself checks: it does not know which values an argument takes,
which arguments exclude each other, and how often a block may stand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from modalities.azure.terraform.blocks import Block, Nested, Ref

DATA = Path(__file__).with_name("schema.json")

SCALARS: Mapping[str, tuple[type, ...]] = {
    "string": (str, Ref),
    "number": (int, float),
    "bool": (bool,),
}


def version() -> str:
    """The version of the provider that the table is of."""
    return str(_table()["version"])


def faults(block: Block) -> Iterator[str]:
    """Everything about it that the provider would not take."""
    told = _table()["resources"].get(block.type)
    if told is None:
        yield f"nothing is known of {block.type}"
        return
    yield from _of_body(told, block.body, f"{block.type} {block.name}")


def provider_faults(body: Mapping[str, Any]) -> Iterator[str]:
    """The same of the provider's own block."""
    return _of_body(_table()["provider"], body, "provider azurerm")


def tells(type: str, attribute: str) -> bool:
    """Whether others can refer to this attribute of such a resource."""
    return attribute in _table()["resources"].get(type, {"told": ()})["told"]


def _of_body(told: Mapping[str, Any], body: Mapping[str, Any], at: str) -> Iterator[str]:
    arguments, blocks = told["arguments"], told["blocks"]
    for name, value in body.items():
        if name in arguments:
            yield from _of_type(arguments[name][0], value, f"{at}: {name}")
        elif name in blocks:
            yield from _of_block(blocks[name], value, f"{at}: {name}")
        else:
            yield f"{at}: {name} is no argument{_like(name, (*arguments, *blocks))}"
    needed = [name for name, (_, must) in arguments.items() if must]
    needed += [name for name, inner in blocks.items() if inner["needed"]]
    yield from (f"{at}: {name} is missing" for name in needed if name not in body)


def _of_block(told: Mapping[str, Any], value: Any, at: str) -> Iterator[str]:
    parts = value if isinstance(value, tuple) else (value,)
    if not all(isinstance(part, Nested) for part in parts):
        yield f"{at} is a block, not an argument"
        return
    if len(parts) > 1 and not told["many"]:
        yield f"{at} can stand there once"
    for part in parts:
        yield from _of_body(told, part.body, at)


def _of_type(type: str, value: Any, at: str) -> Iterator[str]:
    if isinstance(value, Nested) or (isinstance(value, tuple) and _blocks_in(value)):
        yield f"{at} is an argument, not a block"
        return
    outer, _, inner = type.rstrip(")").partition("(")
    if outer in ("list", "set"):
        fits = isinstance(value, tuple) and all(_is(inner, each) for each in value)
    elif outer == "map":
        fits = isinstance(value, Mapping) and all(_is(inner, each) for each in value.values())
    else:
        fits = _is(outer, value)
    if not fits:
        yield f"{at} must be of type {type}"


def _blocks_in(value: tuple[Any, ...]) -> bool:
    return any(isinstance(part, Nested) for part in value)


def _is(scalar: str, value: Any) -> bool:
    return isinstance(value, SCALARS[scalar]) and (scalar == "bool" or not isinstance(value, bool))


def _like(name: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"; {close[0]} is one" if close else ""


@cache
def _table() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return found
