"""Data and machines stay where their owner allows them to be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from modalities.action import SdkCall, payload
from modalities.step import Effect, Step
from policies.finding import Finding, Severity
from policies.subject import Subject

ID = "allowed-regions"

PLACES = frozenset(
    {
        "availabilityzone",
        "destinationregion",
        "location",
        "locationconstraint",
        "region",
        "zone",
    }
)
"""Parameters, without case or underscores, that say where something is put. ``SourceRegion``
is not among them: taking data out of a region is judged by where it goes."""

ZONE = re.compile(r"(?P<region>[a-z]{2}(?:-[a-z]+)+-\d+)(?:[a-z]|-.+)?")
"""An AWS region, its zones (eu-west-1a) and local zones (us-east-1-bos-1a)."""

OLD_NAMES = {"eu": "eu-west-1"}
"""S3 still takes ``EU`` as a LocationConstraint."""


def evaluate(subject: Subject) -> Iterator[Finding]:
    """DENY where the plan puts or changes something in a region that is not on the list.
    Deleting is allowed anywhere: it is how one gets out of a region."""
    allowed = frozenset(region.casefold() for region in subject.settings.allowed_regions)
    if not allowed:
        return
    acting = [s for s in subject.plan.steps if s.effect not in (Effect.READ, Effect.DELETE)]
    home = subject.plan.identity.region
    if acting and home.casefold() not in allowed:
        yield _finding(None, f"the plan acts in {home}", allowed)
    for step in acting:
        elsewhere = {region for region in regions_of(step) if region != home}
        for region in sorted(elsewhere - allowed):
            yield _finding(
                step.id,
                f"{step.changes[0] if step.changes else step.id} is put in {region}",
                allowed,
            )


def regions_of(step: Step) -> Iterator[str]:
    """Every region that the action or the step's own words name as a place."""
    if isinstance(step.action, SdkCall):
        yield from _regions(payload(step.action))
    yield from _regions({k: v for k, v in step.after.items() if k in ("zone", "region")})


def _regions(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(item, str) and str(key).casefold().replace("_", "") in PLACES:
                yield _region(item)
            yield from _regions(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _regions(item)


def _region(place: str) -> str:
    place = place.casefold()
    found = ZONE.fullmatch(place)
    return found["region"] if found else OLD_NAMES.get(place, place)


def _finding(step: str | None, what: str, allowed: frozenset[str]) -> Finding:
    listed = ", ".join(sorted(allowed))
    return Finding(
        policy=ID,
        severity=Severity.DENY,
        reason=f"{what}, which is not an allowed region ({listed})",
        step=step,
        remedy="name an allowed region in the request, or extend allowed_regions of this target",
    )
