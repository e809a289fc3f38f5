"""Did a step whose answer was lost take effect? Only reading the cloud tells."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from cloudops.engine.expectations import Outputs, found, holds, value_of
from cloudops.engine.reading import Reader
from cloudops.engine.recall import Recalled
from modalities.plan import Plan
from modalities.receipt import CloudError, Outcome, Receipt
from modalities.step import Step


def undetermined(step: Step) -> bool:
    """Whether nothing in the cloud would show the step's effect."""
    return step.probe is None and not step.expects


def evidence(
    step: Step, existing: Collection[str], reader: Reader, outputs: Outputs
) -> Mapping[str, Any] | None:
    """The step's outputs where the cloud shows its effect; None where it does not, where
    more than one thing could be it, or where the cloud cannot be read."""
    if undetermined(step):
        return None
    try:
        if step.probe is None:
            shown = all(holds(e, reader.read(e.kind), outputs) for e in step.expects)
            return {} if shown else None
        matches = found(step.probe, reader.read(step.probe.kind), outputs, existing)
    except (CloudError, LookupError):
        return None
    if len(matches) != 1:
        return None
    made = matches[0]
    return {name: made.id if name == "id" else value_of(made, name) for name in step.outputs}


def adopted(step: Step, outputs: Mapping[str, Any], started: datetime) -> Receipt:
    """The receipt of an effect that was found rather than answered."""
    return Receipt(
        step=step.id,
        outcome=Outcome.DONE,
        started_at=started,
        finished_at=datetime.now(UTC),
        outputs=outputs,
        evidence={"found_by": "reading the cloud"},
    )


def settled(plan: Plan, recalled: Recalled, reader: Reader) -> None:
    """Put a receipt to every doubtful step of a broken-off run whose effect is there."""
    now = datetime.now(UTC)
    for step in plan.steps:
        if step.id in recalled.doubtful:
            outputs = evidence(step, plan.existing, reader, recalled.progress.output)
            if outputs is not None:
                recalled.progress.receipts[step.id] = adopted(step, outputs, now)
                recalled.doubtful.discard(step.id)
