"""A server on loopback that speaks the protocol of chat completions, and does what it is told."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Turn:
    """What one request is answered with. ``text`` is streamed in pieces; ``status`` other than
    200 sends ``error``; ``pause`` seconds pass before each piece; ``reset`` breaks the line
    after so many pieces; ``raw`` is sent as it stands."""

    text: str = ""
    finish: str | None = "stop"
    refusal: str = ""
    tokens: tuple[int, int] | None = (100, 20)
    status: int = 200
    error: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0
    reset: int | None = None
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """``headers`` by their names in lower case."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class ModelServer:
    """Takes a turn of ``script`` for each question; ``asked`` has what came in."""

    def __init__(self, *script: Turn) -> None:
        self.script = list(script)
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(_Handler):
            owner = server

        return Handler

    def turn(self) -> Turn:
        return self.script.pop(0) if self.script else Turn(status=500)

    @contextmanager
    def running(self) -> Iterator[ModelServer]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    owner: ModelServer

    def do_GET(self) -> None:
        self.owner.asked.append(
            Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, {})
        )
        self._whole(200, {"object": "list", "data": []}, {})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.owner.asked.append(
            Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
        )
        turn = self.owner.turn()
        try:
            self._answer(turn)
        except OSError:
            self.close_connection = True

    def _answer(self, turn: Turn) -> None:
        if turn.status != 200:
            self._whole(turn.status, {"error": turn.error}, turn.headers)
            return
        self.send_response(200)
        for name, value in {"Content-Type": "text/event-stream", **turn.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if turn.raw is not None:
            self.wfile.write(turn.raw)
            return
        for number, piece in enumerate(_pieces(turn)):
            if number == turn.reset:
                self._reset()
                return
            time.sleep(turn.pause)
            self.wfile.write(f"data: {json.dumps(piece)}\n\n".encode())
            self.wfile.flush()
        self.wfile.write(b"data: [DONE]\n\n")

    def _whole(self, status: int, document: Any, headers: dict[str, str]) -> None:
        content = json.dumps(document).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _reset(self) -> None:
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing to stderr."""


def _pieces(turn: Turn) -> Iterator[dict[str, Any]]:
    step = max(1, len(turn.text) // 8)
    for start in range(0, len(turn.text), step):
        yield _chunk({"content": turn.text[start : start + step]})
    if turn.refusal:
        yield _chunk({"refusal": turn.refusal})
    if turn.finish:
        yield _chunk({}, turn.finish)
    if turn.tokens:
        into, out = turn.tokens
        usage = {"prompt_tokens": into, "completion_tokens": out, "total_tokens": into + out}
        yield {**_chunk({}), "choices": [], "usage": usage}


def _chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    head = {"id": "c-1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return {**head, "choices": [choice]}
