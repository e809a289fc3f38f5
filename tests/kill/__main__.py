"""``PYTHONPATH=tests python -m kill``: kill runs at their moments, take them up again, judge.

    PYTHONPATH=tests .venv/bin/python -m kill --hand sdk --specimen all --out /tmp/kill
    ... --hand browser --specimen tag,disk --share 1/4 --seed 7 --workers 2
    ... --every          also moments that leave behind what another one leaves behind

Goes on where it was stopped, with the same --out. Exit 1 where anything was twice, left over or
wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from kill.ledger import Ledger
from kill.session import SAME, Choice, tried
from kill.specimen import specimens
from kill.table import table

HANDS = ("sdk", "cli", "iac", "browser")


def main() -> int:
    parser = _parser()
    asked = parser.parse_args()
    known = specimens(asked.cloud)
    names = list(known) if asked.specimen == "all" else asked.specimen.split(",")
    hands = HANDS if asked.hand == "all" else asked.hand.split(",")
    for words, those in (
        (names, known),
        (hands, HANDS),
        ([asked.before], (*HANDS, SAME)),
    ):
        if strange := [word for word in words if word not in those]:
            parser.error(f"no such thing: {', '.join(strange)}; there are: {', '.join(those)}")
    part, _, parts = asked.share.partition("/")
    choice = Choice(
        seed=asked.seed,
        share=(int(part), int(parts)),
        limit=asked.limit,
        every=asked.every,
        only=asked.only,
        clock=asked.clock,
        disk=asked.disk,
        cloud=asked.cloud,
        store=asked.store,
        pace=asked.pace,
        before=asked.before,
    )
    others = [word for word in (asked.cloud, asked.store) if word not in ("aws", "sqlite")]
    kept = "-".join(("verdicts", *others)) + ".jsonl"
    ledger = Ledger(asked.out / kept if asked.out else None)
    with tempfile.TemporaryDirectory(prefix="kill-") as scratch:
        if asked.out:
            asked.out.mkdir(parents=True, exist_ok=True)
        work = [(hand, known[name]) for hand in hands for name in names]
        try:
            tried(Path(scratch), work, choice, ledger, _say, asked.workers)
        except KeyboardInterrupt:
            _say("stopped; the same command goes on")
    if asked.json:
        sys.stdout.write(json.dumps([asdict(v) for v in ledger.verdicts], indent=1) + "\n")
    else:
        sys.stdout.write(table(ledger.verdicts) + "\n")
    return 0 if all(v.good for v in ledger.verdicts) else 1


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("kill", description=__doc__)
    parser.add_argument("--hand", default="sdk", help="sdk, cli, iac, browser, or all")
    parser.add_argument(
        "--before", default="sdk", help="the hand that made what was there before, or same"
    )
    parser.add_argument("--cloud", default="aws", choices=("aws", "azure"))
    parser.add_argument("--store", default="sqlite", choices=("sqlite", "postgresql"))
    parser.add_argument("--pace", type=float, default=0.0, help="of Azure's own time; 0: at once")
    parser.add_argument("--specimen", default="all", help="names, or all")
    parser.add_argument("--seed", type=int, default=0, help="the order, and what a share holds")
    parser.add_argument("--share", default="1/1", help="which part of how many")
    parser.add_argument("--limit", type=int, help="moments for each specimen, at most")
    parser.add_argument(
        "--only", default="", help="moments whose name has one of these, as late,lost"
    )
    parser.add_argument("--every", action="store_true", help="equivalent moments as well")
    parser.add_argument("--clock", action="store_true", help="the time of day jumps instead")
    parser.add_argument("--disk", action="store_true", help="a small disk for the state (root)")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, help="where verdicts are kept")
    parser.add_argument("--json", action="store_true", help="verdicts as JSON, not a table")
    return parser


if __name__ == "__main__":
    sys.exit(main())
