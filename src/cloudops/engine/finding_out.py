"""What a hand's own knowledge does not do, found out in a copy: the loop that has a model, and
nothing real. What is found is used once more in another copy before it is kept; production
replays it without anybody who decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cloudops.engine.course import Course
from modalities.change import Change
from modalities.contract import Explorer, Unsupported
from modalities.resource import World


class FindingOut:
    """For the hand that leads the course. ``told`` are lines for people."""

    def __init__(self, course: Course, world: World, say: Callable[[str], None]) -> None:
        self._course = course
        self._world = world
        self._say = say
        self._learned: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[str, ...]:
        return tuple(
            f"{name}: found out in a copy of the console by a model; replayed without one"
            for name in self._learned
        )

    def learn(self, changes: Sequence[Change], refused: Unsupported) -> None:
        """Raises ``refused`` where nobody could find it out, Unsupported with what became of it
        where somebody tried in vain, CloudError."""
        hand, course = self._course.hand, self._course
        if not (isinstance(hand, Explorer) and hand.may_explore):
            raise refused
        self._say(f"{refused}; looking for a way in a copy of the console")
        said, stop = course.passage.report.request.text, course.passage.stop
        with course.parts.copies.copy(course.target, self._world) as copy:
            self._learned = hand.explored(
                changes, self._world, copy, said, lambda: stop.is_set() or stop.over, self._say
            )

    def proved(self, along: Sequence[str]) -> str:
        """Why what was learned is not to be kept though it came through; empty: it is."""
        if not self._learned or not along:
            return ""
        return f"what was found out changes more than it should: {', '.join(along)}"

    def settle(self, *, good: bool) -> None:
        """Keep what was learned, or forget it."""
        hand = self._course.hand
        if self._learned and isinstance(hand, Explorer):
            hand.settled(self._learned, good=good)
            self._say(f"{'kept' if good else 'not kept'}: {', '.join(self._learned)}")
        self._learned = ()
