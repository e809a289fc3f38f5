"""One call on the wire, and what AWS answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import floor
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError

from modalities.acting import Call
from modalities.action import SdkCall
from modalities.aws.errors import AWS_ERRORS
from modalities.aws.receipts import Answer
from modalities.aws.secrets import without_secrets
from modalities.aws.session import client, refused
from modalities.aws.traffic import is_loopback, noting
from modalities.private_keys import kept, place_for_key
from modalities.receipt import CloudError, Trouble
from modalities.target import Target

BARE = frozenset({"500", "501"})
"""Codes that are no more than the HTTP status."""

LEAST = 0.5
"""Seconds below which it is no use to begin."""


def send(target: Target, action: SdkCall, call: Call) -> Answer:
    """Send a bound call once; the vendor's retries apply as far as they are safe."""
    try:
        with place_for_key(target, action, call) as place, noting(call.attempts, call.ends):
            made = client(_in_time(target, call.deadline), action.service)
            response = getattr(made, xform_name(action.operation))(**action.parameters)
            evidence = _evidence(response, call.attempts)
            if place is not None:
                evidence |= kept(place, response["KeyMaterial"])
            operation = made.meta.service_model.operation_model(action.operation)
            return Answer(without_secrets(operation, response), evidence)
    except AWS_ERRORS as error:
        answered = error.response if isinstance(error, ClientError) else {}
        failure = _perhaps_a_gap(refused(error, action.service, target), action, target)
        return Answer({}, _evidence(answered, call.attempts), failure)


def _perhaps_a_gap(failure: CloudError, action: SdkCall, target: Target) -> CloudError:
    """An emulated cloud on this machine that fails without a reason has, as a rule, no such
    operation: that says nothing about the plan."""
    if failure.code not in BARE or not is_loopback(target.endpoint_url or ""):
        return failure
    return CloudError(
        failure.trouble,
        failure.code,
        f"the emulated cloud at {target.endpoint_url} failed at {action} (HTTP {failure.code}): "
        "most likely a gap of the emulator",
        sent=failure.sent,
        remedy="see its own log; a real target or `--target sandbox` may well have it",
    )


def _in_time(target: Target, deadline: float) -> Target:
    """The target with the time that is left, in whole seconds so that few clients are made."""
    if deadline < LEAST:
        raise CloudError(Trouble.TIMEOUT, "NoTimeLeft", "no time was left", sent=False)
    if deadline >= target.timeout:
        return target
    return replace(target, timeout=float(floor(deadline)) or LEAST)


def _evidence(response: Mapping[str, Any], retries: list[str]) -> dict[str, Any]:
    metadata = response.get("ResponseMetadata", {})
    found = {
        "request_id": metadata.get("RequestId") or metadata.get("HostId"),
        "http_status": metadata.get("HTTPStatusCode"),
        "attempts": len(retries) + 1,
        "retries": list(retries),
    }
    return {name: value for name, value in found.items() if value not in (None, [])}
