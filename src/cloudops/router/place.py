"""A hand's place in the ranking, with all that it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cloudops.request import Constraints, Intent
from cloudops.router.able import Able
from cloudops.router.expectation import Expectation
from cloudops.router.owning import Owning
from cloudops.router.score import Score, score
from cloudops.router.wording import line
from modalities.plan import ModalityName, Ranked

ORDER = tuple(ModalityName)
"""Between equals."""


@dataclass(frozen=True, slots=True)
class Place:
    """``late``: it takes longer than the deadline. ``behind``: it would change behind
    Terraform's back what Terraform looks after."""

    name: ModalityName
    score: Score
    expected: Expectation
    late: bool
    behind: bool
    why: str

    @property
    def key(self) -> tuple[bool, bool, float, float, float, int]:
        """What places are sorted by, the first first."""
        rest = (self.expected.steps, self.expected.seconds, ORDER.index(self.name))
        return (self.late, self.behind, -self.score.value, *rest)

    @property
    def ranked(self) -> Ranked:
        return Ranked(self.name, self.score.value, self.why)


def place(
    hand: Able,
    intent: Intent,
    expected: Expectation,
    constraints: Constraints,
    complexity: float,
    kept: Owning,
) -> Place:
    """Where the hand stands at this task."""
    is_keeper = hand.name is ModalityName.IAC
    late = constraints.deadline is not None and expected.seconds > constraints.deadline
    behind = bool(kept) and not is_keeper
    imports = is_keeper and bool(kept.others)
    valued = score(
        hand.name, intent, expected, fit=hand.fit, complexity=complexity, imports=imports
    )
    said = (*_notes(kept, constraints, is_keeper, late), expected.said, hand.why)
    return Place(hand.name, valued, expected, late, behind, line(said))


def _notes(kept: Owning, constraints: Constraints, is_keeper: bool, late: bool) -> Iterator[str]:
    if late:
        yield f"over the deadline of {constraints.deadline:g} s"
    if kept and is_keeper:
        yield f"Terraform owns {kept.what}"
    elif kept:
        yield "Terraform's code must follow"
