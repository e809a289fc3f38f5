"""The results of a gym run on disk: a line an episode, there for good as soon as it is over."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cloudops.errors import Blocked, Misused
from cloudops.gym.result import Result, from_line, to_line

RESULTS = "results.jsonl"
ORDER = "order.json"
LOCK = "lock"


class Ledger:
    """``place`` holds the results, the order they belong to, and a folder an episode."""

    def __init__(self, place: Path) -> None:
        self.place = place.absolute()
        self._lock = threading.Lock()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Made where it is missing, and nobody else at work in it. Raises Blocked, Misused."""
        try:
            self.place.mkdir(parents=True, exist_ok=True)
            lock = (self.place / LOCK).open("w")
        except OSError as error:
            raise Misused(f"{self.place} cannot be used: {error.strerror}") from None
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Blocked(
                    f"another gym run is at work in {self.place}", remedy="choose another --out"
                ) from None
            self._mend()
            yield

    def results(self) -> tuple[Result, ...]:
        """The newest of each episode, in the order they were first played. A line that a kill
        cut short is none."""
        found: dict[str, Result] = {}
        try:
            lines = (self.place / RESULTS).read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return ()
        for line in lines:
            try:
                result = from_line(line)
            except ValueError:
                continue
            found[result.key] = result
        return tuple(found.values())

    def done(self) -> frozenset[str]:
        """Keys of the episodes that need not be played again."""
        return frozenset(result.key for result in self.results() if result.counts)

    def add(self, result: Result) -> None:
        """Durable when it returns."""
        with self._lock, (self.place / RESULTS).open("a", encoding="utf-8") as file:
            file.write(to_line(result) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def order(self) -> Mapping[str, Any]:
        """What was ordered; empty where nothing was yet."""
        try:
            data: Any = json.loads((self.place / ORDER).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, Mapping) else {}

    def put_order(self, order: Mapping[str, Any]) -> None:
        draft = self.place / f"{ORDER}.new"
        draft.write_text(json.dumps(order, indent=1, ensure_ascii=False), encoding="utf-8")
        draft.replace(self.place / ORDER)

    def folder(self, key: str) -> Path:
        """Where an episode keeps its own."""
        return self.place / "episodes" / key

    def _mend(self) -> None:
        """A last line that a kill cut short gets its end, so that the next begins a new one."""
        path = self.place / RESULTS
        if path.is_file() and not (text := path.read_bytes()).endswith(b"\n") and text:
            with path.open("ab") as file:
                file.write(b"\n")
