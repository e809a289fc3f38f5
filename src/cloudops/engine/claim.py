"""Taking the locks of a plan: all or none, waiting at most so long."""

from __future__ import annotations

from cloudops.engine.holder import actor, bury_the_dead, holder_of
from cloudops.engine.holding import TTL, Held
from cloudops.engine.journal import Journal
from cloudops.engine.plan_hold import ended, keeper, tell
from cloudops.state.contract import Held as InTheWay
from cloudops.state.contract import Store
from cloudops.state.waiting import claim_within
from modalities.claim import claims_of
from modalities.plan import Plan


def claim(store: Store, plan: Plan, run: str, journal: Journal, timeout: float) -> Held:
    """The plan's claims under a lease that renews itself; what was held for the plan passes
    over to it. Who has to wait holds nothing meanwhile, also of what was kept for a plan that
    is made anew: two could wait for each other. Raises errors.Blocked."""
    bury_the_dead(store)
    kept = keeper(store, plan.digest)
    me = holder_of(run)

    def waiting(held: tuple[InTheWay, ...]) -> None:
        ended(store, next((mine for mine in store.claims() if mine.holder == me), None))
        tell(journal, held)

    lease = claim_within(
        store,
        me,
        claims_of(plan.steps),
        ttl=TTL,
        who=actor(),
        why=plan.request,
        timeout=timeout,
        on_wait=waiting,
        instead_of=kept,
    )
    journal.note("execute", "locked", fence=lease.fence, claims=len(lease.claims), kept=kept)
    return Held(store, lease, ttl=TTL)
