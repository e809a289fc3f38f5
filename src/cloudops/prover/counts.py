"""How many of a kind there will be, and the account's quotas of them where they are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cloudops.prover.ahead import listed, now
from cloudops.prover.contract import Counterexample, Premise, Shown, broken, neither, proved
from cloudops.prover.sums import Bound, Choice, Outcome, Sum, decide
from modalities.action import SdkCall
from modalities.resource import Kind
from modalities.step import Step


def choices(premise: Premise) -> Mapping[str, Choice]:
    """By step, how many machines it starts where it leaves that open."""
    found: dict[str, Choice] = {}
    for step, calls in zip(premise.plan.steps, premise.calls, strict=True):
        for call in calls:
            bounds = _bounds(call)
            if bounds is not None:
                found[step.id] = Choice(f"machines of {step.id}", *bounds)
    return found


def _bounds(call: Step) -> tuple[int, int] | None:
    action = call.action
    if not isinstance(action, SdkCall) or action.operation != "RunInstances":
        return None
    low, high = action.parameters.get("MinCount"), action.parameters.get("MaxCount")
    if isinstance(low, int) and isinstance(high, int) and low < high:
        return low, high
    return None


def quota_bounds(premise: Premise) -> tuple[Bound, ...]:
    """What the account itself does not let happen: more of a kind than its quota."""
    if premise.ahead is None:
        return ()
    return tuple(Bound(_sum(premise, kind), most) for kind, most in _known(premise))


def _known(premise: Premise) -> Iterator[tuple[Kind, int]]:
    for name, most in premise.quotas.items():
        yield Kind(name), most


def _sum(premise: Premise, kind: Kind) -> Sum:
    """Of a kind when all is done."""
    open_ones = choices(premise)
    constant, terms = 0, []
    for thing in premise.ahead.of(kind) if premise.ahead else ():
        choice = open_ones.get(thing.made_by) if kind is Kind.VM else None
        if choice is None:
            constant += thing.high
        else:
            terms.append((1.0, choice))
    return Sum(constant, tuple(terms))


def quotas(premise: Premise) -> Shown:
    if not premise.quotas:
        return neither("no quota of this account is known")
    if premise.ahead is None or premise.world is None:
        return neither(premise.unseen)
    found: list[Counterexample] = []
    doubts: list[str] = []
    told: list[str] = []
    for kind, quota in _known(premise):
        before = sum(1 for _ in now(premise.world).of(kind))
        total = _sum(premise, kind)
        decision = decide(Bound(total, quota))
        passing = _at_once(premise, kind)
        if decision.outcome is Outcome.BROKEN and total.most > before:
            text = f"{int(total.most)} {kind.words}s after this plan, {before} now"
            found.append(Counterexample(f"{text}: the account's quota is {quota}", None, RAISE))
        elif passing > quota and passing > before:
            doubts.append(f"{kind.words} ({passing} at one time, quota {quota})")
        told.append(f"{int(total.most)} of {quota} {kind.words}s")
    if found:
        return broken(*found)
    if premise.ahead.blind:
        return neither(f"it is not seen what {listed(premise.ahead.blind)} makes")
    if doubts:
        return neither(f"until what goes is gone there may be too many: {listed(doubts)}")
    return proved(f"at most {listed(told)}")


RAISE = "ask the provider for a higher quota, or for less here"


def _at_once(premise: Premise, kind: Kind) -> int:
    """The most of a kind that there may be on the way: all that is made, and all that was."""
    made = sum(t.high for t in premise.ahead.of(kind) if t.made_by) if premise.ahead else 0
    return made + (sum(1 for _ in now(premise.world).of(kind)) if premise.world else 0)
