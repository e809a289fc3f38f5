"""``PYTHONPATH=tests python -m rounds``: many processes on one PostgreSQL, some of them struck.

    PYTHONPATH=tests .venv/bin/python -m rounds --rounds 5 --processes 8 --lease 10 --seed 7
    ... --hands sdk,cli,iac     in turn
    ... --cloud azure --pace 0.05
    ... --lease 60              as it is; else every wait for the dead is shorter

Says a line for each round and ends with their sum. Exit 1 where anything was wrong.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import fields
from pathlib import Path

from fakes.postgres import programs
from kill.__main__ import HANDS
from rounds.judging import Outcome
from rounds.match import match
from rounds.place import Place

LEAST = 3.0
"""Seconds: a heartbeat is a third of it, and a busy machine is late by as much."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="rounds", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=6)
    parser.add_argument("--lease", type=float, default=10.0, help="seconds")
    parser.add_argument("--hands", default="sdk")
    parser.add_argument("--cloud", choices=("aws", "azure"), default="aws")
    parser.add_argument("--pace", type=float, default=0.0, help="of Azure's own time; 0: at once")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    if programs() is None:
        parser.error("no PostgreSQL: neither on PATH nor in /usr/lib/postgresql")
    if unknown := set(asked.hands.split(",")) - set(HANDS):
        parser.error(f"no such hand: {', '.join(sorted(unknown))}; there are {', '.join(HANDS)}")
    if min(asked.rounds, asked.processes) < 1 or asked.lease < LEAST:
        parser.error(f"at least one round, one process, and a lease of {LEAST:g} s")
    outcomes = []
    with (
        tempfile.TemporaryDirectory(prefix="rounds-") as home,
        Place(Path(home), asked.cloud, asked.pace) as place,
    ):
        for number in range(asked.seed, asked.seed + asked.rounds):
            outcome = match(
                place,
                processes=asked.processes,
                lease=asked.lease,
                hands=asked.hands.split(","),
                seed=number,
            )
            outcomes.append(outcome)
            _say(f"seed {number}: {_row(outcome)}")
            for fault in outcome.faults:
                _say(f"  {fault}")
    total = {
        f.name: sum(getattr(each, f.name) for each in outcomes)
        for f in fields(Outcome)
        if f.name != "faults"
    }
    faults = sum(len(each.faults) for each in outcomes)
    _say(f"all: {', '.join(f'{name} {n}' for name, n in total.items())}, faults {faults}")
    return 1 if faults else 0


def _row(outcome: Outcome) -> str:
    return ", ".join(
        f"{f.name} {getattr(outcome, f.name)}" for f in fields(outcome) if f.name != "faults"
    )


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
