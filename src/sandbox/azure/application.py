"""The server's application (ASGI): one emulated cloud behind one address.

Plain ASGI: the resource manager's paths are found by the operation table, so a web framework's
routing would have nothing to do.
"""

from __future__ import annotations

import asyncio
import json
import time
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox.azure import front, sign_in
from sandbox.azure.cloud import EmulatedCloud
from sandbox.azure.compute import boot_diagnostics
from sandbox.azure.controls import PREFIX, Controls
from sandbox.azure.ids import segments
from sandbox.azure.request_log import RequestLog
from sandbox.azure.requests import Answer, Request

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
LARGEST = 64 << 20
"""Bytes of a body. Azure takes 4 MB in a template; a world for a copy is larger."""


class Application:
    """``cloud`` may be put in the place of another at any time; ``last`` is when it was last
    asked something (monotonic seconds)."""

    def __init__(self, cloud: EmulatedCloud, controls: Controls, log: RequestLog) -> None:
        self.cloud = cloud
        self.last = time.monotonic()
        self._controls = controls
        self._log = log

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        self.last = time.monotonic()
        request = _request(scope, await _body(receive))
        begun = time.perf_counter()
        answer = await self._answer(request)
        self._log.write(request, answer.status, time.perf_counter() - begun)
        if answer.wait:
            await asyncio.sleep(answer.wait)
        if answer.lost and (transport := scope.get("cloudops.transport")) is not None:
            await _cut(transport)
            return
        await _send(send, request, answer)

    async def _answer(self, request: Request) -> Answer:
        if not _is_local(request):
            return Answer(403, {"error": {"code": "Forbidden", "message": "this machine only"}})
        if request.path.startswith(PREFIX):
            return await self._controls.answer(self, request)
        try:
            signed = sign_in.answer(request, segments(request.path))
            blob = None if signed else boot_diagnostics.answer(self.cloud, request)
            return signed or blob or front.answer(self.cloud, request)
        except Exception:  # noqa: BLE001 - any fault of ours ends here, and never as a 5xx
            traceback.print_exc()
            message = f"{request.method} failed inside the emulator; nothing was done"
            return Answer(400, {"error": {"code": "NotEmulated", "message": message}})


def _request(scope: Message, body: bytes) -> Request:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    request = Request(
        scope["method"],
        unquote(scope["raw_path"].decode("latin-1")) if scope.get("raw_path") else scope["path"],
        dict(query),
        headers,
        body,
        f"https://{headers.get('host', 'localhost')}",
    )
    return _signed(request)


def _signed(request: Request) -> Request:
    from dataclasses import replace

    return replace(request, principal=sign_in.principal_of(request) or "")


def _is_local(request: Request) -> bool:
    """No web page gets in: neither under a foreign name for this machine, nor across origins."""
    host = urlsplit(request.base).hostname
    origin = request.headers.get("origin")
    return host in HOSTS and (not origin or urlsplit(origin).hostname in HOSTS)


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size <= LARGEST:
            parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


async def _send(send: Send, request: Request, answer: Answer) -> None:
    headers = {"Cache-Control": "no-cache", **answer.headers}
    content = b""
    if isinstance(answer.body, bytes):
        content, headers = answer.body, {"Content-Type": "text/plain", **headers}
    elif answer.body is not None and request.method != "HEAD":
        content = json.dumps(answer.body, separators=(",", ":")).encode()
        headers["Content-Type"] = "application/json; charset=utf-8"
    if request.headers.get("x-ms-return-client-request-id", "").casefold() == "true":
        headers["x-ms-client-request-id"] = request.headers.get("x-ms-client-request-id", "")
    if answer.status != 204:
        headers["Content-Length"] = str(len(content))
    pairs = [
        (k.encode("latin-1", "replace"), v.encode("latin-1", "replace")) for k, v in headers.items()
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": pairs})
    await send({"type": "http.response.body", "body": content})


async def _cut(transport: asyncio.Transport) -> None:
    """End the connection; the server sees that before we return."""
    transport.abort()
    for _ in range(3):
        await asyncio.sleep(0)
