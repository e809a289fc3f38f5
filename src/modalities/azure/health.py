"""Service health: what Azure tells a subscription about its own services.

https://learn.microsoft.com/rest/api/resourcehealth/events/list-by-subscription-id
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeAlias

from modalities.action import SdkCall
from modalities.azure.asking import Items, Raw, Wire
from modalities.azure.errors import printable
from modalities.health import HealthEvent
from modalities.target import Target

REACH = timedelta(days=90)
"""How far back is asked: what is planned was told long before it begins."""

Category: TypeAlias = Literal["incident", "maintenance", "notice"]

CATEGORIES: Mapping[str, Category] = {
    "serviceissue": "incident",
    "emergingissues": "incident",
    "plannedmaintenance": "maintenance",
}
"""By ``eventType``; advisories, and what is told of an incident afterwards, are notices."""

OVER = "resolved"


def question(now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> SdkCall:
    """The read that is asked."""
    since = (now() - REACH).strftime("%m/%d/%Y")
    return SdkCall("resourcehealth", "events.list_by_subscription_id", {"queryStartTime": since})


def reported(target: Target, region: str | None) -> tuple[HealthEvent, ...]:
    """What goes on, or is planned, in a region or in all of them. Raises CloudError."""
    asked = question()
    items = Wire(target).every(asked.service, asked.operation, **asked.parameters)
    return events_in(items, region)


def events_in(items: Items, region: str | None) -> tuple[HealthEvent, ...]:
    """Each event once for each service and region that it is of; what is over is left out."""
    found = (event for item in items for event in _events(item))
    return tuple(e for e in found if region is None or e.region in ("", "global", _name(region)))


def _events(item: Raw) -> Iterator[HealthEvent]:
    told: Mapping[str, Any] = item.get("properties") or {}
    if str(told.get("status", "")).casefold() == OVER:
        return
    for service, region, status in _struck(told):
        if status.casefold() != OVER:
            yield HealthEvent(
                service=printable(service),
                region=_name(printable(region)),
                category=CATEGORIES.get(str(told.get("eventType", "")).casefold(), "notice"),
                status=printable(status),
                title=printable(str(told.get("title") or told.get("header") or "")),
                begins=printable(str(told.get("impactStartTime") or "")),
                ends=printable(str(told.get("impactMitigationTime") or "")),
            )


def _struck(told: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Service, region and how it stands there; a region may be over it before another is."""
    whole = str(told.get("status") or "")
    nowhere: Items = ({},)
    for impact in told.get("impact") or nowhere:
        service = str(impact.get("impactedService") or "")
        for place in impact.get("impactedRegions") or nowhere:
            status = str(place.get("status") or whole)
            yield service, str(place.get("impactedRegion") or ""), status


def _name(region: str) -> str:
    """``East US`` as targets name it: ``eastus``."""
    return "".join(region.casefold().split())
