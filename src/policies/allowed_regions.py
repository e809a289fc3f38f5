"""Data and machines stay where their owner allows them to be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from modalities.action import SdkCall, payload
from modalities.resource import Provider
from modalities.step import Effect, Step
from policies.azure_calls import AzureCall, Verb, azure_call, elsewhere, mappings
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

DISPLAYED = re.compile(r"(\([^)]*\))?\s*(?P<name>.*)")
"""Azure's portal writes ``(Europe) West Europe`` for ``westeurope``."""
HOME = "[resourcegroup().location]"
PARAMETER = re.compile(r"\[parameters\('(?P<name>[^']+)'\)\]", re.I)

OLD_NAMES = {"eu": "eu-west-1"}
"""S3 still takes ``EU`` as a LocationConstraint."""


def evaluate(subject: Subject) -> Iterator[Finding]:
    """DENY where the plan puts or changes something in a region that is not on the list.
    Deleting is allowed anywhere: it is how one gets out of a region."""
    allowed = frozenset(_region(region) for region in subject.settings.allowed_regions)
    if not allowed:
        return
    acting = [s for s in subject.plan.steps if _acts(s)]
    home = _region(subject.plan.identity.region)
    if acting and home not in allowed:
        yield _finding(None, f"the plan acts in {home}", allowed)
    for step in acting:
        others = {region for region in regions_of(step) if region != home}
        for region in sorted(others - allowed):
            yield _finding(
                step.id,
                f"{step.changes[0] if step.changes else step.id} is put in {region}",
                allowed,
            )


def _acts(step: Step) -> bool:
    """Deleting is left out, and only what deletes by its own call is believed to."""
    call = azure_call(step)
    if call is not None and call.verb in (Verb.PUT, Verb.CHANGE):
        return True
    return step.effect not in (Effect.READ, Effect.DELETE)


def regions_of(step: Step) -> Iterator[str]:
    """Every region that the action or the step's own words name as a place."""
    call = azure_call(step)
    if call is not None:
        yield from _of_azure(call)
    elif isinstance(step.action, SdkCall):
        yield from _regions(payload(step.action))
    azure = any(ref.provider is Provider.AZURE for ref in step.changes)
    words = ("region",) if azure else ("zone", "region")  # Azure's zones are numbers of a region
    yield from _regions({k: v for k, v in step.after.items() if k in words})


def _of_azure(call: AzureCall) -> Iterator[str]:
    """Locations in the body, those of edge zones and of copies to other regions among them. What
    an expression says that cannot be worked out is no allowed region."""
    for mapping in mappings(call.parameters):
        edge = mapping.get("extendedLocation")
        places = [mapping.get("location"), edge.get("name") if isinstance(edge, Mapping) else None]
        for entry in mapping.get("targetRegions") or ():
            places.append(entry.get("name") if isinstance(entry, Mapping) else entry)
        for place in places:
            told = _told(place, call)
            if told:
                yield _region(told)
    if call.deploys and (link := elsewhere(call)):
        yield f"whatever the template at {link} says"


def _told(place: Any, call: AzureCall) -> str:
    """The place in words; empty where it is none, or the resource group's own."""
    if not isinstance(place, str) or place.casefold().replace(" ", "") == HOME:
        return ""
    found = PARAMETER.fullmatch(place.strip())
    given = _given(call, found["name"]) if found else None
    return place if given is None else _told(given, call)


def _given(call: AzureCall, parameter: str) -> Any:
    """What a deployment's parameter is: as given, else the template's default."""
    template = call.properties.get("template")
    declared = template.get("parameters") if isinstance(template, Mapping) else None
    for source, key in ((call.properties.get("parameters"), "value"), (declared, "defaultValue")):
        entry = source.get(parameter) if isinstance(source, Mapping) else None
        value = entry.get(key) if isinstance(entry, Mapping) else None
        if isinstance(value, str) and not PARAMETER.fullmatch(value):
            return value
    return None


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
    shown = DISPLAYED.fullmatch(place.strip())
    place = (shown["name"] if shown else place).casefold().replace(" ", "")
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
