"""One step, or several that a console does at once, as a script for the console."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from modalities.action import BrowserScript, Output, SdkCall, outputs_in, resolve
from modalities.browser.addresses import Addresses
from modalities.browser.filling import fill
from modalities.browser.matching import (
    Match,
    applies,
    difference,
    document,
    meaning,
    values_of,
)
from modalities.browser.vendor import Vendor
from modalities.browser.workflow import OWN, Mutation, Workflow
from modalities.codec import encode
from modalities.contract import Unsupported
from modalities.step import Expect, Irreversible, Probe, Reversal, Step, Undo

SOON = 60.0
"""Seconds within which what is made along with something shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a script is made with: the console's addresses, and what is known of the resource."""

    region: str
    resource: Mapping[str, Any]
    addresses: Addresses
    vendor: Vendor
    target_group: Mapping[str, Any] = field(default_factory=dict)


def why_not(match: Match, told: Told) -> str:
    """Why the console would not do what is wanted; empty where it would."""
    if not applies(match.workflow, _document(match, told)):
        return f"the console's `{match.workflow.name}` is for something else"
    calls = calls_of(match.steps)
    values = values_for(match, told)
    path = difference(match.workflow, values, calls, told.vendor.nothing)
    return f"the console's `{match.workflow.name}` cannot do {path} as wanted" if path else ""


def script(match: Match, told: Told, confirm: Mapping[str, Any]) -> BrowserScript:
    """Raises Unsupported where a parameter that the console needs is not known."""
    workflow, values = match.workflow, values_for(match, told)
    calls = meaning(workflow, values, calls_of(match.steps))
    return BrowserScript(
        actions=(_header(workflow), *_actions(workflow, values, told), dict(confirm)),
        meaning=tuple(_without_own(call, match) for call in calls),
        mutations=tuple(_mutation(each, values) for each in workflow.mutations),
    )


def confirmed_by(workflow: Workflow, step: Step, values: Mapping[str, Any]) -> dict[str, Any]:
    """How the API shows that the step took effect, as the last action of its script."""
    probe = _probe(workflow, step, values)
    expects = [encode(each) for each in step.expects if not probe or _soon(workflow, each)]
    if probe is not None:
        expects = resolve(expects, lambda output: _own(step, output), {"$token": True})
    found: dict[str, Any] = {"verb": "confirm", "expects": expects}
    if probe is not None:
        found |= {"kind": probe.kind.value, "where": dict(probe.where)}
    if workflow.outputs:
        known = {**values, "made": OWN}
        found["outputs"] = {
            name: {
                "kind": each.kind.value,
                "where": fill(each.where, known) or {},
                "take": each.take,
            }
            for name, each in workflow.outputs.items()
        }
    return found if workflow.evident else found | {"evident": False}


def _soon(workflow: Workflow, expect: Expect) -> bool:
    """Whether it tells that all of several things are made; what one becomes, others await."""
    return len(workflow.calls) > 1 and expect.within <= SOON


def _own(step: Step, output: Output) -> Any:
    return {OWN: output.name} if output.step == step.id else output.as_json()


def undone(step: Step, taken: Sequence[Reversal | str]) -> Undo:
    """The step's undo by scripts; irreversible where the console has no way to take it back."""
    lacking = [each for each in taken if isinstance(each, str)]
    if lacking:
        return Irreversible(f"the console cannot take it back: {lacking[0]}")
    return tuple(each for each in taken if isinstance(each, Reversal)) if taken else step.undo


def calls_of(steps: Sequence[Step]) -> tuple[SdkCall, ...]:
    return tuple(step.action for step in steps if isinstance(step.action, SdkCall))


def values_for(match: Match, told: Told) -> dict[str, Any]:
    """The workflow's parameters, as far as they are known."""
    return values_of(match.workflow, _document(match, told))


