"""The journal: what each run did, line by line, in the order it was done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from cloudops.state import runs
from cloudops.state.contract import Event
from cloudops.state.masking import masked
from cloudops.state.schema import journal
from modalities.codec import encode


def append(
    connection: Connection, run: str, at: datetime, stage: str, what: str, body: Mapping[str, Any]
) -> Event:
    kept = masked(encode(body))
    last = connection.scalar(select(func.max(journal.c.seq)).where(journal.c.run == run))
    event = Event(run, (last or 0) + 1, at, stage, what, kept)
    try:
        connection.execute(
            insert(journal).values(run=run, seq=event.seq, at=at, stage=stage, what=what, body=kept)
        )
    except IntegrityError:
        raise runs.unknown(run) from None
    return event


def of(connection: Connection, run: str) -> tuple[Event, ...]:
    query = select(journal).where(journal.c.run == run).order_by(journal.c.seq)
    return tuple(Event(**row._mapping) for row in connection.execute(query))
