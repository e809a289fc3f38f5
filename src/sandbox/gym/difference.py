"""What became of a cloud between two looks at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.gym.inventory import Inventory, name_of
from sandbox.gym.sources import Item

What = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """``members`` are the top members of the answer that are not as they were, for what is
    there before and after."""

    what: What
    kind: str
    id: str
    name: str
    members: tuple[str, ...] = ()

    def __str__(self) -> str:
        called = f"{self.kind} {self.name or self.id}" + (f" ({self.id})" if self.name else "")
        return f"{called} {self.what}" + (f": {', '.join(self.members)}" if self.members else "")


def compare(before: Inventory, after: Inventory) -> tuple[Difference, ...]:
    """Every thing that is not exactly as it was; in the order of kind and id."""
    return tuple(_differences(before.things, after.things))


def _differences(
    before: Mapping[tuple[str, str], Item], after: Mapping[tuple[str, str], Item]
) -> Iterator[Difference]:
    for kind, id in sorted(before.keys() | after.keys()):
        old, new = before.get((kind, id)), after.get((kind, id))
        if old is None and new is not None:
            yield Difference("added", kind, id, name_of(new))
        elif new is None and old is not None:
            yield Difference("removed", kind, id, name_of(old))
        elif old != new:
            yield Difference("changed", kind, id, name_of(old or {}), _members(old, new))


def _members(old: Any, new: Any) -> tuple[str, ...]:
    """Those of Azure's ``properties`` by name."""
    apart = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
    if INNER not in apart:
        return tuple(apart)
    inner = _members(old.get(INNER) or {}, new.get(INNER) or {})
    return (*(key for key in apart if key != INNER), *(f"{INNER}.{key}" for key in inner))


INNER = "properties"
