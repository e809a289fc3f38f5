"""A draft of calls, an edition of the code and Terraform's plan for it: one step of a plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from modalities.action import IacChange
from modalities.aws.terraform import meaning
from modalities.contract import Draft
from modalities.iac.comparing import Entry
from modalities.iac.editions import imports_of
from modalities.iac.parts import Keys, Part, keys_of, rewritten
from modalities.iac.reversing import undo_of
from modalities.plan import Advisory
from modalities.resource import Json, ResourceRef, World
from modalities.step import Effect, Expect, Fidelity, Step

APPLY = "apply-terraform"
TAKE_OVER = "take-over-into-terraform"

ORDER = tuple(Effect)
"""Mildest first."""

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
    for expect in (e for step in draft.steps for e in step.expects):
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
