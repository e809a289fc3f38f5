"""What was found so far, a line of JSON each: a harness that was stopped goes on where it was."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from kill.verdict import Verdict


class Ledger:
    """``path`` None keeps nothing beyond this process. Used by several threads."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self.verdicts: list[Verdict] = []
        if path is not None and path.exists():
            self.verdicts = [Verdict(**json.loads(line)) for line in path.read_text().splitlines()]

    def done(self) -> set[tuple[str, str, str]]:
        """Hand, specimen and moment of all that was tried."""
        return {(v.hand, v.specimen, v.moment) for v in self.verdicts}

    def add(self, verdicts: Iterable[Verdict]) -> None:
        with self._lock:
            for verdict in verdicts:
                self.verdicts.append(verdict)
                if self._path is not None:
                    with self._path.open("a") as file:
                        file.write(json.dumps(asdict(verdict)) + "\n")
