"""Workflows, by id, and what came of the plans that had their form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, delete, insert, select, update

from cloudops.state.contract import StoreError
from cloudops.state.schema import uses, workflows
from cloudops.state.workflow import Use, UseEnd, Workflow
from modalities.codec import Malformed, decode, encode

OPEN_FOR = timedelta(days=2)
"""How long a plan's end is waited for; plans themselves are good for one day."""


def put(connection: Connection, workflow: Workflow, at: datetime) -> None:
    """In the place of the one with its id."""
    values = {"structure": workflow.structure, "changed_at": at, "body": encode(workflow)}
    mine = workflows.c.id == workflow.id
    if not connection.execute(update(workflows).where(mine).values(**values)).rowcount:
        connection.execute(insert(workflows).values(id=workflow.id, **values))


def find(connection: Connection, structure: str | None) -> tuple[Workflow, ...]:
    """Of one structure, or all; latest first. One that cannot be read is as good as none."""
    query = select(workflows.c.body).order_by(workflows.c.changed_at.desc(), workflows.c.id)
    if structure is not None:
        query = query.where(workflows.c.structure == structure)
    return tuple(_readable(connection.scalars(query)))


def _readable(bodies: object) -> Iterator[Workflow]:
    for body in bodies:  # type: ignore[attr-defined]
        try:
            yield decode(Workflow, body)
        except Malformed:
            continue


def get(connection: Connection, prefix: str) -> Workflow | None:
    """By id or the beginning of one. Raises StoreError where several begin so."""
    if not prefix:
        return None
    after = prefix + "\U0010ffff"
    query = select(workflows.c.id, workflows.c.body).order_by(workflows.c.id)
    found = connection.execute(
        query.where(workflows.c.id >= prefix, workflows.c.id <= after).limit(2)
    ).all()
    if len(found) > 1 and found[0].id != prefix:
        raise StoreError(f"several workflows begin with {prefix}", "write more of the id")
    return next(_readable([row.body for row in found[:1]]), None)


def drop(connection: Connection, id: str) -> bool:
    """The workflow and all that came of it."""
    connection.execute(delete(uses).where(uses.c.workflow == id))
    return bool(connection.execute(delete(workflows).where(workflows.c.id == id)).rowcount)


def begin_use(connection: Connection, use: Use) -> None:
    """Write it down, unless the plan has one already. Those that never ended are forgotten."""
    late = (uses.c.ending.is_(None)) & (uses.c.at < use.at - OPEN_FOR)
    connection.execute(delete(uses).where(late))
    if connection.scalar(select(uses.c.run).where(uses.c.plan == use.plan)) is None:
        connection.execute(
            insert(uses).values(
                plan=use.plan,
                workflow=use.workflow,
                form=use.form,
                run=use.run,
                at=use.at,
                versions=dict(use.versions),
                recalled=int(use.recalled),
                ending=use.ending,
                candidate=encode(use.candidate),
            )
        )


def end_use(connection: Connection, plan: str, ending: UseEnd) -> Use | None:
    """The use with its end and its candidate; None where there is none that is open."""
    row = connection.execute(
        select(uses).where(uses.c.plan == plan, uses.c.ending.is_(None))
    ).one_or_none()
    if row is None:
        return None
    ended = {"ending": ending, "candidate": None}
    connection.execute(update(uses).where(uses.c.plan == plan).values(**ended))
    return replace(_use(row), ending=ending)


def uses_of(connection: Connection, workflow: str) -> tuple[Use, ...]:
    """Those that ended, latest first."""
    query = select(uses).where(uses.c.workflow == workflow, uses.c.ending.is_not(None))
    rows = connection.execute(query.order_by(uses.c.at.desc(), uses.c.plan))
    return tuple(_use(row) for row in rows)


def _use(row: Row[tuple[object, ...]]) -> Use:
    values = dict(row._mapping)
    candidate, ending = values.pop("candidate"), values.pop("ending")
    recalled = bool(values.pop("recalled"))
    return Use(
        **values,
        recalled=recalled,
        ending=None if ending is None else UseEnd(ending),
        candidate=decode(Workflow, candidate) if candidate is not None else None,
    )
