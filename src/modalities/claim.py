"""Claims on resources, and the lease they are held under."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from modalities.step import Step


class Mode(StrEnum):
    SHARED = "shared"
    EXCLUSIVE = "exclusive"


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    key: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class Lease:
    """Claims held by one run until ``expires_at``; ``fence`` rises with every grant."""

    holder: str
    claims: tuple[Claim, ...]
    fence: int
    expires_at: datetime


def claims_of(steps: Iterable[Step]) -> tuple[Claim, ...]:
    """What must be held while ``steps`` run: exclusive on what changes, shared on what is
    used and on every container of either; sorted by key, so all holders take one order."""
    modes: dict[str, Mode] = {}
    for step in steps:
        for ref in step.uses:
            modes.setdefault(ref.key, Mode.SHARED)
        for ref in step.changes:
            modes[ref.key] = Mode.EXCLUSIVE
        for ref in (*step.changes, *step.uses):
            for key in ref.ancestors():
                modes.setdefault(key, Mode.SHARED)
    return tuple(Claim(key, modes[key]) for key in sorted(modes))
