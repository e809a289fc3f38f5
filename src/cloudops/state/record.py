"""The measured record: one row for every try of a hand, never changed."""

from __future__ import annotations

import math

from sqlalchemy import Connection, Select, case, func, insert, select

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
    found = connection.execute(_added_up(goal, provider, realm, last))
    return tuple(
        Tally(
            hand=ModalityName(row.hand),
            changes=tuple(row.changes),
            trials=row.trials,
            successes=row.successes,
            steps=row.steps,
            seconds=row.seconds,
            at=row.at,
        )
        for row in found
    )


def _added_up(
    goal: Goal, provider: Provider, realm: Realm, last: int
) -> Select[tuple[object, ...]]:
    place = func.row_number().over(
        partition_by=(record.c.hand, record.c.changes),
        order_by=(record.c.at.desc(), record.c.run.desc()),
    )
    row = (
        select(record, place.label("place"))
        .where(record.c.goal == goal, record.c.provider == provider, record.c.realm == realm)
        .subquery()
        .c
    )
    done = row.ending == TrialEnd.DONE
    return (
        select(
            row.hand,
            row.changes,
            func.count().label("trials"),
            func.sum(case((done, 1), else_=0)).label("successes"),
            func.avg(case((done, row.steps))).label("steps"),
            func.avg(case((done, row.seconds))).label("seconds"),
            func.max(row.at).label("at"),
        )
        .where(row.place <= last)
        .group_by(row.hand, row.changes)
        .order_by(row.hand, row.changes)
    )
