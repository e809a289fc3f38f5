"""Which step comes before which, as bit sets: a plan of a thousand steps takes milliseconds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from modalities.step import Step


class Ordering:
    """The order of a plan's steps. ``circle`` is a way through steps that wait for each other,
    empty where there is none; with one, or with an id twice, nothing else is of use."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.ids = tuple(step.id for step in steps)
        self.place = {id: place for place, id in enumerate(self.ids)}
        self.circle: tuple[str, ...] = ()
        self.line: tuple[str, ...] = self.ids
        self._before = [0] * len(self.ids)
        needs = {s.id: tuple(n for n in s.needs if n in self.place) for s in steps}
        try:
            self.line = tuple(TopologicalSorter(needs).static_order())
        except CycleError as error:
            self.circle = tuple(error.args[1])
            return
        self._turn = {id: turn for turn, id in enumerate(self.line)}
        for id in self.line:
            mask = 0
            for need in needs[id]:
                mask |= self._before[self.place[need]] | 1 << self.place[need]
            self._before[self.place[id]] = mask

    @property
    def sound(self) -> bool:
        return not self.circle and len(self.place) == len(self.ids)

    def precedes(self, first: str, then: str) -> bool:
        """Whether ``first`` has certainly ended before ``then`` begins."""
        return bool(self._before[self.place[then]] >> self.place[first] & 1)

    def apart(self, one: str, other: str) -> bool:
        """Whether the two cannot run at the same time."""
        return one == other or self.precedes(one, other) or self.precedes(other, one)

    def in_line(self, ids: Iterable[str]) -> list[str]:
        """In an order in which they may be done."""
        return sorted(ids, key=self._turn.__getitem__)

    def clash(self, ids: Iterable[str]) -> tuple[str, str] | None:
        """Two of them that may run at once, or None. Neighbours in the line are enough: what is
        ordered between neighbours is ordered between all."""
        line = self.in_line(set(ids))
        for one, other in pairwise(line):
            if not self.precedes(one, other):
                return one, other
        return None
