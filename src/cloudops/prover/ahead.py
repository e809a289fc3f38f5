"""What a target will hold when a plan is done, as far as its calls and words tell.

Everything goes by the provider's id or, while it is still to be made, by ``step.output``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from modalities.resource import Kind, World
from modalities.step import Step


@dataclass(slots=True)
class Thing:
    """A resource as it will be. ``made_by`` is the step that makes it, empty where it was there.
    ``low`` to ``high`` is how many it may be: a call that starts machines may leave that open.
    ``attributes`` are as in docs/attributes.md."""

    kind: Kind
    id: str
    name: str
    attributes: Mapping[str, Any]
    made_by: str = ""
    low: int = 1
    high: int = 1

    def revise(self, **attributes: Any) -> None:
        self.attributes = {**self.attributes, **attributes}

    def text(self, name: str) -> str:
        """An attribute as an id; empty where it is not known."""
        value = self.attributes.get(name)
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.attributes.get(name)
        items = value if isinstance(value, (list, tuple)) else ()
        return tuple(item for item in items if isinstance(item, str))

    def entries(self, name: str) -> tuple[Mapping[str, Any], ...]:
        value = self.attributes.get(name)
        items = value if isinstance(value, (list, tuple)) else ()
        return tuple(item for item in items if isinstance(item, Mapping))

    @property
    def shown(self) -> str:
        """``VM web-1``; with the id of what has one."""
        own = self.made_by or self.name == self.id
        return f"{self.kind.words} {self.name}" + ("" if own else f" ({self.id})")


@dataclass(slots=True)
class Ahead:
    """``unread`` are steps of which it is not known what they do to networks and machines,
    ``blind`` those of which nothing is known at all."""

    things: dict[tuple[Kind, str], Thing] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    blind: list[str] = field(default_factory=list)
    _alias: dict[str, str] = field(default_factory=dict)
    _named: dict[tuple[Kind, str], Thing] = field(default_factory=dict)

    def of(self, *kinds: Kind) -> Iterator[Thing]:
        return (thing for thing in self.things.values() if thing.kind in kinds)

    def get(self, kind: Kind, id: str) -> Thing | None:
        return self.things.get((kind, self._alias.get(id, id)))

    def called(self, kind: Kind, name: str) -> Thing | None:
        """The thing by its name or id."""
        return self.get(kind, name) or self._named.get((kind, name))

    def make(
        self, kind: Kind, id: str, name: str, step: str, attributes: Mapping[str, Any]
    ) -> Thing:
        made = Thing(kind, id, name, attributes, step)
        self.things[kind, id] = made
        self._named[kind, name] = made
        return made

    def made(self, kind: Kind, step: Step, **attributes: Any) -> Thing:
        """What a step that makes one thing gives: its output ``id``."""
        name = step.changes[0].name if step.changes else step.id
        return self.make(kind, f"{step.id}.id", name, step.id, attributes)

    def drop(self, kind: Kind, id: str) -> None:
        gone = self.things.pop((kind, self._alias.get(id, id)), None)
        if gone is not None and self._named.get((kind, gone.name)) is gone:
            del self._named[kind, gone.name]

    def same(self, output: str, id: str) -> None:
        """``output`` (``step.output``) will be the id of what is known as ``id``."""
        self._alias[output] = id


Follow: TypeAlias = Callable[[Ahead, Step, Mapping[str, Any]], None]
"""How a call is followed through: the step that it is, and its parameters."""


def now(world: World) -> Ahead:
    """What a target holds, before anything is done."""
    ahead = Ahead()
    for resource in world:
        thing = Thing(resource.kind, resource.id, resource.name, resource.attributes)
        ahead.things[resource.kind, resource.id] = thing
        ahead._named[resource.kind, resource.name] = thing
    return ahead


def listed(values: Iterable[object], most: int = 4) -> str:
    """A few in words: ``a, b and 3 more``."""
    told = [str(value) for value in values]
    more = len(told) - most
    return ", ".join(told[:most]) + (f" and {more} more" if more > 0 else "")
