"""Numbers that only rise."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from cloudops.state.schema import counters


def last(connection: Connection, name: str) -> int:
    """The number that was given last; 0 before the first."""
    return connection.scalar(select(counters.c.last).where(counters.c.name == name)) or 0


def rise(connection: Connection, name: str) -> int:
    """The next number of ``name``; the first is 1."""
    next_one = update(counters).where(counters.c.name == name).values(last=counters.c.last + 1)
    number: int | None = connection.scalar(next_one.returning(counters.c.last))
    if number is None:
        connection.execute(insert(counters).values(name=name, last=1))
        return 1
    return number