def _document(match: Match, told: Told) -> dict[str, Any]:
    group = {**told.target_group.get("attributes", {}), "name": told.target_group.get("name")}
    known = told.vendor.edited(told.resource, match.steps[0])
    return document(match.steps) | {
        "region": told.region,
        "resource": known,
        "target_group": group,
    }


def _header(workflow: Workflow) -> dict[str, Any]:
    """Which workflow it is, requests of it that only look like changes, and what the console
    says of it."""
    found: dict[str, Any] = {"verb": "workflow", "name": workflow.name, "digest": workflow.digest}
    for name in ("reads", "postconditions"):
        if getattr(workflow, name):
            found[name] = list(getattr(workflow, name))
    return found


def _probe(workflow: Workflow, step: Step, values: Mapping[str, Any]) -> Probe | None:
    if workflow.found is not None:
        return Probe(workflow.found.kind, fill(workflow.found.where, values) or {})
    return step.probe


def _actions(workflow: Workflow, values: Mapping[str, Any], told: Told) -> Iterator[dict[str, Any]]:
    waiting = list(workflow.preconditions)
    for each in fill(list(workflow.steps), values):
        _require_whole(workflow, each)
        if each["verb"] == "open":
            yield told.addresses.opened(each, told.region)
            yield from ({"verb": "expect", "text": fill(text, values)} for text in waiting)
            waiting = []
        else:
            yield {key: value for key, value in each.items() if key != "effect"}


def _require_whole(workflow: Workflow, action: Mapping[str, Any]) -> None:
    """A field is never left to chance: what it is given must be known."""
    for verb, needed in (("set", "value"), ("choose", "option"), ("select_row", "text")):
        if action["verb"] == verb and action.get(needed) in (None, ""):
            raise Unsupported(
                f"the console's `{workflow.name}` needs {action.get('label', 'a value')}"
            )


def _mutation(mutation: Mutation, values: Mapping[str, Any]) -> dict[str, Any]:
    filled = fill(mutation.fields, values) or {}
    fields = {name: _as_sent(value) for name, value in filled.items() if value != []}
    found = {"method": mutation.method, "path": fill(mutation.path, values), "fields": fields}
    for name in ("volatile", "optional", "unordered"):
        if getattr(mutation, name):
            found[name] = list(getattr(mutation, name))
    return found


def _as_sent(value: Any) -> Any:
    """A form's field: text, or a reference that will be one; several of one name as a list."""
    if isinstance(value, (list, tuple)):
        return [_as_sent(item) for item in value] if len(value) != 1 else _as_sent(value[0])
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, (str, Mapping)) else str(value)


def _without_own(call: SdkCall, match: Match) -> SdkCall:
    """What is made by the step itself has no id yet."""
    mine = {step.id for step in match.steps}

    def known(output: Output) -> Any:
        return OWN if output.step in mine else output.as_json()

    return replace(call, parameters=resolve(call.parameters, known, {"$token": True}))


def refers_to(step: Step) -> set[tuple[str, str]]:
    """The outputs that a step's action and postconditions name."""
    told = [_payload(step), [[e.id, e.value] for e in step.expects], _where(step)]
    reversals = step.undo if isinstance(step.undo, tuple) else ()
    told += [_payload(each) for each in reversals]
    told += [[e.id, e.value] for each in reversals for e in each.expects]
    return {(output.step, output.name) for output in outputs_in(told)}


def _payload(step: Step | Reversal) -> Any:
    return step.action.parameters if isinstance(step.action, SdkCall) else None


def _where(step: Step) -> Any:
    return dict(step.probe.where) if step.probe else None


def expects_of(steps: Sequence[Step]) -> tuple[Expect, ...]:
    """Each once (they cannot be hashed); of what is gone in the end, only that."""
    every = [each for step in steps for each in step.expects]
    gone = [(each.kind, each.id) for each in every if each.test == "absent"]
    found: list[Expect] = []
    for expect in every:
        past = expect.test != "absent" and (expect.kind, expect.id) in gone
        if expect not in found and not past:
            found.append(expect)
    return tuple(found)
