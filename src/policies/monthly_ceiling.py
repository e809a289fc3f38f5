"""What the target costs after the plan stays under its owner's ceiling."""

from __future__ import annotations

from collections.abc import Iterator

from modalities.plan import Cost
from policies.finding import Finding, Severity
from policies.subject import Subject

ID = "monthly-ceiling"


def evaluate(subject: Subject) -> Iterator[Finding]:
    """DENY where the plan raises the cost above the ceiling, or may do so for all that is
    known: a price that is missing proves nothing. A plan that costs no more is let through,
    however much the target costs already."""
    ceiling = subject.settings.monthly_ceiling
    change = subject.plan.cost
    if ceiling is None or not subject.plan.steps:
        return
    if change is None or subject.standing is None:
        yield _finding("what this costs was not worked out", "run it through the planner")
        return
    added, missing = at_most(change)
    if added <= 0 and not missing:
        return
    standing, missing_before = at_most(subject.standing)
    total = standing + added
    unknown = tuple(dict.fromkeys((*missing, *missing_before)))
    if total > ceiling:
        yield _finding(
            f"{'more than' if unknown else 'up to'} {total:.2f} USD a month after this plan "
            f"({standing:.2f} now), the ceiling is {ceiling:.2f}",
            "ask for less or smaller resources, or raise the ceiling",
        )
    elif unknown:
        yield _finding(
            f"the ceiling of {ceiling:.2f} USD a month cannot be shown to hold: "
            f"no price is known for {', '.join(unknown)}",
            "run `cloudops prices refresh`, or choose a size whose price is known",
        )


def at_most(cost: Cost) -> tuple[float, tuple[str, ...]]:
    """The sum of what is known, each line at its upper bound where only that is known, and
    what has neither price nor bound."""
    total = 0.0
    missing: list[str] = []
    for line in cost.lines:
        bound = line.monthly if line.monthly is not None else line.at_most
        if bound is None:
            missing.append(line.what)
        else:
            total += bound
    return round(total, 2), tuple(missing)


def _finding(reason: str, remedy: str) -> Finding:
    return Finding(ID, Severity.DENY, reason, None, remedy)
