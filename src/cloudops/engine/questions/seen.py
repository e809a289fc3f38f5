"""What a question about the graph looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from modalities.resource import Resource


@dataclass(frozen=True, slots=True)
class Side:
    """What lies on one side of the focus: ``direct`` is one link away, ``further`` more."""

    direct: tuple[Resource, ...]
    further: tuple[Resource, ...]

    @staticmethod
    def of(
        focus: Sequence[Resource],
        one_link: Callable[[Resource], Iterable[Resource]],
        every: Iterable[Resource],
    ) -> Side:
        near = {(r.kind, r.id) for start in focus for r in one_link(start)}
        found = list(every)
        return Side(
            tuple(r for r in found if (r.kind, r.id) in near),
            tuple(r for r in found if (r.kind, r.id) not in near),
        )

    @property
    def all(self) -> tuple[Resource, ...]:
        return (*self.direct, *self.further)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """``needs`` or ``needed_by`` is None where it was not asked for. ``shown`` is the picture,
    in order; ``left_out`` counts the defaults of the cloud that are not in it."""

    focus: tuple[Resource, ...]
    needs: Side | None
    needed_by: Side | None
    impact: bool
    shown: tuple[Resource, ...]
    left_out: int

    @property
    def marked(self) -> tuple[Resource, ...]:
        """What the question is about, each once."""
        sides = (side for side in (self.needs, self.needed_by) if side is not None)
        return tuple({(r.kind, r.id): r for side in sides for r in side.all}.values())
