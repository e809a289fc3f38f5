"""Values with their copy loops unrolled: ``{"copy": [{"name", "count", "input"}]}``.

https://learn.microsoft.com/azure/azure-resource-manager/templates/copy-properties
https://learn.microsoft.com/azure/azure-resource-manager/templates/copy-variables
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.azure.templates.evaluator import Said, resolve, said, told
from sandbox.azure.templates.faults import ExpressionFault, Path
from sandbox.azure.templates.scope import Loop, Scope
from sandbox.azure.templates.values import Json

MOST_TURNS = 800
COPY = "copy"


def expand(value: Json, scope: Scope, path: Path = (), how: Said = said) -> Json:
    """A value with its loops unrolled and its expressions evaluated. Raises ExpressionFault."""
    match value:
        case list():
            return [expand(item, scope, (*path, at), how) for at, item in enumerate(value)]
        case Mapping():
            expanded: dict[str, Json] = {}
            for key, item in value.items():
                inner = (*path, key)
                if key == COPY and is_loops(item):
                    expanded.update(loops(item, scope, inner, how))
                else:
                    expanded[told(key, scope, inner, said)] = expand(item, scope, inner, how)
            return expanded
    return resolve(value, scope, path, how)


def is_loops(value: Json) -> bool:
    """Whether ``copy`` is the language's, and not a property that happens to be named so."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, Mapping) and {"count", "input"} <= item.keys() for item in value)
    )


def loops(
    given: list[Mapping[str, Any]], scope: Scope, path: Path, how: Said = said
) -> Iterator[tuple[str, list[Json]]]:
    """Name and elements of each loop."""
    for at, loop in enumerate(given):
        name = str(resolve(loop.get("name", ""), scope, (*path, at, "name")))
        yield name, turns(loop, name, scope, (*path, at), how, default=False)


def turns(
    loop: Mapping[str, Any], name: str, scope: Scope, path: Path, how: Said, *, default: bool
) -> list[Json]:
    """The elements of one loop; ``default`` where copyIndex() without a name means it."""
    inner = (*path, "input")
    return [
        expand(loop["input"], scope.looping(Loop(name, turn), default=default), inner, how)
        for turn in range(count_of(loop, name, scope, path))
    ]


def count_of(loop: Mapping[str, Any], name: str, scope: Scope, path: Path) -> int:
    """How often a loop turns: known before anything is deployed. Raises ExpressionFault."""
    count = resolve(loop.get("count"), scope, (*path, "count"))
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= MOST_TURNS:
        raise ExpressionFault(
            f"The template copy '{name}' has an invalid count '{count}': it must be an integer "
            f"between 0 and {MOST_TURNS}. Please see https://aka.ms/arm-copy for usage details.",
            (*path, "count"),
        )
    return count
