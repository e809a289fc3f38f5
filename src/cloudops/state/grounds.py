"""Where targets were found to be: the scopes that looks and runs saw under a target's name."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from cloudops.state.schema import runs, targets


def put(connection: Connection, target: str, scope: str) -> None:
    """Once for each; the same again changes nothing."""
    same = (targets.c.target == target) & (targets.c.scope == scope)
    if connection.execute(select(targets).where(same)).first() is None:
        connection.execute(insert(targets).values(target=target, scope=scope))


def of(connection: Connection, target: str) -> tuple[str, ...]:
    """In the order of scopes; those of runs that came so far as to know it among them."""
    looked = select(targets.c.scope).where(targets.c.target == target)
    went = select(runs.c.scope).where(runs.c.target == target, runs.c.scope != "")
    return tuple(sorted(connection.scalars(looked.union(went))))
