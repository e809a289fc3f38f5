"""What the provider tells about its own services: incidents, maintenance, and which are well.

Only the console shows it; no API of the emulated cloud has it. Read from a file with every
page, so that whoever prepares a scene only has to write one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from modalities.codec import Malformed, decode, encode

FILE = "health.json"

SERVICES = (
    ("Amazon Elastic Compute Cloud (EC2)", "EC2"),
    ("Amazon Elastic Block Store (EBS)", "EBS"),
    ("Elastic Load Balancing", "ELB"),
    ("Amazon Virtual Private Cloud (VPC)", "VPC"),
    ("Amazon Simple Storage Service (S3)", "S3"),
    ("AWS Identity and Access Management (IAM)", "IAM"),
    ("Amazon Relational Database Service (RDS)", "RDS"),
    ("AWS Lambda", "LAMBDA"),
    ("Amazon CloudWatch", "CLOUDWATCH"),
)
"""Those the dashboard lists, by their names and as events name them."""


class Category(StrEnum):
    """As the AWS Health API names event type categories."""

    ISSUE = "issue"
    SCHEDULED = "scheduledChange"
    NOTIFICATION = "accountNotification"


class Standing(StrEnum):
    OPEN = "Open"
    UPCOMING = "Upcoming"
    CLOSED = "Closed"


@dataclass(frozen=True, slots=True)
class Update:
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """``service`` is the short name (EC2), ``severity`` what readers see: ``Degraded
    performance``. Times are UTC; ``ends`` is None where it is not known yet."""

    id: str
    service: str
    region: str
    category: Category
    standing: Standing
    title: str
    begins: datetime
    ends: datetime | None = None
    severity: str = "Informational"
    updates: tuple[Update, ...] = ()
    affected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HealthReport:
    events: tuple[Event, ...] = ()


def read(path: Path, default: HealthReport) -> HealthReport:
    """The report in the file; ``default`` where there is none. Raises Malformed."""
    try:
        data: Any = json.loads(path.read_bytes())
    except FileNotFoundError:
        return default
    except (OSError, ValueError) as error:
        raise Malformed(f"{path.name}: {error}") from error
    return decode(HealthReport, data)


def write(path: Path, report: HealthReport) -> None:
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(encode(report), indent=1))
    draft.replace(path)


def imitation(now: datetime, region: str) -> HealthReport:
    """One incident and one maintenance in ``region``: what a console shows that was given no
    report. Nothing in the emulated cloud suffers from either."""
    now = now.astimezone(UTC).replace(microsecond=0)
    began = now - timedelta(minutes=47)
    planned = (now + timedelta(days=6)).replace(hour=2, minute=0, second=0)
    incident = Event(
        id=f"arn:aws:health:{region}::event/EC2/AWS_EC2_OPERATIONAL_ISSUE/EC2_0917",
        service="EC2",
        region=region,
        category=Category.ISSUE,
        standing=Standing.OPEN,
        title="Increased API error rates and launch latencies",
        begins=began,
        severity="Degraded performance",
        updates=(
            Update(
                began + timedelta(minutes=31),
                "We have identified the cause of the increased error rates and are working "
                "towards recovery. Existing instances are not affected.",
            ),
            Update(
                began + timedelta(minutes=4),
                f"We are investigating increased API error rates and launch latencies for "
                f"instances in the {region} Region.",
            ),
        ),
    )
    maintenance = Event(
        id=f"arn:aws:health:{region}::event/EBS/AWS_EBS_MAINTENANCE_SCHEDULED/EBS_0412",
        service="EBS",
        region=region,
        category=Category.SCHEDULED,
        standing=Standing.UPCOMING,
        title="Scheduled maintenance of volume storage",
        begins=planned,
        ends=planned + timedelta(hours=4),
        severity="Maintenance",
        updates=(
            Update(
                now - timedelta(days=1),
                "We will update storage servers. Volumes stay available; single input or "
                "output operations may take up to 30 seconds.",
            ),
        ),
    )
    return HealthReport((incident, maintenance))
