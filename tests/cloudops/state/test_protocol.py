"""The protocol of claims, leases and fences, every interleaving of two and three holders.

A model and its exhaustive search, on one page, importing nothing of ours; that the store does
what the model says is what test_claims_model.py and test_store_contract.py are for. Holders want
one key, alone or shared; each may at any moment crash and come back under its name, be overtaken,
renew, give back, or have its lease broken. Time is in ticks of the store's clock; ``SKEW`` is by
how many a holder's own clock may lag in one call. Held to, in every state that can be reached:

- no two live leases on the key unless both share it; fences only rise;
- no effect reaches the cloud while another has a lease that conflicts, and none with an old fence
  after one with a newer: given that a call ends by its deadline, which a margin covers.

What is asked too is that the search would find a fault: without the margin, without the look at the
fence, where a process is stopped between that look and the call, and where a lease is broken under
a call, it does. The last two are the residual risk that docs/rooms/state.md names; a cloud that
takes fences closes both.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import pytest

T = TypeVar("T")
TTL, CALL, SKEW = 4, 1, 1
FENCES = 4
"""Grants in one history: more only repeat what three holders can do to each other."""


@dataclass(frozen=True, slots=True)
class Holder:
    """``fence`` is what its process believes to have; ``call``: ticks until its call is given up,
    None where none is under way."""

    fence: int = 0
    call: int | None = None
    lag: int = 0


@dataclass(frozen=True, slots=True)
class State:
    holders: tuple[Holder, ...]
    leases: tuple[tuple[int, int], ...]
    """Of each holder, in the store: its fence, and the ticks that are left; (0, 0) is none."""
    queue: tuple[int, ...] = ()
    counter: int = 0
    cloud: int = 0
    """The fence of the newest effect."""


@dataclass(frozen=True, slots=True)
class Rules:
    modes: tuple[str, ...]
    margin: int = SKEW
    looks: bool = True
    stops: bool = False
    breaks: bool = False
    cloud_fences: bool = False


class Fault(Exception):
    pass


def conflict(rules: Rules, one: int, other: int) -> bool:
    return one != other and "x" in (rules.modes[one], rules.modes[other])


def live(state: State) -> Iterator[int]:
    return (h for h, (_, left) in enumerate(state.leases) if left > 0)


def put(items: tuple[T, ...], n: int, item: T) -> tuple[T, ...]:
    return (*items[:n], item, *items[n + 1 :])


def steps(state: State, rules: Rules) -> Iterator[tuple[str, State]]:
    """All that can happen next."""
    yield from ticks(state, rules)
    for h, holder in enumerate(state.holders):
        yield f"{h} crashes", replace(state, holders=put(state.holders, h, Holder()))
        yield from in_store(state, rules, h, holder)
        yield from in_cloud(state, rules, h, holder)


def ticks(state: State, rules: Rules) -> Iterator[tuple[str, State]]:
    """Time passes. A call whose deadline came is over; a clock may lag, a stopped process stays."""
    leases = tuple((fence, left - 1) if left > 1 else (0, 0) for fence, left in state.leases)
    options: list[tuple[Holder, ...]] = [()]
    for holder in state.holders:
        later = [holder]
        if holder.call is not None:
            later = [replace(holder, call=holder.call - 1 if holder.call else None)]
            if holder.lag < SKEW or rules.stops:
                later.append(replace(holder, lag=min(SKEW, holder.lag + 1)))
        options = [(*before, each) for before in options for each in later]
    for holders in options:
        yield "a tick", replace(state, holders=holders, leases=leases)


def in_store(state: State, rules: Rules, h: int, holder: Holder) -> Iterator[tuple[str, State]]:
    fence, left = state.leases[h]
    if holder.call is None and state.counter < FENCES:
        yield claimed(state, rules, h, holder)
    mine = left > 0 and fence == holder.fence
    if mine:
        renewed = replace(state, leases=put(state.leases, h, (fence, TTL)))
        yield f"{h} renews", renewed
    if mine and holder.call is None:
        given = put(state.holders, h, Holder())
        yield f"{h} releases", replace(state, holders=given, leases=put(state.leases, h, (0, 0)))
    if left > 0 and rules.breaks:
        yield f"{h} is broken", replace(state, leases=put(state.leases, h, (0, 0)))


def claimed(state: State, rules: Rules, h: int, holder: Holder) -> tuple[str, State]:
    """Granted, where nobody who conflicts holds it or came first; else a place in the queue. Who
    has a lease already does not queue. A place may be lost at any time (its seconds pass)."""
    place = state.queue.index(h) if h in state.queue else len(state.queue)
    ahead = () if state.leases[h][1] else state.queue[:place]
    if any(conflict(rules, h, other) for other in (*live(state), *ahead)):
        queue = state.queue if h in state.queue else (*state.queue, h)
        return f"{h} waits", replace(state, queue=queue)
    counter = state.counter + 1
    return f"{h} claims", State(
        put(state.holders, h, Holder(counter)),
        put(state.leases, h, (counter, TTL)),
        tuple(other for other in state.queue if other != h),
        counter,
        state.cloud,
    )


def in_cloud(state: State, rules: Rules, h: int, holder: Holder) -> Iterator[tuple[str, State]]:
    fence, left = state.leases[h]
    if h in state.queue:
        gone = tuple(other for other in state.queue if other != h)
        yield f"{h} loses its place", replace(state, queue=gone)
    if holder.fence and holder.call is None and rules.modes[h] == "x":
        held = fence == holder.fence and left > CALL + rules.margin
        if held or not rules.looks:
            sending = replace(holder, call=CALL, lag=0)
            yield f"{h} sends", replace(state, holders=put(state.holders, h, sending))
    if holder.call is not None:
        answered = replace(state, holders=put(state.holders, h, replace(holder, call=None, lag=0)))
        yield f"{h} is answered", answered
        yield f"{h}'s call takes effect", effect(state, rules, h, holder)


def effect(state: State, rules: Rules, h: int, holder: Holder) -> State:
    if rules.cloud_fences and holder.fence < state.cloud:
        return state  # 412
    others = [other for other in live(state) if conflict(rules, h, other)]
    if holder.fence < state.cloud:
        raise Fault(f"{h} writes with fence {holder.fence} after {state.cloud}")
    if others and not rules.cloud_fences:
        raise Fault(f"{h} writes while {others} hold")
    return replace(state, cloud=holder.fence)


def check(before: State, state: State, rules: Rules) -> None:
    holding = tuple(live(state))
    if any(conflict(rules, a, b) for a in holding for b in holding):
        raise Fault(f"{holding} hold at once")
    fences = [state.leases[h][0] for h in holding]
    if len(set(fences)) < len(fences) or any(fence > state.counter for fence in fences):
        raise Fault(f"fences {fences} of {state.counter}")
    granted = [f for h, (f, _) in enumerate(state.leases) if f and f != before.leases[h][0]]
    if any(fence <= before.counter for fence in granted):
        raise Fault(f"{granted} granted after {before.counter}")
    if len(set(state.queue)) < len(state.queue):
        raise Fault(f"{state.queue} wait")


def explored(rules: Rules) -> tuple[int, str]:
    """How many states there are, and the shortest history that ends in a fault, if any does."""
    first = State(tuple(Holder() for _ in rules.modes), tuple((0, 0) for _ in rules.modes))
    came: dict[State, tuple[State, str] | None] = {first: None}
    todo = deque([first])
    while todo:
        state = todo.popleft()
        try:
            for what, after in steps(state, rules):
                check(state, after, rules)
                if after not in came:
                    came[after] = (state, what)
                    todo.append(after)
        except Fault as fault:
            return len(came), told(state, came, str(fault))
    return len(came), ""


def told(state: State, came: dict[State, tuple[State, str] | None], fault: str) -> str:
    history = [fault]
    while (before := came[state]) is not None:
        state, what = before
        history.append(what)
    return ", ".join(reversed(history))


@pytest.mark.parametrize("modes", ["xx", "xs", "xxs"])
def test_no_interleaving_breaks_it(modes: str) -> None:
    count, fault = explored(Rules(tuple(modes)))
    assert fault == ""
    assert count > 1_000


@pytest.mark.parametrize(
    "rules",
    [
        Rules(("x", "x"), margin=-1),
        Rules(("x", "x"), looks=False),
        Rules(("x", "x"), stops=True),
        Rules(("x", "x"), breaks=True),
    ],
    ids=["no margin", "no look", "stopped before the call", "broken under a call"],
)
def test_each_guard_is_needed(rules: Rules) -> None:
    assert "writes" in explored(rules)[1]


def test_a_cloud_that_takes_fences_needs_no_clock() -> None:
    rules = Rules(("x", "x"), margin=-1, looks=False, stops=True, breaks=True, cloud_fences=True)
    assert explored(rules)[1] == ""
