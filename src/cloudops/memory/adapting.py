"""From a workflow to the steps for another time; or why it does not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cloudops.memory.choosing import age_of, choose, range_of
from cloudops.memory.ground import Lost, find, require
from cloudops.memory.learning import Setting
from cloudops.memory.reading import varies
from cloudops.memory.structure import structure_of
from cloudops.memory.symbols import filled
from cloudops.request import Intent
from cloudops.state.workflow import Workflow
from modalities.codec import Malformed, decode
from modalities.contract import Draft
from modalities.plan import Advisory
from modalities.resource import Json, Resource
from modalities.step import Effect, Step


class Unfit(Exception):
    """A workflow does not fit the request or the present world; the text says why."""


def adapted(workflow: Workflow, intent: Intent, setting: Setting) -> Draft:
    """The draft that the workflow makes of the intent. Raises Unfit."""
    if workflow.why_not:
        raise Unfit(workflow.why_not)
    if workflow.provider is not setting.world.provider:
        raise Unfit(f"it is for {workflow.provider}")
    try:
        return _adapted(workflow, _values(workflow, intent), setting)
    except Lost as lost:
        raise Unfit(str(lost)) from None
    except (Malformed, LookupError, TypeError) as fault:
        raise Unfit(f"it is not sound: {fault}") from None


def _values(workflow: Workflow, intent: Intent) -> Sequence[Json]:
    """Raises Unfit where the structure or a fixed value is another."""
    structure = structure_of(intent.changes)
    if structure.digest != workflow.structure or len(structure.values) != len(workflow.parameters):
        raise Unfit("other things are asked for")
    for given, parameter in zip(structure.values, workflow.parameters, strict=True):
        if parameter.fixed and given.value != parameter.value:
            raise Unfit(f"{given.field} is {given.value}, and it is for {parameter.value}")
        if not parameter.fixed and given.type != parameter.type:
            raise Unfit(f"{given.field} is a {given.type}, and it is for a {parameter.type}")
        if not parameter.fixed and not varies(given):
            raise Unfit(f"{given.field} is {given.value}, for which no symbol is certain")
    return [value.value for value in structure.values]


def _adapted(workflow: Workflow, values: Sequence[Json], setting: Setting) -> Draft:
    things: list[Resource] = []
    for thing in workflow.things:
        resource = find(thing, things, values, setting.world)
        require(thing, resource, setting.world)
        things.append(resource)
    meaning = _Meaning(values, things, setting)
    ranges = [str(v) for v in values if isinstance(v, str) and "/" in v and range_of(v)]
    for each in workflow.choices:
        age = age_of(workflow.learnt_at, setting.now)
        taken = (*ranges, *meaning.chosen)
        meaning.chosen.append(choose(each, meaning.of, setting.world, taken, age))
    steps = tuple(decode(Step, filled(step, meaning.of)) for step in workflow.steps)
    _require_new(steps, setting)
    return Draft(
        steps,
        tuple(decode(Advisory, filled(a, meaning.of)) for a in workflow.advisories),
        tuple(str(filled(text, meaning.of)) for text in workflow.defaults),
    )


class _Meaning:
    """What each symbol stands for this time."""

    def __init__(
        self, values: Sequence[Json], things: Sequence[Resource], setting: Setting
    ) -> None:
        self._values = values
        self._things = things
        identity = setting.identity
        self._places = {
            "run": setting.run,
            "scope": identity.scope,
            "account": identity.account,
            "region": identity.region,
            "group": identity.resource_group,
        }
        self.chosen: list[str] = []

    def of(self, symbol: Mapping[str, Any]) -> Any:
        """Raises Lost, LookupError."""
        match symbol:
            case {"$parameter": number}:
                return self._values[number]
            case {"$thing": number, "take": "id"}:
                return self._things[number].id
            case {"$thing": number, "take": "name"}:
                return self._things[number].name
            case {"$thing": number, "take": take}:
                return self._taken(self._things[number], take)
            case {"$choice": number}:
                return self.chosen[number]
            case {"$place": what}:
                return self._places[what]
        raise LookupError(f"{sorted(symbol)} is no symbol")

    def _taken(self, resource: Resource, take: str) -> Any:
        if take not in resource.attributes:
            raise Lost(f"{resource.ref} has no {take}")
        return resource.attributes[take]


def _require_new(steps: Sequence[Step], setting: Setting) -> None:
    """Raises Lost where something that is to be made is there already."""
    there = {ref for resource in setting.world for ref in resource.refs()}
    for step in steps:
        if step.effect is Effect.CREATE and (clash := there.intersection(step.changes)):
            raise Lost(f"{min(clash)} is there already")
