"""What the provider tells about its own services, as an answer."""

from __future__ import annotations

from dataclasses import replace

from cloudops.engine.questions.health import health
from cloudops.request import ServiceHealth
from modalities.health import HealthEvent

HERE = "us-east-1"


def event(service: str, category: str, status: str, title: str, *when: str) -> HealthEvent:
    begins, ends = (*when, "", "")[:2]
    return HealthEvent(
        service=service,
        region=HERE,
        category=category,  # type: ignore[arg-type]
        status=status,
        title=title,
        begins=begins,
        ends=ends,
    )


INCIDENT = event("EC2", "incident", "open", "Launches are slow", "09:00")
PLANNED = event("ELB", "maintenance", "scheduled", "New nodes", "10:00", "12:00")
ELSEWHERE = replace(event("RDS", "incident", "open", "Backups wait"), region="eu-west-1")


def test_incidents_come_first() -> None:
    answer = health(ServiceHealth(region=HERE), (PLANNED, INCIDENT, ELSEWHERE))
    assert answer.text == (
        "Incident: EC2 in us-east-1, open: Launches are slow (09:00). "
        "Planned maintenance: ELB in us-east-1, scheduled: New nodes (10:00 to 12:00)."
    )


def test_of_one_service_and_then_of_the_others() -> None:
    answer = health(ServiceHealth(region=HERE, service="ec2"), (PLANNED, INCIDENT))
    assert answer.text.startswith("Incident: EC2")
    assert answer.text.endswith(
        "No maintenance is planned in us-east-1. Of other services: Planned maintenance: ELB in "
        "us-east-1, scheduled: New nodes (10:00 to 12:00)."
    )
    assert answer.table is not None
    assert [row[1] for row in answer.table.rows] == ["EC2"]


def test_nothing_there() -> None:
    answer = health(ServiceHealth(region=HERE, service="S3"), ())
    assert answer.text == (
        "No incident is reported in us-east-1. No maintenance is planned in us-east-1."
    )
