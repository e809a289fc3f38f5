"""What people answered to questions, by project."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from cloudops.state.schema import preferences
from cloudops.state.workflow import Preference


def put(connection: Connection, preference: Preference) -> None:
    """In the place of what was answered before; the same answer again counts one more."""
    before = get(connection, preference.project, preference.question)
    again = before is not None and before.answer == preference.answer
    times = before.times + 1 if before is not None and again else 1
    drop(connection, preference.project, preference.question)
    connection.execute(
        insert(preferences).values(
            project=preference.project,
            question=preference.question,
            answer=preference.answer,
            at=preference.at,
            times=times,
        )
    )


def get(connection: Connection, project: str, question: str) -> Preference | None:
    same = (preferences.c.project == project) & (preferences.c.question == question)
    row = connection.execute(select(preferences).where(same)).one_or_none()
    return Preference(**row._mapping) if row is not None else None


def all_of(connection: Connection, project: str | None) -> tuple[Preference, ...]:
    """Of one project or of all, in the order of projects and questions."""
    query = select(preferences).order_by(preferences.c.project, preferences.c.question)
    if project is not None:
        query = query.where(preferences.c.project == project)
    return tuple(Preference(**row._mapping) for row in connection.execute(query))


def drop(connection: Connection, project: str, question: str) -> bool:
    same = (preferences.c.project == project) & (preferences.c.question == question)
    return bool(connection.execute(delete(preferences).where(same)).rowcount)
