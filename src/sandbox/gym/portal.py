"""M5: what the portal tells of the provider's health, and the judge of an answer about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.gym.answers import answered
from sandbox.gym.case import Case, Judgement

if TYPE_CHECKING:
    from sandbox.console.health import HealthReport


@dataclass(frozen=True, slots=True)
class Scene:
    """An incident and a planned maintenance, each by service and title, as the portal has them.
    ``severity`` is how it calls the incident's status beside ``Open``."""

    region: str
    incident: str
    incident_title: str
    severity: str
    maintenance: str
    maintenance_title: str


SCENE = Scene(
    region="us-east-1",
    incident="EC2",
    incident_title="Elevated instance impairments in one Availability Zone",
    severity="Service disruption",
    maintenance="ELB",
    maintenance_title="Load balancer node replacement",
)
"""Other than what the console shows by itself, so that no answer can be right by habit."""

FULL = {
    "EC2": "Elastic Compute Cloud",
    "ELB": "Elastic Load Balancing",
    "us-east-1": "N. Virginia",
}
"""By these names people know them as well."""


def report(now: datetime, scene: Scene = SCENE) -> HealthReport:
    """The scene as the console's pages are given it."""
    from sandbox.console.health import Category, Event, HealthReport, Standing, Update

    now = now.astimezone(UTC).replace(microsecond=0)
    began, planned = now - timedelta(minutes=73), now + timedelta(days=4)
    return HealthReport(
        (
            Event(
                id=f"arn:aws:health:{scene.region}::event/{scene.incident}/GYM_ISSUE/1",
                service=scene.incident,
                region=scene.region,
                category=Category.ISSUE,
                standing=Standing.OPEN,
                title=scene.incident_title,
                begins=began,
                severity=scene.severity,
                updates=(Update(began, "We are investigating."),),
            ),
            Event(
                id=f"arn:aws:health:{scene.region}::event/{scene.maintenance}/GYM_PLANNED/1",
                service=scene.maintenance,
                region=scene.region,
                category=Category.SCHEDULED,
                standing=Standing.UPCOMING,
                title=scene.maintenance_title,
                begins=planned,
                ends=planned + timedelta(hours=3),
                severity="Maintenance",
                updates=(Update(now - timedelta(days=2), "Nodes are replaced one by one."),),
            ),
        )
    )


def health(case: Case) -> Judgement:
    """The incident's service, region and status, and the planned maintenance; nothing changed."""
    return answered(case, _told(case, SCENE))


def _told(case: Case, scene: Scene) -> Iterator[str]:
    said = " ".join(case.told.lines).lower()
    if not _either(said, scene.incident, FULL[scene.incident]):
        yield f"the incident's service, {scene.incident}, was not named"
    if not _either(said, scene.region, FULL[scene.region]):
        yield f"the incident's region, {scene.region}, was not named"
    if not _either(said, "open", "ongoing", "active", scene.severity):
        yield f"the incident's status, Open ({scene.severity}), was not told"
    if not _either(said, scene.maintenance, FULL[scene.maintenance], scene.maintenance_title):
        yield f"the planned maintenance of {scene.maintenance} was not told"


def _either(said: str, *words: str) -> bool:
    return any(word.lower() in said for word in words)
