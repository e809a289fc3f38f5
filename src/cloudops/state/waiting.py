"""Waiting for claims that others hold."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence

from cloudops.errors import Blocked
from cloudops.state.contract import Held, Store
from modalities.claim import Claim, Lease

PAUSE = (0.03, 0.12)
"""Seconds between two tries of the first in the queue, drawn anew each time, so that waiters do not
march in step. Each that is ahead makes them longer by as much: whose turn is far off asks less
often, and so many askers do not keep each other busy."""
PLACE = 3.0
"""Seconds for which a place in the queue is kept without a new try."""
LONGEST = (1.0, 1.5)
"""Seconds between two tries at the most, well within PLACE."""
NAMED = 3
"""How many claims an error names."""


def claim_within(
    store: Store,
    holder: str,
    claims: Sequence[Claim],
    *,
    ttl: float,
    who: str,
    why: str,
    timeout: float,
    on_wait: Callable[[tuple[Held, ...]], None],
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
    instead_of: str | None = None,
) -> Lease:
    """A lease for all ``claims``, tried for at most ``timeout`` seconds; 0 tries once.
    ``instead_of``: as ``Store.claim`` has it.

    ``on_wait`` is told what stands in the way, once and again when it is somebody else.
    Raises Blocked when the time is out; its payload ``held`` is what stood in the way then.
    """
    give_up = clock() + timeout
    told: set[str] = set()
    while True:
        left = give_up - clock()
        place = PLACE if left > 0 else 0.0
        got = store.claim(
            holder, claims, ttl=ttl, who=who, why=why, place=place, instead_of=instead_of
        )
        if isinstance(got, Lease):
            return got
        if left <= 0:
            raise _blocked(got, timeout)
        holders = {held.holder for held in got}
        if holders != told:
            told = holders
            on_wait(got)
        ahead = len({held.holder for held in got if not held.fence})
        sleep(min(left, _pause(ahead)))


def _pause(ahead: int) -> float:
    return min(random.uniform(*PAUSE) * (1 + ahead), random.uniform(*LONGEST))  # noqa: S311 (no secret)


def _blocked(held: tuple[Held, ...], timeout: float) -> Blocked:
    first = held[0]
    more = "" if len(held) == 1 else f" and {len(held) - 1} more"
    waited = f" (waited {timeout:g} s)" if timeout > 0 else ""
    remedy = "try again later, or wait with --lock-timeout SECONDS"
    if first.plan:
        remedy += "; it is free once that plan is applied or declined"
        remedy += f"; by force: cloudops locks break {first.run} --reason TEXT"
    elif first.fence:
        remedy += f"; if that run is dead: cloudops locks break {first.run} --reason TEXT"
    return Blocked(
        f"{first.key}{more} is {_how(first)} run {first.run}{waited}",
        detail="\n".join(_line(one) for one in held[:NAMED]),
        remedy=remedy,
        held=held,
    )


def _how(held: Held) -> str:
    """A fence of 0 is that of one who waits."""
    return "held by" if held.fence else "promised to"


def _line(held: Held) -> str:
    until = f" until {held.until:%Y-%m-%d %H:%M:%S} UTC" if held.plan else ""
    return (
        f"{held.key} ({held.mode}) is {_how(held)} {held.who} in run {held.run} "
        f"since {held.since:%Y-%m-%d %H:%M:%S} UTC{until}: {held.why}"
    )
