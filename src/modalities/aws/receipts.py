"""What AWS answered to a call, as a step's receipt; the same for every hand that calls AWS."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import jmespath

from modalities.action import SdkCall
from modalities.aws.effects import effect_of
from modalities.aws.errors import unsettled
from modalities.aws.settled import already_so, changed_nothing
from modalities.receipt import CloudError, Failure, Outcome, Receipt
from modalities.step import Effect, Step
from modalities.target import Target


@dataclass(frozen=True, slots=True)
class Answer:
    """``body`` holds no secret. ``error`` where AWS, or the way there, said no."""

    body: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)
    error: CloudError | None = None


def receipt_of(step: Step, call: SdkCall, answer: Answer, started: datetime) -> Receipt:
    """The receipt of a step that ends now."""
    return Receipt(
        step=step.id,
        outcome=_outcome(call, answer),
        started_at=started,
        finished_at=datetime.now(UTC),
        outputs=_values(step.outputs, answer.body) if answer.error is None else {},
        evidence=answer.evidence,
        error=_failure(answer),
    )


def require_leave(call: SdkCall, target: Target) -> None:
    """Raises PermissionError where ``call`` changes things and nobody opened the target."""
    if effect_of(call.service, call.operation) is not Effect.READ and not target.writable:
        raise PermissionError(f"{call} changes things, and {target.name} is not writable")


def _outcome(call: SdkCall, answer: Answer) -> Outcome:
    error = answer.error
    if error is None:
        return Outcome.NO_OP if changed_nothing(call, answer.body) else Outcome.DONE
    if already_so(call, error):
        return Outcome.NO_OP
    lost = unsettled(error) and effect_of(call.service, call.operation) is not Effect.READ
    return Outcome.UNKNOWN if lost else Outcome.FAILED


def _failure(answer: Answer) -> Failure | None:
    error = answer.error
    if error is None:
        return None
    return Failure(error.trouble, error.code, error.message, error.remedy)


def _values(outputs: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
    """The step's outputs as JSON; what the answer does not hold is left out."""
    found = {name: jmespath.search(path, body) for name, path in outputs.items()}
    return {k: json.loads(json.dumps(v, default=str)) for k, v in found.items() if v is not None}
