"""Where a specimen starts, and what its unbroken run comes to: what deaths are measured by."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kill.bench import Bench
from kill.holdings import Holdings, changes
from kill.process import Ended
from kill.specimen import Specimen


class Unfit(Exception):
    """The specimen cannot be done by this hand, or did not do what it is for."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a specimen starts from (``port``: the cloud, ``state``: of the product) and what its
    unbroken run came to. ``start`` is before the killed command, ``goal`` after it; ``places``
    are all it passed, ``made`` how many things each call made at the cloud, ``done`` how often
    those were done that leave no trace, ``words`` the killed command."""

    specimen: Specimen
    port: int
    state: Path
    words: Sequence[str]
    start: Holdings
    goal: Holdings
    places: Sequence[tuple[str, str, int]]
    made: Mapping[str, int]
    done: Mapping[str, int]
    seconds: float


@contextmanager
def ground(bench: Bench, specimen: Specimen) -> Iterator[Ground]:
    """The specimen's start, and what its unbroken run shows. Raises Unfit."""
    bench.fresh_state(indexed=specimen.indexed)
    with bench.cloud.fork() as port:
        bench.line.begin(port)
        for given in specimen.given:
            _done(bench, "run", given, "--target", "lab", "--modality", bench.before)
        origin = bench.cloud.look(port)
        words = ["run", specimen.words, "--target", "lab", "--modality", bench.hand]
        if specimen.way == "undo":
            run = _done(bench, *words).document["run"]
            words = ["undo", run, "--target", "lab"]
        elif bench.hand in ("iac", "browser"):
            bench.told("plan", *words[1:])  # what is prepared once (Terraform's init) is there
        state = bench.keep_state("template")
        start = bench.cloud.look(port)
        with bench.cloud.fork(port) as fork:
            recorded = _recorded(bench, specimen, fork, words)
            goal = bench.cloud.look(fork)
            if specimen.goes_back and (left := changes(goal, origin)):
                raise Unfit(f"an unbroken run leaves: {left}")
            if not specimen.goes_back and not changes(goal, start) and not bench.line.writes:
                raise Unfit("it changes nothing")
            made = {op: len(ids) for op, ids in bench.line.made.items()}
            done = {op: bench.line.writes[op] for op in bench.cloud.traceless}
            places, seconds = recorded
        yield Ground(specimen, port, state, words, start, goal, places, made, done, seconds)


def _recorded(
    bench: Bench, specimen: Specimen, port: int, words: Sequence[str]
) -> tuple[list[tuple[str, str, int]], float]:
    notes = bench.home / "notes"
    notes.unlink(missing_ok=True)
    bench.line.begin(port, refused=specimen.refused)
    begun = time.monotonic()
    bench.begin(*words, notes=notes)
    ended = bench.waited()
    assert ended is not None
    if ended.status != (1 if specimen.refused else 0):
        raise Unfit(f"exit {ended.status}: {ended.error}")
    store = [line.rpartition("#") for line in notes.read_text().splitlines()]
    places = [("store", label, int(number)) for label, _, number in store]
    return [*places, *bench.line.seen], time.monotonic() - begun


def _done(bench: Bench, *words: str) -> Ended:
    ended = bench.told(*words)
    if ended.status != 0:
        raise Unfit(f"{words[:2]}: exit {ended.status}: {ended.error}")
    return ended
