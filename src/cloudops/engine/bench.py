"""A bench on which calls are tried before anybody proposes them: a rehearsal like any plan's.

Who plans by a vendor's own operations (a model) may see what they come to in a copy of the target,
and mend what was wrong. The target itself is read, as for any plan, and never written: what acts
here has a copy, and no approval that could open anything else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cloudops.engine.course import Course
from cloudops.engine.explore import failures_of, in_a_copy
from cloudops.engine.hands import Hands
from cloudops.engine.parts import Parts
from cloudops.engine.passage import Passage
from cloudops.engine.progress import Progress
from cloudops.engine.seeing import with_seen
from cloudops.engine.verify import verify
from cloudops.errors import CannotEvaluate
from cloudops.request import Came, Goal, Intent
from modalities.action import SdkCall
from modalities.change import Operate
from modalities.contract import Draft, Modality, Operator, Unresolved, Unsupported
from modalities.receipt import CloudError, Failure, Trouble
from modalities.resource import World
from modalities.step import Step

Shown = Mapping[str, Sequence[str]]
"""Members of answers that are wanted, by the call as text."""

WORDS = "calls that are tried"
NO_HAND = "no hand of this target takes the vendor's own operations"


class Bench:
    """One run's. The target is looked at once, for all its tries."""

    def __init__(self, parts: Parts, passage: Passage) -> None:
        self._parts = parts
        self._passage = passage
        self._world: World | None = None

    def tried(self, calls: Sequence[SdkCall], shown: Shown) -> tuple[Came, ...]:
        """As :data:`cloudops.request.Tries`. Raises KeyboardInterrupt, TimedOut."""
        hand = next((h for h in self._parts.hands if isinstance(h, Operator)), None)
        if not calls:
            return ()
        if hand is None:
            return _none(calls, 0, NO_HAND)
        course = Course(
            self._parts, self._passage, Hands(self._parts.hands, hand), self._parts.target
        )
        self._passage.journal.note("explore", "rehearsing", calls=[str(call) for call in calls])
        try:
            self._world = self._world or course.look()
            came = self._rehearsed(course, hand, calls, self._world, shown)
        except CloudError as error:
            came = _none(calls, 0, _said(Failure(error.trouble, error.code, error.message)))
        self._passage.check_time()
        self._passage.count()
        return came

    def _rehearsed(
        self,
        course: Course,
        hand: Modality,
        calls: Sequence[SdkCall],
        world: World,
        shown: Shown,
    ) -> tuple[Came, ...]:
        """As far as they can be said at all, in a copy. Raises CloudError."""
        steps, draft, why = self._drafted(course, hand, calls, world)
        refused = _none(calls, len(steps), why) if why else ()
        if not draft.steps:
            return (*_came(calls[: len(steps)], steps, None, ()), *refused)
        world = with_seen(world, draft.seen)
        try:
            plan = course.drawn_up(_intent(calls), _telling(draft, shown), world, None)
        except CannotEvaluate as blind:
            return _none(calls, 0, f"{blind}: {blind.detail}")
        for problem in verify(plan, course.hands, world):
            if problem.blocking:
                return _none(calls, 0, f"{problem.step}: {problem.path}: {problem.message}")
        with self._parts.copies.copy(course.target, world) as copy:
            journal, stop = self._passage.journal, self._passage.stop
            executor = in_a_copy(plan, course.hands, copy, journal, stop)
            progress = executor.run()
            failed = failures_of(executor)
        return (*_came(calls[: len(steps)], steps, progress, failed), *refused)

    def _drafted(
        self, course: Course, hand: Modality, calls: Sequence[SdkCall], world: World
    ) -> tuple[list[str], Draft, str]:
        """The id of each call's step (empty: there is nothing to do), as far as they can be said
        from the first on; the draft of these; and why the next cannot. Raises CloudError."""
        why = ""
        for count in range(len(calls), 0, -1):
            try:
                draft = self._expressed(course, hand, calls[:count], world)
            except (Unsupported, Unresolved) as error:
                why = f"{Trouble.INVALID}: {error}"
                continue
            ids = [step.id for step in draft.steps]
            if len(ids) < count:
                ids = list(self._placed(course, hand, calls[:count], world))
            return ids, draft, why
        return [], Draft(()), why

    def _placed(
        self, course: Course, hand: Modality, calls: Sequence[SdkCall], world: World
    ) -> Iterator[str]:
        """The id of each call's step, where some calls have none: it is what the call adds."""
        known: frozenset[str] = frozenset()
        for count in range(1, len(calls) + 1):
            try:
                draft = self._expressed(course, hand, calls[:count], world)
            except (Unsupported, Unresolved):  # it only reads so far, which alone is no change
                yield ""
                continue
            ids = [step.id for step in draft.steps]
            yield next((id for id in ids if id not in known), "")
            known = frozenset(ids)

    def _expressed(
        self, course: Course, hand: Modality, calls: Sequence[SdkCall], world: World
    ) -> Draft:
        change = Operate(provider=world.provider, calls=tuple(calls), words=WORDS)
        return hand.express([change], world, course.target, self._passage.run)


def _intent(calls: Sequence[SdkCall]) -> Intent:
    return Intent(goal=Goal.UPDATE, summary=", then ".join(map(str, calls)))


def _telling(draft: Draft, shown: Shown) -> Draft:
    """The draft, with the wanted members of each answer among its outputs."""

    def told(step: Step) -> Step:
        names = shown.get(str(step.action), ())
        return replace(step, outputs={**{n: json.dumps(n) for n in names}, **step.outputs})

    return replace(draft, steps=tuple(map(told, draft.steps)))


def _came(
    calls: Sequence[SdkCall],
    ids: Sequence[str],
    progress: Progress | None,
    failed: Sequence[tuple[str, Failure]],
) -> tuple[Came, ...]:
    why = {id: _said(failure) for id, failure in failed}
    found = [_one(call, id, progress, why) for call, id in zip(calls, ids, strict=True)]
    if "" in why and found:  # all was done, and is not so afterwards
        found[-1] = replace(found[-1], how="failed", error=why[""])
    return tuple(found)


def _one(call: SdkCall, id: str, progress: Progress | None, why: Mapping[str, str]) -> Came:
    if not id or progress is None:
        return Came(call=call, how="no_op")
    if id in progress.skipped:
        return Came(call=call, how="left out")
    receipt = progress.receipts.get(id)
    if id in why:
        return Came(call=call, how="failed", error=why[id])
    if receipt is None:
        return Came(call=call, how="not tried")
    return Came(call=call, how=str(receipt.outcome), answer=receipt.outputs)


def _none(calls: Sequence[SdkCall], done: int, why: str) -> tuple[Came, ...]:
    """From ``done`` on: the first refused, all behind it not tried."""
    rest = calls[done:]
    return tuple(
        Came(call=call, how="not tried" if number else "refused", error="" if number else why)
        for number, call in enumerate(rest)
    )


def _said(failure: Failure) -> str:
    return f"{failure.trouble} {failure.code}: {failure.message}"
