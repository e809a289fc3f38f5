"""A round, from the first wish to the last run that somebody took up."""

from __future__ import annotations

import random
from collections.abc import Sequence

from fakes import claims_reader
from rounds.judging import Outcome, doubled, leases, misplaced, unheld
from rounds.place import WITHIN, Ground, Place
from rounds.team import Fate, Task, ended, fate, task

OPEN = ("running", "interrupted", "partly_applied", "timeout")
"""How a run stands that somebody has to take up."""

SWEEPS = 3
"""How often those are taken up, until there are none."""


def match(
    place: Place, *, processes: int, lease: float, hands: Sequence[str], seed: int
) -> Outcome:
    """``hands`` in turn; ``lease`` in seconds; ``seed`` makes wishes and fates."""
    chance = random.Random(seed)  # noqa: S311
    with place.ground() as ground:
        start = place.cloud.look(ground.port)
        for number in range(processes):
            wish = task(number, hands[number % len(hands)], chance)
            ground.join(wish, fate(lease, chance), lease)
        first = tuple(ground.members)
        hung = ended(first, WITHIN)
        for _ in range(SWEEPS):
            if not (open_ := _open(ground)):
                break
            later = [
                ground.join(Task((chance.choice(("resume", "undo")), run), ""), Fate(""), lease)
                for run in open_
            ]
            hung += ended(later, WITHIN)
        tasks = {member.task.words[1]: member.task.shows for member in first}
        statuses = _statuses(ground)
        calm = [member for member in first if not member.struck]
        taken = list(place.line.taken)
        seen = leases(ground.url)
        return Outcome(
            processes=len(ground.members),
            killed=sum(member.killed for member in first),
            stopped=sum(member.struck and not member.killed for member in first),
            grants=sum(what == "granted" for what, *_ in seen),
            writes=len(taken),
            unknown=sum(not write.member for write in taken),
            waited=len(calm),
            through=sum(member.code == 0 for member in calm),
            faults=[
                *claims_reader.faults(ground.url),
                *unheld(seen, taken),
                *misplaced(tasks, statuses, start, place.cloud.look(ground.port)),
                *doubled(tasks, place.line.log()[0]),
                *(f"{member.task.words} hung" for member in hung),
                *(f"run {run} is still open" for run in _open(ground)),
                *(f"exit {m.code}: {m.task.words}: {m.said.error}" for m in calm if m.code),
            ],
        )


def _open(ground: Ground) -> list[str]:
    with claims_reader.asked(ground.url) as (_, client):
        rows = client.execute("SELECT id, status FROM runs WHERE undoes IS NULL").fetchall()
    return [str(id) for id, status in rows if status in OPEN]


def _statuses(ground: Ground) -> dict[str, str]:
    """How the run of each request stands."""
    with claims_reader.asked(ground.url) as (_, client):
        rows = client.execute("SELECT request, status FROM runs WHERE undoes IS NULL").fetchall()
    return {str(request): str(status) for request, status in rows}
