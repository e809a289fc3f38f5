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


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings on the plan with this digest. ``broken`` names policies that crashed:
    their answer counts as a denial."""

    digest: str
    findings: tuple[Finding, ...] = ()
    evaluated: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.broken and all(f.severity is not Severity.DENY for f in self.findings)
