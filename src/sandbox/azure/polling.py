"""Long-running operations as clients follow them: Azure-AsyncOperation, or Location."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.azure.operations import Operation, Status
from sandbox.azure.requests import Answer, Request
from sandbox.azure.showing import stamp

if TYPE_CHECKING:
    from sandbox.azure.cloud import EmulatedCloud

FOLLOWED = frozenset({"operations", "operationstatuses", "operationresults"})
WAIT = {"retry-after-ms": "200"}
"""Without it clients wait 30 s; with Retry-After: 0, too, and fractions of seconds break some."""


def answer(cloud: EmulatedCloud, request: Request, parts: list[str]) -> Answer | None:
    """None where the path follows no operation that is known."""
    if request.method != "GET" or len(parts) < 2 or parts[-2].casefold() not in FOLLOWED:
        return None
    operation = cloud.operations.get(parts[-1].casefold())
    if operation is None:
        return None
    status = operation.status(cloud.now())
    if parts[-2].casefold() == "operationresults":
        return _result(request, operation, status)
    body: dict[str, Any] = {
        "id": request.path,
        "name": operation.id,
        "status": status.value,
        "startTime": stamp(operation.begun),
    }
    if status is Status.RUNNING:
        return Answer(200, body, WAIT)
    body["endTime"] = stamp(operation.until)
    if operation.failed is not None:
        body["error"] = operation.failed.error
    return Answer(200, body)


def _result(request: Request, operation: Operation, status: Status) -> Answer:
    if status is Status.RUNNING:
        version = request.query.get("api-version", "")
        here = f"{request.base}{request.path}?api-version={version}"
        return Answer(202, None, {"Location": here, **WAIT})
    if operation.failed is not None:
        return Answer(operation.failed.status, {"error": operation.failed.error})
    body = operation.result()
    return Answer(204) if body is None else Answer(200, body)
