"""What a policy is asked about."""

from __future__ import annotations

from dataclasses import dataclass, replace

from modalities.plan import Cost, Plan
from modalities.resource import World
from modalities.target import Realm
from policies.finding import Finding, Severity
from policies.settings import PolicySettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A plan, and what there is to know about it.

    ``world`` is what the target holds before the plan. ``explicit`` are the person's own words
    that asked for deletions, as they stood; empty where nobody asked for one. ``standing`` is
    what the target costs now; None where nobody worked it out. ``realm`` is there for policies
    to say where they judged: the rules are the same in the sandbox, or its rehearsals would
    promise what production then refuses. ``as_it_stands``: the plan brings about somebody's own
    code without an edit. Only there the sandbox is milder: see :attr:`tried_out`.
    """

    plan: Plan
    world: World
    settings: PolicySettings
    explicit: tuple[str, ...]
    realm: Realm
    standing: Cost | None = None
    as_it_stands: bool = False

    @property
    def tried_out(self) -> bool:
        """A program that is there already, put through where nothing is real: to see what it
        does is what the sandbox is for, and nobody's wish is made a plan of. What production
        will refuse is said, and does not stop it."""
        return self.as_it_stands and self.realm is Realm.SANDBOX

    def weighed(self, finding: Finding) -> Finding:
        """A denial that is only told where a program is tried out."""
        if not self.tried_out or finding.severity is not Severity.DENY:
            return finding
        reason = f"{finding.reason}; a production target refuses this"
        return replace(finding, severity=Severity.WARN, reason=reason)
