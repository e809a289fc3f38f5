"""From a plan that was drafted to a workflow: what of it was of this one time becomes a symbol."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cloudops.memory.choosing import as_choice
from cloudops.memory.ground import TAKEN, Lost, holding, located
from cloudops.memory.reading import Choices, Steps, varies
from cloudops.memory.structure import Structure, Value, digest, structure_of, title
from cloudops.memory.symbols import CHOICE, PARAMETER, THING, Symbol, place, symbols_in, thing
from cloudops.request import Intent
from cloudops.state.masking import masked
from cloudops.state.workflow import Parameter, Thing, Workflow
from modalities.codec import encode
from modalities.contract import Draft
from modalities.plan import ModalityName
from modalities.resource import Resource, World
from modalities.step import Effect, Fidelity, Step
from modalities.target import Identity

ADAPTABLE = frozenset({"sdk", "cli"})
"""Hands whose actions are data and no more. Terraform's plan is Terraform's own, and how a console
is driven is kept where that hand keeps it (modalities/browser/library.py)."""
BEARING = ("action", "changes", "uses", "expects", "probe", "undo")
"""Parts of a step in which a value does something; all else is for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where and when: the target as it identified us, what it held, the run, the versions."""

    world: World
    identity: Identity
    run: str
    versions: Mapping[str, str]
    now: datetime


class Unlearnable(Exception):
    """There is nothing to be learnt of a draft; the text says why."""


def learnt(intent: Intent, draft: Draft, hand: ModalityName, setting: Setting) -> Workflow:
    """The workflow of the draft. Raises Unlearnable."""
    hands = {step.action.hand for step in draft.steps}
    if hands != {hand.value}:
        raise Unlearnable("several hands share it")
    if hand is ModalityName.IAC:
        raise Unlearnable("Terraform keeps what it does as code")
    structure = structure_of(intent.changes)
    if not structure.values or not draft.steps:
        raise Unlearnable("nothing in it could be another time's")
    if masked(encode(draft.steps)) != encode(draft.steps):
        raise Unlearnable("it holds a secret")
    return _workflow(intent, structure, draft, hand, setting)


def _workflow(
    intent: Intent, structure: Structure, draft: Draft, hand: ModalityName, setting: Setting
) -> Workflow:
    resources = tuple(_stood_on(draft.steps, setting.world))
    reader = Steps(tuple(_literals(resources, setting)), structure.values, setting.identity.region)
    choices = Choices()
    plain = [replace(step, fidelity=Fidelity.NONE) for step in draft.steps]
    steps = tuple(choices.read(reader.read(encode(step))) for step in plain)
    about = tuple(choices.read(reader.read(encode(a))) for a in draft.advisories)
    defaults = tuple(choices.read(reader.read(text)) for text in draft.defaults)
    things, lost = _things(resources, structure.values, draft.steps, setting.world)
    parameters = tuple(_parameters(structure, steps, things))
    form = digest([structure.shape, [_fixed(p) for p in parameters], steps])
    around = [*_given(structure.values, parameters), *_ranges(resources), *_chosen(choices)]
    fixed = [_fixed(p) for p in parameters if p.fixed]
    return Workflow(
        id="wf-" + digest([structure.digest, fixed, hand, setting.world.provider])[:12],
        structure=structure.digest,
        title=title(intent.changes),
        goal=intent.goal,
        hand=hand,
        provider=setting.world.provider,
        parameters=parameters,
        things=things,
        choices=tuple(as_choice(value, around) for value in choices.values),
        steps=steps,
        advisories=about,
        defaults=defaults,
        form=form,
        versions=setting.versions,
        learnt_at=setting.now,
        why_not=_why_not(hand, lost, steps, setting),
    )


def _fixed(parameter: Parameter) -> Any:
    return [parameter.place, parameter.value if parameter.fixed else None]


def _stood_on(steps: Sequence[Step], world: World) -> Iterator[Resource]:
    """Resources of the world that the steps name, in the order in which they do."""
    text = json.dumps(encode(tuple(steps)), ensure_ascii=False)
    refs = {(ref.kind, ref.name) for step in steps for ref in (*step.changes, *step.uses)}
    found = [
        (place, r)
        for r in world
        if (place := text.find(f'"{r.id}"')) >= 0 or (r.kind, r.name) in refs
    ]
    yield from (r for _, r in sorted(found, key=lambda f: (f[0] < 0, f[0], f[1].kind, f[1].id)))


def _literals(resources: Sequence[Resource], setting: Setting) -> Iterator[tuple[str, Symbol]]:
    """Ids before names, names before what else is taken: the first symbol of a text counts."""
    for number, resource in enumerate(resources):
        yield resource.id, thing(number)
    for take in TAKEN:
        for number, resource in enumerate(resources):
            value = resource.name if take == "name" else resource.attributes.get(take)
            if isinstance(value, str) and value:
                yield value, thing(number, take)
    identity = setting.identity
    places = {
        "run": setting.run,
        "scope": identity.scope,
        "account": identity.account,
        "region": identity.region,
        "group": identity.resource_group,
    }
    yield from ((text, place(what)) for what, text in places.items() if text)


def _things(
    resources: Sequence[Resource], values: Sequence[Value], steps: Sequence[Step], world: World
) -> tuple[tuple[Thing, ...], str]:
    """How each is found and what must hold; and why one is lost, where one is."""
    changed = {ref for step in steps for ref in step.changes}
    tags = {key for step in steps for key in _mapping(step.after.get("tags"))} | {
        key for step in steps for key in _mapping(step.before.get("tags"))
    }
    found: list[Thing] = []
    for number, resource in enumerate(resources):
        try:
            way = located(resource, resources[:number], values, world)
        except Lost as lost:
            return (), str(lost)
        if changed.intersection(resource.refs()):
            way = holding(way, resource, world, dict.fromkeys(tags))
        found.append(way)
    return tuple(found), ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _parameters(
    structure: Structure, steps: Sequence[Any], things: Sequence[Thing]
) -> Iterator[Parameter]:
    """One that bears nothing is fixed: what comes of it, symbols do not say."""
    parts = [step[part] for step in steps for part in BEARING]
    bearing = {s[PARAMETER] for s in symbols_in(parts) if PARAMETER in s}
    bearing |= {t.of for t in things if t.by == "parameter"}
    for number, value in enumerate(structure.values):
        fixed = number not in bearing or not varies(value)
        yield Parameter(
            place=value.at,
            type=value.type,
            fixed=fixed,
            value=value.value if fixed else None,
        )


def _given(
    values: Sequence[Value], parameters: Sequence[Parameter]
) -> Iterator[tuple[Symbol, str]]:
    for number, (value, parameter) in enumerate(zip(values, parameters, strict=True)):
        if value.type == "range" and not parameter.fixed:
            yield {PARAMETER: number}, str(value.value)


def _ranges(resources: Sequence[Resource]) -> Iterator[tuple[Symbol, str]]:
    for number, resource in enumerate(resources):
        if isinstance(cidr := resource.attributes.get("cidr"), str):
            yield {THING: number, "take": "cidr"}, cidr


def _chosen(choices: Choices) -> Iterator[tuple[Symbol, str]]:
    yield from (({CHOICE: n}, value) for n, value in enumerate(choices.values))


def _why_not(hand: ModalityName, lost: str, steps: Sequence[Any], setting: Setting) -> str:
    """Why no steps for other values can be made from it; empty where they can."""
    if hand not in ADAPTABLE:
        return f"the {hand} hand says itself how it is done"
    if lost:
        return lost
    left = json.dumps(steps, ensure_ascii=False)
    for resource in setting.world:
        if len(resource.id) > 8 and resource.id in left:  # part of a text that is no word
            return f"it names {resource.ref} in a way that is not understood"
    if setting.run in left or setting.identity.account in left:
        return "it names its run or account in a way that is not understood"
    kept = {Effect.REPLACE.value}
    if any(step["effect"] in kept for step in steps):
        return "it makes something anew from what was there"
    return ""
