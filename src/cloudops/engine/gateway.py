"""The execution gateway: every effect on a cloud passes here, and nowhere else.

In order: the action's schema, the approval, the claims, the fence, the journal, then the call.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from cloudops.engine.expectations import Outputs
from cloudops.engine.hands import Hands
from cloudops.engine.journal import Journal
from cloudops.state.contract import FenceLost
from modalities import awake
from modalities.acting import Acting, Call
from modalities.action import Output, bind
from modalities.claim import Mode, claims_of
from modalities.contract import Follower
from modalities.plan import Plan
from modalities.receipt import Receipt
from modalities.step import Effect, Step
from modalities.target import Approval, Realm, Target


class Refused(Exception):
    """The gateway did not let an action through; nothing was sent."""


class Hold(Protocol):
    """What keeps others away while we write."""

    @property
    def fence(self) -> int:
        """Of the lease; what is written to the journal under an older one does not count."""
        ...

    def during(self, seconds: float, whole: float = 0.0) -> AbstractContextManager[float]:
        """Around a call: seconds for which our claims are certainly ours, prolonged to so many
        where it is less, and again and again until the ``whole`` call is over. Raises FenceLost."""
        ...

    def lasts(self) -> float:
        """The moment of :func:`modalities.awake.now` until which they certainly are, by what is
        known now; asks nobody."""
        ...

    def covers(self, key: str) -> bool:
        """Whether the resource with this key is ours to change."""
        ...

    def require(self) -> None:
        """Raises FenceLost where it is known by now that our claims are gone; asks nobody."""
        ...


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave to act on ``target``, and on those that the plan has ``also``, by name: an approval
    of this very plan, under a lease."""

    target: Target
    approval: Approval
    also: Mapping[str, Target] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Leave to act on a disposable copy, where nothing is real and nobody else is; ``also`` on
    those of the plan's other targets, by name."""

    copy: Target
    also: Mapping[str, Target] = field(default_factory=dict)

    @property
    def target(self) -> Target:
        return self.copy


MARGIN = 2.0
"""Seconds of the lease that must remain when a call's own deadline is over."""


