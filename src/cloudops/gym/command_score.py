"""What the suite of commands came to, a group of rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cloudops.gym.commands import Outcome
from cloudops.gym.statistics import Rate, wilson


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandScore:
    """Of ``rows`` descriptions. ``top1`` and ``top5``: the right operation comes first, is
    among five. ``wrong``: another one would be proposed; ``refused``: none would, though there
    is one; ``proposed_right``: of what would be proposed. ``declined``: none is, where the right
    one is not in the index. ``filled``: all parameters right, given the operation and the
    values in words; ``parts``: each for itself. None where nothing was judged."""

    group: str
    rows: int
    top1: Rate | None
    top5: Rate | None
    wrong: Rate | None
    refused: Rate | None
    proposed_right: Rate | None
    declined: Rate | None
    filled: Rate | None
    parts: Rate | None
    invented: int


def score(found: Sequence[Outcome], group: str) -> CommandScore:
    sure = [one for one in found if one.sure]
    judged = [one for one in found if one.filled is not None]
    return CommandScore(
        group=group,
        rows=len(found),
        top1=_rate(found, lambda one: one.place == 1),
        top5=_rate(found, lambda one: one.place is not None and one.place <= 5),
        wrong=_rate(found, lambda one: one.sure and one.place != 1),
        refused=_rate(found, lambda one: not one.sure),
        proposed_right=_rate(sure, lambda one: one.place == 1),
        declined=_rate(found, lambda one: not one.fooled),
        filled=_rate(judged, lambda one: bool(one.filled)),
        parts=wilson(sum(o.parts for o in judged), sum(o.of_parts for o in judged)),
        invented=sum(one.invented for one in judged),
    )


def scores(found: Sequence[Outcome]) -> tuple[CommandScore, ...]:
    """A cloud and a part at a time: what was fitted on, and what was held back."""
    groups = []
    for cloud in sorted({one.cloud for one in found}):
        for held, name in ((False, "fitted on"), (True, "held back")):
            some = [one for one in found if (one.cloud, one.held) == (cloud, held)]
            if some:
                groups.append(score(some, f"{cloud}, {name}"))
    return tuple(groups)


def by_service(found: Sequence[Outcome]) -> tuple[CommandScore, ...]:
    """Those with most rows first."""
    services = sorted({(one.cloud, one.service) for one in found})
    made = [
        score([o for o in found if (o.cloud, o.service) == each], " ".join(each))
        for each in services
    ]
    return tuple(sorted(made, key=lambda one: (-one.rows, one.group)))


def _rate(found: Iterable[Outcome], right: Callable[[Outcome], bool]) -> Rate | None:
    told = [right(one) for one in found]
    return wilson(sum(told), len(told))
