"""Claims: who holds what, under leases that end by themselves.

A holder has one lease with all its claims. Whoever claims sweeps leases that have ended away
first, so what is left in the tables then is held. Every grant gets a higher fence than any
before it; a holder that claims again gets one lease over all it has, with a new fence, and
whoever still works under the old one has lost it. What was kept for a plan passes over to who
does the plan, in the transaction of the grant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from cloudops.state import queue
from cloudops.state.clock import Clock, End
from cloudops.state.contract import FenceLost, Held
from cloudops.state.counters import rise
from cloudops.state.database import chunks
from cloudops.state.schema import claims, leases
from modalities.claim import Claim, Lease, Mode

AnyRow = Row[Any]
HOLDINGS = (
    select(claims.c.key, claims.c.mode, leases)
    .select_from(claims.join(leases))
    .order_by(claims.c.key, claims.c.holder)
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for what, and why. ``modes`` maps keys, sorted, to how each is wanted;
    ``instead_of`` is whose lease passes over to ``holder``, where there is one."""

    holder: str
    modes: Mapping[str, Mode]
    who: str
    why: str
    instead_of: str | None = None

    @property
    def own(self) -> tuple[str, ...]:
        """The holders whose claims are no obstacle."""
        return (self.holder,) if self.instead_of is None else (self.holder, self.instead_of)

    def conflicts(self, key: str, mode: str) -> bool:
        wanted = self.modes.get(key)
        return wanted is not None and Mode.EXCLUSIVE in (wanted, mode)


def asked(
    holder: str, wanted: Iterable[Claim], who: str, why: str, instead_of: str | None = None
) -> Asked:
    return Asked(holder, _strongest(wanted), who, why, instead_of)


def take(
    connection: Connection, clock: Clock, asked: Asked, *, ttl: float, place: float
) -> Lease | tuple[Held, ...]:
    """A lease for all that is asked, or what stands in the way.

    ``place``: where it is blocked, keep a place in the queue for so many seconds; 0 gives
    up the place there was. Nobody who already holds a lease is made to queue: those ahead may be
    waiting for that very lease.
    """
    live = _swept(connection, clock)
    waiting = queue.swept(connection, clock)
    mine = [row.holder for row in live if row.holder in asked.own]
    in_the_way = _held_by_others(connection, asked) if live else []
    if not mine:
        in_the_way += queue.ahead(waiting, asked.holder, asked.conflicts)
    if in_the_way and place > 0:
        wanted, who = _claims(asked.modes), {"who": asked.who, "why": asked.why}
        queue.stand(connection, clock, waiting, asked.holder, wanted, seconds=place, **who)
    elif any(row.holder == asked.holder for row in waiting):
        queue.leave(connection, asked.holder)
    return tuple(in_the_way) or _grant(connection, clock, asked, mine, ttl)


def renew(connection: Connection, clock: Clock, lease: Lease, ttl: float) -> Lease:
    left(connection, clock, lease)
    end = End.after(ttl, clock)
    mine = leases.c.holder == lease.holder
    connection.execute(update(leases).where(mine).values(**asdict(end)))
    return replace(lease, expires_at=end.until)


def left(connection: Connection, clock: Clock, lease: Lease) -> float:
    """Seconds until the lease ends. Raises FenceLost."""
    row = _lease_row(connection, lease.holder)
    if row is None:
        raise FenceLost(f"the claims of {lease.holder} were broken, or ran out and were taken over")
    if row.fence != lease.fence:
        raise FenceLost(f"another process goes on with {lease.holder} (fence {row.fence})")
    seconds = End.of(row).left(clock)
    if seconds <= 0:
        raise FenceLost(f"the claims of {lease.holder} ran out at {row.until:%H:%M:%S} UTC")
    return seconds


def release(connection: Connection, lease: Lease) -> None:
    row = _lease_row(connection, lease.holder)
    if row is not None and row.fence == lease.fence:
        _end_lease(connection, lease.holder)


