"""What a policy says of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """DENY stops the run; WARN is shown before the question; INFO is shown with ``-v``."""

    INFO = "info"
    WARN = "warn"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Finding:
    policy: str
    severity: Severity
    reason: str
    step: str | None = None
    remedy: str = ""


class Standing(StrEnum):
    """How far a property of a plan is known to hold, best first."""

    PROVED = "proved"
    REHEARSED = "rehearsed"
    """Seen to hold in a copy, which proves nothing of the target itself."""
    NEITHER = "neither"
    VIOLATED = "violated"


@dataclass(frozen=True, slots=True)
class Property:
    """Something that should hold of a plan, and how far that is known. ``says`` is one line:
    what was shown, why it was not, or the first counterexample. docs/prove.md has them all."""

    id: str
    title: str
    standing: Standing
    says: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings on the plan with this digest. ``broken`` names policies that crashed:
    their answer counts as a denial. ``properties`` is what was proved of the very plan; empty
    where nobody tried."""

    digest: str
    findings: tuple[Finding, ...] = ()
    evaluated: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    properties: tuple[Property, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.broken and all(f.severity is not Severity.DENY for f in self.findings)
