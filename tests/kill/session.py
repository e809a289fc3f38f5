"""Many deaths in turn: which, in which order, and how many at a time."""

from __future__ import annotations

import random
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from kill.bench import Bench
from kill.ground import Unfit, ground
from kill.ledger import Ledger
from kill.moment import Moment, Place, jumps, moments
from kill.specimen import Specimen
from kill.trial import trial, unbroken
from kill.verdict import UNBROKEN, Verdict

SAME = "same"
"""Of Choice.before: the hand that dies."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Of all moments those of ``share`` (which of how many), in an order that ``seed`` makes,
    at most ``limit`` for each specimen; ``only`` are parts of their names, with commas between.
    ``clock``: the time of day jumps instead. ``disk``: the state is on a small file system of its
    own (as root). ``cloud`` is ``aws`` or ``azure``, ``store`` ``sqlite`` or
    ``postgresql``, ``pace`` how long Azure's operations take (1: as the real one's). ``before`` is
    the hand that made what was there before; ``same`` as the one that dies."""

    seed: int = 0
    share: tuple[int, int] = (1, 1)
    limit: int | None = None
    every: bool = False
    only: str = ""
    clock: bool = False
    disk: bool = False
    cloud: str = "aws"
    store: str = "sqlite"
    pace: float = 0.0
    before: str = "sdk"

    def moments(self, hand: str, places: Sequence[Place]) -> list[Moment]:
        if self.clock:
            return list(jumps(places))
        local = self.store == "sqlite"
        return list(moments(places, children=hand != "sdk", every=self.every, local=local))

    def wants(self, name: str) -> bool:
        return any(part in name for part in self.only.split(","))

    def of(self, hand: str, specimen: Specimen, found: Sequence[Moment]) -> list[Moment]:
        part, parts = self.share
        mine = [
            moment
            for moment in found
            if self.wants(str(moment))
            and zlib.crc32(f"{self.seed}/{hand}/{specimen.name}/{moment}".encode()) % parts
            == part - 1
        ]
        random.Random(f"{self.seed}/{hand}/{specimen.name}").shuffle(mine)  # noqa: S311
        return spread(mine)[: self.limit]


def spread(found: Sequence[Moment]) -> list[Moment]:
    """In turns: first one of every place and label, then of each the second, ... in their order."""
    counts: Counter[tuple[str, str]] = Counter()
    turns = []
    for moment in found:
        counts[moment.place, moment.label] += 1
        turns.append(counts[moment.place, moment.label])
    return [found[n] for n in sorted(range(len(found)), key=lambda n: turns[n])]


def tried(
    home: Path,
    work: Sequence[tuple[str, Specimen]],
    choice: Choice,
    ledger: Ledger,
    say: Callable[[str], None],
    workers: int = 1,
) -> None:
    """Every hand with every specimen of ``work``, ``workers`` at a time."""
    hands = sorted({hand for hand, _ in work}, key=[hand for hand, _ in work].index)
    with ThreadPoolExecutor(workers) as pool:
        jobs = []
        for hand in hands:
            mine = [specimen for each, specimen in work if each == hand]
            for number in range(workers):
                share = mine[number::workers]
                if share:
                    place = home / f"{hand}-{number}"
                    jobs.append(pool.submit(_by_hand, place, hand, share, choice, ledger, say))
        for job in jobs:
            job.result()


def _by_hand(
    home: Path,
    hand: str,
    share: Sequence[Specimen],
    choice: Choice,
    ledger: Ledger,
    say: Callable[[str], None],
) -> None:
    with Bench(
        home,
        hand,
        before=hand if choice.before == SAME else choice.before,
        cloud=choice.cloud,
        store=choice.store,
        pace=choice.pace,
        clock=choice.clock,
        disk=choice.disk,
    ) as bench:
        for specimen in share:
            try:
                for verdicts in deaths(bench, specimen, choice, ledger, say):
                    ledger.add(verdicts)
            except Unfit as error:
                say(f"{hand} {specimen.name}: left out: {error}")


def deaths(
    bench: Bench,
    specimen: Specimen,
    choice: Choice,
    ledger: Ledger,
    say: Callable[[str], None],
) -> Iterator[list[Verdict]]:
    """The chosen moments of one specimen, as far as the ledger has them not. Raises Unfit."""
    done = ledger.done()
    with ground(bench, specimen) as start:
        whole = choice.wants(UNBROKEN) and not specimen.goes_back and not specimen.refused
        if whole and (bench.hand, specimen.name, UNBROKEN) not in done:
            verdicts = unbroken(bench, start)
            say(f"{bench.hand} {specimen.name} {UNBROKEN}: {', '.join(map(_said, verdicts))}")
            yield verdicts
        found = choice.moments(bench.hand, start.places)
        chosen = choice.of(bench.hand, specimen, found)
        for number, moment in enumerate(chosen, 1):
            if (bench.hand, specimen.name, str(moment)) in done:
                continue
            verdicts = trial(bench, start, moment)
            what = ", ".join(_said(v) for v in verdicts)
            say(f"{bench.hand} {specimen.name} {number}/{len(chosen)} {moment}: {what}")
            yield verdicts


def _said(verdict: Verdict) -> str:
    bad = "" if verdict.good else f" TWICE {verdict.twice} ORPHANS {verdict.orphans}"
    claims = f" CLAIMS {verdict.claims}" if verdict.claims else ""
    return (
        f"{verdict.ending or 'run'} {verdict.came_to}{bad}{claims} {verdict.detail[:300]}".strip()
    )
