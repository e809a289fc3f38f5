"""What a run comes to: the one value that every view shows and every command returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cloudops.engine.candidate import Candidate
from cloudops.request import Answer, Intent, OpenQuestion, Request
from modalities.plan import Plan, Route
from modalities.receipt import Receipt
from modalities.target import Identity
from policies.finding import Verdict


class Risk(StrEnum):
    """What ``--max-risk`` covers: creating; in-place updates as well; replacing and
    deleting as well."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How far a run may go without asking, and how long it may take (seconds). ``hold``: keep
    the claims of a plan that is not executed now for so many seconds."""

    yes: bool = False
    max_risk: Risk = Risk.LOW
    dry_run: bool = False
    hold: float | None = None
    lock_timeout: float = 0.0
    timeout: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Counted during the run. ``steps`` as the paper counts: one decision or one action sent."""

    steps: int = 0
    model_calls: int = 0
    tokens: int = 0
    cloud_calls: int = 0
    seconds: float = 0.0
    seconds_before_question: float = 0.0
    seconds_executing: float = 0.0


@dataclass(frozen=True, slots=True)
class PlanHold:
    """What is held for a plan until it is applied: so many ``claims``, by the store's clock
    ``until`` then. ``holder`` is what `cloudops locks break` takes."""

    holder: str
    fence: int
    until: datetime
    claims: int


@dataclass(frozen=True, slots=True)
class Error:
    summary: str
    detail: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """``outcome`` is ``done``, ``no_op``, ``planned``, ``explored``, ``answered``, ``abandoned``
    (a look ahead that was broken off) or that of the Stop that ended it (errors.py). ``left``
    lists what a partly applied run leaves behind, ``followed`` what was edited in another
    hand's description (Terraform's code) to follow. ``stale``: its plan will not be done any
    more, and the request has to be planned anew."""

    run: str
    request: Request
    outcome: str
    exit_code: int
    identity: Identity | None = None
    intent: Intent | None = None
    route: Route | None = None
    candidates: tuple[Candidate, ...] = ()
    plan: Plan | None = None
    hold: PlanHold | None = None
    verdict: Verdict | None = None
    receipts: tuple[Receipt, ...] = ()
    undone: tuple[Receipt, ...] = ()
    answer: Answer | None = None
    questions: tuple[OpenQuestion, ...] = ()
    nearest: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    followed: tuple[str, ...] = ()
    usage: Usage = Usage()
    error: Error | None = None
    stale: bool = False


Stages: tuple[str, ...] = (
    "interpret",
    "choose_route",
    "explore",
    "compose",
    "verify",
    "judge",
    "confirm",
    "execute",
    "settle",
)
"""The journey, in order; also the ``stage`` of journal events.

Events (``what`` and ``body``) a view may meet: ``started {}`` and ``finished {seconds, ...}``
for every stage; in ``interpret`` ``understood {summary, defaults}``; in ``choose_route``
``ranked {score, reasons, ranked}``; in ``explore`` ``rehearsing {steps}``, ``step {id, outcome}``,
``candidate {hand, outcome, why}``;
in ``compose`` ``planned {digest, steps: [{id, effect, why}]}`` and what memory says:
``remembered {workflow, known, ...}``, ``recalled {workflow}``, ``unfit {text}``; of an undo
``taken_back_before {gone, unclear}``;
in ``judge`` ``verdict {findings}``; in ``confirm`` ``held {digest, hold}``, ``approved
{means}``; in ``execute``
``waiting_for_lock {holders}``, ``locked {fence}``, ``intended {step, why, effect}``, ``receipt
{step, outcome, ...}``, ``undoing {step}``, ``undone {step, outcome}``, ``left {step, why}``; in
``settle`` ``read_back {held, failed}``; anywhere ``notice {text}`` for a line people should see
(``starting the sandbox``, a retry).
"""


@dataclass(frozen=True, slots=True)
class Told:
    """An event as the observer sees it."""

    seq: int
    stage: str
    what: str
    body: Mapping[str, object]
