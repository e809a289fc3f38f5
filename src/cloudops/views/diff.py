"""A plan's steps as a diff: what goes first, then what changes, then what is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from cloudops.engine.doubts import LAST_WORD
from cloudops.views import edition
from cloudops.views.plain import plain, safe, worded
from modalities.action import IacChange
from modalities.plan import Plan
from modalities.resource import ResourceRef
from modalities.step import Effect, Fidelity, Irreversible, Step

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

STYLES: Mapping[Effect, str] = {
    Effect.READ: "dim",
    Effect.CREATE: "green",
    Effect.UPDATE: "yellow",
    Effect.REPLACE: "bold magenta",
    Effect.DELETE: "bold red",
}
WORST_FIRST = (Effect.REPLACE, Effect.DELETE, Effect.UPDATE, Effect.CREATE, Effect.READ)
ABSENT = "absent"
"""What a plan's basis says of what must not exist yet (modalities.plan.Plan)."""
LONGEST = 120
"""Characters of one attribute's value; the plan file has all of it."""


def fates(plan: Plan) -> dict[ResourceRef, Effect]:
    """What becomes of each resource when all is done: deleted and created is replaced, and
    setting up what the plan makes, or what comes with that, is part of making it."""
    effects: dict[ResourceRef, set[Effect]] = {}
    for step in plan.steps:
        if isinstance(step.action, IacChange):
            continue  # Terraform's own plan counts (edition.py)
        for ref in _subjects(step):
            effects.setdefault(ref, set()).add(step.effect)
    return {
        ref: _fate(some)
        for ref, some in effects.items()
        if some != {Effect.UPDATE} or plan.basis.get(ref.key) != ABSENT
    }


def _subjects(step: Step) -> Iterator[ResourceRef]:
    """What the step is about; claims may name one resource twice, by name and by id."""
    if step.effect is not Effect.UPDATE:
        yield from step.changes[:1]
        return
    yield from {ref.kind: ref for ref in reversed(step.changes)}.values()


def _fate(effects: set[Effect]) -> Effect:
    if Effect.REPLACE in effects or effects >= {Effect.CREATE, Effect.DELETE}:
        return Effect.REPLACE
    for effect in (Effect.DELETE, Effect.CREATE, Effect.UPDATE):
        if effect in effects:
            return effect
    return Effect.READ


def summary(plan: Plan) -> str:
    counts = Counter(fates(plan).values())
    for step in plan.steps:
        if isinstance(step.action, IacChange):
            counts.update(effect for _, effect in edition.effects(step.action))
    return (
        f"{counts[Effect.CREATE]} to create, {counts[Effect.UPDATE]} to change, "
        f"{counts[Effect.REPLACE]} to replace, {counts[Effect.DELETE]} to destroy"
    )


def in_order(plan: Plan) -> list[Step]:
    """Steps by what becomes of their resource, worst first; those of one resource together."""
    fate = fates(plan)
    first: dict[ResourceRef, int] = {}
    for number, step in enumerate(plan.steps):
        for ref in step.changes[:1]:
            first.setdefault(ref, number)

    def rank(item: tuple[int, Step]) -> tuple[int, int]:
        number, step = item
        if not step.changes:
            return (WORST_FIRST.index(step.effect), number)
        subject = step.changes[0]
        effect = fate.get(subject, Effect.CREATE)
        return (WORST_FIRST.index(effect), first[subject])

    return [step for _, step in sorted(enumerate(plan.steps), key=rank)]


def diff(plan: Plan) -> Table:
    """Sign, what becomes of which resource, and how far the preview of it can be trusted."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True, justify="right")
    grid.add_column(overflow="fold")
    grid.add_column(no_wrap=True)
    fate = fates(plan)
    before: str | None = None
    for step in _by_cloud(plan):
        if plan.also and step.target != before:
            grid.add_row("", safe(_heading(plan, step.target), "bold"), "")
            before = step.target
        style = STYLES[step.effect]
        own = bool(step.changes) and fate.get(step.changes[0], Effect.CREATE) is Effect.CREATE
        part = own and step.effect is Effect.UPDATE and not isinstance(step.action, IacChange)
        entry = _setting_up(step) if part else _entry(step)
        grid.add_row(safe(step.effect.sign, style), entry, safe(_trust(step), "dim"))
    return grid


def _by_cloud(plan: Plan) -> list[Step]:
    """In order, all of one cloud together; the plan's own target first."""
    places = ["", *(also.target for also in plan.also)]
    return sorted(in_order(plan), key=lambda step: places.index(step.target))


def _heading(plan: Plan, target: str) -> str:
    own = {also.target: also.identity for also in plan.also}
    who = own.get(target, plan.identity)
    return f"on {who.provider.words} (target {target or plan.target}):"


def _trust(step: Step) -> str:
    return "[no preview]" if step.fidelity is Fidelity.NONE else f"[{step.fidelity}]"


def _setting_up(step: Step) -> Text:
    """A step on what the plan itself makes: it goes with it when that is undone."""
    lines = [_head(step)]
    if isinstance(step.undo, Irreversible):
        lines += _way_back(step)
    return _joined(lines)


def _joined(lines: list[Text]) -> Text:
    from rich.text import Text

    return Text("\n").join(lines)


def _entry(step: Step) -> Text:
    if isinstance(step.action, IacChange):
        lines = [safe(step.why, STYLES[step.effect]), *edition.lines(step.action, STYLES)]
    else:
        lines = [_head(step), *_changes(step)]
    if step.disrupts:
        lines.append(safe(f"! {plain(step.disrupts)}", "bold red"))
    if step.effect is not Effect.READ:
        lines += _way_back(step)
    return _joined(lines)


def _head(step: Step) -> Text:
    from rich.text import Text

    style = STYLES[step.effect]
    if not step.changes:
        return safe(step.why or step.id, style)
    subject = step.changes[0]
    head = Text.assemble((f"{subject.kind.words} ", style), (plain(subject.name), f"bold {style}"))
    if step.effect is not Effect.CREATE or not step.after:
        head.append(f": {plain(step.why)}")
    return head


def _changes(step: Step) -> list[Text]:
    """Before and after of what is updated, one attribute a line; else what there is or was."""
    if step.effect is Effect.UPDATE or (step.before and step.after):
        names = dict.fromkeys((*step.before, *step.after))
        return [_change(name, step) for name in names]
    shown = step.before if step.effect is Effect.DELETE else step.after
    subject = step.changes[0].name if step.changes else None
    facts = [
        f"{_label(name)} {_cut(value)}"
        for name, value in shown.items()
        if value is not None and not (name == "name" and value == subject)
    ]
    return [safe(", ".join(facts), "dim")] if facts else []


def _change(name: str, step: Step) -> Text:
    after = _cut(step.after[name]) if name in step.after else "none"
    if name not in step.before:
        return safe(f"{_label(name)}: {after}")
    return safe(f"{_label(name)}: {_cut(step.before[name])} -> {after}")


def _label(name: str) -> str:
    return plain(name).replace("_", " ")


def _cut(value: object) -> str:
    text = worded(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _way_back(step: Step) -> Sequence[Text]:
    """That a step cannot be undone is always said, but for a whole undo once (plan.undoable);
    how it is undone where it matters."""
    if step.undo == LAST_WORD:
        return []
    if isinstance(step.undo, Irreversible):
        return [safe(f"cannot be undone: {step.undo.why}", "red")]
    if step.effect is Effect.CREATE:
        return []
    if not step.undo:
        return [safe("has no undo of its own", "dim")]
    return [safe(f"undo: {', then '.join(back.why for back in step.undo)}", "dim")]
