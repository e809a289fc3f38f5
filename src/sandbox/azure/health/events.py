"""Service health: incidents, maintenance and advisories of a subscription.

https://learn.microsoft.com/rest/api/resourcehealth/events

There are none until somebody puts them in: clients cannot, as in Azure; who holds the sandbox's
own cloud can (``announce``), or its token: POST ``events`` on the control side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sandbox.azure.contract import Call, Change, Cloud, Done, Order, ResourceType, Route, Scope
from sandbox.azure.documents import Document
from sandbox.azure.entry import Entry
from sandbox.azure.refusal import Refused, bad_request
from sandbox.azure.showing import stamp

NAME = "Microsoft.ResourceHealth/events"


class EventType(StrEnum):
    ISSUE = "ServiceIssue"
    MAINTENANCE = "PlannedMaintenance"
    ADVISORY = "HealthAdvisory"
    SECURITY = "SecurityAdvisory"


class EventStatus(StrEnum):
    ACTIVE = "Active"
    RESOLVED = "Resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """``id`` is its tracking id (``VT60-RC0``); ``regions`` are names as people read them
    (``East US``); ``ends`` None where nobody knows yet."""

    id: str
    type: EventType
    status: EventStatus
    title: str
    summary: str
    service: str
    regions: Sequence[str]
    begins: datetime
    ends: datetime | None = None
    level: str = "Warning"


def announce(cloud: Cloud, subscription: str, event: Event) -> Entry:
    """Put an event into a subscription, or in the place of the one of its id."""
    return cloud.put(f"/subscriptions/{subscription}/providers/{NAME}/{event.id}", _document(event))


def event_from(data: Mapping[str, Any]) -> Event:
    """An event out of JSON with the names of :class:`Event`; times are ISO 8601. Raises
    ValueError, TypeError, KeyError where it is none."""
    times = {
        name: datetime.fromisoformat(data[name]) for name in ("begins", "ends") if data.get(name)
    }
    kinds = {"type": EventType(data["type"]), "status": EventStatus(data["status"])}
    return Event(**{**data, **kinds, "ends": None, **times})


def _document(event: Event) -> dict[str, Any]:
    ended = {} if event.ends is None else {"impactMitigationTime": stamp(event.ends)}
    regions = [{"impactedRegion": region, "status": event.status.value} for region in event.regions]
    return {
        "properties": {
            "eventType": event.type.value,
            "eventSource": "ServiceHealth",
            "status": event.status.value,
            "title": event.title,
            "header": event.title,
            "summary": event.summary,
            "eventLevel": event.level,
            "level": "Critical" if event.level in ("Critical", "Error") else "Warning",
            "priority": 0,
            "isHIR": False,
            "platformInitiated": True,
            "impactStartTime": stamp(event.begins),
            **ended,
            "lastUpdateTime": stamp(event.begins),
            "impact": [{"impactedService": event.service, "impactedRegions": regions}],
        }
    }


def closed(_: Cloud, order: Order) -> None:
    """A gate: events are the provider's to write."""
    if order.writes and order.operation.casefold().startswith(f"{NAME.casefold()}/"):
        raise Refused(405, "MethodNotAllowed", "Service health events cannot be written.")


def check(change: Change) -> None:
    if not isinstance(change.properties.get("eventType"), str):
        raise bad_request("InvalidEvent", "properties.eventType is required.")


def listed(call: Call) -> Done:
    """Newest first. ``queryStartTime`` leaves out what ended before it."""
    within = f"/subscriptions/{call.path['subscriptionId']}"
    since = call.query.get("queryStartTime", "")
    found = (call.cloud.shown(entry) for entry in call.cloud.find(NAME, within))
    events = [event for event in found if not _over(event, since)]
    events.sort(key=lambda event: str(event["properties"]["impactStartTime"]), reverse=True)
    return Done(items=tuple(events))


def _over(event: Document, since: str) -> bool:
    ended = str(event["properties"].get("impactMitigationTime", ""))
    return bool(since and ended) and ended[:19] < _time(since)[:19]


def _time(text: str) -> str:
    """A time in the form that is kept; the service takes a few others, too."""
    for pattern in ("%m/%d/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, pattern).strftime("%Y-%m-%dT%H:%M:%S")
        except ValueError:
            continue
    return text


EVENTS = ResourceType(
    name=NAME, scope=Scope.SUBSCRIPTION, located=False, stateful=False, check=check
)

ROUTES = (Route("GET", f"/subscriptions/{{subscriptionId}}/providers/{NAME}", listed),)
