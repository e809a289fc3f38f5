"""A run as a stream: one JSON event a line while it goes on; the document comes last."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TextIO

from cloudops.views.document import document

if TYPE_CHECKING:
    from cloudops.engine.report import Report


class Stream:
    """An Observer that writes ``{seq, stage, what, body}`` a line; ``seq`` rises by one from 1
    whatever the events are numbered by, so that a reader sees a gap."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._seq = 0
        self._gone = False
        self._lock = threading.Lock()

    def event(self, seq: int, stage: str, what: str, body: Mapping[str, Any]) -> None:  # noqa: ARG002
        with self._lock:
            self._seq += 1
            event = {"seq": self._seq, "stage": stage, "what": what, "body": body}
            self._write(event)

    def end(self, report: Report) -> None:
        """The document, as the last line."""
        with self._lock:
            self._write(document(report))

    def close(self) -> None:
        """Nothing is kept open: whoever opened the file closes it."""

    def _write(self, data: object) -> None:
        if self._gone:
            return
        try:
            self._file.write(json.dumps(data, ensure_ascii=False, default=str) + "\n")
            self._file.flush()
        except (OSError, ValueError):
            # Whoever read the stream has gone; the run must not end for that.
            self._gone = True
