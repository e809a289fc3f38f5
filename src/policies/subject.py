"""What a policy is asked about."""

from __future__ import annotations

from dataclasses import dataclass

from modalities.plan import Cost, Plan
from modalities.resource import World
from modalities.target import Realm
from policies.settings import PolicySettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A plan, and what there is to know about it.

    ``world`` is what the target holds before the plan. ``explicit`` are the person's own words
    that asked for deletions, as they stood; empty where nobody asked for one. ``standing`` is
    what the target costs now; None where nobody worked it out. ``realm`` is there for policies
    to say where they judged: the rules are the same in the sandbox, or its rehearsals would
    promise what production then refuses.
    """

    plan: Plan
    world: World
    settings: PolicySettings
    explicit: tuple[str, ...]
    realm: Realm
    standing: Cost | None = None
