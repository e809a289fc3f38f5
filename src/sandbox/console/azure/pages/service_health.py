"""Service health, as ARM tells it: incidents, planned maintenance, and what is over."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.console.azure.cloud import Raw
from sandbox.console.azure.pages.blades import SERVICE
from sandbox.console.azure.visit import NOTHING, Visit, at
from sandbox.console.page import Badge, Link, Page, Part, Row, Special, Table, View

BLADE = "view/Microsoft_Azure_Health/AzureHealthBrowseBlade/~"
ISSUES, MAINTENANCE, HISTORY = (
    f"{BLADE}/{name}" for name in ("serviceIssues", "plannedMaintenance", "healthHistory")
)
EVENT = f"{BLADE}/event"
"""With the tracking id of an event behind it."""

EVENTS = "/providers/Microsoft.ResourceHealth/events"


def issues(visit: Visit) -> Page:
    found = [e for e in _events(visit) if _is(e, "ServiceIssue") and _open(e)]
    return _table(visit, "Service issues", "service issue", found, "No active service issues")


def maintenance(visit: Visit) -> Page:
    found = [e for e in _events(visit) if _is(e, "PlannedMaintenance") and _open(e)]
    return _table(
        visit, "Planned maintenance", "maintenance event", found, "No planned maintenance events"
    )


def history(visit: Visit) -> Page:
    return _table(visit, "Health history", "health event", _events(visit), "No health events")


def event(visit: Visit) -> Page:
    wanted = visit.asked("event").casefold()
    found = next((e for e in _events(visit) if str(e["name"]).casefold() == wanted), None)
    if found is None:
        return Special("missing.html", "Event not found", {"what": f"the event {wanted}"})
    pairs = (
        ("Tracking ID", str(found["name"])),
        ("Status", _status(found)),
        ("Event type", str(at(found, "properties.eventType", NOTHING))),
        ("Level", str(at(found, "properties.eventLevel", NOTHING))),
        ("Impacted services", ", ".join(_services(found)) or NOTHING),
        ("Impacted regions", ", ".join(_regions(found)) or NOTHING),
        ("Start time", _time(found, "impactStartTime")),
        ("End time", _time(found, "impactMitigationTime")),
        ("Last update", _time(found, "lastUpdateTime")),
    )
    data = {
        "event": {"title": str(at(found, "properties.title", ""))},
        "pairs": Part("Summary", pairs).pairs,
        "updates": [(_time(found, "lastUpdateTime"), str(at(found, "properties.summary", "")))],
    }
    return Special("event.html", str(at(found, "properties.title", "")), data)


def _events(visit: Visit) -> list[Raw]:
    return visit.cloud.all(EVENTS)


def _is(event: Raw, kind: str) -> bool:
    return bool(at(event, "properties.eventType") == kind)


def _open(event: Raw) -> bool:
    return bool(at(event, "properties.status") == "Active")


def _status(event: Raw) -> Badge:
    return Badge("Active", "bad") if _open(event) else Badge("Resolved", "good")


def _time(event: Raw, name: str) -> str:
    return str(at(event, f"properties.{name}", NOTHING))[:19]


def _services(event: Raw) -> list[str]:
    return [str(each.get("impactedService")) for each in at(event, "properties.impact", [])]


def _regions(event: Raw) -> list[str]:
    found = {
        str(region.get("impactedRegion"))
        for impact in at(event, "properties.impact", [])
        for region in impact.get("impactedRegions") or ()
    }
    return sorted(found)


def _table(visit: Visit, title: str, noun: str, events: Sequence[Raw], empty: str) -> Table:
    return Table(
        title=title,
        noun=noun,
        columns=(
            *("Issue name", "Tracking ID", "Event type", "Status", "Level"),
            *("Services", "Regions", "Start time", "End time", "Updated"),
        ),
        rows=tuple(_row(visit, each) for each in events),
        empty=empty,
    )


def _row(visit: Visit, event: Raw) -> Row:
    title = str(at(event, "properties.title", event["name"]))
    return Row(
        str(event["id"]),
        title,
        (
            Link(title, visit.href(f"{EVENT}/{event['name']}")),
            str(event["name"]),
            str(at(event, "properties.eventType", NOTHING)),
            _status(event),
            str(at(event, "properties.eventLevel", NOTHING)),
            ", ".join(_services(event)) or NOTHING,
            ", ".join(_regions(event)) or NOTHING,
            _time(event, "impactStartTime"),
            _time(event, "impactMitigationTime"),
            _time(event, "lastUpdateTime"),
        ),
    )


VIEWS = (
    View(ISSUES, SERVICE, issues),
    View(MAINTENANCE, SERVICE, maintenance),
    View(HISTORY, SERVICE, history),
    View(EVENT, SERVICE, event, parent=HISTORY),
)
