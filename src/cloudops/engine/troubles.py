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
from cloudops.state.contract import Away, Busy, FenceLost, StoreError
from modalities.contract import ToolMissing, Unresolved, Unsupported
from modalities.receipt import CloudError, Trouble

CLOUD: dict[Trouble, tuple[type[Stop], str]] = {
    Trouble.AUTH: (Misused, "the cloud does not take our credentials"),
    Trouble.PERMISSION: (CannotEvaluate, "the cloud does not let us see what this needs"),
    Trouble.THROTTLED: (Blocked, "the cloud limits how often it is asked"),
    Trouble.QUOTA: (LimitReached, "a quota of this account is reached"),
    Trouble.LIMIT: (LimitReached, "a limit of the cloud is reached"),
    Trouble.UNAVAILABLE: (CannotEvaluate, "the cloud cannot be asked now"),
    Trouble.TIMEOUT: (CannotEvaluate, "the cloud did not answer in time"),
    Trouble.NOT_EMULATED: (CannotEvaluate, "the sandbox does not imitate what this needs"),
    Trouble.NOT_FOUND: (ExecutionFailed, "the cloud does not find what this needs"),
    Trouble.CONFLICT: (ExecutionFailed, "the cloud is in no state for this"),
    Trouble.DEPENDENCY: (ExecutionFailed, "something else still depends on it"),
    Trouble.CAPACITY: (ExecutionFailed, "the cloud has no capacity left for this"),
    Trouble.INVALID: (ExecutionFailed, "the cloud does not take what it was asked"),
}
"""A cloud's errors while reading or planning, and what they are called: its own words are data,
and stand in the detail."""


def cloud_stop(error: CloudError) -> Stop:
    """The Stop for what a cloud said while it was read. What never reached it is in our own
    words already; of that, what is invalid is the configuration."""
    kind, summary = CLOUD[error.trouble]
    if error.sent:
        detail = f"{error.code}: {error.message}"
        return kind(summary, detail=detail, remedy=error.remedy, trouble=error.trouble)
    kind = Misused if error.trouble is Trouble.INVALID else kind
    return kind(error.message, detail=error.code, remedy=error.remedy, trouble=error.trouble)


def store_stop(error: StoreError) -> Stop:
    """The Stop for a store that cannot be used. One that is only busy, or away, is nobody's
    mistake, and the same may succeed later."""
    match error:
        case Busy():
            kind: type[Stop] = Blocked
        case Away():
            kind = CannotEvaluate
        case _:
            kind = Misused
    return kind(str(error), remedy=error.remedy)


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
        case ToolMissing():
            return CannotEvaluate(str(error))
        case Unsupported():
            return Misused(str(error))
        case CloudError() if took_effect:
            said = cloud_stop(error)
            return PartlyApplied(
                f"stopped: {said.summary}",
                detail=said.detail,
                remedy=go_on,
                left=tuple(took_effect),
                trouble=error.trouble,
            )
        case CloudError():
            return cloud_stop(error)
        case StoreError() if took_effect:
            return PartlyApplied(
                "stopped: the journal could not be written",
                detail=str(error),
                remedy=f"{error.remedy}; then {go_on}",
                left=tuple(took_effect),
            )
        case StoreError():
            return store_stop(error)
        case FenceLost():
            return Blocked("this run lost its locks and stopped", detail=str(error), remedy=go_on)
