"""Runs, each with its status."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, insert, or_, select, update

from cloudops.state.contract import Run, StoreError
from cloudops.state.schema import runs

NAMED = 5
"""How many runs an error names."""


def begin(connection: Connection, run: Run) -> Run:
    if exists(connection, run.id):
        raise StoreError(f"there is a run {run.id} already", "give the new run another id")
    connection.execute(
        insert(runs).values(
            id=run.id,
            request=run.request,
            target=run.target,
            scope=run.scope,
            actor=run.actor,
            status=run.status,
            started_at=run.started_at,
            changed_at=run.changed_at,
            digest=run.digest,
            undoes=run.undoes,
            exit_code=run.exit_code,
        )
    )
    return run


def begun(connection: Connection, run: Run) -> Run | None:
    """The run, where it has begun exactly as it is given."""
    row = connection.execute(select(runs).where(runs.c.id == run.id)).one_or_none()
    return run if row is not None and _run(row) == run else None


def change(
    connection: Connection, id: str, at: datetime, unless: Collection[str], **columns: object
) -> None:
    """Set the columns that are not None, unless the run has one of these statuses."""
    given = {name: value for name, value in columns.items() if value is not None}
    query = update(runs).where(runs.c.id == id, runs.c.status.not_in(unless))
    done = connection.execute(query.values(changed_at=at, **given))
    if not done.rowcount and not exists(connection, id):
        raise unknown(id)


def find(connection: Connection, prefix: str) -> Run | None:
    """Raises StoreError where several begin with ``prefix`` and none is it."""
    if not prefix:
        return None
    after = prefix + "\U0010ffff"
    query = select(runs).where(runs.c.id >= prefix, runs.c.id <= after).order_by(runs.c.id)
    found = connection.execute(query.limit(NAMED + 1)).all()
    if len(found) > 1 and found[0].id != prefix:
        names = [row.id for row in found]
        named = ", ".join(names[:NAMED]) + (", ..." if len(names) > NAMED else "")
        raise StoreError(f"several runs begin with {prefix}: {named}", "write more of the id")
    return _run(found[0]) if found else None


def latest(
    connection: Connection, limit: int, status: Sequence[str], undoes: str | None
) -> tuple[Run, ...]:
    query = select(runs).order_by(runs.c.started_at.desc(), runs.c.id.desc()).limit(limit)
    if status:
        query = query.where(or_(*(runs.c.status == s for s in status)))
    if undoes is not None:
        query = query.where(runs.c.undoes == undoes)
    return tuple(_run(row) for row in connection.execute(query))


def exists(connection: Connection, id: str) -> bool:
    return connection.scalar(select(runs.c.id).where(runs.c.id == id)) is not None


def unknown(id: str) -> StoreError:
    return StoreError(f"there is no run {id}", "`cloudops runs` lists those there are")


def _run(row: Row[tuple[object, ...]]) -> Run:
    return Run(**row._mapping)
