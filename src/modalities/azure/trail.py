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
LATE = "it learns of things after some minutes"
MOST_DEEDS = 20
ONE_BY_ONE = 5
"""Resources that are asked for one by one; for more the whole group's log is read."""


class ActivityLog:
    """See modalities.trail.TrailReader. ``now`` is the clock."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now

    def statement(
        self, target: Target, asked: Sequence[Asked], told: Callable[[int, int], None]
    ) -> Statement:
        found: dict[str, tuple[Deed, ...]] = {}
        silent: dict[str, str] = {}
        try:
            if len(asked) > ONE_BY_ONE:
                events = self._events(target, asked, f"resourceGroupName eq '{_group(target)}'")
                found = {one.id: _deeds(events, one) for one in asked}
            else:
                for number, one in enumerate(asked):
                    told(number, len(asked))
                    events = self._events(target, (one,), f"resourceUri eq '{_quoted(one.id)}'")
                    found[one.id] = _deeds(events, one)
        except CloudError as error:
            silent = {one.id: _refused(error) for one in asked if not found.get(one.id)}
        told(len(asked), len(asked))
        for one in asked:
            if not found.get(one.id):
                silent.setdefault(one.id, f"{NAME} has nothing on it; {LATE}, and keeps 90 days")
        return Statement(NAME, {id: deeds for id, deeds in found.items() if deeds}, silent)

    def _events(self, target: Target, asked: Sequence[Asked], about: str) -> Items:
        oldest = self._now() - REACH
        times = [one.since for one in asked if one.since is not None]
        since = min(times) if len(times) == len(asked) else oldest
        begin = max(since, oldest).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        wanted = f"eventTimestamp ge '{begin}' and {about}"
        return Wire(target, patient=True).every(
            "monitor", "activity_logs.list", **{"$filter": wanted}
        )


def _group(target: Target) -> str:
    return _quoted(target.resource_group or "")


def _quoted(text: str) -> str:
    """As OData writes a quote inside a text."""
    return text.replace("'", "''")


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
