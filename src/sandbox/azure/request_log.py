"""Which operations were asked for: never a header, a parameter or a body."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path

from sandbox.azure.ids import last_provider, segments
from sandbox.azure.requests import Request
from sandbox.azure.routing import operation_of

ROTATE_AT = 8 << 20


class RequestLog:
    """One line a request; the file of before is kept as ``.1.jsonl``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.counts: Counter[str] = Counter()
        self._file = path.open("a")

    def write(self, request: Request, status: int, seconds: float) -> None:
        what = name_of(request)
        self.counts[what] += 1
        line = {
            "at": round(time.time(), 3),
            "call": what,
            "status": status,
            "ms": round(seconds * 1000, 2),
        }
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()
        if self._file.tell() > ROTATE_AT:
            self._file.close()
            self.path.replace(self.path.with_suffix(".1.jsonl"))
            self._file = self.path.open("a")


def name_of(request: Request) -> str:
    """Method and template without its scope; ``?`` where the table does not know it."""
    found = operation_of(request.method, request.path)
    if found is None:
        return f"{request.method} ?"
    parts = segments(found.template)
    where = last_provider(parts)
    return f"{request.method} {'/'.join(parts if where is None else parts[where + 1 :])}"
