"""The activity log: every change asked for through this console, and how it ended."""

from __future__ import annotations

from sandbox.console.aws.visit import Visit
from sandbox.console.operations import Operation, Progress
from sandbox.console.page import Badge, Page, Row, Table, View

TONES = {Progress.RUNNING: "busy", Progress.SUCCEEDED: "good", Progress.FAILED: "bad"}


def activity_log(visit: Visit) -> Page:
    return Table(
        title="Activity log",
        noun="activity",
        columns=(
            "Operation name",
            "Status",
            "Event time",
            "Resource",
            "Region",
            "Event initiated by",
            "Message",
        ),
        rows=tuple(_row(each) for each in visit.portal.operations.all()),
        column=1,
        empty="No activities to display",
    )


def _row(operation: Operation) -> Row:
    return Row(
        str(operation.id),
        operation.title,
        (
            operation.title,
            Badge(operation.progress, TONES[operation.progress]),
            f"{operation.began:%Y/%m/%d %H:%M:%S} UTC",
            operation.resource or "–",
            operation.region,
            operation.user,
            operation.detail or "–",
        ),
    )


VIEWS = (View("ActivityLog", "activity", activity_log),)
