"""What a cloud's error means for the run that met it before anything was changed."""

from __future__ import annotations

from cloudops.errors import (
    Blocked,
    CannotEvaluate,
    ExecutionFailed,
    LimitReached,
    Misused,
    Stop,
)
from modalities.receipt import CloudError, Trouble

STOPS: dict[Trouble, type[Stop]] = {
    Trouble.AUTH: Misused,
    Trouble.THROTTLED: Blocked,
    Trouble.QUOTA: LimitReached,
    Trouble.UNAVAILABLE: CannotEvaluate,
    Trouble.TIMEOUT: CannotEvaluate,
    Trouble.NOT_EMULATED: CannotEvaluate,
}


def stop_of(error: CloudError) -> Stop:
    """The Stop for a CloudError met while reading or planning; all else is exit 1."""
    kind = STOPS.get(error.trouble, ExecutionFailed)
    return kind(error.message, detail=error.code, remedy=error.remedy)
