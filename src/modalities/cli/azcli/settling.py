"""The end of what ``az rest`` began: it prints the first answer and does not wait.

The resource itself is looked at until its ``provisioningState`` is one that stays; of what ended
badly, the operation's own progress says why. The reads are those of the SDK hand.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from modalities.action import SdkCall
from modalities.azure import model
from modalities.azure.asking import Wire
from modalities.azure.effects import effect_of_call
from modalities.azure.errors import refusal
from modalities.azure.session import way
from modalities.receipt import CloudError, Trouble
from modalities.step import Effect
from modalities.target import Realm, Target

PAUSES = {Realm.SANDBOX: 0.1, Realm.PRODUCTION: 3.0}
"""Seconds between two looks."""

ENDED_BADLY = ("Failed", "Canceled")


class Late(CloudError):
    """It was accepted, and failed then: of what it was to make there may be a part."""


def settled(call: SdkCall, target: Target, body: Any, give_up: float, progress: str = "") -> Any:
    """The resource as it is at the end; ``body`` of what was over at once. ``progress`` is the
    address at which Azure tells how the operation goes. Raises CloudError, of what failed late
    as Late."""
    operation = model.operation_of(call)
    if operation is None or not operation.long_running or effect_of_call(call) is Effect.READ:
        return body
    subject = model.subject(operation, call.parameters, _subscription(target))
    if model.located("GET", subject) is None:
        return body
    while True:
        found = _look(target, subject, gone=operation.method == "DELETE")
        state = str((found.get("properties") or {}).get("provisioningState") or "Succeeded")
        if state in ENDED_BADLY:
            raise _late(target, state, progress)
        if not found or (state == "Succeeded" and operation.method != "DELETE"):
            return found
        if time.monotonic() > give_up:
            raise CloudError(Trouble.TIMEOUT, "NotOverInTime", f"it is still {state}")
        time.sleep(PAUSES[target.realm])


def in_part(call: SdkCall, target: Target, error: CloudError) -> CloudError:
    """What a command that waits itself says of a PUT that failed: as Late where the resource
    stands there in such a state."""
    operation = model.operation_of(call)
    if operation is None or operation.method != "PUT" or not operation.long_running:
        return error
    subject = model.subject(operation, call.parameters, _subscription(target))
    try:
        found = Wire(target).document(subject)
    except (CloudError, LookupError):
        return error
    if (found.get("properties") or {}).get("provisioningState") not in ENDED_BADLY:
        return error
    return Late(error.trouble, error.code, error.message, remedy=error.remedy)


def _late(target: Target, state: str, progress: str) -> Late:
    """With Azure's own code and words, where it tells them."""
    told: Mapping[str, Any] = {}
    if progress.startswith(f"{way(target).cloud.resource_manager}/"):
        with suppress(CloudError):
            told = Wire(target).at(progress)
    if not isinstance(told.get("error"), Mapping):
        message = f"it was accepted, and ended as {state}"
        return Late(Trouble.UNAVAILABLE, f"Provisioning{state}", message)
    why = refusal(400, told)
    return Late(why.trouble, why.code, why.message, remedy=why.remedy)


def _look(target: Target, subject: str, *, gone: bool) -> dict[str, Any]:
    """Nothing where it is gone, and may be. Raises CloudError."""
    try:
        return dict(Wire(target).document(subject))
    except CloudError as error:
        if gone and error.trouble is Trouble.NOT_FOUND:
            return {}
        raise


def _subscription(target: Target) -> str:
    return way(target).connection.subscription
