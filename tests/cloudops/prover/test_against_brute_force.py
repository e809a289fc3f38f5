"""Each check beside the plainest thing that could be right, on cases small enough for it."""

from __future__ import annotations

import itertools
from ipaddress import IPv4Network, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudops.prover.addresses import overlaps, ranges
from cloudops.prover.ahead import Thing
from cloudops.prover.ordering import Ordering
from cloudops.prover.sums import Bound, Choice, Outcome, Sum, decide
from fakes.grounds import VPC, ground, group, machine, rule
from fakes.plans import call, ref, step
from fakes.proofs import proof_of, violated
from modalities.resource import Kind
from modalities.step import Effect, Step

IDS = tuple("abcdef")


@st.composite
def plans(draw: st.DrawFn) -> tuple[Step, ...]:
    """Steps with any needs among them, circles too, each changing one of two machines."""
    count = draw(st.integers(1, len(IDS)))
    ids = IDS[:count]
    made = []
    for id in draw(st.permutations(ids)):
        needs = tuple(sorted(draw(st.sets(st.sampled_from(ids), max_size=2))))
        machine = ref(Kind.VM, draw(st.sampled_from(["one", "two"])))
        made.append(step(id, Effect.CREATE, call("RunInstances"), machine, needs=needs))
    return tuple(made)


def possible_orders(steps: tuple[Step, ...]) -> list[tuple[str, ...]]:
    """Every order in which the steps may be done, by trying all."""
    needs = {s.id: set(s.needs) for s in steps}
    return [
        order
        for order in itertools.permutations(needs)
        if all(needs[id] <= set(order[:n]) for n, id in enumerate(order))
    ]


@given(plans())
def test_order_and_claims(steps: tuple[Step, ...]) -> None:
    ordering = Ordering(steps)
    orders = possible_orders(steps)
    assert bool(ordering.circle) == (not orders)
    if not orders:
        return
    assert ordering.line in orders
    for one, other in itertools.permutations(ordering.place, 2):
        always = all(order.index(one) < order.index(other) for order in orders)
        assert ordering.precedes(one, other) == always
    clash = any(
        s.changes == t.changes and not ordering.apart(s.id, t.id)
        for s, t in itertools.combinations(steps, 2)
    )
    assert ("claims" in violated(proof_of(steps, ground()))) == clash


@st.composite
def spans(draw: st.DrawFn) -> list[tuple[IPv4Network, bool]]:
    """Ranges in 10.0.0.0/24, each with whether the plan makes it; those that are there are
    apart, as they are in a cloud."""
    found: list[tuple[IPv4Network, bool]] = []
    for _ in range(draw(st.integers(0, 6))):
        prefix = draw(st.integers(25, 30))
        size = 2 ** (32 - prefix)
        base = draw(st.integers(0, 256 // size - 1)) * size
        network = ip_network((int(ip_network("10.0.0.0/24").network_address) + base, prefix))
        made = draw(st.booleans())
        assert isinstance(network, IPv4Network)
        if made or not any(network.overlaps(other) for other, new in found if not new):
            found.append((network, made))
    return found


@given(spans())
def test_ranges_that_overlap(found: list[tuple[IPv4Network, bool]]) -> None:
    things = [
        Thing(Kind.SUBNET, str(n), str(n), {"cidr": str(network)}, "step" if made else "")
        for n, (network, made) in enumerate(found)
    ]
    pairs = [
        (one, other)
        for (one, new), (other, newer) in itertools.combinations(found, 2)
        if (new or newer) and one.overlaps(other)
    ]
    told = list(overlaps(ranges(things)))
    assert bool(told) == bool(pairs)
    for one, other in told:
        assert one.first <= other.last
        assert other.first <= one.last
        assert one.thing.made_by or other.thing.made_by


@st.composite
def bounds(draw: st.DrawFn) -> tuple[Bound, list[Bound], list[Choice]]:
    """A sum of up to three counts with a limit, and other sums that bound them."""
    choices = []
    for n in range(draw(st.integers(1, 3))):
        low = draw(st.integers(0, 3))
        choices.append(Choice(f"n{n}", low, low + draw(st.integers(0, 4))))

    def bound(limits: st.SearchStrategy[int]) -> Bound:
        terms = [(float(draw(st.integers(-3, 5))), c) for c in choices]
        return Bound(Sum(draw(st.integers(-5, 5)), tuple(terms)), draw(limits))

    wanted = bound(st.integers(-10, 60))
    given_ones = [bound(st.integers(0, 30)) for _ in range(draw(st.integers(0, 2)))]
    return wanted, given_ones, choices


@settings(deadline=None)
@given(bounds())
def test_sums_of_choices(case: tuple[Bound, list[Bound], list[Choice]]) -> None:
    pytest.importorskip("z3", reason="sums that bound one another need the extra `prove`")
    wanted, given_ones, choices = case
    names = [c.name for c in choices]
    spans = [range(int(c.low), int(c.high or 0) + 1) for c in choices]
    all_values = [dict(zip(names, v, strict=True)) for v in itertools.product(*spans)]
    allowed = [v for v in all_values if all(g.sum.at(v) <= g.limit for g in given_ones)]
    broken = [v for v in allowed if wanted.sum.at(v) > wanted.limit]
    decision = decide(wanted, given_ones)
    assert decision.outcome is (Outcome.BROKEN if broken else Outcome.HOLDS)
    if decision.values is not None:
        assert {name: decision.values[name] for name in names} in broken


def test_a_choice_without_an_end_breaks_every_limit() -> None:
    total = Sum(3.0, ((2.0, Choice("n", 1, None)), (-1.0, Choice("m", 0, 4))))
    decision = decide(Bound(total, 100))
    assert decision.outcome is Outcome.BROKEN
    assert total.at(decision.values or {}) > 100


PORTS = (22, 443, 3389)
SOURCES = ("0.0.0.0/0", "10.0.0.0/8", "203.0.113.7/32", "0.0.0.0/1")


@given(
    public=st.booleans(),
    rules=st.lists(st.tuples(st.sampled_from(PORTS), st.sampled_from(SOURCES)), max_size=4),
    opened=st.tuples(st.sampled_from(PORTS), st.sampled_from(SOURCES)),
)
def test_a_port_that_is_opened(
    public: bool, rules: list[tuple[int, str]], opened: tuple[int, str]
) -> None:
    """New ways are those that the new rules give and the old ones do not."""
    guard = group("sg-0000000e", "guard", *(rule(port, source) for port, source in rules))
    here = ground(guard, *machine("i-0000000e", "inner", guard.id, public=public))
    permission = {"IpProtocol": "tcp", "FromPort": opened[0], "ToPort": opened[0]}
    action = call(
        "AuthorizeSecurityGroupIngress",
        GroupId=guard.id,
        IpPermissions=[{**permission, "IpRanges": [{"CidrIp": opened[1]}]}],
    )
    change = step("open", Effect.UPDATE, action, guard.ref)
    forbidden = {22, 3389}
    wide = {"0.0.0.0/0", "0.0.0.0/1"}
    before = {port for port, source in rules if source in wide} & forbidden
    after = before | ({opened[0]} & forbidden if opened[1] in wide else set())
    new = bool(after - before) and public
    assert ("exposure" in violated(proof_of((change,), here))) == new
    assert here.get(Kind.NETWORK, VPC) is not None
