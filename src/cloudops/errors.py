"""The ways a run stops, each with its exit code (docs/exit-codes.md)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:  # every command starts by importing this
    from cloudops.request import OpenQuestion


class Stop(Exception):
    """A run stops here. ``summary`` says what, ``detail`` where and why, ``remedy`` what to do."""

    exit_code: ClassVar[int]
    outcome: ClassVar[str]

    def __init__(self, summary: str, *, detail: str = "", remedy: str = "", **payload: Any) -> None:
        super().__init__(summary)
        self.summary = summary
        self.detail = detail
        self.remedy = remedy
        self.payload = payload


class ExecutionFailed(Stop):
    """Failed, and was undone or changed nothing."""

    exit_code = 1
    outcome = "failed"


class HandedBack(ExecutionFailed):
    """Exploring came to no plan: a person must decide. ``resume`` explores again."""

    outcome = "handed_back"


class NeedsApproval(Stop):
    """Parked until somebody approves; ``resume`` goes on."""

    exit_code = 3
    outcome = "parked"


class Declined(Stop):
    exit_code = 3
    outcome = "declined"


class Denied(Stop):
    exit_code = 4
    outcome = "denied"


class Blocked(Stop):
    """A lock is held, a plan is stale, the state moved: may succeed later."""

    exit_code = 5
    outcome = "blocked"


class Stale(Blocked):
    """A plan that will not be done any more: it expired, or its ground moved."""


class LimitReached(Stop):
    exit_code = 6
    outcome = "limit"


class PartlyApplied(Stop):
    """Some of it took effect and is not undone; ``payload['left']`` lists it."""

    exit_code = 7
    outcome = "partly_applied"


class NotUndone(PartlyApplied):
    """Nothing of a run can be taken back any more; ``payload['left']`` lists what stays."""

    outcome = "not_undone"


class CannotEvaluate(Stop):
    """A gate could not be evaluated; never treated as allowed."""

    exit_code = 8
    outcome = "not_evaluated"


class NotUnderstood(Stop):
    """``nearest`` are requests close to what was said that would be understood."""

    exit_code = 10
    outcome = "not_understood"

    def __init__(
        self,
        summary: str,
        *,
        nearest: Sequence[str] = (),
        questions: Sequence[OpenQuestion] = (),
        detail: str = "",
        remedy: str = "",
    ) -> None:
        super().__init__(summary, detail=detail, remedy=remedy)
        self.nearest = tuple(nearest)
        self.questions = tuple(questions)


class Misused(Stop):
    """Wrong usage or configuration."""

    exit_code = 64
    outcome = "refused"


class TimedOut(Stop):
    exit_code = 124
    outcome = "timeout"


class Interrupted(Stop):
    exit_code = 130
    outcome = "interrupted"
