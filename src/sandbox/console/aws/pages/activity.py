"""The activity log: every change asked for through this console, and how it ended."""

from __future__ import annotations

from sandbox.console.aws.visit import Visit
from sandbox.console.doings import table
from sandbox.console.page import Page, View


def activity_log(visit: Visit) -> Page:
    done = visit.portal.operations.all()
    return table("Activity log", "activity", done, "No activities to display")


VIEWS = (View("ActivityLog", "activity", activity_log),)
