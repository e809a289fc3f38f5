"""A draft of calls, an edition of the code and Terraform's plan for it: one step of a plan."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from modalities.action import IacChange, Output
from modalities.aws.arns import TERRAFORM_KINDS
from modalities.aws.terraform import meaning
from modalities.contract import Draft
from modalities.iac.comparing import Entry
from modalities.iac.editions import imports_of
from modalities.iac.parts import Keys, Part, keys_of, rewritten
from modalities.iac.reversing import lasting, turned, undo_of
from modalities.plan import Advisory
from modalities.resource import Json, Kind, ResourceRef, World
from modalities.step import Effect, Expect, Fidelity, Irreversible, Reversal, Step, Undo

APPLY = "apply-terraform"
TAKE_OVER = "take-over-into-terraform"

ORDER = tuple(Effect)
"""Mildest first."""

INDEX = re.compile(r"\[[^\]]*\]")

MOST_SHOWN = 40
"""Lines of a diff."""


def step_of(draft: Draft, part: Part, world: World, *, id: str = APPLY) -> Step:
    """The step that brings ``part`` about, known by what the draft's own steps promise."""
    keys = keys_of(part.edition)
    changes, uses = _refs(draft, part, world)
    return Step(
        id=id,
        effect=worst(part.entries),
        action=IacChange(
            files=part.edition.files,
            addresses=part.edition.addresses,
            changes=part.entries,
            basis=part.basis,
        ),
        why=_why(draft),
        changes=changes,
        uses=uses,
        outputs={name: path for name, (_, path) in keys.items()},
        expects=tuple(_expects(draft, id, keys)),
        undo=undo_of(draft, part, id, keys),
        before=_shown(draft, "before"),
        after=_shown(draft, "after"),
        disrupts="; ".join(dict.fromkeys(s.disrupts for s in draft.steps if s.disrupts)),
        fidelity=Fidelity.EXACT,
    )


def taking_over(draft: Draft, part: Part, world: World) -> Step:
    """The step that only makes Terraform look after what exists."""
    names = ", ".join(sorted(imports_of(part.entries)))
    step = step_of(replace(draft, steps=()), part, world, id=TAKE_OVER)
    return replace(step, why=f"let Terraform look after {names}, which others made")


def code_step(part: Part, world: World, *, destroy: bool) -> Step:
    """The step that brings the code about as it stands, or destroys what it describes."""
    step = step_of(Draft(()), part, world)
    lines: dict[str, Json] = {str(e["address"]): "-".join(e["actions"]) for e in part.entries}
    what = "destroy what the Terraform code describes" if destroy else "apply the Terraform code"
    gone = [str(e["address"]) for e in part.entries if "delete" in e["actions"]]
    made = [Expect(*each) for each in _gone(part, world)]
    known = [e for e in part.entries if INDEX.sub("", str(e["address"])) not in part.abroad]
    undo: Undo = step.undo
    if gone:
        undo = Irreversible(f"{', '.join(gone[:5])} is destroyed, with what it holds")
    elif any("update" in e["actions"] for e in part.entries):
        undo = Irreversible("how the code was before is not known; edit it and apply it again")
    elif not destroy:
        undo = (_destroying(part),)
    why = f"{what}: {len(lines)} resources"
    expects = (*made, *_there(part, step, known))
    step = replace(step, why=why, expects=expects, undo=undo)
    return replace(step, before=lines) if destroy else replace(step, after=lines)


def _there(part: Part, step: Step, known: Sequence[Entry]) -> Iterator[Expect]:
    """What can be read of what was made, where the plan's own eyes look."""
    types = {str(e["address"]): str(e["type"]) for e in known}
    for name, (output, _) in keys_of(part.edition).items():
        kind = TERRAFORM_KINDS.get(types.get(output.step, ""))
        if kind is not None and name != "id":
            yield Expect(kind, Output(step.id, name).as_json())


def _gone(part: Part, world: World) -> Iterator[tuple[Kind, str, Literal["absent"]]]:
    """What can be read of it afterwards: what is destroyed is gone."""
    for entry in part.entries:
        kind = TERRAFORM_KINDS.get(str(entry["type"]))
        id = (entry.get("before") or {}).get("id")
        if tuple(entry["actions"]) == ("delete",) and kind and id and world.get(kind, str(id)):
            yield kind, str(id), "absent"


