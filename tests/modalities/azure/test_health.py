"""What Azure tells of its own services, out of its own answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from modalities.azure import model
from modalities.azure.health import events_in, question
from modalities.health import HealthEvent


def told(kind: str, status: str, *regions: Any, service: str = "Storage") -> dict[str, Any]:
    impact = [{"impactedService": service, "impactedRegions": list(regions)}]
    times = {"impactStartTime": "2026-11-28T07:00:00Z"}
    told = {"eventType": kind, "status": status, "title": "Slow\nreads", "impact": impact}
    return {"properties": {**told, **times}}


def at(name: str, **more: str) -> dict[str, str]:
    return {"impactedRegion": name, **more}


def test_an_event_is_told_once_for_each_region_that_it_still_is_in() -> None:
    event = told("ServiceIssue", "Active", at("East US"), at("West US", status="Resolved"))
    assert events_in([event], None) == (
        HealthEvent(
            service="Storage",
            region="eastus",
            category="incident",
            status="Active",
            title="Slow reads",
            begins="2026-11-28T07:00:00Z",
        ),
    )


def test_of_one_region_and_what_is_of_all() -> None:
    events = [
        told("ServiceIssue", "Active", at("West Europe")),
        told("PlannedMaintenance", "Active", at("East US 2")),
        told("HealthAdvisory", "Active", at("Global")),
        told("SecurityAdvisory", "Active"),
    ]
    here = events_in(events, "East US 2")
    assert [e.category for e in here] == ["maintenance", "notice", "notice"]
    assert events_in(events, "eastus2") == here


def test_what_is_over_is_left_out_and_what_is_odd_is_no_crash() -> None:
    over = told("ServiceIssue", "Resolved", at("East US"))
    bare = {"properties": {"eventType": "Unheard", "status": "Active"}}
    assert [e.category for e in events_in([over, {}, bare], None)] == ["notice", "notice"]


def test_the_question_is_one_that_the_operation_table_has() -> None:
    call = question(lambda: datetime(2026, 11, 28, tzinfo=UTC))
    operation = model.operation_of(call)
    assert operation is not None
    assert operation.method == "GET"
    assert call.parameters == {"queryStartTime": "08/30/2026"}
    assert "queryStartTime" in dict(operation.arguments)
