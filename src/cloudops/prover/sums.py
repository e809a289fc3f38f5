"""Sums that stay under a limit whatever a plan leaves open.

What is left open is a choice between two bounds. A sum of choices alone is decided by intervals,
exactly and at once. Where other sums bound the same choices (a quota bounds how many machines
there can be, and so what they cost), the corners of the intervals may be out of reach: then Z3
decides, which is the only place that needs it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MILLISECONDS = 1000
"""That Z3 may take for one sum; then it is not decided."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A number that is only known later, from ``low`` to ``high`` (None: no bound is known)."""

    name: str
    low: float
    high: float | None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Sum:
    """``constant`` and so much for each of the choices, each of which stands here once."""

    constant: float
    terms: tuple[tuple[float, Choice], ...] = ()

    @property
    def most(self) -> float:
        """The largest value by intervals."""
        return self.constant + sum(_most(each, choice) for each, choice in self.terms)

    def at(self, values: Mapping[str, float]) -> float:
        return self.constant + sum(each * values[choice.name] for each, choice in self.terms)


@dataclass(frozen=True, slots=True)
class Bound:
    """``sum`` is at most ``limit``."""

    sum: Sum
    limit: float


class Outcome(StrEnum):
    HOLDS = "holds"
    BROKEN = "broken"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Decision:
    """``values`` are those of a choice that breaks the bound; ``how`` says what decided, or why
    nothing did."""

    outcome: Outcome
    how: str
    values: Mapping[str, float] | None = None


def decide(bound: Bound, given: Sequence[Bound] = ()) -> Decision:
    """Whether the bound holds for every choice that keeps to those ``given``."""
    if bound.sum.most <= bound.limit:
        return Decision(Outcome.HOLDS, "by intervals")
    corner = dict(_corner(bound))
    if all(g.sum.at(_with(corner, g)) <= g.limit for g in given):
        return Decision(Outcome.BROKEN, "by intervals", corner)
    return _by_z3(bound, given)


def _most(each: float, choice: Choice) -> float:
    if each == 0:
        return 0.0
    if each < 0:
        return each * choice.low
    return math.inf if choice.high is None else each * choice.high


def _corner(bound: Bound) -> Iterator[tuple[str, float]]:
    """The choice of the largest sum; of what has no bound, enough to break this one."""
    for each, choice in bound.sum.terms:
        if each <= 0:
            yield choice.name, choice.low
        elif choice.high is not None:
            yield choice.name, choice.high
        else:
            lowest = bound.sum.constant + sum(
                e * (c.low if e > 0 or c.high is None else c.high) for e, c in bound.sum.terms
            )
            yield choice.name, choice.low + max(0, math.floor((bound.limit - lowest) / each)) + 1


def _with(values: Mapping[str, float], bound: Bound) -> Mapping[str, float]:
    return {**{c.name: c.low for _, c in bound.sum.terms}, **values}


def _by_z3(bound: Bound, given: Sequence[Bound]) -> Decision:
    try:
        import z3
    except ImportError:
        return Decision(Outcome.UNDECIDED, "z3 missing (pip install 'cloudops-agent[prove]')")
    choices = {c.name: c for b in (bound, *given) for _, c in b.sum.terms}
    numbers = {n: (z3.Int if c.whole else z3.Real)(n) for n, c in choices.items()}
    solver = z3.Solver()
    solver.set("timeout", MILLISECONDS)
    for name, choice in choices.items():
        solver.add(numbers[name] >= _exact(z3, choice.low))
        if choice.high is not None:
            solver.add(numbers[name] <= _exact(z3, choice.high))
    for other in given:
        solver.add(_expression(z3, other.sum, numbers) <= _exact(z3, other.limit))
    solver.add(_expression(z3, bound.sum, numbers) > _exact(z3, bound.limit))
    answer = solver.check()
    if answer == z3.unsat:
        return Decision(Outcome.HOLDS, "by Z3")
    if answer != z3.sat:
        return Decision(Outcome.UNDECIDED, f"Z3 came to no end in {MILLISECONDS} ms")
    model = solver.model()
    values = {n: _number(model.eval(v, model_completion=True)) for n, v in numbers.items()}
    return Decision(Outcome.BROKEN, "by Z3", values)


def _exact(z3: Any, value: float) -> Any:
    """The number as it is written, not as a float has it."""
    return z3.RealVal(repr(round(value, 6)))


def _expression(z3: Any, sum: Sum, numbers: Mapping[str, Any]) -> Any:
    total = _exact(z3, sum.constant)
    for each, choice in sum.terms:
        total = total + _exact(z3, each) * numbers[choice.name]
    return total


def _number(value: Any) -> float:
    """A whole number or a fraction of a model."""
    return float(value.as_fraction() if hasattr(value, "as_fraction") else value.as_long())
