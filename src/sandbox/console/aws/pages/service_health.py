"""Service health: incidents, planned maintenance, and the state of each service."""

from __future__ import annotations

from datetime import datetime

from sandbox.console.aws.visit import Visit
from sandbox.console.health import SERVICES, Category, Event, Standing
from sandbox.console.page import Badge, Cell, Link, Page, Part, Row, Special, Table, View

TONES = {Standing.OPEN: "bad", Standing.UPCOMING: "busy", Standing.CLOSED: "off"}


def open_issues(visit: Visit) -> Page:
    return _events(
        visit,
        "Open and recent issues",
        "issue",
        [e for e in visit.portal.health().events if e.category is Category.ISSUE],
        "No recent issues",
    )


def scheduled_changes(visit: Visit) -> Page:
    return _events(
        visit,
        "Scheduled changes",
        "scheduled change",
        [e for e in visit.portal.health().events if e.category is Category.SCHEDULED],
        "No scheduled changes",
    )


def event_log(visit: Visit) -> Page:
    return _events(visit, "Event log", "event", list(visit.portal.health().events), "No events")


def service_status(visit: Visit) -> Page:
    """Every service of the dashboard, with what is the matter with it in this region."""
    report = visit.portal.health().events
    named = {short: name for name, short in SERVICES}
    others = {e.service: e.service for e in report if e.service not in named}
    rows = []
    for short, name in (named | others).items():
        mine = [
            e
            for e in report
            if e.service == short
            and e.region in (visit.region, "global")
            and e.category is Category.ISSUE
            and e.standing is Standing.OPEN
        ]
        state: Cell = (
            Badge(mine[0].severity, "bad") if mine else Badge("Operating normally", "good")
        )
        detail: Cell = _link(visit, mine[0]) if mine else "No recent issues"
        rows.append(Row(short, name, (name, visit.region, state, detail)))
    return Table(
        title="Service status",
        noun="service",
        columns=("Service", "Region", "Status", "Issue"),
        rows=tuple(rows),
    )


def event_details(visit: Visit) -> Page:
    id = visit.asked("eventId")
    found = next((e for e in visit.portal.health().events if e.id == id), None)
    if found is None:
        return Special("missing.html", "Event not found", {"what": f"the event {id}"})
    return Special(
        "event.html",
        found.title,
        {
            "event": found,
            "state": Badge(found.standing, TONES[found.standing]),
            "pairs": Part(
                "Details",
                (
                    ("Service", _service(found)),
                    ("Region / Availability Zone", found.region),
                    ("Status", Badge(found.standing, TONES[found.standing])),
                    ("Category", _category(found)),
                    ("Severity", found.severity),
                    ("Start time", moment(found.begins)),
                    ("End time", moment(found.ends)),
                    ("Affected resources", ", ".join(found.affected) or "–"),
                ),
            ).pairs,
            "updates": [(moment(each.at), each.text) for each in found.updates],
        },
    )


def moment(at: datetime | None) -> str:
    return f"{at:%B %d, %Y at %H:%M UTC}" if at else "–"


def _events(visit: Visit, title: str, noun: str, events: list[Event], empty: str) -> Table:
    return Table(
        title=title,
        noun=noun,
        columns=(
            "Event",
            "Service",
            "Status",
            "Severity",
            "Region / Availability Zone",
            "Start time",
            "End time",
            "Last update",
        ),
        rows=tuple(
            Row(
                e.id,
                e.title,
                (
                    _link(visit, e),
                    _service(e),
                    Badge(e.standing, TONES[e.standing]),
                    e.severity,
                    e.region,
                    moment(e.begins),
                    moment(e.ends),
                    moment(max((each.at for each in e.updates), default=None)),
                ),
            )
            for e in events
        ),
        column=2,
        empty=empty,
    )


def _link(visit: Visit, event: Event) -> Link:
    return Link(event.title, visit.href("EventDetails", eventId=event.id))


def _service(event: Event) -> str:
    return next((name for name, short in SERVICES if short == event.service), event.service)


def _category(event: Event) -> str:
    return {
        Category.ISSUE: "Issue",
        Category.SCHEDULED: "Scheduled change",
        Category.NOTIFICATION: "Notification",
    }[event.category]


VIEWS = (
    View("OpenIssues", "health", open_issues),
    View("ScheduledChanges", "health", scheduled_changes),
    View("EventLog", "health", event_log),
    View("ServiceStatus", "health", service_status),
    View("EventDetails", "health", event_details, parent="EventLog"),
)
