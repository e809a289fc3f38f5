"""Candidates: one request by each hand that can, side by side, each in a copy of its own.

Section 3.2 of the paper: exploration is where trying is free. Each candidate is done, looked at,
taken back and looked at again; the best becomes the plan that a person may apply.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from cloudops.engine.attempts import failure_of
from cloudops.engine.candidate import Candidate
from cloudops.engine.compose import labelled
from cloudops.engine.course import Course
from cloudops.engine.dividing import drafted
from cloudops.engine.explore import evidence_of, failures_of, in_a_copy
from cloudops.engine.finding_out import FindingOut
from cloudops.engine.headway import Headway
from cloudops.engine.mending import Ground, mended
from cloudops.engine.progress import Progress
from cloudops.engine.seeing import with_seen
from cloudops.engine.verify import verify
from cloudops.planner.ailing import Ailment, Mended
from cloudops.request import Constraints, Intent
from modalities.change import Change
from modalities.codec import sealed
from modalities.contract import Portal, Unresolved, Unsupported
from modalities.plan import Plan, Route
from modalities.receipt import CloudError, Failure, Outcome, Trouble
from modalities.resource import Resource, World
from modalities.step import Fidelity, Irreversible, Step
from modalities.target import Target

MOST_TRIES = 5
"""Of one hand; what fails in the same way twice, or gets no further twice, ends earlier."""

Ended = tuple[Candidate, Ailment | None]


def compared(
    course: Course,
    intent: Intent,
    world: World,
    route: Route,
    *,
    jobs: int = 2,
    broken: bool = False,
) -> tuple[Candidate, ...]:
    """A candidate for each hand of the route, in its order, ``jobs`` at a time.

    ``broken``: each is also stopped after every step, taken back there, and compared; but for
    what works on pages, of which each takes minutes. Raises KeyboardInterrupt where the run is
    to end.
    """
    trials = [
        _Trial(course, intent, world, replace(route, ranked=(ranked,)), broken)
        for ranked in route.ranked
    ]
    with ThreadPoolExecutor(jobs, thread_name_prefix="candidate") as pool:
        try:
            found = tuple(pool.map(_Trial.candidate, trials))
        except KeyboardInterrupt:
            course.passage.stop.set()  # what is under way ends after its step
            raise
    course.passage.check_time()
    return found


def best_of(candidates: Sequence[Candidate]) -> Candidate | None:
    """Of those that worked: first what leaves nothing behind, then as the router ranks them."""
    worked = [c for c in candidates if c.worked]
    return min(worked, key=lambda c: c.leaves != (), default=None)


class _Trial:
    """One hand's tries."""

    def __init__(
        self, course: Course, intent: Intent, world: World, route: Route, broken: bool
    ) -> None:
        parts = course.parts
        self._course = Course(parts, course.passage, parts.led_by(route), course.target)
        self._intent = intent
        self._world = world
        self._route = route
        self._broken = broken
        self._hand = route.ranked[0].modality
        self._finding = FindingOut(self._course, world, self._say)

    def candidate(self) -> Candidate:
        """Tries, and again with the request mended where the kind of failure says how."""
        changes = self._intent.changes
        told: list[str] = []
        course = Headway()
        for _ in range(MOST_TRIES):
            came, ailment = self._once(changes, told)
            came = replace(came, mended=tuple(told))
            if ailment is None:
                return came
            if stuck := course.stuck(ailment):
                return replace(came, why=f"stuck, {stuck}: {came.why}")
            match self._mended(changes, ailment):
                case Mended(changes=other, told=how):
                    changes = other
                    told.append(how)
                    self._say(f"{ailment.failure.code}: {how}")
                case why:
                    return replace(came, why="; ".join(filter(None, (came.why, why))))
        return came

    def _mended(self, changes: tuple[Change, ...], ailment: Ailment) -> Mended | str:
        """By rule, else by whoever knows more; or why not."""
        course = self._course
        region = course.target.region
        ground = Ground(
            asked=self._intent.changes,
            world=self._world,
            prices=course.parts.prices,
            region=region,
        )
        if (by_rule := mended(changes, ailment, ground)) is not None:
            return by_rule
        if course.parts.repairer is None:
            return ""
        text = course.passage.report.request.text
        return course.parts.repairer.repaired(text, changes, ailment)

    def _once(self, changes: Sequence[Change], told: Sequence[str]) -> Ended:
        """What had to be found out for it is kept where it came through, and only then."""
        good = False
        try:
            came, ailment = self._tried(changes, told)
            good = came.worked
        finally:
            self._finding.settle(good=good)
        return came, ailment

    def _tried(self, changes: Sequence[Change], told: Sequence[str]) -> Ended:
        try:
            plan = self._planned(changes, told)
            with self._course.parts.copies.copy(self._course.target, self._world) as copy:
                came, ailment = self._done(plan, copy)
            why = self._finding.proved(came.along) if came.worked else ""
            return (replace(came, outcome="failed", why=why) if why else came), ailment
        except Unresolved as error:
            came = Candidate(hand=self._hand, outcome="cannot", why=str(error))
            failure = Failure(Trouble.NOT_FOUND, "Unresolved", str(error))
            near, lack = error.candidates, error.lacking
            ailment = Ailment(hand=self._hand, failure=failure, near=near, lacking=lack)
            return came, ailment if near or lack else None
        except Unsupported as error:
            return Candidate(hand=self._hand, outcome="cannot", why=str(error)), None
        except CloudError as error:
            failure = failure_of(error) or Failure(error.trouble, error.code, error.message)
            why = f"{error.code}: {error.message}"
            came = Candidate(hand=self._hand, outcome="failed", why=why)
            return came, Ailment(hand=self._hand, failure=failure)

    def _planned(self, changes: Sequence[Change], told: Sequence[str]) -> Plan:
        """Raises Unsupported, Unresolved, CloudError."""
        course, wish = self._course, Constraints(modality=self._hand)
        try:
            draft = drafted(course, changes, self._world, self._route, wish)
        except Unsupported as refused:
            self._finding.learn(changes, refused)
            draft = drafted(course, changes, self._world, self._route, wish)
        draft = replace(draft, defaults=(*draft.defaults, *told, *self._finding.told))
        ground = with_seen(self._world, draft.seen)
        plan = course.drawn_up(self._intent, draft, ground, self._route)
        blocking = [p for p in verify(plan, course.hands, self._world) if p.blocking]
        for problem in blocking:
            raise Unsupported(f"step {problem.step}: {problem.path}: {problem.message}")
        return plan

    def _done(self, plan: Plan, copy: Target) -> Ended:
        """Forward, a look, back, a look."""
        course, hand = self._course, self._course.hand
        self._say(f"trying {len(plan.steps)} steps in a copy")
        before = hand.read(copy)
        sent, batches, begun = hand.traffic(copy).requests, self._batches(), time.monotonic()
        executor = in_a_copy(plan, course.hands, copy, course.passage.journal, course.passage.stop)
        executor.run()
        failures = failures_of(executor)
        came = Candidate(
            hand=self._hand,
            outcome="failed" if failures else "worked",
            why=_said(failures[0]) if failures else "",
            steps=max(1, self._batches() - batches),
            actions=len(plan.steps),
            seconds=round(time.monotonic() - begun, 3),
            calls=hand.traffic(copy).requests - sent,
            cost=plan.cost,
        )
        along = tuple(_along(plan, before, hand.read(copy)))
        leaves = None
        if not any(isinstance(step.undo, Irreversible) for step in plan.steps):
            executor.undo()
            leaves = tuple(_different(before, hand.read(copy)))
            if self._broken and not failures and not isinstance(hand, Portal):
                leaves = (*leaves, *self._broken_everywhere(plan))
        evidence = evidence_of(plan, executor.progress)
        if leaves is not None:
            evidence = replace(evidence, taken_back=not leaves)
        steps = tuple(labelled(plan.steps, evidence))
        came = replace(
            came,
            along=along,
            leaves=leaves,
            fidelity=least(steps),
            plan=sealed(replace(plan, steps=steps, evidence=evidence)),
        )
        return came, self._ailment(plan, failures[0], executor.progress) if failures else None

    def _ailment(self, plan: Plan, failed: tuple[str, Failure], progress: Progress) -> Ailment:
        step, failure = failed
        action = next((s.action for s in plan.steps if s.id == step), None)
        done = sum(1 for r in progress.receipts.values() if r.outcome is Outcome.DONE)
        return Ailment(hand=self._hand, failure=failure, step=step, action=action, done=done)

    def _broken_everywhere(self, plan: Plan) -> Iterator[str]:
        """What stays of it when it ends after its first, second ... step, and is taken back."""
        course = self._course
        for count in range(1, len(plan.steps)):
            part = sealed(replace(plan, steps=plan.steps[:count]))
            with course.parts.copies.copy(course.target, self._world) as copy:
                before = course.hand.read(copy)
                executor = in_a_copy(
                    part, course.hands, copy, course.passage.journal, course.passage.stop
                )
                executor.run()
                executor.undo()
                for each in _different(before, course.hand.read(copy)):
                    yield f"{each} (ended after {part.steps[-1].id})"

    def _batches(self) -> int:
        hand = self._course.hand
        return hand.batches if isinstance(hand, Portal) else 0

    def _say(self, text: str) -> None:
        self._course.passage.journal.note("explore", "notice", text=f"{self._hand}: {text}")


def least(steps: Sequence[Step]) -> Fidelity:
    """How far the preview of all can be trusted: as far as that of the worst."""
    order = list(Fidelity)
    return max((step.fidelity for step in steps), key=order.index, default=Fidelity.NONE)


def _along(plan: Plan, before: World, after: World) -> Iterator[str]:
    """What was made, changed or went that the plan does not name."""
    named = {ref for step in plan.steps for ref in step.changes}
    for text, resource in _differences(before, after):
        if not named.intersection(resource.refs()):
            yield text


def _different(before: World, after: World) -> Iterator[str]:
    return (text for text, _ in _differences(before, after))


def _differences(before: World, after: World) -> Iterator[tuple[str, Resource]]:
    for now in after:
        then = before.get(now.kind, now.id)
        if then is None:
            yield f"+ {now.ref}", now
        elif then.fingerprint != now.fingerprint:
            yield f"~ {now.ref}", now
    for then in before:
        if after.get(then.kind, then.id) is None:
            yield f"- {then.ref}", then


def _said(failed: tuple[str, Failure]) -> str:
    step, failure = failed
    return f"{step}: {failure.code}: {failure.message}" if step else failure.message
