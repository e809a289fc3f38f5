"""What keeps others out: names that only resolve to this machine, other pages, and script."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.console.sessions import Session

HOSTS = frozenset({"127.0.0.1", "localhost"})

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; "
    "form-action 'self'; base-uri 'none'",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}

LARGEST = 256 * 1024
"""Bytes of a form."""


class Protection:
    """Around the whole application."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._hosts = {f"{host}:{port}" for host in HOSTS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope["method"], headers)
        answer = self._app if refusal is None else PlainTextResponse(refusal[1], refusal[0])

        async def hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await answer(scope, receive, hardened)

    def _refusal(self, method: str, headers: Headers) -> tuple[int, str] | None:
        """A foreign name that resolves to this machine (DNS rebinding), or a form that another
        page has sent."""
        host = headers.get("host", "")
        if host not in self._hosts:
            return 403, "the console answers this machine only\n"
        if method in ("GET", "HEAD"):
            return None
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            return 403, "the request comes from another page\n"
        if int(headers.get("content-length", "0") or "0") > LARGEST:
            return 413, "the form is too large\n"
        return None


def genuine(request: Request, session: Session, posted: str = "") -> bool:
    """Whether the page that sent this was ours: it knows the session's token."""
    told = request.headers.get("x-csrf-token") or posted
    return secrets.compare_digest(told.encode(), session.csrf.encode())


def local_path(path: str, default: str) -> str:
    """``path`` where it is one of this console's pages, else ``default``: nobody is sent
    elsewhere after signing in."""
    parts = urlsplit(path)
    odd = any(c in path for c in "\\\r\n\t") or path.startswith("//")
    return default if odd or parts.scheme or parts.netloc or not path.startswith("/") else path