def live(connection: Connection, clock: Clock) -> tuple[Held, ...]:
    rows = connection.execute(HOLDINGS)
    return tuple(_held(row) for row in rows if End.of(row).left(clock) > 0)


def break_(connection: Connection, clock: Clock, holder: str) -> tuple[Held, ...]:
    broken = tuple(held for held in live(connection, clock) if held.holder == holder)
    _end_lease(connection, holder)
    queue.leave(connection, holder)
    return broken


def _swept(connection: Connection, clock: Clock) -> Sequence[AnyRow]:
    """The leases that live; others are gone after it."""
    rows = connection.execute(select(leases)).all()
    live = []
    for row in rows:  # asked once each, whatever clock is given: it may pass an end in between
        if End.of(row).left(clock) > 0:
            live.append(row)
        else:
            _end_lease(connection, row.holder)
    return live


def _end_lease(connection: Connection, holder: str) -> None:
    connection.execute(delete(claims).where(claims.c.holder == holder))
    connection.execute(delete(leases).where(leases.c.holder == holder))


def _lease_row(connection: Connection, holder: str) -> AnyRow | None:
    return connection.execute(select(leases).where(leases.c.holder == holder)).one_or_none()


def _held_by_others(connection: Connection, asked: Asked) -> list[Held]:
    query = HOLDINGS.where(claims.c.holder.not_in(asked.own))
    return [
        _held(row)
        for keys in chunks(asked.modes)
        for row in connection.execute(query.where(claims.c.key.in_(keys)))
        if asked.conflicts(row.key, row.mode)
    ]


def _grant(
    connection: Connection, clock: Clock, asked: Asked, mine: Sequence[str], ttl: float
) -> Lease:
    """``mine``: the holders, of those whose claims are the asker's own, that have a lease."""
    end = End.after(ttl, clock)
    fence = rise(connection, "fence")
    granted = {"fence": fence, "who": asked.who, "why": asked.why, **asdict(end)}
    modes = _strongest((*_handed_over(connection, asked, mine), *_claims(asked.modes)))
    if asked.holder in mine:
        own = leases.c.holder == asked.holder
        connection.execute(update(leases).where(own).values(**granted))
    else:
        since = clock.now()
        connection.execute(insert(leases).values(holder=asked.holder, since=since, **granted))
    rows = [{"key": k, "holder": asked.holder, "mode": m.value} for k, m in modes.items()]
    if rows:
        connection.execute(insert(claims), rows)
    return Lease(asked.holder, _claims(modes), fence, end.until)


def _handed_over(connection: Connection, asked: Asked, mine: Sequence[str]) -> tuple[Claim, ...]:
    """What ``mine`` hold, taken out of their hands; of their leases the asker's own stays."""
    had = tuple(claim for holder in mine for claim in _claims_of(connection, holder))
    for holder in mine:
        if holder == asked.holder:
            connection.execute(delete(claims).where(claims.c.holder == holder))
        else:
            _end_lease(connection, holder)
    return had


def _claims_of(connection: Connection, holder: str) -> tuple[Claim, ...]:
    query = select(claims.c.key, claims.c.mode).where(claims.c.holder == holder)
    return tuple(Claim(row.key, Mode(row.mode)) for row in connection.execute(query))


def _strongest(wanted: Iterable[Claim]) -> dict[str, Mode]:
    """The mode of every key, sorted; of two claims on one key the exclusive one."""
    modes: dict[str, Mode] = {}
    for claim in sorted(wanted):
        if modes.get(claim.key) is not Mode.EXCLUSIVE:
            modes[claim.key] = claim.mode
    return modes


def _claims(modes: Mapping[str, Mode]) -> tuple[Claim, ...]:
    return tuple(Claim(key, mode) for key, mode in modes.items())


def _held(row: AnyRow) -> Held:
    return Held(row.key, row.mode, row.holder, row.fence, row.who, row.why, row.since, row.until)
