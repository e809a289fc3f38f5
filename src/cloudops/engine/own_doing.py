"""What a run itself changed of what it touched: by how that was just before its steps, and after.

What was otherwise already is somebody else's doing, and not to be written as ours: the state keeps
what it knew, so that the next look for drift tells of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from modalities.resource import Resource, World

Value = TypeVar("Value")
MISSING = object()


def own_doing(known: Resource, found: Resource, now: Resource) -> Resource:
    """``known``, as the state has it, with what became otherwise from ``found``, as it was before
    the steps, to ``now``. Its name and links are those of now."""
    return replace(
        now,
        attributes=_moved(known.attributes, found.attributes, now.attributes),
        tags=_moved(known.tags, found.tags, now.tags),
    )


def own_doings(
    touched: Iterable[Resource], known: World, found: World
) -> tuple[tuple[Resource, ...], tuple[Resource, ...]]:
    """What is to be written of ``touched`` as our doing; and before it, as others', what the state
    does not know and was there."""
    ours, theirs = [], []
    for now in touched:
        before = found.get(now.kind, now.id)
        there = known.get(now.kind, now.id)
        if before is None:
            ours.append(now)
        elif there is None:
            theirs.append(before)
            ours.append(now)
        else:
            ours.append(own_doing(there, before, now))
    return tuple(ours), tuple(theirs)


def _moved(
    known: Mapping[str, Value], found: Mapping[str, Value], now: Mapping[str, Value]
) -> dict[str, Value]:
    names = known.keys() | found.keys() | now.keys()
    moved = {name for name in names if found.get(name, MISSING) != now.get(name, MISSING)}
    stood = {name: value for name, value in known.items() if name not in moved}
    return stood | {name: value for name, value in now.items() if name in moved}
