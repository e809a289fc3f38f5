"""No path from the internet to a port that the policies forbid, which was not there before.

A path goes through a gateway, a route and a public address to a machine whose groups let the
port in; or to a public load balancer, whose listener sends it on to the port of a target. What
is not seen is taken to let everything through: network ACLs, firewalls in the machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

from cloudops.prover.ahead import Ahead, Thing, listed, now
from cloudops.prover.contract import Counterexample, Premise, Shown, broken, neither, proved
from cloudops.prover.following import machines
from modalities.resource import Kind, Provider
from policies.open_admin_ports import ANYWHERE, EVERY_PROTOCOL, NO_PORTS, WORLD_V4, WORLD_V6


@dataclass(frozen=True, slots=True)
class Way:
    """From the internet to ``port`` of a machine; ``through`` says how, stop by stop."""

    machine: Thing
    port: int
    through: tuple[str, ...]

    @property
    def words(self) -> str:
        stops = ("the internet", *self.through, f"port {self.port} of {self.machine.shown}")
        return " -> ".join(stops)


def exposure(premise: Premise) -> Shown:
    ahead, world = premise.ahead, premise.world
    if ahead is None or world is None:
        return neither(premise.unseen)
    provider = premise.plan.identity.provider
    after = _Net(ahead, provider, premise.settings.admin_ports)
    ways = tuple(after.ways())
    before = _Net(now(world), provider, premise.settings.admin_ports) if ways else None
    old = {(w.machine.name, w.port): w.machine.id for w in before.ways()} if before else {}
    new = [way for way in ways if not _stood(way, old, ahead)]
    if new:
        return broken(*map(_told, _one_a_machine(new)))
    doubts = (*ahead.blind, *ahead.unread, *after.doubts)
    if doubts:
        return neither(f"it is not seen what {listed(dict.fromkeys(doubts))} lets in")
    stood = f"; {len(ways)} that stood before stay" if ways else ""
    return proved(f"none to a port that the policies forbid{stood}; network ACLs are not looked at")


def _stood(way: Way, old: Mapping[tuple[str, int], str], ahead: Ahead) -> bool:
    """Whether the machine was reached before, or the one in whose place it comes."""
    id = old.get((way.machine.name, way.port))
    return id == way.machine.id or (id is not None and ahead.get(Kind.VM, id) is None)


def _one_a_machine(ways: list[Way]) -> Iterator[Way]:
    told: set[tuple[str, tuple[str, ...]]] = set()
    for way in ways:
        key = (way.machine.id, way.through)
        if key not in told:
            told.add(key)
            yield way


def _told(way: Way) -> Counterexample:
    return Counterexample(
        way.words,
        way.machine.made_by.partition("/")[0] or None,
        "let in only the addresses that need it, or take the public way out",
    )


class _Net:
    """Who reaches whom in what a target holds. ``doubts`` are machines that may be reached, were
    more known of their routes."""

    def __init__(self, ahead: Ahead, provider: Provider, ports: tuple[int, ...]) -> None:
        self.doubts: list[str] = []
        self._ahead = ahead
        self._aws = provider is Provider.AWS
        self._ports = tuple(sorted(ports))
        self._open = {
            group.id: tuple(_openings(group.entries("rules")))
            for group in ahead.of(Kind.SECURITY_GROUP)
        }
        self._serving: dict[str, Thing] = {}
        self._main: dict[str, Thing] = {}
        for table in ahead.of(Kind.ROUTE_TABLE):
            self._serving |= dict.fromkeys(table.texts("subnets"), table)
            if table.attributes.get("main"):
                self._main[table.text("network")] = table
        self._addressed = {a.text("attached_to") for a in ahead.of(Kind.PUBLIC_IP)} - {""}

    def ways(self) -> Iterator[Way]:
        for vm in machines(self._ahead):
            yield from self._direct(vm)
        yield from self._balanced()

    def _direct(self, vm: Thing) -> Iterator[Way]:
        exposed = [
            (group, opening, port)
            for group in self._groups(vm)
            for opening in self._open.get(group, ())
            if opening.world
            for port in self._ports
            if opening.first <= port <= opening.last
        ]
        if not exposed or not self._public(vm):
            return
        for group, opening, port in exposed:
            gate = self._gate(vm.text("subnet"), vm.text("network"), opening.version)
            if gate is None:
                self.doubts.append(vm.shown)
            elif gate:
                yield Way(vm, port, (gate, self._rule(group, opening)))

    def _rule(self, group: str, opening: _Opening) -> str:
        thing = self._ahead.get(Kind.SECURITY_GROUP, group)
        return f"{thing.shown if thing else group} lets {opening.source} in"

    def _groups(self, thing: Thing) -> tuple[str, ...]:
        nics = (self._ahead.get(Kind.NIC, id) for id in thing.texts("nics"))
        more = (id for nic in nics if nic is not None for id in nic.texts("security_groups"))
        return tuple(dict.fromkeys((*thing.texts("security_groups"), *more)))

    def _public(self, vm: Thing) -> bool:
        return bool(vm.attributes.get("public_ip")) or vm.id in self._addressed

    def _gate(self, subnet: str, network: str, version: int) -> str | None:
        """The gateway that the subnet's traffic goes through; empty where it goes another way,
        None where that is not known. A network of Azure is routed to the internet by itself."""
        table = self._serving.get(subnet) or self._main.get(network)
        if table is None:
            return None if self._aws else "the network's own route"
        for route in table.entries("routes"):
            gateway = self._gateway(str(route.get("target")), network)
            if gateway and _is_world(str(route.get("destination"))) == version:
                return gateway
        return "" if self._aws else "the network's own route"

    def _gateway(self, id: str, network: str) -> str:
        gateway = self._ahead.get(Kind.GATEWAY, id)
        if gateway is None:
            return id if id.startswith("igw-") else ""
        networks = gateway.texts("networks")
        return gateway.shown if not networks or network in networks else ""

    def _balanced(self) -> Iterator[Way]:
        for listener in self._ahead.of(Kind.LISTENER):
            balancer = self._ahead.get(Kind.LOAD_BALANCER, listener.text("load_balancer"))
            pool = self._ahead.get(Kind.TARGET_GROUP, listener.text("target_group"))
            if balancer is not None and pool is not None and self._front(balancer, listener):
                yield from self._behind(balancer, listener, pool)

    def _front(self, balancer: Thing, listener: Thing) -> bool:
        port = listener.attributes.get("port")
        if not balancer.attributes.get("public") or not isinstance(port, int):
            return False
        groups = self._groups(balancer)
        admitted = not groups or any(
            o.world and o.first <= port <= o.last for g in groups for o in self._open.get(g, ())
        )
        network = balancer.text("network")
        gates = [self._gate(s, network, 4) for s in balancer.texts("subnets")] or [None]
        return admitted and any(gate != "" for gate in gates)

    def _behind(self, balancer: Thing, listener: Thing, pool: Thing) -> Iterator[Way]:
        front = set(self._groups(balancer))
        for target in pool.entries("targets"):
            vm = self._ahead.get(Kind.VM, str(target.get("vm")))
            port = target.get("port")
            if vm is not None and port in self._ports and self._admits(vm, front, port):
                stop = f"{balancer.shown} port {listener.attributes.get('port')}"
                yield Way(vm, port, (stop, pool.shown))

    def _admits(self, vm: Thing, front: set[str], port: int) -> bool:
        """Whether the machine's groups let the load balancer in: by its group, or by any range
        of addresses, of which it may have one."""
        for group in self._groups(vm):
            for opening in self._open.get(group, ()):
                if opening.first <= port <= opening.last and (
                    opening.source in front or opening.is_range
                ):
                    return True
        return False


@dataclass(frozen=True, slots=True)
class _Opening:
    source: str
    first: int
    last: int
    version: int
    """4 or 6 where the source is the world, else 0."""

    @property
    def world(self) -> bool:
        return self.version != 0

    @property
    def is_range(self) -> bool:
        return "/" in self.source or self.source.casefold() in ANYWHERE


def _openings(rules: tuple[Mapping[str, Any], ...]) -> Iterator[_Opening]:
    for rule in rules:
        protocol = str(rule.get("protocol", "all")).casefold()
        if rule.get("direction", "in") not in ("in", "ingress", "inbound") or protocol in NO_PORTS:
            continue
        first, last = rule.get("first_port"), rule.get("last_port")
        if protocol in EVERY_PROTOCOL or not isinstance(first, int) or first < 0:
            first, last = 0, 65535
        end = last if isinstance(last, int) and last >= 0 else first
        source = str(rule.get("source"))
        yield _Opening(source, first, end, _is_world(source))


def _is_world(source: str) -> int:
    """4 or 6 where the range is the world or a good part of it, as the policy has it; else 0."""
    if source.casefold() in ANYWHERE:
        return 4
    if "/" not in source:
        return 0
    try:
        network = ip_network(source, strict=False)
    except ValueError:
        return 0
    wide = WORLD_V4 if network.version == 4 else WORLD_V6
    return network.version if network.prefixlen < wide else 0
