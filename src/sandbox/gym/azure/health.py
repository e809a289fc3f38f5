"""M5 on Azure: what service health tells, and the judge of an answer about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.gym.answers import answered
from sandbox.gym.case import Case, Judgement

REGION = ("East US", "eastus")
INCIDENT = "Virtual Machines"
INCIDENT_TITLE = "Connectivity loss for a subset of machines"
MAINTENANCE = "Load Balancer"
MAINTENANCE_TITLE = "Frontend nodes are replaced"


def events(now: datetime) -> list[dict[str, Any]]:
    """As the control side of the sandbox is given them."""
    now = now.astimezone(UTC).replace(microsecond=0)
    planned = now + timedelta(days=4)
    return [
        {
            "id": "GYM1-ISS",
            "type": "ServiceIssue",
            "status": "Active",
            "title": INCIDENT_TITLE,
            "summary": "We are investigating.",
            "service": INCIDENT,
            "regions": [REGION[0]],
            "begins": (now - timedelta(minutes=73)).isoformat(),
        },
        {
            "id": "GYM2-PLN",
            "type": "PlannedMaintenance",
            "status": "Active",
            "title": MAINTENANCE_TITLE,
            "summary": "Nodes are replaced one by one.",
            "service": MAINTENANCE,
            "regions": [REGION[0]],
            "begins": planned.isoformat(),
            "ends": (planned + timedelta(hours=3)).isoformat(),
        },
    ]


def health(case: Case) -> Judgement:
    """The incident's service, region and status, and the planned maintenance; nothing changed."""
    return answered(case, _told(case))


def _told(case: Case) -> Iterator[str]:
    said = " ".join(case.told.lines).lower()
    if not _either(said, INCIDENT):
        yield f"the incident's service, {INCIDENT}, was not named"
    if not _either(said, *REGION):
        yield f"the incident's region, {REGION[0]}, was not named"
    if not _either(said, "active", "open", "ongoing"):
        yield "the incident's status, Active, was not told"
    if not _either(said, MAINTENANCE, MAINTENANCE_TITLE):
        yield f"the planned maintenance of {MAINTENANCE} was not told"


def _either(said: str, *words: str) -> bool:
    return any(word.lower() in said for word in words)
