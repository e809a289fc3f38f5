"""Whether tries get anywhere: by what they fail with, and by how far they come."""

from __future__ import annotations

import re

from cloudops.planner.ailing import Ailment

PARTICULARS = re.compile(r"\b[a-z]+-[0-9a-f]{8,}\b|\b[0-9a-f-]{32,}\b|\d+")
"""Ids and numbers, which are others in each copy."""

PATIENCE = 2
"""Tries in a row that may come no further than one before, each otherwise than the last."""


class Headway:
    """The tries of one hand so far."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str, str]] = set()
        self._furthest = -1
        self._idle = 0

    def stuck(self, ailment: Ailment) -> str:
        """Why another try is of no use, in words; empty where it may be."""
        failure = ailment.failure
        signature = ailment.step, failure.code, PARTICULARS.sub("#", failure.message)
        if signature in self._seen:
            return "the same again"
        self._seen.add(signature)
        if ailment.done > self._furthest:
            self._furthest, self._idle = ailment.done, 0
            return ""
        self._idle += 1
        return "no further than before" if self._idle > PATIENCE else ""
