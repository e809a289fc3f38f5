"""What an episode came to, as a line of JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from modalities.codec import decode

LIMIT = 100
"""Steps. The paper: a trial over 100 steps is unsuccessful."""


class Status(StrEnum):
    """``refused``: the agent would not, and changed nothing. ``broken``: the gym itself could
    not carry the episode out; it says nothing about the agent."""

    PASSED = "passed"
    FAILED = "failed"
    REFUSED = "refused"
    UNAVAILABLE = "not_available"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """``steps`` as the paper counts: one decision, or one action sent to the interface, where
    what is sent at once is one. ``actions`` counts what was sent one by one, ``cloud_calls`` all
    requests of the run with its reading. ``seconds`` is the command's whole time, in which
    ``rehearsal_seconds`` went into reading, planning and rehearsing before the question.

    ``used`` is the hand that acted, where the agent says; ``planner`` what decided.
    """

    key: str
    task: str
    category: str
    number: int
    prompt: str
    hand: str
    attempt: int
    status: Status
    reasons: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    left_over: tuple[str, ...] = ()
    unwarned: tuple[str, ...] = ()
    steps: int = 0
    actions: int = 0
    cloud_calls: int = 0
    seconds: float = 0.0
    rehearsal_seconds: float = 0.0
    exit_code: int | None = None
    outcome: str = ""
    used: str = ""
    planner: str = "built-in"
    version: str = ""
    at: str = ""
    cloud: str = "aws"

    @property
    def counts(self) -> bool:
        """Whether it says anything about the agent."""
        return self.status not in (Status.UNAVAILABLE, Status.BROKEN)

    @property
    def passed(self) -> bool:
        return self.status is Status.PASSED


def to_line(result: Result) -> str:
    return json.dumps(asdict(result), ensure_ascii=False)


def from_line(line: str) -> Result:
    """Raises ValueError (also as Malformed) where it is none."""
    return decode(Result, json.loads(line))
