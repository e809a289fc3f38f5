"""How far a workflow is to be believed: what came of it, and when that is no longer enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cloudops.state.workflow import Use, UseEnd, Workflow

IN_A_ROW = 2
"""So many failures one after the other, and a workflow is dropped."""
WINDOW, LEAST = 5, 3
"""Of the last five uses at least three must have come through."""


@dataclass(frozen=True, slots=True)
class Standing:
    """``done`` and ``failed`` count uses of the present form; ``last`` is when one came through."""

    done: int
    failed: int
    last: datetime | None

    @property
    def words(self) -> str:
        if not self.done and not self.failed:
            return "not used here yet"
        times = "once" if self.done == 1 else f"{self.done} times"
        when = f", last on {self.last:%Y-%m-%d}" if self.last else ""
        return f"came through {times}{when}" + (f", failed {self.failed}" if self.failed else "")


def standing(workflow: Workflow, uses: Sequence[Use]) -> Standing:
    """``uses`` are those that ended, latest first."""
    own = [use for use in uses if use.form == workflow.form]
    done = [use for use in own if use.ending is UseEnd.DONE]
    return Standing(len(done), len(own) - len(done), done[0].at if done else None)


def fallen(workflow: Workflow, uses: Sequence[Use]) -> str:
    """Why the workflow is to be dropped; empty where it is not."""
    ends = [use.ending for use in uses if use.form == workflow.form]
    if len(ends) >= IN_A_ROW and all(end is UseEnd.FAILED for end in ends[:IN_A_ROW]):
        return f"its last {IN_A_ROW} uses failed"
    done = sum(end is UseEnd.DONE for end in ends[:WINDOW])
    if len(ends) >= WINDOW and done < LEAST:
        return f"only {done} of its last {WINDOW} uses came through"
    return ""


def moved(then: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """What has another version than the workflow was verified under: ``botocore 1.44.7, now
    1.44.8``. A policy's or a file's digest is only said to have changed."""
    return tuple(
        f"{name} was {then.get(name, 'absent')}, now {now.get(name, 'absent')}"
        for name in sorted({*then, *now})
        if then.get(name) != now.get(name)
    )
