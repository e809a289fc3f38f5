"""Whether somebody is at work on a store, for what is done to the store as a whole.

Asked of stores of any version, so only of what has been in the tables since the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, select

from cloudops.state.clock import Clock, End
from cloudops.state.contract import Busy, plan_of, run_of
from cloudops.state.schema import journal, leases, runs

RECENT = timedelta(minutes=10)
"""A run that holds nothing is at work for so long after its last sign of life: it may be asking
somebody. One that died shows none, and must not stand in the way of what takes it up again."""
HELD: tuple[Column[Any], ...] = (
    *(leases.c.holder, leases.c.who),
    *(leases.c.until, leases.c.boot, leases.c.until_uptime),
)


def refuse(connection: Connection, clock: Clock, what: str, *, plans: bool) -> None:
    """Raises Busy where somebody is at work. ``what`` must wait, for people. ``plans``: whether
    claims count that are kept for a plan, behind which there is no process."""
    for row in connection.execute(select(*HELD)).all():
        kept = plan_of(row.holder) is not None
        if End.of(row).left(clock) > 0 and (plans or not kept):
            raise _busy(
                f"run {run_of(row.holder)} ({row.who}) holds claims until {row.until:%H:%M:%S} UTC"
                + (", for a plan that is to be applied" if kept else ""),
                what,
            )
    now = clock.now()
    for id, actor, sign in _under_way(connection):
        if now - RECENT <= sign <= now + RECENT:
            raise _busy(
                f"run {id} ({actor}) is under way, its last sign of life at {sign:%H:%M:%S} UTC",
                what,
                f"; should it have died, try again after {sign + RECENT:%H:%M} UTC",
            )


def _under_way(connection: Connection) -> Iterator[tuple[str, str, datetime]]:
    """Runs that have not ended: their ids, whose they are, and when they last did something."""
    query = select(runs.c.id, runs.c.actor, runs.c.changed_at).where(runs.c.status == "running")
    for id, actor, changed in connection.execute(query).all():
        lines = select(journal.c.at).where(journal.c.run == id)
        last = connection.scalar(lines.order_by(journal.c.seq.desc()).limit(1))
        yield id, actor, max(changed, last or changed)


def _busy(who: str, what: str, more: str = "") -> Busy:
    return Busy(
        f"{who}; {what}",
        f"wait until nobody is at work, or stop them with Ctrl-C{more}; nothing was changed",
    )
