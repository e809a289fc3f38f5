"""One step done in a console: looked for, replayed behind the gate, and confirmed by the API."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

from modalities.acting import Call
from modalities.action import BrowserScript
from modalities.browser.addresses import Addresses
from modalities.browser.confirming import Confirmation, Reader, Several
from modalities.browser.filling import rendered
from modalities.browser.healing import mended
from modalities.browser.library import Library
from modalities.browser.outcomes import Hint, failure, look_up
from modalities.browser.replaying import Replay, Sent
from modalities.browser.vendor import Vendor
from modalities.browser.visits import Visit, Visits
from modalities.receipt import CloudError, Failure, Outcome, Receipt, Trouble
from modalities.resource import Resource
from modalities.step import Step
from modalities.target import Target

LEAST = 0.5
"""Seconds below which it is no use to begin."""

QUIET = 6.0
"""Seconds of looking at the cloud before the console is asked what came of it."""

LONGEST = 90.0
"""Seconds for which a change that was let out is looked for."""

REMEDIES = {
    "held": "the console would send something else than was approved: look at it with --headed",
    "not_found": "the page is not as it was learned: record the workflow anew with "
    "`cloudops console record`, or take another hand with --modality",
    "ambiguous": "two things on the page have one name: record the workflow anew with "
    "`cloudops console record`, or take another hand with --modality",
}


FOUND = "reading the cloud, before anything was sent"

LOOK = "look at them in the console, and end what is not wanted"

UNFINISHED = Failure(
    Trouble.CONFLICT,
    "Unfinished",
    "it is there, and not as it should be; nothing was sent again",
    LOOK,
)

Came: TypeAlias = tuple[Outcome, dict[str, Any], Failure | None]
"""What came of it: outcome, outputs, and what was wrong."""


@dataclass(slots=True, kw_only=True)
class Doing:
    """What a step is done with. ``read`` reads one kind of the target by the API."""

    visits: Visits
    library: Library
    addresses: Addresses
    vendor: Vendor
    read: Reader
    evidence: dict[str, Any] = field(default_factory=dict)

    def apply(self, step: Step, script: BrowserScript, target: Target, call: Call) -> Receipt:
        """Never raises for what a cloud or a console says: that is the receipt."""
        started = datetime.now(UTC)
        try:
            outcome, outputs, error = self._apply(step, script, target, call)
        except CloudError as refused:
            outcome, outputs = Outcome.FAILED, {}
            error = Failure(refused.trouble, refused.code, refused.message, refused.remedy)
        return Receipt(
            step=step.id,
            outcome=outcome,
            started_at=started,
            finished_at=datetime.now(UTC),
            outputs=outputs,
            evidence=self.evidence,
            error=error,
        )

    def _apply(self, step: Step, script: BrowserScript, target: Target, call: Call) -> Came:
        """Raises CloudError, and only as long as nothing was sent."""
        if call.left < LEAST:
            raise CloudError(Trouble.TIMEOUT, "NoTimeLeft", "no time was left", sent=False)
        end = time.monotonic() + call.left
        confirmation = Confirmation.of(rendered(script.actions[-1]))
        if confirmation.tells and (known := self._known(step, confirmation, end)) is not None:
            return known
        with self.visits.at(target) as visit:
            before = visit.web.count
            sent = Replay(visit, script).run()
            self._note(visit, before, sent, int(script.actions[0].get("decisions", 0)))
            if not sent.passed:
                return Outcome.FAILED, {}, _not_sent(sent)
            return self._settled(step, script, confirmation, visit, sent, end, target)

    def _known(self, step: Step, confirmation: Confirmation, end: float) -> Came | None:
        """What the cloud shows of it before anything is sent; None where it may be sent: it is
        not there, not even in part. Raises CloudError."""
        try:
            there = confirmation.holds(self.read)
            if there is None and confirmation.made(self.read):
                return self._unfinished(step, confirmation, end)
        except Several as several:
            return Outcome.UNKNOWN, {}, _several(several)
        if there is None:
            return None
        self.evidence["found_by"] = FOUND
        outcome = Outcome.DONE if confirmation.kind else Outcome.NO_OP
        return outcome, confirmation.values([*step.outputs], there, self.read), None

    def _unfinished(self, step: Step, confirmation: Confirmation, end: float) -> Came:
        """It was begun, by whomever: it is waited for, and never sent again. Raises Several."""
        try:
            left = min(LONGEST, end - time.monotonic())
            there = confirmation.awaited(self.read, left)
        except CloudError as error:
            return Outcome.UNKNOWN, {}, failure(f"{error.code}: {error.message}", self.vendor)
        if there is None:
            return Outcome.UNKNOWN, {}, UNFINISHED
        self.evidence["found_by"] = FOUND
        return Outcome.DONE, confirmation.values([*step.outputs], there, self.read), None

    def _settled(
        self,
        step: Step,
        script: BrowserScript,
        confirmation: Confirmation,
        visit: Visit,
        sent: Sent,
        end: float,
        target: Target,
    ) -> Came:
        """What was let out is never sent again, whatever is not known of it."""
        titles = tuple(
            text.partition(": ")[0] for text in script.actions[0].get("postconditions", ())
        )
        try:
            found, hint = self._awaited(confirmation, visit, target, titles, end)
            if found is not None:
                self._keep(script, sent)
                return Outcome.DONE, confirmation.values([*step.outputs], found, self.read), None
            text = hint.text if hint.failed else sent.detail or hint.text
        except Several as several:
            return Outcome.UNKNOWN, {}, _several(several)
        except CloudError as error:
            text = f"{error.code}: {error.message}"
        return Outcome.UNKNOWN, {}, failure(text, self.vendor)

    def _awaited(
        self,
        confirmation: Confirmation,
        visit: Visit,
        target: Target,
        titles: tuple[str, ...],
        end: float,
    ) -> tuple[tuple[Resource, ...] | None, Hint]:
        last = min(end, time.monotonic() + LONGEST)
        hint = Hint()
        while True:
            left = last - time.monotonic()
            if confirmation.tells:
                found = confirmation.awaited(self.read, min(QUIET, max(0.0, left)))
                if found is not None:
                    return found, hint
            if hint.ended or left <= 0:
                return None, hint
            hint = look_up(visit, self.addresses, target.region, titles)
            if hint.ended and not hint.failed and not confirmation.tells:
                return (), hint
            if not confirmation.tells:
                time.sleep(min(1.0, max(0.0, left)))

    def _note(self, visit: Visit, before: Any, sent: Sent, decisions: int) -> None:
        """``decisions`` were made when the plan was; a replay makes none."""
        count = visit.web.count
        self.evidence |= {
            "decisions": decisions,
            "batches": count.decisions - before.decisions,
            "actions": count.actions - before.actions,
            "sent": [str(each) for each in sent.passed],
        }
        for name in ("notes", "said", "pictures"):
            if getattr(sent, name):
                self.evidence[name] = list(getattr(sent, name))
        if sent.mended:
            self.evidence["mended"] = [f"{old} -> {new}" for old, new in sent.mended]
        if sent.held is not None:
            self.evidence["held"] = str(sent.held)

    def _keep(self, script: BrowserScript, sent: Sent) -> None:
        """What was mended on the way is kept for the next time."""
        workflow = self.library.named(str(script.actions[0].get("name", "")))
        if workflow is None or not sent.mended:
            return
        for old, new in sent.mended:
            workflow = mended(workflow, old, new)
        self.library.keep(workflow)


def _several(several: Several) -> Failure:
    """Nothing more is sent: it may have been made already, even twice."""
    return Failure(Trouble.CONFLICT, "Ambiguous", str(several), LOOK)


def _not_sent(sent: Sent) -> Failure:
    """Nothing was sent: why not."""
    if sent.held is not None:
        told = f"the console would send {sent.held}, which is not what was approved"
        return Failure(Trouble.CONFLICT, "NotApproved", told, REMEDIES["held"])
    code = {"held": "NotApproved"}.get(sent.why, f"Console.{sent.why or 'stopped'}")
    trouble = {"time": Trouble.TIMEOUT, "lost": Trouble.UNAVAILABLE}.get(sent.why)
    text = sent.detail or "the page did not let it be sent"
    return Failure(
        trouble or (Trouble.UNAVAILABLE if sent.why == "server_error" else Trouble.INVALID),
        code,
        f"{text}; nothing was sent",
        REMEDIES.get(sent.why, "look at the page with --headed, or take another hand"),
    )
