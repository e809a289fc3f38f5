"""What a check is given, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from cloudops.prover.ahead import Ahead
from cloudops.prover.ordering import Ordering
from modalities.contract import Problem
from modalities.plan import Plan
from modalities.resource import World
from modalities.step import Step
from policies.finding import Standing
from policies.settings import PolicySettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a run may use up; None where nothing was said. ``monthly`` is in USD for all that
    the target costs after the plan, ``standing`` what it costs now, ``each`` what one machine of
    a step costs that leaves open how many it starts; ``steps`` are actions sent, those that take
    the plan back included."""

    monthly: float | None = None
    standing: float | None = None
    each: Mapping[str, float] = field(default_factory=dict)
    steps: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Premise:
    """A plan and what is known beside it.

    ``calls`` are the vendor's calls that each step comes to, in the plan's order. ``world`` is
    what the target holds before the plan, None where nobody looked. ``problems`` is what the
    hands' own checks said of the actions, None where they were not asked. ``quotas`` are the
    most of a kind that the account may hold. ``lenient`` are properties of which a violation is
    only told. ``begun``: a part of the plan is done already, so ``world`` is none of before.
    ``reversal``: every step takes back what another plan did, as that plan itself says.
    ``fault`` is what went wrong while the calls were followed; then ``ahead`` is None.
    """

    plan: Plan
    calls: tuple[tuple[Step, ...], ...]
    ordering: Ordering
    world: World | None = None
    ahead: Ahead | None = None
    problems: tuple[Problem, ...] | None = None
    settings: PolicySettings = field(default_factory=PolicySettings)
    limits: Limits = Limits()
    quotas: Mapping[str, int] = field(default_factory=dict)
    lenient: frozenset[str] = frozenset()
    begun: bool = False
    reversal: bool = False
    fault: str = ""

    @property
    def unseen(self) -> str:
        """Why it is not known what the target will hold, where it is not."""
        if self.fault:
            return f"the plan's calls could not be followed: {self.fault}"
        if self.begun:
            return "a part of the plan is done: what was there before is not known any more"
        return "what the target holds is not known here; `apply` looks"


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A way in which a property does not hold, in words that name steps and values. A ``hard``
    one denies the plan, another is a warning."""

    text: str
    step: str | None = None
    remedy: str = ""
    hard: bool = True


@dataclass(frozen=True, slots=True)
class Shown:
    """What a check came to. ``says`` is one line for people; with counterexamples the first of
    them stands in its place."""

    standing: Standing
    says: str
    counterexamples: tuple[Counterexample, ...] = ()


Check: TypeAlias = Callable[[Premise], Shown]


def proved(says: str) -> Shown:
    return Shown(Standing.PROVED, says)


def neither(why: str) -> Shown:
    return Shown(Standing.NEITHER, why)


def broken(*counterexamples: Counterexample) -> Shown:
    """Violated; by soft counterexamples alone, not shown."""
    hard = any(c.hard for c in counterexamples)
    standing = Standing.VIOLATED if hard else Standing.NEITHER
    return Shown(standing, counterexamples[0].text, counterexamples)
