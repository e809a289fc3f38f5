"""One decision: its actions one after another, until one has to be decided anew."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from modalities.browser.driver.acting import act
from modalities.browser.driver.arrivals import asks_by_itself, grave, not_let_in, unexpected, wrong
from modalities.browser.driver.contract import Done, Impact, Mutation, Stop, Why
from modalities.browser.driver.desk import BRIEFLY, Desk
from modalities.browser.driver.events import Asked
from modalities.browser.driver.gate import Seen
from modalities.browser.driver.halting import Halt
from modalities.browser.driver.looking import Sight
from modalities.browser.driver.memory import ANOTHER_WAY, Memory
from modalities.browser.driver.obstacles import dismiss, is_survey
from modalities.browser.driver.pressing import UNSURE
from modalities.browser.driver.pruning import difference
from modalities.browser.driver.setting import SO_ALREADY
from modalities.browser.driver.settling import STILL
from modalities.browser.driver.verbs import LOOKS, Check, Choose, Goto, Set, TypeName, Verb

IN_PAGE = (Set, Choose, Check, TypeName)
"""What fills in a form and has read back what came of it: a short rest was enough."""


@dataclass(slots=True)
class Before:
    """How things stood when an action began."""

    sight: Sight
    text: str
    documents: int
    sent: int
    asked: int
    said: int


@dataclass(slots=True)
class Batch:
    """What came of a batch so far."""

    desk: Desk
    memory: Memory
    signing_in: bool
    done: list[Done] = field(default_factory=list)
    left: list[Verb] = field(default_factory=list)
    passed: list[Mutation] = field(default_factory=list)
    held: Mutation | None = None
    stop: Stop | None = None
    began: float = field(default_factory=time.monotonic)

    def run(self, verbs: Sequence[Verb]) -> None:
        self.left = list(verbs)
        while self.left and self.stop is None:
            before = self._before()
            try:
                self._next(self.left[0], before)
            except Halt as halt:
                seen = self._taken()
                self.stop = self._grave(before, seen) or halt.stop

    def _before(self) -> Before:
        desk, events = self.desk, self.desk.events
        return Before(
            desk.sight,
            desk.text,
            events.documents,
            events.sent,
            len(events.asked),
            len(desk.messages),
        )

    def _next(self, verb: Verb, before: Before) -> None:
        """One action. It is taken from ``left`` when it was done, or may have been."""
        desk = self.desk
        desk.left  # noqa: B018 - raises Halt where the time is over
        if self.memory.repeats(verb, desk.state):
            raise Halt(Why.REPEATED, "this was done before on this very state of the page")
        note = self._do(verb)
        self.left.pop(0)
        if not (isinstance(verb, IN_PAGE) and desk.fresh):
            desk.rest(STILL, before.sight)
        seen = self._taken()
        impact = self._impact(before, seen)
        self.done.append(Done(verb, impact, note, sure=note != UNSURE))
        self.memory.came_of(verb, impact, note == SO_ALREADY)
        self.stop = self._judged(verb, before, seen)

    def _do(self, verb: Verb) -> str:
        """Once more where a dialog was in the way that nobody asked for."""
        while self.desk.sight.dialogs and is_survey(self.desk.sight.top):
            if not dismiss(self.desk):
                break
        self.desk.events.accept = bool(getattr(verb, "accept", False))
        try:
            return _acted(self.desk, verb)
        except Halt as halt:
            missed = halt.stop.why in (Why.NOT_FOUND, Why.COVERED)
            if not missed or not (self._has_changed() or self._cleared(verb)):
                raise
        return _acted(self.desk, verb)

    def _has_changed(self) -> bool:
        """Since the last look, by itself; a page may also have made its parts anew as they were."""
        before, parts = self.desk.state, _refs(self.desk.sight)
        self.desk.rest(BRIEFLY)
        sight = self.desk.sight
        return (self.desk.state != before and not sight.dialogs) or _refs(sight) != parts

    def _cleared(self, verb: Verb) -> bool:
        """A dialog is in the way that nobody has asked for."""
        return not self.desk.asked and not isinstance(verb, TypeName) and dismiss(self.desk)

    def _taken(self) -> Seen:
        seen = self.desk.gateway.gate.taken()
        self.passed += seen.passed
        self.held = self.held or (seen.held[0] if seen.held else None)
        self.desk.notes += [f"not allowed to leave: {each}" for each in seen.blocked[:3]]
        return seen

    def _impact(self, before: Before, seen: Seen) -> Impact:
        lines = difference(before.text, self.desk.text)
        return Impact(
            lines.count("\n") + 1 if lines else 0,
            self.desk.events.sent - before.sent,
            len(seen.passed) + len(seen.held),
        )

    def _grave(self, before: Before, seen: Seen) -> Stop | None:
        came = self.desk.events.documents > before.documents
        return grave(self.desk.sight, self.desk.events, seen, came, self.signing_in)

    def _judged(self, verb: Verb, before: Before, seen: Seen) -> Stop | None:
        """Why not to go on after this action; None where nothing speaks against it."""
        desk, sight = self.desk, self.desk.sight
        if stop := self._grave(before, seen):
            return stop
        if isinstance(verb, LOOKS):
            return None
        if self.signing_in and not self.left and not_let_in(verb, before.sight, sight):
            return Stop(Why.SIGNED_OUT, "the page still wants a sign-in")
        if not isinstance(verb, Goto) and (stop := self._wrong(before)):
            return stop
        stop = unexpected(verb, before.sight, sight, desk.events.asked[before.asked :])
        if stop is not None and stop.why is Why.DIALOG and self._is_in_the_way(verb):
            stop = None
        desk.asked = bool(sight.dialogs) and (desk.asked or asks_by_itself(verb))
        if stop is not None and (self.left or self._refused(before)):
            return stop
        if self.memory.idle >= ANOTHER_WAY:
            return Stop(Why.NO_EFFECT, "two actions in a row did nothing: another way is needed")
        return None

    def _wrong(self, before: Before) -> Stop | None:
        return wrong(before.sight, self.desk.sight, self.desk.messages[before.said :])

    def _is_in_the_way(self, verb: Verb) -> bool:
        """A dialog that this action did not ask for, and that is gone now or does no harm."""
        if not self.desk.sight.dialogs:
            return False
        return (is_survey(self.desk.sight.top) and dismiss(self.desk)) or not asks_by_itself(verb)

    def _refused(self, before: Before) -> list[Asked]:
        return [each for each in self.desk.events.asked[before.asked :] if not each.accepted]


def _refs(sight: Sight) -> set[str]:
    return {node.ref for node in sight.root.walk()}


def _acted(desk: Desk, verb: Verb) -> str:
    """Raises Halt where the page did not let it be done."""
    from playwright.sync_api import Error

    try:
        return act(desk, verb)
    except Error as error:
        if desk.page.is_closed() or desk.events.crashed:
            raise
        raise _refused(desk, str(error)) from None


def _refused(desk: Desk, error: str) -> Halt:
    """What Playwright waited for in vain."""
    reason = desk.secrets.blanked(error.splitlines()[0])
    if "not enabled" in error or "not editable" in error:
        return Halt(Why.DISABLED, f"it cannot be changed: {reason}")
    if "intercepts pointer events" in error:
        return Halt(Why.COVERED, f"something lies over it: {reason}")
    return Halt(Why.NOT_FOUND, f"it cannot be reached: {reason}")
