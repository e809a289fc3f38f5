"""One run on its way: what is known of it so far, its journal, its clock."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from cloudops.engine.attempts import Attempts
from cloudops.engine.contract import Observer
from cloudops.engine.holder import actor
from cloudops.engine.journal import Journal
from cloudops.engine.progress import Progress
from cloudops.engine.recall import Recalled, recall
from cloudops.engine.report import Error, Options, Report
from cloudops.engine.time_left import Ending
from cloudops.engine.troubles import store_stop
from cloudops.errors import (
    Blocked,
    CannotEvaluate,
    Interrupted,
    NotUnderstood,
    PartlyApplied,
    Stale,
    Stop,
    TimedOut,
)
from cloudops.llm.contract import Usage
from cloudops.request import Request
from cloudops.state.contract import Run, Store, StoreError
from modalities.contract import Portal, Traffic
from modalities.plan import Advisory, ModalityName, Plan
from modalities.receipt import Trouble

SETTLED = frozenset(
    {
        "done",
        "no_op",
        "failed",
        "planned",
        "explored",
        "parked",
        "declined",
        "partly_applied",
        "timeout",
    }
)
"""Outcomes that say by themselves how a run stands."""

BROKEN_OFF = frozenset({"interrupted", "timeout"})

OVER = frozenset({"done", "no_op", "failed", "undone"})
"""What a run stays that was brought to its end. Who wakes up after another process did that has
nothing to say of it any more."""


class Passage:
    """Gathers a run's report while it goes through the stages."""

    def __init__(
        self,
        store: Store,
        observer: Observer | None,
        request: Request,
        options: Options,
        *,
        run: Run | None = None,
        undoes: str | None = None,
        spent: Callable[[], Usage] = Usage,
    ) -> None:
        self.run = run.id if run else new_id()
        self.undoes = run.undoes if run else undoes
        """The run that this one takes back."""
        self.fences: set[int] = set()
        """Of the leases that this process had for it, and of those that had ended before."""
        self.store = store
        self._options = options
        self.progress = Progress()
        self.attempts = Attempts()
        self.plans: dict[ModalityName, str] = {}
        """The id of each hand's latest plan, where something may be learnt from it."""
        self.recalled: dict[ModalityName, Advisory] = {}
        """Hands whose draft is from memory, with what a person should know of that."""
        self.overtaken: Plan | None = None
        """The first plan of this run, where others overtook it and it is made anew."""
        self.stop = Ending(options.timeout)
        self.report = Report(run=self.run, request=request, outcome="running", exit_code=0)
        self._begun = time.monotonic()
        self._asked: float | None = None
        self._executing = 0.0
        self._traffic: list[tuple[Traffic, int]] = []
        self._portals: list[Portal] = []
        self._batches = 0
        self._spent = spent
        self._before = spent()
        self.journal = Journal(self.run, store, observer)
        if run is None:
            now = store.moment()  # the store's: two machines cannot tell each other's clocks
            store.begin_run(
                Run(
                    id=self.run,
                    request=request.text,
                    target=request.target,
                    scope="",
                    actor=actor(),
                    status=self.under_way,
                    started_at=now,
                    changed_at=now,
                    undoes=self.undoes,
                )
            )

    @property
    def under_way(self) -> str:
        """The status of a run that goes on. One that only looks ahead is not to be resumed, even
        where it is killed: what it asks for was never to be done."""
        return "planning" if self._options.dry_run else "running"

    @property
    def options(self) -> Options:
        """What was asked for; no wait for a lock is longer than what is left of the time."""
        wait = self.stop.at_most(self._options.lock_timeout)
        return replace(self._options, lock_timeout=wait)

    def hear(self, traffic: Traffic) -> None:
        """Count what is sent from now on, and tell of retries as they happen."""
        if all(each is not traffic for each, _ in self._traffic):
            self._traffic.append((traffic, traffic.requests))
            traffic.listeners.append(self._retried)

    def watch(self, portal: Portal) -> None:
        """Count what its pages are sent from now on."""
        if all(each is not portal for each in self._portals):
            self._portals.append(portal)
            self._batches += portal.batches

    def _retried(self, text: str) -> None:
        self.journal.note("cloud", "notice", text=text)

    def _deaf(self) -> int:
        """Stop listening; how many requests were sent."""
        sent = 0
        for traffic, before in self._traffic:
            traffic.listeners.remove(self._retried)
            sent += traffic.requests - before
        self._traffic.clear()
        return sent

    def know(self, **parts: object) -> None:
        """Put what a stage found into the report."""
        self.report = replace(self.report, **parts)  # type: ignore[arg-type]

    def anew(self) -> None:
        """Forget the plan that others overtook, and all that led to it: nothing of it was done,
        and it is neither what the run comes to nor what is resumed. Raises StoreError."""
        self.store.set_status(self.run, self.under_way, digest="", unless=OVER)
        self.overtaken = self.overtaken or self.report.plan
        self.know(identity=None, intent=None, plan=None, verdict=None)
        self.plans.clear()
        self.recalled.clear()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self.check_time()
        begun = time.monotonic()
        self.journal.note(name, "started")
        if name == "confirm" and self._asked is None:
            self._asked = begun - self._begun
        yield
        seconds = time.monotonic() - begun
        if name in ("execute", "settle"):
            self._executing += seconds
        self.journal.note(name, "finished", seconds=round(seconds, 4))

    @contextmanager
    def limited(self) -> Iterator[None]:
        """Stop after the steps under way when ``--timeout`` is over. No call and no wait is
        given longer than that (time_left.py)."""
        if self._options.timeout is None:
            yield
            return

        timer = threading.Timer(self.stop.left(), self.stop.set)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def check_time(self) -> None:
        """Raises TimedOut where the time is over, KeyboardInterrupt where somebody stopped."""
        if self.stop.over:
            raise self._timed_out("the steps under way were finished, no other was begun")
        if self.stop.is_set():
            raise KeyboardInterrupt

    def _timed_out(self, detail: str) -> TimedOut:
        over = "is over" if self.stop.over else "left too little for an answer"
        go_on = f"`cloudops resume {self.run}` with more time goes on"
        back = f", `cloudops undo {self.run}` takes back what was done"
        return TimedOut(
            f"the time limit of {self._options.timeout:g} s {over}",
            detail=detail,
            remedy=go_on + (back if self.progress.took_effect else ""),
        )

    def _in_time(self, stop: Stop) -> Stop:
        """The stop, or that the time was over where that is what it came from."""
        match stop:
            case Interrupted() if self.stop.over:
                return self._timed_out(stop.detail)
            case Blocked() | CannotEvaluate() | PartlyApplied() if self._for_want_of_time(stop):
                return self._timed_out(": ".join(filter(None, (stop.summary, stop.detail))))
            case _:
                return stop

    def _open_ends(self) -> str:
        """Steps that were begun and of which it is not known whether they took effect."""
        steps = ", ".join(sorted(self._recalled().doubtful))
        return f"may have taken effect: {steps}; resume and undo look first" if steps else ""

    def _for_want_of_time(self, stop: Stop) -> bool:
        """Whether a lock was not had, or a cloud gave no answer, and with more time might."""
        if "held" in stop.payload:
            return self.stop.over
        unanswered = stop.payload.get("trouble") is Trouble.TIMEOUT
        return unanswered and (self.stop.over or self.stop.shortened)

    def ended(self, outcome: str, exit_code: int = 0) -> Report:
        """The report of a run that came to its end; written down."""
        return self._end(outcome, exit_code)

    def stopped(self, stop: Stop) -> Report:
        """The report of a run that a Stop ended; written down."""
        stop = self._in_time(stop)
        if isinstance(stop, Interrupted | TimedOut) and (open_ends := self._open_ends()):
            stop.detail = open_ends
        self.know(error=Error(stop.summary, stop.detail, stop.remedy))
        self.know(stale=isinstance(stop, Stale))
        if isinstance(stop, NotUnderstood):
            self.know(questions=stop.questions, nearest=stop.nearest)
        if isinstance(stop, PartlyApplied):
            self.know(left=tuple(stop.payload.get("left", ())))
        return self._end(stop.outcome, stop.exit_code)

    def faulted(self, fault: Exception) -> None:
        """Write down that the run ended by a fault of ours; it can be resumed or undone."""
        self.know(error=Error(f"a fault in cloudops: {type(fault).__name__}"))
        self._end("interrupted", Interrupted.exit_code)

    def _end(self, outcome: str, exit_code: int) -> Report:
        if self._options.dry_run and outcome in BROKEN_OFF:
            outcome = "abandoned"
            broken_off = self.report.error or Error(outcome)
            self.know(error=replace(broken_off, remedy="nothing was changed: ask again"))
        seconds = time.monotonic() - self._begun
        spent, before = self._spent(), self._before
        self.know(
            outcome=outcome,
            exit_code=exit_code,
            receipts=tuple(self.progress.receipts.values()),
            undone=tuple(self.progress.undone.values()),
            usage=replace(
                self.report.usage,
                model_calls=spent.calls - before.calls,
                tokens=spent.tokens - before.tokens,
                cloud_calls=self._deaf(),
                seconds=round(seconds, 3),
                seconds_before_question=round(self._asked or seconds, 3),
                seconds_executing=round(self._executing, 3),
            ),
        )
        error = self.report.error
        try:
            self.journal.mark("settle", "ended", outcome=outcome, exit_code=exit_code, error=error)
            status = self._status(outcome)
            self.store.set_status(self.run, status, exit_code=exit_code, unless=OVER)
        except StoreError as fault:
            self._not_written(fault)
        return self.report

    def _status(self, outcome: str) -> str:
        """How the run stands. What has begun and neither come to its end nor been taken back
        can be resumed and undone, whatever stopped it this time."""
        return outcome if outcome in SETTLED or not self.standing() else "interrupted"

    def standing(self) -> tuple[str, ...]:
        """Steps whose effect stands, and those that may have taken effect, by what is known
        here and what the journal says."""
        known, recalled = self.progress.took_effect, self._recalled()
        more = (*recalled.progress.took_effect, *sorted(recalled.doubtful))
        undone = self.progress.undone
        return tuple(dict.fromkeys((*known, *(id for id in more if id not in undone))))

    def _recalled(self) -> Recalled:
        """What the journal says, and the receipts that came when it could not be written any
        more: what they are of was begun."""
        late = [e for e in self.journal.unwritten if e.what in ("receipt", "undone")]
        begun = [
            replace(event, what="intended", body={"step": event.body["receipt"]["step"]})
            for event in late
            if event.what == "receipt"
        ]
        try:
            written = self.store.journal(self.run)
        except StoreError:
            written = ()
        return recall((*written, *begun, *late))

    def _not_written(self, fault: StoreError) -> None:
        """The end could not be written down: the report says so, and is never a success."""
        code = self.report.exit_code or store_stop(fault).exit_code
        error = self.report.error or Error(f"how run {self.run} ended could not be written down")
        said = "" if str(fault) in (error.summary, error.detail) else str(fault)
        detail = "; ".join(filter(None, (error.detail, said)))
        self.know(exit_code=code, error=Error(error.summary, detail, error.remedy or fault.remedy))

    def count(self) -> None:
        """What was just done, in steps as the paper counts them: one for a program, a script or
        a run of Terraform, however many calls it makes; one for each batch that pages were sent."""
        sent = sum(portal.batches for portal in self._portals)
        new, self._batches = max(1, sent - self._batches), sent
        usage = self.report.usage
        self.know(usage=replace(usage, steps=usage.steps + new))


def new_id() -> str:
    """Short, unique, and in order of time when sorted within a day."""
    return datetime.now(UTC).strftime("%m%d-%H%M%S-") + uuid.uuid4().hex[:6]
