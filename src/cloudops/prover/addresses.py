"""Address ranges neither overlap nor overflow: by intervals of integers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, ip_network

from cloudops.prover.ahead import Ahead, Thing, listed
from cloudops.prover.contract import Counterexample, Premise, Shown, broken, neither, proved
from cloudops.prover.naming import REMOVES, removed_by
from modalities.action import SdkCall
from modalities.resource import Kind, Provider

WIDEST, NARROWEST = 16, 28
"""Of networks and subnets on AWS (VPC user guide, "VPC CIDR blocks", "Subnet CIDR blocks")."""

KEPT = 5
"""Addresses of every subnet that AWS and Azure keep for themselves."""


@dataclass(frozen=True, slots=True)
class Range:
    first: int
    last: int
    thing: Thing

    @property
    def shown(self) -> str:
        return f"{self.thing.shown} ({self.thing.text('cidr')})"


def addresses(premise: Premise) -> Shown:
    ahead = premise.ahead
    if ahead is None:
        return neither(premise.unseen)
    made = [t for t in ahead.of(Kind.NETWORK, Kind.SUBNET) if t.made_by]
    unknown = [t.shown for t in made if not _known(ahead, t)]
    found = (
        *_bounds(premise, made),
        *_subnets(ahead),
        *_networks(ahead),
        *_overflows(premise, ahead),
    )
    if found:
        return broken(*found)
    if unknown or ahead.blind:
        what = listed([*unknown, *ahead.blind])
        return neither(f"the range or the network of {what} is only known when it is made")
    if not made:
        return proved("no range is made, and every subnet has room for what comes into it")
    return proved(f"{len(made)} new ranges lie apart, inside their networks, with room enough")


def _known(ahead: Ahead, thing: Thing) -> bool:
    lies = thing.kind is Kind.NETWORK or ahead.get(Kind.NETWORK, thing.text("network")) is not None
    return lies and _parsed(thing.text("cidr")) is not None


def _parsed(text: str) -> IPv4Network | None:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return None
    return network if isinstance(network, IPv4Network) else None


def ranges(things: Sequence[Thing]) -> list[Range]:
    """Those that are known, by their first address."""
    found: list[Range] = []
    for thing in things:
        for text in (thing.text("cidr"), *thing.texts("more")):
            network = _parsed(text)
            if network is not None:
                first = int(network.network_address)
                found.append(Range(first, first + network.num_addresses - 1, thing))
    return sorted(found, key=lambda r: (r.first, r.last))


def overlaps(found: Sequence[Range]) -> Iterator[tuple[Range, Range]]:
    """Pairs of ranges (by their first address) that share addresses, of which the plan makes one
    at least: every range that is in such a pair with an earlier one, once."""
    made: Range | None = None
    there: Range | None = None
    for range in found:
        if made is not None and range.first <= made.last:
            yield made, range
        elif range.thing.made_by and there is not None and range.first <= there.last:
            yield there, range
        if range.thing.made_by:
            made = range if made is None or range.last > made.last else made
        else:
            there = range if there is None or range.last > there.last else there


def _bounds(premise: Premise, made: Sequence[Thing]) -> Iterator[Counterexample]:
    if premise.plan.identity.provider is not Provider.AWS:
        return
    for thing in made:
        network = _parsed(thing.text("cidr"))
        if network is not None and not WIDEST <= network.prefixlen <= NARROWEST:
            text = f"{thing.shown} has the range {network}; AWS takes /{WIDEST} to /{NARROWEST}"
            yield Counterexample(text, _step(thing))


def _subnets(ahead: Ahead) -> Iterator[Counterexample]:
    inside: dict[str, list[Thing]] = defaultdict(list)
    for subnet in ahead.of(Kind.SUBNET):
        inside[subnet.text("network")].append(subnet)
    for id, subnets in inside.items():
        network = ahead.get(Kind.NETWORK, id)
        if network is None or not any(s.made_by for s in subnets):
            continue
        for one, other in overlaps(ranges(subnets)):
            later = other if other.thing.made_by else one
            yield Counterexample(
                f"{one.shown} and {other.shown} overlap in {network.shown}",
                _step(later.thing),
                "choose a range that is free, or name none",
            )
        yield from _outside(network, subnets)


def _outside(network: Thing, subnets: Sequence[Thing]) -> Iterator[Counterexample]:
    """A network may have more ranges than are seen: a subnet outside that is there shows it."""
    homes = ranges([network])
    if not homes:
        return
    out = [r for r in ranges(subnets) if not any(_within(r, home) for home in homes)]
    if any(not r.thing.made_by for r in out):
        return
    for subnet in out:
        yield Counterexample(
            f"{subnet.shown} does not lie in {homes[0].shown}",
            _step(subnet.thing),
            "choose a range inside the network's",
        )


def _within(inner: Range, outer: Range) -> bool:
    return outer.first <= inner.first and inner.last <= outer.last


def _networks(ahead: Ahead) -> Iterator[Counterexample]:
    """Legal, but such networks can never be joined."""
    for one, other in overlaps(ranges([*ahead.of(Kind.NETWORK)])):
        if one.thing is other.thing:
            continue
        later = other if other.thing.made_by else one
        yield Counterexample(
            f"{one.shown} and {other.shown} overlap: they can never be joined",
            _step(later.thing),
            "leave the range out, and a free one is taken",
            hard=False,
        )


def _overflows(premise: Premise, ahead: Ahead) -> Iterator[Counterexample]:
    """More interfaces than a subnet has addresses, when all is done."""
    new: Counter[str] = Counter()
    for thing in ahead.of(Kind.VM, Kind.NIC):
        if thing.made_by and not (thing.kind is Kind.VM and thing.texts("nics")):
            new[thing.text("subnet")] += thing.high
    if not new:
        return
    taken = _taken(premise, ahead)
    for id, count in new.items():
        subnet = ahead.get(Kind.SUBNET, id)
        network = _parsed(subnet.text("cidr")) if subnet else None
        if subnet is not None and network is not None:
            most = network.num_addresses - KEPT
            if taken[id] + count > most:
                has = f", {taken[id]} of them taken" if taken[id] else ""
                text = f"{count} addresses are needed in {subnet.shown}, {network} has {most}{has}"
                yield Counterexample(text, next(_needing(ahead, id), None), "take a larger subnet")


def _needing(ahead: Ahead, subnet: str) -> Iterator[str]:
    for thing in ahead.of(Kind.VM, Kind.NIC):
        if thing.made_by and thing.text("subnet") == subnet:
            yield _step(thing)


def _taken(premise: Premise, ahead: Ahead) -> Counter[str]:
    """Addresses in use by what is there and stays. A machine's interfaces go with it."""
    gone = {
        id
        for calls in premise.calls
        for call in calls
        if isinstance(call.action, SdkCall) and call.action.operation in REMOVES
        for id in removed_by(call.action)
    }
    taken: Counter[str] = Counter()
    for thing in ahead.of(Kind.NIC):
        if not thing.made_by and thing.text("attached_to") not in gone:
            taken[thing.text("subnet")] += 1
    for vm in ahead.of(Kind.VM):
        if not vm.made_by and not vm.texts("nics"):
            taken[vm.text("subnet")] += 1
    return taken


def _step(thing: Thing) -> str:
    return thing.made_by.partition("/")[0]
