"""What an error from below means for the run that met it."""

from __future__ import annotations

from collections.abc import Sequence

from cloudops.engine.interpret import open_ended
from cloudops.errors import (
    Blocked,
    CannotEvaluate,
    ExecutionFailed,
    LimitReached,
    Misused,
    PartlyApplied,
    Stop,
)
from cloudops.request import OpenQuestion
from cloudops.state.contract import FenceLost, StoreError
from modalities.contract import Unresolved, Unsupported
from modalities.receipt import CloudError, Trouble

CLOUD: dict[Trouble, type[Stop]] = {
    Trouble.AUTH: Misused,
    Trouble.THROTTLED: Blocked,
    Trouble.QUOTA: LimitReached,
    Trouble.UNAVAILABLE: CannotEvaluate,
    Trouble.TIMEOUT: CannotEvaluate,
    Trouble.NOT_EMULATED: CannotEvaluate,
}
"""A cloud's errors while reading or planning; all others are exit 1."""


def stop_of(
    error: Unresolved | Unsupported | CloudError | StoreError | FenceLost,
    run: str,
    took_effect: Sequence[str],
) -> Stop:
    """The Stop for an error; ``took_effect`` are the steps whose effect stands."""
    go_on = f"`cloudops resume {run}` goes on, `cloudops undo {run}` takes it back"
    match error:
        case Unresolved():
            return open_ended((OpenQuestion(text=str(error), options=error.candidates),))
        case Unsupported():
            return Misused(str(error))
        case CloudError() if took_effect:
            return PartlyApplied(
                error.message, detail=error.code, remedy=go_on, left=tuple(took_effect)
            )
        case CloudError():
            kind = CLOUD.get(error.trouble, ExecutionFailed)
            return kind(error.message, detail=error.code, remedy=error.remedy)
        case StoreError() if took_effect:
            return PartlyApplied(
                "stopped: the journal could not be written",
                detail=str(error),
                remedy=f"{error.remedy}; then {go_on}",
                left=tuple(took_effect),
            )
        case StoreError():
            return Misused(str(error), remedy=error.remedy)
        case FenceLost():
            return Blocked("this run lost its locks and stopped", detail=str(error), remedy=go_on)
