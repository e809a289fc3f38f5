"""What the provider tells about its own services."""

from __future__ import annotations

from collections.abc import Sequence

from cloudops.request import Answer, ServiceHealth, Table
from modalities.codec import encode
from modalities.health import HealthEvent

COLUMNS = ("category", "service", "region", "status", "title", "begins", "ends")


def health(question: ServiceHealth, events: Sequence[HealthEvent]) -> Answer:
    """Incidents first, then maintenance, as the portal words them; ``data`` has them whole."""
    meant = [e for e in events if _meant(question, e)]
    meant.sort(key=lambda e: (ORDER[e.category], e.service, e.title))
    rows = tuple(tuple(str(getattr(e, column)) for column in COLUMNS) for e in meant)
    return Answer(
        text=" ".join(_sentences(question, meant)),
        table=Table(columns=COLUMNS, rows=rows) if rows else None,
        data={"events": encode(tuple(meant))},
    )


ORDER = {"incident": 0, "maintenance": 1, "notice": 2}


def _meant(question: ServiceHealth, event: HealthEvent) -> bool:
    """An event of no region concerns all of them."""
    here = question.region is None or event.region in ("", "global", question.region)
    service = (question.service or "").casefold()
    return here and service in event.service.casefold()


def _sentences(question: ServiceHealth, events: Sequence[HealthEvent]) -> list[str]:
    incidents = [e for e in events if e.category == "incident"]
    planned = [e for e in events if e.category == "maintenance"]
    where = f" in {question.region}" if question.region else ""
    said = [_sentence(e) for e in (*incidents, *planned)]
    if not incidents:
        said.insert(0, f"No incident is reported{where}.")
    if not planned:
        said.append(f"No maintenance is planned{where}.")
    return said


def _sentence(event: HealthEvent) -> str:
    kind = "Incident" if event.category == "incident" else "Planned maintenance"
    where = f" in {event.region}" if event.region else ""
    when = " to ".join(filter(None, (event.begins, event.ends)))
    return f"{kind}: {event.service}{where}, {event.status}: {event.title}" + (
        f" ({when})." if when else "."
    )
