"""One call on the wire, to its end, and what Azure answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from modalities.acting import Call
from modalities.action import SdkCall
from modalities.azure import ids, model
from modalities.azure.asking import Wire
from modalities.azure.effects import effect_of_call
from modalities.azure.errors import translated
from modalities.azure.operations import Operation
from modalities.azure.receipts import Answer
from modalities.azure.secrets import without_secrets
from modalities.azure.session import client, forget, way
from modalities.azure.traffic import noting
from modalities.private_keys import kept, place_for_key
from modalities.receipt import CloudError, Trouble
from modalities.step import Effect
from modalities.target import Target

HEADERS = {"ifMatch": "If-Match", "ifNoneMatch": "If-None-Match"}

LEAST = 0.5
"""Seconds below which it is no use to begin."""

ACCEPTED = 60.0
"""Seconds in which Azure takes an operation or does not, throttles waited out; then it is only
looked at."""


def send(target: Target, action: SdkCall, call: Call) -> Answer:
    """Send a bound call once and wait for its end; the vendor's retries apply as far as they
    are safe."""
    evidence: dict[str, Any] = {}
    try:
        operation = _known(action)
        require_own(action, target)
        with place_for_key(target, action, call) as place, noting(call.attempts, call.ends):
            body = _sent(target, operation, action, call, evidence)
            if place is not None and isinstance(body, Mapping):
                evidence |= kept(place, str(body.get("privateKey", "")))
        return Answer(without_secrets(body), _with_attempts(evidence, call))
    except CloudError as error:
        if error.trouble is Trouble.AUTH:
            forget()
        return Answer({}, _with_attempts(evidence, call), error)


def _sent(
    target: Target, operation: Operation, action: SdkCall, call: Call, evidence: dict[str, Any]
) -> Any:
    left = call.left
    accepted = call.covered  # what comes after it was accepted are looks
    if accepted < LEAST:
        raise CloudError(Trouble.TIMEOUT, "NoTimeLeft", "no time was left", sent=False)
    if operation.method in ("GET", "HEAD"):
        return Wire(target).answer(operation, action.parameters)
    from modalities.azure.pipeline import Deadline, limits
    from modalities.azure.polling import Begun, followed

    deadline = Deadline(left)
    method = _method(target, operation)
    given = arguments(operation, action.parameters)
    begun = Begun()
    # in the activity log a step's requests can be told by it
    traced = {"request_id": str(uuid5(NAMESPACE_URL, call.token))}
    with translated():
        if not operation.long_running:
            return method(**given, **limits(left), **traced, cls=_raw(evidence))
        method(**given, **limits(accepted), **traced, polling=begun)
        _note(begun.response, evidence)
        with _accepted(operation, evidence):
            return followed(begun, deadline, way(target).cloud.resource_manager)


def arguments(operation: Operation, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What the SDK's method is called with: placeholders, query parameters and body by the
    method's own names, preconditions as headers."""
    names = dict(operation.arguments)
    found: dict[str, Any] = {names[k]: v for k, v in parameters.items() if k in names}
    headers = {HEADERS[k]: str(v) for k, v in parameters.items() if k in HEADERS}
    return {**found, "headers": headers} if headers else found


def _method(target: Target, operation: Operation) -> Any:
    source = client(target, model.service_of(operation))
    group = getattr(source, operation.group) if operation.group else source
    return getattr(group, operation.name)


@contextmanager
def _accepted(operation: Operation, evidence: dict[str, Any]) -> Iterator[None]:
    """What fails after it was accepted: of a PUT there may be a part, in state ``Failed``."""
    try:
        yield
    except CloudError:
        raise
    except Exception:
        if operation.method == "PUT":
            evidence["partial"] = True
        raise


def _raw(evidence: dict[str, Any]) -> Any:
    """For ``cls`` of an SDK's method: the answer as JSON."""

    def take(response: Any, _: Any, __: Any) -> Any:
        _note(response, evidence)
        http = response.http_response
        return http.json() if http.content else None

    return take


def _note(response: Any, evidence: dict[str, Any]) -> None:
    http = response.http_response
    headers = http.headers
    request = headers.get("x-ms-request-id") or headers.get("x-ms-correlation-request-id")
    if request:
        evidence["request_id"] = str(request)
    evidence["http_status"] = int(http.status_code)


def _with_attempts(evidence: dict[str, Any], call: Call) -> dict[str, Any]:
    more: dict[str, Any] = {"attempts": len(call.attempts) + 1}
    if call.attempts:
        more["retries"] = list(call.attempts)
    return {**evidence, **more}


def _known(action: SdkCall) -> Operation:
    operation = model.operation_of(action)
    if operation is None:
        raise CloudError(
            Trouble.INVALID, "NoOperation", f"Azure's SDKs know no {action}", sent=False
        )
    return operation


def require_own(action: SdkCall, target: Target) -> None:
    """A write stays in the target's own group. Raises CloudError."""
    operation = _known(action)
    if effect_of_call(action) is Effect.READ:
        return
    subscription = way(target).connection.subscription
    group = str(target.resource_group)
    try:
        text = model.subject(operation, action.parameters, subscription)
    except KeyError as missing:
        raise CloudError(
            Trouble.INVALID, "NoParameter", f"{action} lacks {missing}", sent=False
        ) from missing
    parsed = ids.parse(text)
    if (
        parsed is None
        or parsed.subscription != subscription
        or parsed.group.casefold() != group.casefold()
    ):
        raise CloudError(
            Trouble.INVALID,
            "NotOfTheTarget",
            f"{text} is not in resource group {group} of the target",
            sent=False,
            remedy="configure a target for that resource group",
        )
