"""What the cloud shows after a run was taken up again, and what the product said of it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from kill.bench import HUNG, Bench
from kill.ground import Ground
from kill.holdings import changes, differences
from kill.moment import Moment
from kill.process import Ended
from kill.specimen import ANEW
from kill.verdict import Verdict

PARTLY = 7
"""Exit where some of it stands, and is listed."""

NOTHING_LEFT = 64
"""Exit of `resume`, or of `undo` anew, where the run had come to its end."""


@dataclass(frozen=True, slots=True)
class Sight:
    """``off_goal`` and ``off_start`` are what of the cloud is not as it is there; ``missed`` and
    ``twice`` the calls that were done too seldom or made too much."""

    off_goal: list[str]
    off_start: list[str]
    missed: list[str]
    twice: list[str]

    def orphans(self, ending: str, ground: Ground) -> list[str]:
        """What neither the start nor the goal has."""
        if ending == "undo":
            return [line for line in self.off_start if line.startswith("+ ")]
        known = ground.goal.plain() | ground.start.plain()
        return [line for line in self.off_goal if line[:2] == "+ " and line[2:] not in known]


def seen(bench: Bench, ground: Ground, port: int) -> Sight:
    found, line = bench.cloud.look(port), bench.line
    again = ground.start.texts()  # what had been deleted is made with the id that it had
    made = {op: {id for id in ids if id.casefold() not in again} for op, ids in line.made.items()}
    twice = [op for op, ids in made.items() if len(ids) > ground.made.get(op, 0)]
    twice += [op for op, often in ground.done.items() if line.writes[op] > often]
    missed = [op for op, often in ground.done.items() if line.writes[op] < often]
    return Sight(differences(found, ground.goal), changes(found, ground.start), missed, twice)


def came_to(ground: Ground, ending: str, begun: bool, ended: Ended, sight: Sight) -> str:
    """The word of Verdict for it."""
    fine = (1 if ground.specimen.refused else 0, NOTHING_LEFT)
    if ended.status == HUNG:
        return "out of time"
    if not begun:
        return "wrong" if sight.off_start else "not begun"
    onward = ending != "undo"
    if onward and ended.status in fine and not (sight.off_goal or sight.missed):
        return "goal"
    if ended.status == PARTLY and ended.error:
        return "told"
    silent = onward and ended.status == 0
    return "wrong" if sight.off_start or silent else "start"


def judged(
    bench: Bench,
    ground: Ground,
    moment: Moment | str,
    ending: str,
    port: int,
    run: bool,
    ended: Ended,
) -> Verdict:
    """``run`` tells whether the killed command had begun one."""
    sight = seen(bench, ground, port)
    word = came_to(ground, ending, run, ended, sight)
    gaps = bench.gaps()
    wrong = word == "wrong" or bool(gaps)
    swept = ending != ANEW or ended.status != NOTHING_LEFT  # else it took no locks
    detail = ""
    if wrong or sight.twice or word == "told":
        off = sight.off_start if ending == "undo" else sight.off_goal
        detail = f"{ended.error} | missed {sight.missed} gaps {gaps} | {'; '.join(off)[:1500]}"
    return Verdict(
        hand=bench.hand,
        specimen=ground.specimen.name,
        moment=str(moment),
        ending=ending,
        came_to="wrong" if gaps else word,
        exit_code=ended.status,
        seconds=round(time.monotonic() - bench.begun, 2),
        twice=sight.twice,
        orphans=sight.orphans(ending, ground) if wrong else [],
        claims=bench.claims() if swept and word not in ("told", "out of time") else 0,
        detail=detail,
    )
