"""The neighbours of some resources: what one step along a link reaches, either way."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, or_, select

from cloudops.state.database import chunks
from cloudops.state.resources import stored
from cloudops.state.schema import links, resources
from modalities.resource import Kind, Resource, ResourceRef


def near(connection: Connection, refs: Iterable[ResourceRef]) -> tuple[Resource, ...]:
    meant: set[str] = set()
    for some in chunks(sorted({ref.key for ref in refs})):
        named = or_(resources.c.key.in_(some), resources.c.uid.in_(some))
        meant |= set(connection.scalars(select(resources.c.uid).where(named)))
    onward = _linked_by(connection, meant)
    interfaces = {uid for uid in onward if f":{Kind.NIC}/" in uid}
    back = _linking_to(connection, meant | interfaces)
    return tuple(stored(connection, sorted(meant | onward | back)).values())


def _linked_by(connection: Connection, uids: Collection[str]) -> set[str]:
    """Uids of what these need: in the scope of whoever needs it."""
    found: set[str] = set()
    for some in chunks(sorted(uids)):
        query = select(resources.c.provider, resources.c.scope, links.c.kind, links.c.id)
        query = query.join(links, links.c.resource == resources.c.uid)
        for row in connection.execute(query.where(resources.c.uid.in_(some))):
            found.add(f"{row.provider}:{row.scope}:{row.kind}/{row.id}")
    return found


def _linking_to(connection: Connection, uids: Collection[str]) -> set[str]:
    """Uids of what needs these."""
    found: set[str] = set()
    for some in chunks(sorted(uids)):
        query = select(resources.c.kind, resources.c.id).where(resources.c.uid.in_(some))
        for kind, id in connection.execute(query).all():
            needing = select(links.c.resource).where(links.c.kind == kind, links.c.id == id)
            found |= set(connection.scalars(needing))
    return found
