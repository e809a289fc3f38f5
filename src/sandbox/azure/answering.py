"""From what was done to the answer, in the terms of the operation table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from modalities.azure.operations import Operation
from sandbox.azure import operations
from sandbox.azure.contract import Done
from sandbox.azure.documents import Document
from sandbox.azure.ids import parse
from sandbox.azure.refusal import bad_request
from sandbox.azure.requests import Answer, Request

if TYPE_CHECKING:
    from sandbox.azure.cloud import EmulatedCloud

DEFAULTS = {"PUT": (200, 201), "DELETE": (200, 202, 204), "PATCH": (200, 202), "POST": (200, 202)}
"""Statuses of operations that no SDK of ours knows."""


def answer(
    cloud: EmulatedCloud, request: Request, known: Operation | None, done: Done, resource: str
) -> Answer:
    if done.entries is not None or done.items is not None:
        return Answer(200, _page(cloud, request, done), done.headers)
    if done.status is not None:
        return Answer(done.status, done.body, done.headers)
    if _long_running(cloud, known, done):
        return _accepted(cloud, request, known, done, resource)
    return Answer(_status(request.method, known, done), done.body, done.headers)


def _long_running(cloud: EmulatedCloud, known: Operation | None, done: Done) -> bool:
    if known is not None:
        return known.long_running
    return done.failed is not None or done.seconds * cloud.settings.pace + done.delay > 0


def _status(method: str, known: Operation | None, done: Done) -> int:
    taken = known.statuses if known else DEFAULTS.get(method, (200,))
    match method:
        case "PUT":
            wanted = (201, 202, 200) if done.created else (200, 202, 201)
        case "DELETE" | "POST" | "PATCH":
            wanted = (200, 204, 201) if done.body is not None else (200, 204, 202)
        case _:
            wanted = (200, 204, 202)
    return next((status for status in wanted if status in taken), taken[0])


def _accepted(
    cloud: EmulatedCloud, request: Request, known: Operation | None, done: Done, resource: str
) -> Answer:
    taken = known.statuses if known else DEFAULTS.get(request.method, (202,))
    begun = cloud.operations.begin(
        cloud.now(),
        done.seconds * cloud.settings.pace + done.delay,
        lambda: _result(cloud, request.method, done, resource),
        done.failed,
        done.at_end,
    )
    if request.method == "PUT":
        status = _status("PUT", known, done)
    else:
        status = 202 if 202 in taken else taken[0]
    body = done.body if request.method in ("PUT", "PATCH") else None
    return Answer(status, body, {**done.headers, **_links(request, begun, status, resource)})


def _result(cloud: EmulatedCloud, method: str, done: Done, resource: str) -> Any:
    """What there is when it is over."""
    if method in ("PUT", "PATCH") and (entry := cloud.get(resource)) is not None:
        return cloud.shown(entry)
    return done.body


def _links(
    request: Request, begun: operations.Operation, status: int, resource: str
) -> dict[str, str]:
    """Where the operation can be followed. Microsoft.Resources itself has Location alone."""
    id = parse(resource)
    namespace = id.namespace if id else "Microsoft.Resources"
    subscription = f"/subscriptions/{id.subscription}" if id and id.subscription else ""
    version = quote(next(v for n, v in request.query.items() if n.casefold() == "api-version"))
    where = f"{request.base}{subscription}/providers/{namespace}/locations/global"
    links = {"Azure-AsyncOperation": f"{where}/operations/{begun.id}?api-version={version}"}
    if status == 202:
        if namespace == "Microsoft.Resources":
            links = {}
        links["Location"] = f"{where}/operationResults/{begun.id}?api-version={version}"
    return links


def _page(cloud: EmulatedCloud, request: Request, done: Done) -> Document:
    rows: tuple[Any, ...] = done.entries if done.entries is not None else done.items or ()
    query = {name.casefold(): value for name, value in request.query.items()}
    start, top = _number(query, "$skiptoken", 0), _number(query, "$top", 0)
    length = min(top or cloud.settings.page, cloud.settings.page)
    part = rows[start : start + length]
    value = list(part)
    if done.entries is not None:
        value = [(done.row or cloud.shown)(entry) for entry in part]
    page: dict[str, Any] = {"value": value}
    more = start + length < len(rows)
    if more and not (top and top <= cloud.settings.page):
        again = {n: v for n, v in request.query.items() if n.casefold() != "$skiptoken"}
        query_text = urlencode({**again, "$skiptoken": str(start + length)})
        page["nextLink"] = f"{request.base}{quote(request.path)}?{query_text}"
    return page


def _number(query: dict[str, str], name: str, default: int) -> int:
    text = query.get(name, "")
    if not text:
        return default
    if not text.isdecimal():
        raise bad_request("InvalidQueryParameterValue", f"{name} '{text}' is not a number.")
    return int(text)
