"""What earlier undos of a run have taken back: of one that died on the way, or that left what
others had something in. The same is not taken back twice: that would make a subnet twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from cloudops.engine.doubts import open_ends, repeatable
from cloudops.engine.recall import Recalled, recalled_of
from cloudops.engine.ways_back import ways_back
from cloudops.state.contract import Run, Store
from modalities.plan import Plan
from modalities.receipt import Outcome

NOTED = "taken_back_before"
"""What an undo's journal says of those before it: ``gone``, the ways back that it found done, and
``unclear``, those of which nobody knew."""

WHOLE = ("done", "no_op")
"""The status of an undo after which nothing is left: of the last one, if it found nothing."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An undo, its plan and how far it got. ``before`` is what it had noted of those before it:
    what the cloud shows of that by now may be its own doing."""

    run: Run
    plan: Plan
    recalled: Recalled
    before: Mapping[str, Any]
    lines: int
    """Of its journal."""

    def found(self) -> dict[str, list[str]]:
        """What the next undo notes, when what is doubtful is settled. What its own tool finds half
        done is not unclear."""
        progress = self.recalled.progress
        whole = (Outcome.DONE, Outcome.NO_OP)
        own = (i for i, r in progress.receipts.items() if r.outcome in whole)
        gone = {*self.before.get("gone", ()), *(id for id in own if id not in progress.undone)}
        open = (step for step in open_ends(self.plan, self.recalled) if not repeatable(step))
        unclear = {*self.before.get("unclear", ()), *(step.id for step in open)}
        return {"gone": sorted(gone), "unclear": sorted(unclear)}


def earlier(store: Store, run: Run) -> Earlier | None:
    """The latest undo of a run that may have done something and was not taken back itself. Raises
    StoreError."""
    for undo in store.runs(undoes=run.id):
        plan = store.plan(undo.digest) if undo.digest and undo.status != "undone" else None
        if plan is None:
            continue
        journal = store.journal(undo.id)
        recalled = recalled_of(plan, journal)
        if recalled.doubtful or recalled.progress.took_effect:
            noted = [event.body for event in journal if event.what == NOTED]
            return Earlier(undo, plan, recalled, noted[-1] if noted else {}, len(journal))
    return None


def beside(store: Store, run: Run, own: str) -> Earlier | None:
    """The latest undo of a run, or, where it is an undo itself, of what that takes back; None
    where it is ``own``. Raises StoreError."""
    undone = store.run(run.undoes) if run.undoes else run
    latest = earlier(store, undone) if undone is not None else None
    return latest if latest is not None and latest.run.id != own else None


def something_was_left(store: Store, run: Run) -> bool:
    """Whether an undo of the run left what another may take back. Raises StoreError."""
    undos = store.runs(undoes=run.id, limit=1)
    latest = earlier(store, run)
    return latest is not None and not {latest.run.status, undos[0].status} & {*WHOLE}


def without(
    plan: Plan, recalled: Recalled, *, gone: Collection[str], unclear: Collection[str]
) -> tuple[str, ...]:
    """Note of a run which of its ways back are ``gone``. Returns, for people, of what nobody knows
    whether it is taken back: that is not tried again."""
    left: list[str] = []
    progress = recalled.progress
    for step in plan.steps:
        ways = [back.id for back in ways_back(step)]
        progress.reversals.update(id for id in ways if id in gone)
        receipt = progress.receipts.get(step.id)
        if not ways or receipt is None:
            continue
        if all(id in gone for id in ways):
            progress.undone[step.id] = receipt
        elif any(id in unclear for id in ways):
            progress.undone[step.id] = receipt
            left.append(f"{step.why}: not known whether it was taken back")
    return tuple(left)
