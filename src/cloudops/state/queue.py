"""The queue of those who wait for claims: first come, first served on keys that two want.

A place is kept for a moment only and asked for again with every try, so whoever stops trying,
or dies, is soon out of the way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from cloudops.state.clock import Clock, End
from cloudops.state.contract import Held
from cloudops.state.counters import rise
from cloudops.state.schema import waiting
from modalities.claim import Claim

Waiting = Sequence[Row[Any]]
"""The queue, first come first."""


def swept(connection: Connection, clock: Clock) -> Waiting:
    """Who still waits; the places of others are gone after it."""
    rows = connection.execute(select(waiting).order_by(waiting.c.ticket)).all()
    live = []
    for row in rows:  # asked once each, whatever clock is given: it may pass an end in between
        if End.of(row).left(clock) > 0:
            live.append(row)
        else:
            leave(connection, row.holder)
    return live


def ahead(queue: Waiting, holder: str, conflicts: Callable[[str, str], bool]) -> list[Held]:
    """Who came before ``holder`` and waits for a key in a way that ``conflicts``.

    As Held with fence 0, because they do not hold it yet.
    """
    found: list[Held] = []
    for row in queue:
        if row.holder == holder:
            break
        found += (
            Held(key, mode, row.holder, 0, row.who, row.why, row.since, row.until)
            for key, mode in row.claims
            if conflicts(key, mode)
        )
    return found


def stand(
    connection: Connection,
    clock: Clock,
    queue: Waiting,
    holder: str,
    claims: Sequence[Claim],
    *,
    who: str,
    why: str,
    seconds: float,
) -> None:
    """Take a place at the end, or keep the one there is."""
    here = waiting.c.holder == holder
    wanted = [[claim.key, claim.mode] for claim in claims]
    end = End.after(seconds, clock)
    values = {"who": who, "why": why, "claims": wanted, **asdict(end)}
    mine = next((row for row in queue if row.holder == holder), None)
    if mine is None:
        place = {"holder": holder, "ticket": rise(connection, "ticket"), "since": clock.now()}
        connection.execute(insert(waiting).values(**place, **values))
    elif mine.claims != wanted or End.of(mine).left(clock) < seconds * 2 / 3:
        # Not at every try: a try that writes nothing need not wait for the disk.
        connection.execute(update(waiting).where(here).values(**values))


def leave(connection: Connection, holder: str) -> None:
    connection.execute(delete(waiting).where(waiting.c.holder == holder))
