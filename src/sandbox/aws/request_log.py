"""What was asked of the sandbox: a JSON line per request, and counters. Never a header, a
parameter or a body, which may hold secrets."""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sandbox.aws.call import call_of, operation_of

ROTATE_AT = 16 << 20
"""Bytes; the log before this one is kept once."""

NAME = re.compile(r"[A-Za-z0-9.:_-]{1,80}")


class RequestLog:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.counts: Counter[str] = Counter()
        self.forked(path)

    def forked(self, path: Path) -> None:
        """In a child: a lock and a file of its own."""
        self.path = path
        self._lock = threading.Lock()
        self.counts.clear()

    def around(self, inner: WSGIApplication) -> WSGIApplication:
        def serve(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            seen: list[int] = []

            def note(status: str, headers: list[tuple[str, str]], *more: object) -> object:
                seen.append(int(status[:3]))
                return start(status, headers, *more)  # type: ignore[arg-type]

            begun = time.perf_counter()
            answer = inner(environ, note)  # type: ignore[arg-type]
            self._write(environ, seen[-1] if seen else 0, time.perf_counter() - begun)
            return answer

        return serve

    def _write(self, environ: WSGIEnvironment, status: int, seconds: float) -> None:
        call = call_of(environ)
        operation = operation_of(call, environ)
        what = f"{_plain(call.service)}:{_plain(operation)}"
        line = {
            "at": round(time.time(), 3),
            "account": call.account,
            "call": what,
            "status": status,
            "ms": round(seconds * 1000, 1),
        }
        with self._lock:
            self.counts[what] += 1
            with self.path.open("a") as file:
                file.write(json.dumps(line) + "\n")
                full = file.tell() > ROTATE_AT
            if full:
                self.path.replace(self.path.with_suffix(".1.jsonl"))


def _plain(name: str) -> str:
    """Names come from whoever sends the request: only what looks like one is written down."""
    return name if NAME.fullmatch(name) else "?"
