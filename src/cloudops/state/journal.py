"""The journal: what each run did, line by line, in the order it was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from cloudops.state import runs
from cloudops.state.contract import Event
from cloudops.state.masking import masked
from cloudops.state.schema import journal
from modalities.codec import encode
from modalities.garbage import looked_for_later

Line = Mapping[str, Any]
"""A row without its number."""


@looked_for_later()
def lines(run: str, events: Sequence[Event]) -> tuple[Line, ...]:
    """Events as they are kept, whatever number they carry."""
    return tuple(
        {
            "run": run,
            "at": event.at,
            "stage": event.stage,
            "what": event.what,
            "body": masked(encode(event.body)),
        }
        for event in events
    )


def append(connection: Connection, run: str, new: Sequence[Line]) -> int:
    """Write the lines behind the last one; the number of the last."""
    last = connection.scalar(select(func.max(journal.c.seq)).where(journal.c.run == run)) or 0
    rows = [{**line, "seq": last + number} for number, line in enumerate(new, 1)]
    try:
        connection.execute(insert(journal), rows)
    except IntegrityError as error:
        if "foreign key" in str(error.orig).lower():
            raise runs.unknown(run) from None
        raise
    return last + len(rows)


def last_of(connection: Connection, lines: Sequence[Line]) -> int | None:
    """The number of the last of ``lines``, where they are in the journal already."""
    last = lines[-1]
    same = [journal.c[name] == last[name] for name in ("run", "at", "stage", "what", "body")]
    number: int | None = connection.scalar(select(func.max(journal.c.seq)).where(*same))
    return number


@looked_for_later()
def of(connection: Connection, run: str) -> tuple[Event, ...]:
    query = select(journal).where(journal.c.run == run).order_by(journal.c.seq)
    return tuple(Event(**row._mapping) for row in connection.execute(query))
