"""What a step made on the way and neither an answer nor a probe tells: a console that makes a
network and its gateway by one click may have lost the second. It is found by the names that the
step gives, when all else is taken back, and told: nobody knows it to be the run's for certain.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from cloudops.engine.recall import Recalled, recalled_of
from cloudops.state.contract import Store
from modalities.plan import Plan
from modalities.receipt import Outcome, Receipt
from modalities.resource import Kind, World
from modalities.step import Effect, Step


def unsure(plan: Plan, recalled: Recalled) -> tuple[Step, ...]:
    """The steps that may have made more than they are known to have made: their answer was lost,
    whether their effect was found afterwards or not."""
    receipts = recalled.progress.receipts
    lost = recalled.doubtful.union(id for id, each in receipts.items() if not _answered(each))
    return tuple(step for step in plan.steps if step.id in lost and step.effect is Effect.CREATE)


def _answered(receipt: Receipt) -> bool:
    return receipt.outcome is not Outcome.UNKNOWN and "found_by" not in receipt.evidence


def of_run(store: Store, id: str) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    """Those of a run that is written down, and the ids that were there before it."""
    run = store.run(id)
    plan = store.plan(run.digest) if run is not None and run.digest else None
    if plan is None:
        return (), ()
    return unsure(plan, recalled_of(plan, store.journal(id))), plan.existing


def kinds_of(steps: Sequence[Step]) -> tuple[Kind, ...]:
    kinds = {ref.kind for step in steps for ref in step.changes} - {Kind.OTHER}
    return tuple(sorted(kinds))


def leftovers(steps: Sequence[Step], existing: Collection[str], world: World) -> tuple[str, ...]:
    """What of the world bears a name that the steps give, and was not there before, in words."""
    return tuple(sorted(_found(steps, existing, world)))


def _found(steps: Sequence[Step], existing: Collection[str], world: World) -> Iterator[str]:
    before = frozenset(existing)
    given = {ref: step for step in steps for ref in step.changes if ref.kind is not Kind.OTHER}
    for resource in world:
        step = next((given[ref] for ref in resource.refs() if ref in given), None)
        if step is not None and resource.id not in before:
            what = f"{resource.kind.words} {resource.name} ({resource.id})"
            yield f"{step.id}: {what} is there, made when an answer was lost"
