"""Taking the locks of a plan: all or none, waiting at most so long."""

from __future__ import annotations

from collections.abc import Sequence

from cloudops.engine.holder import actor, holder_of, is_gone
from cloudops.engine.holding import TTL, Held
from cloudops.engine.journal import Journal
from cloudops.state.contract import Held as HeldClaim
from cloudops.state.contract import Store
from cloudops.state.waiting import claim_within
from modalities.claim import claims_of
from modalities.plan import Plan


def claim(store: Store, plan: Plan, run: str, journal: Journal, timeout: float) -> Held:
    """The plan's claims under a lease that renews itself. Raises errors.Blocked."""
    bury_the_dead(store)

    def waiting(held: Sequence[HeldClaim]) -> None:
        holders = sorted({f"{h.who} ({h.why})" for h in held})
        journal.note("execute", "waiting_for_lock", holders=holders)

    lease = claim_within(
        store,
        holder_of(run),
        claims_of(plan.steps),
        ttl=TTL,
        who=actor(),
        why=plan.request,
        timeout=timeout,
        on_wait=waiting,
    )
    journal.note("execute", "locked", fence=lease.fence, claims=len(lease.claims))
    return Held(store, lease)


def bury_the_dead(store: Store) -> None:
    """End the leases of processes of this machine that are certainly gone, with a record."""
    for holder in sorted({held.holder for held in store.claims()}):
        if is_gone(holder):
            store.break_claims(holder, who=actor(), reason="its process has ended")
