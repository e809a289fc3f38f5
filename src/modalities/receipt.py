"""What came of a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """UNKNOWN: it may have taken effect; only reading the cloud settles it."""

    DONE = "done"
    NO_OP = "no_op"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Trouble(StrEnum):
    """The class of a cloud's error; decides what may be done about it."""

    THROTTLED = "throttled"
    AUTH = "auth"
    PERMISSION = "permission"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    INVALID = "invalid"
    QUOTA = "quota"
    CAPACITY = "capacity"
    DEPENDENCY = "dependency"
    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"
    NOT_EMULATED = "not_emulated"
    LIMIT = "limit"


class CloudError(Exception):
    """A cloud, or the way to it, said no.

    ``code`` is the vendor's own; ``sent`` tells whether the request may have reached it:
    if it may, and the answer is not a clear refusal, the effect is unknown.
    """

    def __init__(
        self, trouble: Trouble, code: str, message: str, *, sent: bool = True, remedy: str = ""
    ) -> None:
        super().__init__(message)
        self.trouble = trouble
        self.code = code
        self.message = message
        self.sent = sent
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Failure:
    """A CloudError as data, for receipts and the journal."""

    trouble: Trouble
    code: str
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """``outputs`` are the step's named outputs; ``evidence`` what the cloud answered with
    (request id, attempts), never a secret. Times are UTC."""

    step: str
    outcome: Outcome
    started_at: datetime
    finished_at: datetime
    outputs: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)
    error: Failure | None = None

    @property
    def partial(self) -> bool:
        """Whether it is known that only part of the step took effect: no look is needed, and
        its undo takes back whatever there is of it."""
        return self.outcome is Outcome.UNKNOWN and bool(self.evidence.get("partial"))
