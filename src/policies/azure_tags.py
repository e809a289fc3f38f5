"""Tags on Azure: whatever is written is written with all its tags, so a call that leaves some
out takes them away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from modalities.resource import World
from modalities.step import Step
from policies.azure_calls import AzureCall, Verb, azure_call, declared, elsewhere, place_of

Tags: TypeAlias = Mapping[str, str]
Lack: TypeAlias = tuple[str, str, list[str]]
"""What it is about, what happens to it, and the tags that it is about."""

WITHOUT, LOSES = "is created without", "loses"
TAGGED = ("microsoft.compute/", "microsoft.network/", "microsoft.storage/")
TAGS = "tags"


def lacking(
    step: Step, steps: Sequence[Step], world: World, required: Sequence[str]
) -> Iterator[Lack]:
    """What is made without a required tag, or loses one."""
    call = azure_call(step)
    if call is None:
        return
    if call.deploys:
        yield from _in_template(call, required)
    elif call.group == TAGS:
        yield from _by_tags(call, world, required)
    elif call.verb in (Verb.PUT, Verb.CHANGE) and _taggable(call):
        yield from _by_writing(call, _later(call, steps), world, required)


def _by_writing(
    call: AzureCall, later: Tags, world: World, required: Sequence[str]
) -> Iterator[Lack]:
    before, there = _standing(call.path, world)
    if call.verb is Verb.CHANGE and "tags" not in call.body:
        return
    after = {**_tags(call.body.get("tags")), **later}
    if call.verb is Verb.PUT and not there:
        missing = [key for key in required if not after.get(key)]
        if missing:
            yield _called(call.path), WITHOUT, missing
        return
    lost = [key for key in required if before.get(key) and not after.get(key)]
    if lost:
        yield _called(call.path), LOSES, lost


def _by_tags(call: AzureCall, world: World, required: Sequence[str]) -> Iterator[Lack]:
    """The tags API: all anew by PUT, none left by DELETE, by PATCH what its operation says."""
    before, _ = _standing(_scope(call), world)
    given = _tags(call.properties.get("tags"))
    operation = str(call.body.get("operation", "Merge")).casefold()
    if call.verb is Verb.REMOVE or not call.method.endswith("_at_scope"):
        after: Tags = {} if call.verb is not Verb.READ else before
    elif call.verb is Verb.PUT or operation == "replace":
        after = given
    elif operation == "delete":
        gone = {key.casefold() for key in given}  # Azure takes a tag's key in any case
        after = {k: v for k, v in before.items() if k.casefold() not in gone}
    else:
        after = {**before, **given}
    lost = [key for key in required if before.get(key) and not after.get(key)]
    if lost:
        yield _called(_scope(call)), LOSES, lost


def _in_template(call: AzureCall, required: Sequence[str]) -> Iterator[Lack]:
    """Tags in a template may be expressions, of which nobody can tell what they come to."""
    for entry in declared(call):
        type = str(entry["type"]).casefold()
        if not _carries(type):
            continue
        given = _tags(entry.get("tags"))
        missing = [key for key in required if not given.get(key)]
        if missing:
            yield f"{type.rpartition('/')[2]} {entry.get('name')}", WITHOUT, missing
    if link := elsewhere(call):
        yield f"what the template at {link} makes", WITHOUT, list(required)


def _later(call: AzureCall, steps: Sequence[Step]) -> dict[str, str]:
    """Tags that the tags API puts on it in the same plan."""
    found: dict[str, str] = {}
    for step in steps:
        other = azure_call(step)
        if other and other.group == TAGS and other.verb in (Verb.PUT, Verb.CHANGE):
            removes = str(other.body.get("operation", "")).casefold() == "delete"
            if _scope(other) == call.path and not removes:
                found.update(_tags(other.properties.get("tags")))
    return found


def _scope(call: AzureCall) -> str:
    return place_of("/" + str(call.parameters.get("scope") or ""))


def _standing(place: str, world: World) -> tuple[Tags, bool]:
    """The tags of what is at ``place`` now, and whether anything is."""
    there = next((r for r in world if place and place_of(r.id) == place), None)
    return (there.tags, True) if there is not None else ({}, False)


def _taggable(call: AzureCall) -> bool:
    return call.group == "resource_groups" or _carries(call.type) or not call.type


def _carries(type: str) -> bool:
    """Whether things of the type have tags: parts of others (subnets, rules) have none."""
    return type.startswith(TAGGED) and type.count("/") == 1


def _tags(value: Any) -> dict[str, str]:
    """Text alone counts: not what an expression or another step's answer may come to."""
    found = value if isinstance(value, Mapping) else {}
    return {str(k): v for k, v in found.items() if isinstance(v, str) and not v.startswith("[")}


def _called(place: str) -> str:
    """``virtualmachines web-1``"""
    kind, _, name = place.rpartition("/")
    return f"{kind.rpartition('/')[2] or 'resource group'} {name}"
