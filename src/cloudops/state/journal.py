"""The journal: what each run did, line by line, in the order it was done."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from cloudops.state import runs
from cloudops.state.contract import Event
from cloudops.state.masking import masked
from cloudops.state.schema import journal
from modalities.codec import encode


def append(connection: Connection, run: str, events: Sequence[Event]) -> None:
    """Write the events behind the last one, whatever number they carry."""
    if not events:
        return
    last = connection.scalar(select(func.max(journal.c.seq)).where(journal.c.run == run)) or 0
    rows = [
        {
            "run": run,
            "seq": last + number,
            "at": event.at,
            "stage": event.stage,
            "what": event.what,
            "body": masked(encode(event.body)),
        }
        for number, event in enumerate(events, 1)
    ]
    try:
        connection.execute(insert(journal), rows)
    except IntegrityError:
        raise runs.unknown(run) from None


def of(connection: Connection, run: str) -> tuple[Event, ...]:
    query = select(journal).where(journal.c.run == run).order_by(journal.c.seq)
    return tuple(Event(**row._mapping) for row in connection.execute(query))
