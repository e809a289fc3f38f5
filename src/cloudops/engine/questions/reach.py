"""How far dependencies reach."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import TypeAlias

from modalities.resource import Kind, Resource, World

Key: TypeAlias = tuple[Kind, str]


class Reach:
    """Transitive closures over the links of one world; cycles do no harm. A resource group needs
    no links: all that lies in it, which is all of a world, goes with it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def one_back(self, resource: Resource) -> tuple[Resource, ...]:
        """What depends on ``resource`` directly."""
        if resource.kind is not Kind.RESOURCE_GROUP:
            return self._world.needed_by(resource)
        scope = resource.ref.scope
        inside = (r for r in self._world if r.ref.scope == scope and r.kind is not resource.kind)
        return tuple(inside)

    def needs(self, start: Iterable[Resource]) -> dict[Key, Resource]:
        """What ``start`` depends on, directly or in turn, nearest first; without ``start``."""
        return self._closure(start, self._world.needs)

    def needed_by(self, start: Iterable[Resource]) -> dict[Key, Resource]:
        """What depends on ``start``, directly or in turn, nearest first; without ``start``."""
        return self._closure(start, self.one_back)

    def around(self, start: Iterable[Resource]) -> dict[Key, Resource]:
        """All that hangs together with ``start`` in any way; with ``start``."""
        begin = list(start)
        found = self._closure(begin, lambda r: (*self._world.needs(r), *self.one_back(r)))
        return {**{(r.kind, r.id): r for r in begin}, **found}

    def _closure(
        self, start: Iterable[Resource], onward: Callable[[Resource], Iterable[Resource]]
    ) -> dict[Key, Resource]:
        begin = list(start)
        seen = {(r.kind, r.id) for r in begin}
        found: dict[Key, Resource] = {}
        queue = deque(begin)
        while queue:
            for other in onward(queue.popleft()):
                key = (other.kind, other.id)
                if key not in seen:
                    seen.add(key)
                    found[key] = other
                    queue.append(other)
        return found
