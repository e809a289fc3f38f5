"""The end of what ``az rest`` began: it prints the first answer and does not wait.

Its answer's headers are not to be had, so the resource itself is looked at until its
``provisioningState`` is one that stays; the reads are those of the SDK hand.
"""

from __future__ import annotations

import time
from typing import Any

from modalities.action import SdkCall
from modalities.azure import model
from modalities.azure.asking import Wire
from modalities.azure.effects import effect_of_call
from modalities.receipt import CloudError, Trouble
from modalities.step import Effect
from modalities.target import Realm, Target

PAUSES = {Realm.SANDBOX: 0.1, Realm.PRODUCTION: 3.0}
"""Seconds between two looks."""

ENDED_BADLY = ("Failed", "Canceled")


def settled(call: SdkCall, target: Target, body: Any, give_up: float) -> Any:
    """The resource as it is at the end; ``body`` of what was over at once. Raises CloudError."""
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
            message = f"it was accepted, and ended as {state}"
            raise CloudError(Trouble.UNAVAILABLE, f"Provisioning{state}", message)
        if not found or (state == "Succeeded" and operation.method != "DELETE"):
            return found
        if time.monotonic() > give_up:
            raise CloudError(Trouble.TIMEOUT, "NotOverInTime", f"it is still {state}")
        time.sleep(PAUSES[target.realm])


def _look(target: Target, subject: str, *, gone: bool) -> dict[str, Any]:
    """Nothing where it is gone, and may be. Raises CloudError."""
    try:
        return dict(Wire(target).document(subject))
    except CloudError as error:
        if gone and error.trouble is Trouble.NOT_FOUND:
            return {}
        raise


def _subscription(target: Target) -> str:
    from modalities.azure.session import way

    return way(target).connection.subscription
