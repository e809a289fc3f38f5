"""Runs that resources name and the store does not know: they are kept in another state."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from cloudops.state.schema import runs, tags

TAG = "cloudops:run"
"""The tag with the id of the run that made a resource."""


def of(connection: Connection) -> dict[str, int]:
    """Each with how many of the known resources name it, the most first. Along an index."""
    count = func.count().label("number")
    query = (
        select(tags.c.value, count)
        .where(tags.c.name == TAG, tags.c.value.not_in(select(runs.c.id)), tags.c.value != "")
        .group_by(tags.c.value)
        .order_by(count.desc(), tags.c.value)
    )
    return {row.value: row.number for row in connection.execute(query)}
