"""Where ``az rest`` was told to look for the end of what it began: it prints no headers, but its
log has them.

The log is asked for by az's own setting, for one command, into a directory of ours that goes
with the command; it holds bodies, too.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ANSWERED = re.compile(r"Response headers:(?P<headers>.*?)Response content:", re.DOTALL)
PROGRESS = re.compile(r"'azure-asyncoperation': '(https://[^'\s]+)'", re.IGNORECASE)

LONGEST = 4_000_000
"""Characters of a log."""


@dataclass(frozen=True, slots=True)
class Log:
    place: Path

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            "AZURE_LOGGING_ENABLE_LOG_FILE": "yes",
            "AZURE_LOGGING_LOG_DIR": str(self.place),
        }

    def progress(self) -> str:
        """The address of the operation's own progress, of the last answer; empty where it
        named none."""
        try:
            with (self.place / "az.log").open(encoding="utf-8", errors="replace") as file:
                text = file.read(LONGEST)
        except OSError:
            return ""
        told = [found["headers"] for found in ANSWERED.finditer(text)]
        found = PROGRESS.search(told[-1]) if told else None
        return found[1] if found else ""


@contextmanager
def log(home: Path) -> Iterator[Log]:
    place = Path(tempfile.mkdtemp(prefix="log-", dir=home))
    try:
        yield Log(place)
    finally:
        shutil.rmtree(place, ignore_errors=True)
