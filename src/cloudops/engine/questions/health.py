"""What the provider tells about its own services."""

from __future__ import annotations

from collections.abc import Sequence

from cloudops.request import Answer, ServiceHealth, Table
from modalities.codec import encode
from modalities.health import HealthEvent

COLUMNS = ("category", "service", "region", "status", "title", "begins", "ends")


def health(question: ServiceHealth, events: Sequence[HealthEvent]) -> Answer:
    """Incidents first, then maintenance, as the provider words them; ``data`` has them whole.
    Where one service was asked about, events of others are told at the end: what hangs on them
    may hang on that one, too."""
    here = sorted(
        (e for e in events if _here(question, e)),
        key=lambda e: (ORDER[e.category], e.service, e.title),
    )
    meant = [e for e in here if (question.service or "").casefold() in e.service.casefold()]
    rows = tuple(tuple(str(getattr(e, column)) for column in COLUMNS) for e in meant)
    return Answer(
        text=" ".join([*_sentences(question, meant), *_besides(here, meant)]),
        table=Table(columns=COLUMNS, rows=rows) if rows else None,
        data={"events": encode(tuple(meant))},
    )


ORDER = {"incident": 0, "maintenance": 1, "notice": 2}
TOLD = {"incident": "Incident", "maintenance": "Planned maintenance"}


def _here(question: ServiceHealth, event: HealthEvent) -> bool:
    """An event of no region concerns all of them."""
    return question.region is None or event.region in ("", "global", question.region)


def _besides(here: Sequence[HealthEvent], meant: Sequence[HealthEvent]) -> list[str]:
    told = [_sentence(e) for e in here if e not in meant and e.category in TOLD]
    return ["Of other services:", *told] if told else []


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
    kind = TOLD[event.category]
    where = f" in {event.region}" if event.region else ""
    when = " to ".join(filter(None, (event.begins, event.ends)))
    return f"{kind}: {event.service}{where}, {event.status}: {event.title}" + (
        f" ({when})." if when else "."
    )