class Gateway:
    """``leave`` says on whose word; ``hold`` that nobody else writes; ``hands`` do it.

    Raises Refused before anything is sent where any gate says no, and FenceLost where the
    lease is gone.
    """

    def __init__(
        self,
        plan: Plan,
        hands: Hands,
        leave: Leave | Rehearsal,
        hold: Hold,
        journal: Journal,
        stage: str = "execute",
        *,
        secrets_dir: Path | None = None,
        clock: Callable[[], float] = awake.now,
    ) -> None:
        copies = (leave.copy, *leave.also.values()) if isinstance(leave, Rehearsal) else ()
        if any(copy.realm is not Realm.SANDBOX for copy in copies):
            raise Refused("a rehearsal may only act on a sandbox copy")
        if isinstance(leave, Leave) and leave.approval.digest != plan.digest:
            raise Refused("the approval is for another plan")
        self._plan = plan
        self._hands = hands
        self._leave = leave
        self._hold = hold
        self._journal = journal
        self._stage = stage
        self._secrets_dir = secrets_dir
        self._clock = clock

    def target(self, step: Step) -> Target:
        """Where a step is done. Raises Refused where there is no leave for it."""
        if not step.target:
            return self._leave.target
        if step.target not in self._leave.also:
            raise Refused(f"step {step.id} is for target {step.target}, which was not opened")
        return self._leave.also[step.target]

    def send(self, step: Step, outputs: Outputs, within: float = math.inf) -> Receipt:
        """Do one step of the plan, in at most ``within`` seconds, and return what came of it."""
        return self._send(step, outputs, within, "intended")

    def take_back(
        self,
        step: Step,
        reversal: Step,
        outputs: Outputs,
        within: float = math.inf,
        *,
        last: bool = True,
    ) -> Receipt:
        """Do one reversal of ``step``: it may touch what the step made or changed. With the
        ``last`` one the step is undone."""
        return self._send(reversal, outputs, within, "undoing", undoes=step.id, last=last)

    def _send(self, step: Step, outputs: Outputs, within: float, what: str, **more: Any) -> Receipt:
        token = token_of(self._plan.id, step.id)
        bound = replace(step, action=bind(step.action, outputs, token))
        target = self.target(bound)
        self._check_schema(bound)
        self._check_claims(bound, outputs)
        acting, needed, writing = self._acting(bound, target)
        seconds = min(needed, within)
        writing = min(writing, seconds)
        asked = self._clock()
        with self._hold.during(writing + MARGIN, seconds + MARGIN) as held:
            ours = asked + held - MARGIN
            if ours <= asked:
                raise FenceLost("too little of the lease is left for a call")
            self._journal.mark(
                self._stage,
                what,
                step=step.id,
                why=step.why,
                effect=step.effect,
                action=bound.action,
                token=token,
                fence=self.fence,
                **({"target": step.target} if step.target else {}),
                **more,
            )
            # Writing that down may have taken long: the store was away, or we were stopped.
            left = min(ours - self._clock(), writing)
            if left <= 0:
                raise FenceLost("the lease ran out before the call was sent")
            call = Call(
                token,
                left + seconds - writing,
                secrets_dir=self._secrets_dir,
                writes=left,
                lasts=lambda: self._hold.lasts() - MARGIN,
            )
            receipt = acting.apply(bound, target, call)
        done = "receipt" if what == "intended" else "undone"
        self._journal.mark(self._stage, done, receipt=receipt, fence=self.fence, **more)
        return receipt

    @property
    def fence(self) -> int:
        return self._hold.fence

    def require_hold(self) -> None:
        """Raises FenceLost where it is known by now that our claims are gone."""
        self._hold.require()

    def _acting(self, step: Step, target: Target) -> tuple[Acting, float, float]:
        """Who does it, how long that may take, and how long it may write, in seconds."""
        hand = self._hands.of(step)
        if not isinstance(hand, Acting):
            raise Refused(f"the {hand.name} hand cannot change anything")
        takes = hand.takes(step)
        writes = hand.writes(step) if isinstance(hand, Follower) else takes
        return hand, max(target.timeout, takes), max(target.timeout, writes)

    def _check_schema(self, bound: Step) -> None:
        problems = self._hands.of(bound).admits(bound)
        if problems:
            first = problems[0]
            raise Refused(f"step {bound.id}: {first.path}: {first.message}")

    def _check_claims(self, bound: Step, outputs: Outputs) -> None:
        if isinstance(self._leave, Rehearsal) or bound.effect is Effect.READ:
            return
        others = [ref for ref in self._hands.claims(bound) if not self._hold.covers(ref.key)]
        made = _made(self._plan.steps, outputs) if others else frozenset()
        for ref in others:
            if ref.name not in made:
                raise Refused(f"step {bound.id} would touch {ref}, which the plan does not claim")


def token_of(plan: str, step: str) -> str:
    """The step's idempotency token: the same however often the step is sent (EC2 takes up
    to 64 ASCII characters)."""
    return "cloudops-" + hashlib.sha256(f"{plan}/{step}".encode()).hexdigest()[:40]


def _made(steps: Collection[Step], outputs: Outputs) -> frozenset[str]:
    """Ids of what this plan itself has made so far; nobody else can hold a claim on them."""
    made = set()
    for step in steps:
        for name in step.outputs:
            try:
                made.add(str(outputs(Output(step.id, name))))
            except LookupError:
                continue
    return frozenset(made)


def exclusive_keys(plan: Plan) -> frozenset[str]:
    """Keys that the plan may change."""
    return frozenset(c.key for c in claims_of(plan.steps) if c.mode is Mode.EXCLUSIVE)
