"""How far the execution of a plan is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from modalities.action import Output
from modalities.receipt import Failure, Outcome, Receipt

TOOK_EFFECT = (Outcome.DONE, Outcome.UNKNOWN)


@dataclass(slots=True)
class Progress:
    """How far a plan's execution is: receipts by step, in the order the steps ended."""

    receipts: dict[str, Receipt] = field(default_factory=dict)
    undone: dict[str, Receipt] = field(default_factory=dict)
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
