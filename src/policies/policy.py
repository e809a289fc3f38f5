"""What a policy is: a pure function over a subject, with a name and a reason to exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from policies.finding import Finding, Severity
from policies.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """``id`` is what configuration, findings and ``cloudops policy`` call it. ``severity`` is
    that of its ordinary finding; single findings may be milder. ``why`` says what it guards
    against and where the rule comes from. ``fixed``: its severity cannot be lowered by settings.

    ``evaluate`` reads nothing but its argument, changes nothing and gives the same answer
    every time.
    """

    id: str
    title: str
    severity: Severity
    why: str
    evaluate: Callable[[Subject], Iterable[Finding]]
    fixed: bool = False
