"""Microsoft.ResourceHealth: availability of resources, and service health events."""

from __future__ import annotations

from sandbox.azure.contract import Family
from sandbox.azure.health import availability, events

HEALTH = Family(
    "Microsoft.ResourceHealth",
    types=(events.EVENTS,),
    routes=(*availability.ROUTES, *events.ROUTES),
    gates=(events.closed,),
)
