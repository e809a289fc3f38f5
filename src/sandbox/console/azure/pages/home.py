"""The first page, what was done here, and ARM's activity log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sandbox.console.azure.cloud import Raw
from sandbox.console.azure.kinds import SORTS
from sandbox.console.azure.pages.blades import SERVICE
from sandbox.console.azure.visit import NOTHING, Visit, at, link, short
from sandbox.console.doings import table
from sandbox.console.page import Badge, Page, Row, Special, Table, View

ACTIVITY = "view/Microsoft_Azure_Monitoring/AzureMonitoringBrowseBlade/~/activityLog"
LOG = "/providers/Microsoft.Insights/eventtypes/management/values"
DAYS = 7
"""How far the activity log looks back; the portal begins with six hours."""

TONES = {"Succeeded": "good", "Started": "busy", "Accepted": "busy", "Failed": "bad"}


def home(visit: Visit) -> Page:
    """The services, and the resources that are there."""
    found = visit.cloud.all("/resources")
    recent = Table(
        title="Resources",
        noun="resource",
        columns=("Name", "Type", "Location"),
        rows=tuple(
            Row(
                r["id"],
                r["name"],
                (link(visit, r["id"]), str(r["type"]), str(r.get("location", NOTHING))),
            )
            for r in found[:30]
        ),
        empty="No resources to display",
    )
    services = [(sort.title, visit.href(sort.list)) for sort in SORTS]
    return Special("home.html", "Home", {"services": services, "table": recent})


def notifications(visit: Visit) -> Page:
    done = visit.portal.operations.all()
    return table("Notifications", "notification", done, "No notifications")


def activity_log(visit: Visit) -> Page:
    since = datetime.now(UTC) - timedelta(days=DAYS)
    events = visit.cloud.all(LOG, **{"$filter": f"eventTimestamp ge '{since:%Y-%m-%dT%H:%M:%SZ}'"})
    return Table(
        title="Activity log",
        noun="event",
        columns=(
            "Operation name",
            "Status",
            "Time stamp",
            "Resource",
            "Resource group",
            "Event initiated by",
            "Message",
        ),
        rows=tuple(_event(visit, each) for each in events),
        column=1,
        empty="No events to display",
        about=f"Operations on the subscription in the last {DAYS} days",
    )


def _event(visit: Visit, event: Raw) -> Row:
    status = str(at(event, "status.value", NOTHING))
    resource = str(event.get("resourceId", ""))
    operation = str(at(event, "operationName.localizedValue", NOTHING))
    return Row(
        str(event.get("eventDataId", "")),
        operation,
        (
            operation,
            Badge(status, TONES.get(status, "off")),
            str(event.get("eventTimestamp", NOTHING))[:19],
            link(visit, resource) if "/providers/" in resource else short(resource) or NOTHING,
            str(event.get("resourceGroupName", NOTHING)),
            str(event.get("caller", NOTHING)),
            str(at(event, "properties.statusMessage", NOTHING)),
        ),
    )


VIEWS = (
    View("home", SERVICE, home),
    View("notifications", SERVICE, notifications),
    View(ACTIVITY, SERVICE, activity_log),
)
