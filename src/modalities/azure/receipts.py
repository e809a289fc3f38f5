"""What Azure answered to a call, as a step's receipt; the same for every hand that calls Azure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import jmespath

from modalities.action import SdkCall
from modalities.azure import ids
from modalities.azure.effects import effect_of_call
from modalities.azure.errors import unsettled
from modalities.azure.settled import already_so, changed_nothing, found_so
from modalities.receipt import CloudError, Failure, Outcome, Receipt
from modalities.step import Effect, Step
from modalities.target import Target


@dataclass(frozen=True, slots=True)
class Answer:
    """``body`` holds no secret. ``error`` where Azure, or the way there, said no."""

    body: Any = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)
    error: CloudError | None = None


def receipt_of(step: Step, call: SdkCall, answer: Answer, started: datetime, group: str) -> Receipt:
    """The receipt of a step that ends now. ``group`` says how ids spell the resource group."""
    return Receipt(
        step=step.id,
        outcome=_outcome(call, answer),
        started_at=started,
        finished_at=datetime.now(UTC),
        outputs=_values(step.outputs, answer.body, group) if answer.error is None else {},
        evidence=answer.evidence,
        error=_failure(answer),
    )


def require_leave(call: SdkCall, target: Target) -> None:
    """Raises PermissionError where ``call`` changes things and nobody opened the target."""
    if effect_of_call(call) is not Effect.READ and not target.writable:
        raise PermissionError(f"{call} changes things, and {target.name} is not writable")


def _outcome(call: SdkCall, answer: Answer) -> Outcome:
    error = answer.error
    if error is None:
        found = changed_nothing(call, answer.evidence)
        return found_so(answer.evidence) if found else Outcome.DONE
    if already_so(call, error):
        return found_so(answer.evidence)
    if effect_of_call(call) is Effect.READ:
        return Outcome.FAILED
    return Outcome.UNKNOWN if unsettled(error) or "partial" in answer.evidence else Outcome.FAILED


def _failure(answer: Answer) -> Failure | None:
    error = answer.error
    if error is None:
        return None
    return Failure(error.trouble, error.code, error.message, error.remedy)


def _values(outputs: Mapping[str, str], body: Any, group: str) -> dict[str, Any]:
    """The step's outputs as JSON; what the answer does not hold is left out."""
    found = {name: jmespath.search(path, body) for name, path in outputs.items()}
    return {
        name: _spelled(json.loads(json.dumps(value, default=str)), group)
        for name, value in found.items()
        if value is not None
    }


def _spelled(value: Any, group: str) -> Any:
    if isinstance(value, str) and value.startswith("/"):
        return ids.canonical(value, f"/{group}")
    if isinstance(value, list):
        return [_spelled(item, group) for item in value]
    return value
