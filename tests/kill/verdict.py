"""What came of a run that was stopped and taken up again."""

from __future__ import annotations

from dataclasses import dataclass, field

UNBROKEN = "unbroken"
"""The moment of a run that nothing happened to, and that is then undone."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``came_to`` is ``goal`` or ``start`` (of the cloud), ``told`` (not all could be taken back,
    and what stays was listed), ``not begun``, ``not reached``, ``out of time`` (the harness waited
    no longer), or ``wrong``."""

    hand: str
    specimen: str
    moment: str
    ending: str
    came_to: str
    exit_code: int
    seconds: float
    twice: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    claims: int = 0
    detail: str = ""

    @property
    def good(self) -> bool:
        return self.came_to not in ("wrong", "out of time") and not (
            self.twice or self.orphans or self.claims
        )
