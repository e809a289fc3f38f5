"""The hold of a saved plan: its claims, kept from `plan` to `apply` with no process alive.

Such a lease has a longer end and no heartbeat. Who applies the plan takes it over under a higher
fence; nobody gets in between. It is let go when the plan will not be done any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cloudops.engine.anew import Overtaken
from cloudops.engine.compose import LIFETIME
from cloudops.engine.holder import actor, bury_the_dead
from cloudops.engine.report import PlanHold
from cloudops.errors import Declined, Denied, Stale
from cloudops.state.contract import Held, Store, keeper_of
from cloudops.state.waiting import claim_within
from modalities.claim import Lease, claims_of
from modalities.plan import Plan

if TYPE_CHECKING:
    from cloudops.engine.course import Course
    from cloudops.engine.journal import Journal

USUAL = 3600.0
"""Seconds of a hold where none are named: as long as an approval."""

LONGEST = LIFETIME.total_seconds()
"""Seconds: a plan cannot be applied after that anyway."""


def hold(course: Course, plan: Plan, seconds: float) -> PlanHold | None:
    """Keep the plan's claims for so long; None where it has none.

    What the plan stands on is looked at again once it is ours. Raises Blocked where somebody
    else holds any of it, Overtaken where it moved: nothing is kept then, since who keeps for
    another plan is another holder.
    """
    passage, store = course.passage, course.passage.store
    wanted = claims_of(plan.steps)
    if not wanted:
        return None
    bury_the_dead(store)
    lease = claim_within(
        store,
        keeper_of(passage.run, plan.digest),
        wanted,
        ttl=seconds,
        who=actor(),
        why=f"held for plan {plan.digest[:19]}: {plan.request}",
        timeout=passage.options.lock_timeout,
        on_wait=lambda held: tell(passage.journal, held),
    )
    try:
        course.stands(plan, lease)
        held = PlanHold(lease.holder, lease.fence, lease.expires_at, len(lease.claims))
        passage.journal.mark("confirm", "held", digest=plan.digest, hold=held)
    except Stale as stale:
        store.release(lease)
        raise Overtaken(stale, lease) from stale
    except BaseException:
        store.release(lease)
        raise
    return held


def tell(journal: Journal, held: Sequence[Held]) -> None:
    """Who is waited for."""
    holders = sorted({f"{h.who} ({h.why})" for h in held})
    journal.note("execute", "waiting_for_lock", holders=holders)


def keeper(store: Store, digest: str) -> str | None:
    """The holder of what is kept for this plan now."""
    return next((held.holder for held in store.claims() if held.plan == digest), None)


def let_go(store: Store, digest: str) -> bool:
    """End the hold of a plan; whether there was one. One that was taken over is no hold."""
    held = next((held for held in store.claims() if held.plan == digest), None)
    return ended(store, held)


def ended(store: Store, held: Held | None) -> bool:
    """End the lease that a claim is held under; whether there was one."""
    if held is not None:
        store.release(Lease(held.holder, (), held.fence, held.until))
    return held is not None


@contextmanager
def given_up(store: Store, plan: Plan, journal: Journal) -> Iterator[None]:
    """Let go of the plan where it ends here: declined, denied, or stale.

    Whatever may still go on keeps its hold: parked for an approval, or one that ran out; out of
    time, interrupted; a tool or a policy that could not be asked; another target or identity.
    """
    try:
        yield
    except (Declined, Denied, Stale) as stop:
        if let_go(store, plan.digest):
            why = "stale" if isinstance(stop, Stale) else stop.outcome
            text = f"{why}: what was held for plan {plan.digest[:19]} is free again"
            journal.note("confirm", "notice", text=text)
        raise
