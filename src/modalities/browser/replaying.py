"""A script replayed in a console: without any decision, and never past what may have been sent."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from modalities.action import BrowserScript
from modalities.browser.approving import Approved, without
from modalities.browser.driver.contract import Mutation, Report, Stuck, Why
from modalities.browser.filling import rendered
from modalities.browser.healing import healed, with_label
from modalities.browser.visits import Visit

AGAIN = (Why.LOST, Why.SERVER_ERROR, Why.TIME, Why.COVERED, Why.NO_EFFECT, Why.NOT_SO, Why.DIALOG)
"""Why a batch may have stopped that may go well when it is begun anew."""

COMES = 12.0
"""Seconds in which a page shows that it is the one that was asked for."""

PAUSES = (2.0, 5.0, 10.0)
"""Seconds after which what is not there is looked for again: a page that asks its server for long
looks as if it were at rest."""

TRIES = 2
MENDS = 3


@dataclass(slots=True)
class Sent:
    """What came of a replay. ``passed`` mutations were let out: from then on only the cloud
    can tell. ``mended`` are labels that were found under another name."""

    passed: list[Mutation] = field(default_factory=list)
    held: Mutation | None = None
    why: str = ""
    detail: str = ""
    said: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    mended: list[tuple[str, str]] = field(default_factory=list)
    done: bool = False


class Replay:
    """One script in one console."""

    def __init__(
        self, visit: Visit, script: BrowserScript, pauses: Sequence[float] = PAUSES
    ) -> None:
        self._visit = visit
        self._pauses = pauses
        actions = [rendered(action) for action in script.actions]
        self._header: Mapping[str, Any] = next((a for a in actions if a["verb"] == "workflow"), {})
        self._body = [a for a in actions if a["verb"] not in ("workflow", "confirm")]
        self._mutations = [dict(rendered(each)) for each in script.mutations]
        self.sent = Sent()

    def run(self) -> Sent:
        """Raises CloudError where nobody can get in, or the browser is gone."""
        for _ in range(TRIES):
            self._guard()
            self._visit.web.begin()
            stop = self._whole()
            if stop not in AGAIN or self.sent.passed:
                break
        return self.sent

    def _guard(self) -> None:
        reads = self._header.get("reads", ())
        self._visit.guard(Approved(self._visit.access.url, self._mutations, reads))

    def _whole(self) -> Why | None:
        """All of it from the beginning. Why it stopped, or None."""
        first, *rest = self._body if self._body else [{}]
        if first.get("verb") != "open":
            return self._on(self._body)
        stop: Why | None = None
        for number in self._visit.forms(len(first["urls"])):
            batch = [*_opened(first, number), *rest]
            stop = self._on(batch)
            if stop is not Why.NOT_SO or self.sent.passed or not self._nowhere:
                self._visit.form = number if stop is None else self._visit.form
                break
        return stop

    _nowhere = False
    """Whether the last batch did not get beyond its address."""

    def _on(self, batch: Sequence[Mapping[str, Any]]) -> Why | None:
        """Run a batch, mending what only has another name now."""
        left = list(batch)
        pauses = list(self._pauses)
        for _ in range(MENDS + len(pauses)):
            report = self._do(left)
            self._nowhere = len(report.left) >= len(left) - 1
            if report.stop is None or report.passed:
                self.sent.done = report.stop is None
                self._note_stop(report)
                return report.stop.why if report.stop is not None else None
            rest = self._mended(left, report)
            if not rest and pauses and report.stop.why is Why.NOT_FOUND and report.left:
                time.sleep(pauses.pop(0))
                self._visit.web.begin()
                rest = left[len(left) - len(report.left) :]
            left = rest
            if not left:
                self._note_stop(report)
                return report.stop.why
        return Why.NOT_FOUND

    def _mended(self, batch: list[Mapping[str, Any]], report: Report) -> list[Mapping[str, Any]]:
        """What is left to do, in another way; nothing where there is none."""
        place = len(batch) - len(report.left)
        if not report.left or place >= len(batch):
            return []
        failed = batch[place]
        if failed.get("optional") and report.stop and report.stop.why is Why.NOT_FOUND:
            self._mutations = without(self._mutations, str(failed["optional"]))
            self._guard()
            return batch[place + 1 :]
        found = healed(failed, report)
        if found is None:
            return []
        self.sent.mended.append(found)
        return [with_label(each, *found) for each in batch[place:]]

    def _do(self, batch: Sequence[Mapping[str, Any]]) -> Report:
        plain = [{k: v for k, v in each.items() if k != "optional"} for each in batch]
        try:
            report = self._visit.do(plain)
        except Stuck as stuck:
            report = stuck.report
        self._visit.stale = self._visit.stale or bool(report.passed)
        self.sent.passed += report.passed
        self.sent.held = report.held or self.sent.held
        self.sent.said += report.said
        self.sent.notes += report.notes
        if report.picture is not None:
            self.sent.pictures.append(str(report.picture))
        return report

    def _note_stop(self, report: Report) -> None:
        stop = report.stop
        self.sent.why = stop.why.value if stop else ""
        self.sent.detail = stop.detail if stop else ""


def _opened(action: Mapping[str, Any], number: int) -> list[dict[str, Any]]:
    batch: list[dict[str, Any]] = [{"verb": "goto", "url": action["urls"][number]}]
    if action.get("heading"):
        batch.append({"verb": "wait_for", "text": action["heading"], "seconds": COMES})
    return batch
