"""What earlier undos of a run have taken back: of one that died on the way, or that left what
others had something in. The same is not taken back twice: that would make a subnet twice."""

from __future__ import annotations

from collections.abc import Iterator

from cloudops.engine.doubts import open_ends, repeatable
from cloudops.engine.recall import Recalled, recalled_of
from cloudops.engine.ways_back import ways_back
from cloudops.state.contract import Run, Store
from modalities.plan import Plan
from modalities.receipt import Outcome

LEFT = "partly_applied"
"""The status of an undo that left something."""

WHOLE = ("done", "no_op")
"""Those of one after which nothing is left."""


def earlier(store: Store, run: Run) -> Iterator[tuple[Run, Plan, Recalled]]:
    """The undos of a run that may have done something and were not taken back themselves, latest
    first, each with its plan and how far it got. Raises StoreError."""
    for undo in store.runs(undoes=run.id):
        plan = store.plan(undo.digest) if undo.digest and undo.status != "undone" else None
        recalled = recalled_of(plan, store.journal(undo.id)) if plan is not None else Recalled()
        if plan is not None and (recalled.doubtful or recalled.progress.took_effect):
            yield undo, plan, recalled


def something_was_left(store: Store, run: Run) -> bool:
    """Whether an undo of the run left what another may take back. Raises StoreError."""
    undos = store.runs(undoes=run.id)
    return any(u.status == LEFT for u in undos) and undos[0].status not in WHOLE


def without(plan: Plan, recalled: Recalled, undo: Plan, done: Recalled) -> tuple[str, ...]:
    """Note of a run how far its ``undo`` got, which is ``done`` and settled. Returns, for people,
    of what nobody knows whether it is taken back: that is not tried again, but for what its own
    tool finds half done."""
    unclear = {step.id for step in open_ends(undo, done) if not repeatable(step)}
    whole = {
        id: receipt
        for id, receipt in done.progress.receipts.items()
        if receipt.outcome in (Outcome.DONE, Outcome.NO_OP) and id not in done.progress.undone
    }
    left: list[str] = []
    for step in plan.steps:
        ways = [back.id for back in ways_back(step)]
        back = {id: whole[id] for id in ways if id in whole}
        recalled.progress.reversals.update(back)
        if ways and len(back) == len(ways):
            recalled.progress.undone[step.id] = back[ways[-1]]
        elif unclear.intersection(ways) and step.id in recalled.progress.receipts:
            recalled.progress.undone[step.id] = recalled.progress.receipts[step.id]
            left.append(f"{step.why}: not known whether it was taken back")
    return tuple(left)
