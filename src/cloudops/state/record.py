"""The measured record: one row for every try of a hand, never changed."""

from __future__ import annotations

import math

from sqlalchemy import ColumnElement, Connection, Float, case, cast, func, insert, select

from cloudops.request import Goal
from cloudops.state import runs
from cloudops.state.clock import Clock
from cloudops.state.schema import record
from cloudops.state.trial import Tally, Trial, TrialEnd
from modalities.plan import ModalityName
from modalities.resource import Provider
from modalities.target import Realm


def append(connection: Connection, clock: Clock, trial: Trial) -> None:
    """Write the trial, unless its run has one of the same hand already."""
    if not all(n is None or (math.isfinite(n) and n >= 0) for n in (trial.steps, trial.seconds)):
        raise ValueError(f"a trial of {trial.steps} steps and {trial.seconds} seconds")
    if not runs.exists(connection, trial.run):
        raise runs.unknown(trial.run)
    same = (record.c.run == trial.run) & (record.c.hand == trial.hand)
    if connection.scalar(select(record.c.run).where(same)) is None:
        connection.execute(insert(record).values(at=clock.now(), **_columns(trial)))


def _columns(trial: Trial) -> dict[str, object]:
    return {
        "run": trial.run,
        "hand": trial.hand,
        "goal": trial.goal,
        "changes": sorted(trial.changes),
        "kinds": sorted(trial.kinds),
        "provider": trial.provider,
        "realm": trial.realm,
        "ending": trial.ending,
        "steps": trial.steps,
        "seconds": trial.seconds,
    }


def tallies(
    connection: Connection, goal: Goal, provider: Provider, realm: Realm, last: int
) -> tuple[Tally, ...]:
    """A query for each hand and kind of change: one with a window over all of them takes ten
    times as long (docs/decisions/router.md)."""
    here = (record.c.goal == goal, record.c.provider == provider, record.c.realm == realm)
    each = select(record.c.hand, record.c.changes).where(*here).distinct()
    pairs = connection.execute(each.order_by(record.c.hand, record.c.changes)).all()
    return tuple(
        _tally(connection, here, ModalityName(hand), changes, last) for hand, changes in pairs
    )


def _tally(
    connection: Connection,
    here: tuple[ColumnElement[bool], ...],
    hand: ModalityName,
    changes: list[str],
    last: int,
) -> Tally:
    latest = (
        select(record.c.ending, record.c.steps, record.c.seconds, record.c.at)
        .where(*here, record.c.hand == hand, record.c.changes == changes)
        .order_by(record.c.at.desc(), record.c.run.desc())
        .limit(last)
        .subquery()
        .c
    )
    done = latest.ending == TrialEnd.DONE
    row = connection.execute(
        select(
            func.count().label("trials"),
            func.sum(case((done, 1), else_=0)).label("successes"),
            func.avg(case((done, cast(latest.steps, Float)))).label("steps"),
            func.avg(case((done, latest.seconds))).label("seconds"),
            func.max(latest.at).label("at"),
        )
    ).one()
    return Tally(hand=hand, changes=tuple(changes), **row._mapping)
