"""Azure's activity log, asked for what happened to resources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from modalities.azure import ids
from modalities.azure.asking import Items, Wire
from modalities.azure.deeds import deed_of, resource_in
from modalities.receipt import CloudError, Trouble
from modalities.target import Target
from modalities.trail import Asked, Deed, Statement

NAME = "Activity log"
REACH = timedelta(days=89)
"""What the log keeps, a day less: a window that begins before that is refused."""
SECOND = timedelta(seconds=1)
"""Asked for before the time in question, as the log is asked in whole seconds."""
LATE = "it learns of things after some minutes"
MOST_DEEDS = 20


class ActivityLog:
    """See modalities.trail.TrailReader. ``now`` is the clock."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now

    def statement(
        self, target: Target, asked: Sequence[Asked], told: Callable[[int, int], None]
    ) -> Statement:
        found: dict[str, tuple[Deed, ...]] = {}
        silent: dict[str, str] = {}
        told(0, len(asked))
        try:
            events = self._events(target, asked) if asked else ()
            found = {one.id: _deeds(events, one) for one in asked}
        except CloudError as error:
            silent = {one.id: _refused(error) for one in asked}
        told(len(asked), len(asked))
        for one in asked:
            if not found.get(one.id):
                silent.setdefault(one.id, f"{NAME} has nothing on it; {LATE}, and keeps 90 days")
        return Statement(NAME, {id: deeds for id, deeds in found.items() if deeds}, silent)

    def _events(self, target: Target, asked: Sequence[Asked]) -> Items:
        """Of the whole group: a filter by resource would leave out what is done to its parts
        and to its tags, which have ids of their own."""
        oldest = self._now() - REACH
        times = [one.since for one in asked if one.since is not None]
        since = min(times) if len(times) == len(asked) else oldest
        first = max(since - SECOND, oldest)
        begin = first.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        wanted = f"eventTimestamp ge '{begin}' and resourceGroupName eq '{_group(target)}'"
        return Wire(target, patient=True).every(
            "monitor", "activity_logs.list", **{"$filter": wanted}
        )


def _group(target: Target) -> str:
    """As OData writes a quote inside a text."""
    return (target.resource_group or "").replace("'", "''")


def _deeds(events: Items, one: Asked) -> tuple[Deed, ...]:
    """What succeeded and was done to the resource, or a part of it, in its own time; latest
    first, each operation once."""
    begin = one.since.replace(microsecond=0) if one.since else None
    own = ids.key(one.id)
    mine = [e for e in events if (at := resource_in(e)) == own or at.startswith(f"{own}/")]
    found: dict[str, Deed] = {}
    for event in mine:
        deed = deed_of(event)
        if deed is not None and (begin is None or deed.at >= begin):
            found.setdefault(str(event.get("operationId") or deed.id), deed)
    latest = sorted(found.values(), key=lambda deed: deed.at, reverse=True)
    return tuple(latest[:MOST_DEEDS])


def _refused(error: CloudError) -> str:
    if error.trouble is Trouble.PERMISSION:
        return f"{NAME} may not be read: {error.remedy or error.message}"
    return f"{NAME} does not answer: {error.code}: {error.message}"
