"""A draft of calls as one deployment of a template: one step of a plan."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from modalities.action import IacChange, outputs_in
from modalities.azure.templates import preview
from modalities.azure.templates.meaning import SUFFIX, claimed
from modalities.azure.templates.parts import Look, Part, is_group, parts_of
from modalities.azure.templates.writing import Described, outputs_of, read, written
from modalities.contract import Draft, Unsupported
from modalities.plan import Advisory
from modalities.resource import Json, ResourceRef, World
from modalities.step import Effect, Expect, Fidelity, Irreversible, Step, Undo

DEPLOY = "deploy-template"

MOST_SHOWN = 40
"""Lines of a diff."""

Entries = tuple[Mapping[str, Any], ...]

WhatIf = Callable[[str, Sequence[Described]], Entries]
"""What Azure says of a template's text, and of what it describes. Raises CloudError."""


def deployment(
    draft: Draft, world: World, name: str, look: Look, what_if: WhatIf, fidelity: Fidelity
) -> Draft:
    """The draft as one step that deploys a template called ``name``, after the one that makes the
    resource group where there is none. Raises Unsupported, CloudError."""
    parts = parts_of(draft, world, look)
    if not parts:
        raise Unsupported("a template describes what is in a resource group, and that is nothing")
    text = written(parts, world.scope)
    told = read(text, world.scope)
    _require_same(parts, told)
    groups = tuple(step for step in draft.steps if is_group(step))
    entries = preview.anew(told) if groups else what_if(text, told)
    if not entries:
        return replace(draft, steps=())
    changing = {str(entry["address"]) for entry in entries}
    kept = [p for p, d in zip(parts, told, strict=True) if d.address in changing]
    steps = {id for part in kept for id in part.steps}
    some = [step for step in draft.steps if step.id in steps]
    action = IacChange(
        files={f"{name}{SUFFIX}": text},
        addresses=tuple(one.address for one in told),
        changes=entries,
    )
    step = step_of(some, action, name, outputs_of([p.id for p in parts]))
    step = replace(
        step,
        changes=tuple(dict.fromkeys((*step.changes, *_written_with(step, world)))),
        needs=tuple(each.id for each in groups),
        fidelity=Fidelity.HEURISTIC if groups else fidelity,
    )
    advisories = [*(_of_deployment(a, groups) for a in draft.advisories)]
    if groups:
        advisories.append(Advisory("info", UNASKED, step.id))
    return replace(draft, steps=(*groups, step), advisories=tuple(advisories))


UNASKED = (
    "what-if cannot be asked of a resource group that is not there yet: the template makes all of "
    "it anew; it is asked as soon as the group is there, and must say just that"
)


def _require_same(parts: Sequence[Part], told: Sequence[Described]) -> None:
    """What was written says what was meant: it is read again and compared."""
    meant = [(part.id, _text(part.body)) for part in parts]
    if meant != [(one.id, _text(one.body)) for one in told]:
        raise Unsupported("a template of it would not say the same; the SDK hand can do it")


def _written_with(step: Step, world: World) -> Iterator[ResourceRef]:
    """What is there and is written, too, where a resource is written whole: a machine's disks."""
    for ref in claimed(step):
        for there in world.named(ref.kind, ref.name):
            yield from there.refs()


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _of_deployment(advisory: Advisory, groups: Sequence[Step]) -> Advisory:
    own = {step.id for step in groups}
    return advisory if advisory.step in own | {None} else replace(advisory, step=DEPLOY)


def step_of(
    steps: Sequence[Step], action: IacChange, name: str, outputs: Mapping[str, str]
) -> Step:
    """One deployment called ``name`` that comes to what the steps do. Raises Unsupported."""
    changes = tuple(dict.fromkeys(ref for step in steps for ref in step.changes))
    uses = dict.fromkeys(ref for step in steps for ref in step.uses)
    expects = tuple(_expects(steps))
    if any(outputs_in([[e.id, e.value] for e in expects])):
        raise Unsupported("what is to be read back is known only step by step; the SDK hand can")
    making = all(list(entry["actions"]) == ["create"] for entry in action.changes)
    paths = {each: f"properties.outputs.{each}.value" for each in outputs}
    first = next(iter(paths.values()), None)
    return Step(
        id=DEPLOY,
        effect=Effect.CREATE if making else Effect.UPDATE,
        action=action,
        why=_why(steps, name),
        changes=changes,
        uses=tuple(ref for ref in uses if ref not in changes),
        outputs={**({"id": first} if first else {}), **paths},
        expects=expects,
        undo=_undo(steps),
        before=_shown(steps, "before"),
        after=_shown(steps, "after"),
        disrupts="; ".join(dict.fromkeys(s.disrupts for s in steps if s.disrupts)),
    )


def _why(steps: Sequence[Step], name: str) -> str:
    reasons = [step.why for step in steps]
    more = f"; and {len(reasons) - 2} more" if len(reasons) > 3 else ""
    told = "; ".join(reasons[:2] if more else reasons)
    return f"{told}{more}, by deployment {name}"


def _expects(steps: Sequence[Step]) -> Iterator[Expect]:
    """What the steps come to when all are done; the latest of two that say the same thing."""
    last: dict[str, Expect] = {}
    for expect in (e for step in steps for e in step.expects):
        value = None if expect.test == "is" else expect.value
        key = json.dumps([expect.kind, expect.id, expect.attribute, expect.test, value])
        last[key] = replace(expect, within=0.0)
    yield from last.values()


def _undo(steps: Sequence[Step]) -> Undo:
    """The calls that take back what was made and put back what was changed, newest first.
    What was not there before is the deployment's: Azure said so just before it."""
    lost = [step.undo.why for step in steps if isinstance(step.undo, Irreversible)]
    if lost:
        return Irreversible("; ".join(dict.fromkeys(lost)))
    return tuple(
        back
        for step in reversed(steps)
        if not isinstance(step.undo, Irreversible)
        for back in step.undo
    )


def _shown(steps: Sequence[Step], side: str) -> dict[str, Json]:
    """The diff's lines: those of the one step, or of each with its resource in front."""
    if len(steps) == 1:
        return dict(getattr(steps[0], side))
    lines: dict[str, Json] = {}
    for step in steps:
        subject = step.changes[0].name if step.changes else step.id
        for name, value in getattr(step, side).items():
            lines[subject if name == "name" else f"{subject} {name}"] = value
    return dict(list(lines.items())[:MOST_SHOWN])
