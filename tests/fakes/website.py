"""A web server for one test: pages as text, and a record of all that was asked."""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias

Answer: TypeAlias = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    body: str
    cookie: str


Page: TypeAlias = str | Callable[[Asked], Answer | str]

SHELL = "<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title></head>"


@dataclass
class Site:
    """``pages`` by path; ``POST /path`` where only that method is meant."""

    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site._serve(self)

            def do_POST(self) -> None:
                site._serve(self)

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    def writes(self) -> list[Asked]:
        return [each for each in self.asked if each.method == "POST"]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("content-length") or 0)
        asked = Asked(
            handler.command,
            handler.path,
            handler.rfile.read(length).decode("utf-8", "replace"),
            handler.headers.get("cookie", ""),
        )
        self.asked.append(asked)
        if key := handler.headers.get("sec-websocket-key"):
            _web_socket(handler, key)
            return
        path = handler.path.partition("?")[0]
        page = self.pages.get(f"{handler.command} {path}", self.pages.get(path))
        answer = page(asked) if callable(page) else page
        if answer is None:
            answer = (404, {}, b"nothing here")
        status, headers, body = (200, {}, html(answer)) if isinstance(answer, str) else answer
        handler.send_response(status)
        for name, value in {"content-type": "text/html; charset=utf-8", **headers}.items():
            handler.send_header(name, value)
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


def _web_socket(handler: BaseHTTPRequestHandler, key: str) -> None:
    """Opened, and never heard of again (RFC 6455, 4.2.2)."""
    magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    accept = b64encode(sha1((key + magic).encode()).digest()).decode()  # noqa: S324
    handler.protocol_version = "HTTP/1.1"
    handler.send_response(101)
    for name, value in (("Upgrade", "websocket"), ("Connection", "Upgrade")):
        handler.send_header(name, value)
    handler.send_header("Sec-WebSocket-Accept", accept)
    handler.end_headers()
    handler.rfile.read(1)


def html(body: str, title: str = "A page") -> bytes:
    return (SHELL.format(title=title) + f"<body>{body}</body></html>").encode()


def moved(where: str, **headers: str) -> Answer:
    return 303, {"location": where, **headers}, b""
