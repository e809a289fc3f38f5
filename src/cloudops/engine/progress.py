"""How far the execution of a plan is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from modalities.action import Output
from modalities.receipt import Failure, Outcome, Receipt
from modalities.step import Irreversible, Step

TOOK_EFFECT = (Outcome.DONE, Outcome.UNKNOWN)


@dataclass(slots=True)
class Progress:
    """How far a plan's execution is: receipts by step, in the order the steps ended.

    ``reversals`` are those that are done of steps that take more than one to be undone.
    """

    receipts: dict[str, Receipt] = field(default_factory=dict)
    undone: dict[str, Receipt] = field(default_factory=dict)
    reversals: set[str] = field(default_factory=set)
    failures: list[tuple[str, Failure]] = field(default_factory=list)
    skipped: set[str] = field(default_factory=set)
    left: list[str] = field(default_factory=list)

    def output(self, wanted: Output) -> Any:
        """A step's output. Raises LookupError where it is not known (yet)."""
        receipt = self.receipts.get(wanted.step)
        if receipt is None or wanted.name not in receipt.outputs:
            raise LookupError(f"{wanted.step}.{wanted.name}")
        return receipt.outputs[wanted.name]

    @property
    def took_effect(self) -> tuple[str, ...]:
        """Steps whose effect stands, latest first."""
        return tuple(
            id
            for id, receipt in reversed(self.receipts.items())
            if receipt.outcome in TOOK_EFFECT and id not in self.undone
        )

    def staying(self, steps: Sequence[Step]) -> frozenset[str]:
        """Steps that may not be taken back: what cannot be undone stands on them, or they
        finish it. A machine that was made in the place of one that is gone is all there is left
        of it, with the disks that were the other's."""
        before = predecessors(steps)
        known = {step.id: step for step in steps}
        final = {id for id in self.took_effect if isinstance(known[id].undo, Irreversible)}
        stood_on = frozenset(final).union(*(before[id] for id in final))
        of_them = {ref for id in stood_on for ref in known[id].changes}
        finishing = (
            id for id in self.took_effect if before[id] & final and of_them & {*known[id].changes}
        )
        return stood_on.union(finishing)


def predecessors(steps: Sequence[Step]) -> dict[str, set[str]]:
    """For every step, all steps that have ended before it begins."""
    needs = {s.id: set(s.needs) for s in steps}
    result: dict[str, set[str]] = {}

    def gather(id: str, path: frozenset[str]) -> set[str]:
        if id not in result:
            if id in path:
                return set()
            direct = needs.get(id, set())
            result[id] = direct.union(*(gather(n, path | {id}) for n in direct))
        return result[id]

    for id in needs:
        gather(id, frozenset())
    return result