def _destroying(part: Part) -> Reversal:
    entries = tuple({**turned(e), "actions": ["delete"]} for e in part.entries)
    action = IacChange({}, part.edition.addresses, entries, part.after)
    return Reversal(action, Effect.DELETE, "destroy what was made; the code stays as it is")


def worst(entries: Sequence[Entry]) -> Effect:
    """The gravest effect of the entries; taking over changes what exists at most."""
    effects = [meaning.effect(entry) for entry in entries]
    return max((Effect.UPDATE if e is Effect.READ else e for e in effects), key=ORDER.index)


def advisories(part: Part, alone: Sequence[str], warned: Sequence[str]) -> Iterator[Advisory]:
    """What a person should know of Terraform's own plan."""
    for entry in part.entries:
        actions = tuple(entry["actions"])
        if "delete" in actions and "create" in actions:
            paths = ", ".join(_path(path) for path in entry.get("replace_paths") or ())
            reason = f" ({paths} cannot be changed in place)" if paths else ""
            text = f"{entry['address']} is destroyed and created anew{reason}"
            yield Advisory("danger", text)
    for address, id in sorted(imports_of(part.entries).items()):
        text = f"Terraform takes over {id} as {address}: it was made by other hands"
        yield Advisory("warning", text)
    if alone:
        names = ", ".join(alone[:5]) + (", ..." if len(alone) > 5 else "")
        text = f"Terraform would change {names} as well; nobody asked for that: left as it is"
        yield Advisory("warning", text)
    for text in warned:
        if "targeting" not in text:
            yield Advisory("info", f"Terraform says: {text}")


def _refs(
    draft: Draft, part: Part, world: World
) -> tuple[tuple[ResourceRef, ...], tuple[ResourceRef, ...]]:
    """What it may change, and what must hold still."""
    told = (ref for entry in part.entries for ref in meaning.touched(entry, world))
    changes = tuple(dict.fromkeys([*(r for s in draft.steps for r in s.changes), *told]))
    uses = tuple(dict.fromkeys(r for s in draft.steps for r in s.uses))
    return changes, tuple(ref for ref in uses if ref not in changes)


def _expects(draft: Draft, id: str, keys: Keys) -> Iterator[Expect]:
    """What the draft's steps come to, but for things that only calls need on the way."""
    for expect in _lasting(draft.steps):
        try:
            told = replace(
                expect,
                id=rewritten(expect.id, id, keys),
                value=rewritten(expect.value, id, keys),
                within=0.0,
            )
        except LookupError:
            continue
        yield told


def _lasting(steps: Sequence[Step]) -> tuple[Expect, ...]:
    """What still holds when all is done: a machine that is stopped to be resized runs again,
    and a disk that had to be free to be attached no longer is."""
    last: dict[str, Expect] = {}
    kept = (lasting(step.expects, step, steps[n + 1 :]) for n, step in enumerate(steps))
    for expect in (expect for expects in kept for expect in expects):
        resource = json.dumps([expect.kind, expect.id])
        if expect.test == "absent":
            last = {key: e for key, e in last.items() if not key.startswith(resource)}
        value = None if expect.test == "is" else expect.value
        last[resource + json.dumps([expect.attribute, expect.test, value])] = expect
    return tuple(last.values())


def _why(draft: Draft) -> str:
    reasons = [step.why for step in draft.steps]
    if len(reasons) <= 3:
        return "; ".join(reasons) or "bring the code about"
    return "; ".join(reasons[:2]) + f"; and {len(reasons) - 2} more, by Terraform"


def _shown(draft: Draft, side: str) -> dict[str, Json]:
    """The diff's lines: those of the one step, or of each with its resource in front."""
    if len(draft.steps) == 1:
        return dict(getattr(draft.steps[0], side))
    lines: dict[str, Json] = {}
    for step in draft.steps:
        subject = step.changes[0].name if step.changes else step.id
        for name, value in getattr(step, side).items():
            lines[subject if name == "name" else f"{subject} {name}"] = value
    return dict(list(lines.items())[:MOST_SHOWN])


def _path(path: Any) -> str:
    return ".".join(map(str, path)) if isinstance(path, (list, tuple)) else str(path)
