"""cloudops gym, the suite of commands: is the operation found that a description means."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cloudops.commands.voice import Voice
from cloudops.errors import Interrupted, Misused

if TYPE_CHECKING:
    from cloudops.config import Config
    from cloudops.gym.command_score import CommandScore
    from cloudops.gym.commands import Outcome
    from cloudops.gym.statistics import Rate

TASKS = "CLOUDOPS_GYM_COMMANDS"
EVERY = 250
"""Rows between two lines of progress, and between two times they are durable."""

MOST_SERVICES = 25


def run(
    config: Config, place: Path, tasks: str | None, shown: str, every: int, *, resume: bool
) -> int:
    """Ask every row that was not asked before, keep what came, show it. Raises Misused."""
    from cloudops.gym.ledger import Ledger

    ledger = Ledger(place)
    voice = Voice(config)
    with ledger.held():
        before = ledger.order()
        if before and not resume:
            raise Misused(f"{place} holds results already", remedy="--resume goes on with them")
        order = before or _order(tasks, shown, every)
        ledger.put_order(order)
        _play(config, voice, place, order)
    report(config, place)
    return 0


def _order(tasks: str | None, shown: str, every: int) -> dict[str, Any]:
    named = tasks or os.environ.get(TASKS)
    if not named:
        raise Misused("which file of commands?", remedy=f"--tasks FILE, or {TASKS}")
    if shown not in ("none", "others", "all"):
        raise Misused(f"--shown {shown}: none, others or all")
    file = str(Path(named).expanduser().absolute())
    return {"suite": "commands", "tasks": file, "shown": shown, "every": every}


def _play(config: Config, voice: Voice, place: Path, order: Mapping[str, Any]) -> None:
    from cloudops.commands.knowledge import opened
    from cloudops.gym.commands import Examiner, rows, to_line

    chosen = list(rows(Path(order["tasks"])))[:: order["every"]]
    done = {one.id for one in _outcomes(place)}
    left = [row for row in chosen if row.id not in done]
    with opened(config, voice) as knowledge, _file(place).open("a", encoding="utf-8") as out:
        examiner = Examiner(knowledge, order["shown"])
        try:
            for number, row in enumerate(left):
                if number % EVERY == 0:
                    out.flush()
                    voice.aside(f"{len(chosen) - len(left) + number} of {len(chosen)} asked")
                out.write(to_line(examiner.ask(row)) + "\n")
        except KeyboardInterrupt:
            raise Interrupted(
                "interrupted", remedy=f"cloudops gym run --suite commands --resume --out {place}"
            ) from None


def report(config: Config, place: Path) -> None:
    """Show what was measured; ``report.json`` beside it has it, too."""
    from cloudops.gym.command_score import by_service, scores

    found = _outcomes(place)
    if not found:
        raise Misused(f"{place} holds no results", remedy="first: cloudops gym run")
    voice = Voice(config)
    parts, services = scores(found), by_service(found)
    document = {"parts": [asdict(s) for s in parts], "services": [asdict(s) for s in services]}
    if not voice.human:
        voice.say(document)
        return
    columns = (
        *("rows of", "n", "top 1", "top 5", "wrong", "refused", "right if proposed"),
        *("declined if unknown", "all parameters", "each parameter"),
    )
    for some in (parts, services[:MOST_SERVICES]):
        voice.table({}, columns, map(_cells, some), "")


def _cells(one: CommandScore) -> tuple[str, ...]:
    rates = (one.top1, one.top5, one.wrong, one.refused, one.proposed_right)
    return (
        *(one.group, str(one.rows), *map(_rate, rates)),
        *(_rate(one.declined), _rate(one.filled), _rate(one.parts)),
    )


def _rate(rate: Rate | None) -> str:
    """``71.5 % (69.1-73.8)``."""
    if rate is None:
        return "-"
    return f"{rate.value:.1%} ({rate.low * 100:.1f}-{rate.high * 100:.1f})"


def _file(place: Path) -> Path:
    return place / "outcomes.jsonl"


def _outcomes(place: Path) -> tuple[Outcome, ...]:
    from cloudops.gym.commands import outcomes

    try:
        return outcomes(_file(place).read_text(encoding="utf-8").splitlines())
    except FileNotFoundError:
        return ()
