"""One death and what comes after it: the run is stopped, taken up again, and judged."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack

from kill.bench import Bench
from kill.disk import emptied, filled
from kill.ground import Ground
from kill.judging import judged
from kill.moment import CLOCK, DISK, SERVER, Moment
from kill.process import Ended
from kill.specimen import ANEW
from kill.verdict import UNBROKEN, Verdict

GONE = 1.0
"""Seconds that a store's server is gone."""

LATE = 1.0
"""Seconds after which a request arrives that its process did not live to see answered."""


def trial(bench: Bench, ground: Ground, moment: Moment) -> list[Verdict]:
    """Stop the run at ``moment``; then resume it, and in a fork of the cloud undo it; where it is
    an undo itself, undo there anew what that was to undo."""
    with ExitStack() as stack:
        port = stack.enter_context(bench.cloud.fork(ground.port))
        bench.put_back(ground.state)
        bench.set_clock("+0")
        before = {run for run, _ in bench.runs()}
        ended, reached = stopped(bench, ground, moment, port)
        if not reached:
            return [_not_reached(bench, ground, moment, ended)]
        begun = [run for run, _ in bench.runs() if run not in before]
        endings = ["resume", *ground.specimen.instead]
        with bench.line.still():
            forks = [port, *(stack.enter_context(bench.cloud.fork(port)) for _ in endings[1:])]
            died = bench.keep_state("died")
            log = bench.line.log()
        verdicts = []
        for ending, fork in zip(endings, forks, strict=True):
            bench.put_back(died)
            bench.line.go_on_with(log, fork)
            again = bool(begun) and (moment.kills or ended.status != 0 or ending != "resume")
            end = _taken_up(bench, _words(ground, ending, begun), fork) if again else ended
            verdicts.append(judged(bench, ground, moment, ending, fork, bool(begun), end))
        bench.starter.sweep()
        return verdicts


def unbroken(bench: Bench, ground: Ground) -> list[Verdict]:
    """Nothing happens to the run; then it is undone, which must bring back the start, too."""
    with bench.cloud.fork(ground.port) as port:
        bench.put_back(ground.state)
        bench.set_clock("+0")
        bench.line.begin(port, refused=ground.specimen.refused)
        bench.told(*ground.words)
        run, _ = bench.runs()[-1]
        ended = bench.told("undo", run, "--target", "lab")
        verdict = judged(bench, ground, UNBROKEN, "undo", port, True, ended)
        bench.starter.sweep()
        return [verdict]


def stopped(bench: Bench, ground: Ground, moment: Moment, port: int) -> tuple[Ended, bool]:
    """How the command ended, and whether it came to the moment."""
    at_store = moment.place == "store"
    when = moment.when if moment.kills else "before"
    stop = (f"{moment.label}#{moment.number}", when) if at_store else None
    bench.line.begin(port, None if at_store else moment, ground.specimen.refused)
    bench.begin(*ground.words, notes=bench.home / "notes", stop=stop)
    reached = False
    while (ended := bench.waited()) is None:
        reached = True
        if moment.kills:
            bench.starter.kill(moment.alone)
            continue
        if moment.when in DISK:
            filled(bench.starter.pid, bench.state)
        if moment.when in SERVER:
            bench.store.crash()
        if moment.when == "gone":
            time.sleep(GONE)
            bench.store.be_back()
        if moment.when in CLOCK:
            bench.set_clock("+1d" if moment.when == "ahead" else "-1d")
        bench.starter.go_on()
    emptied(bench.state)
    bench.store.be_back()
    return ended, reached or bench.line.reached.is_set()


def _words(ground: Ground, ending: str, begun: Sequence[str]) -> Sequence[str]:
    return ground.words if ending == ANEW else (ending, begun[-1], "--target", "lab")


def _taken_up(bench: Bench, words: Sequence[str], port: int) -> Ended:
    late = bench.line.send_late(LATE, port)
    ended = bench.told(*words)
    if late is not None:
        late.join()
    return ended


def _not_reached(bench: Bench, ground: Ground, moment: Moment, ended: Ended) -> Verdict:
    return Verdict(
        hand=bench.hand,
        specimen=ground.specimen.name,
        moment=str(moment),
        ending="",
        came_to="not reached",
        exit_code=ended.status,
        seconds=0.0,
        detail=ended.error if ended.status else "",
    )
