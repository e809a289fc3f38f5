"""No path from the internet to a port that the policies forbid, which was not there before.

A path goes through a gateway, a route and a public address to a machine whose groups let the
port in; or to a public load balancer, whose listener sends it on to the port of a target. What
is not seen is taken to let everything through: network ACLs, firewalls in the machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from cloudops.prover.ahead import Ahead, Thing, listed, now
from cloudops.prover.contract import Counterexample, Premise, Shown, broken, neither, proved
from cloudops.prover.following import machines
from cloudops.prover.openings import Opening, openings, openings_by_priority, world
from modalities.resource import Kind, Provider


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
    ahead, there = premise.ahead, premise.world
    if ahead is None or there is None:
        return neither(premise.unseen)
    provider = premise.plan.identity.provider
    after = _Net(ahead, provider, premise.settings.admin_ports)
    ways = tuple(after.ways())
    before = _Net(now(there), provider, premise.settings.admin_ports) if ways else None
    old = {(w.machine.name, w.port): w.machine.id for w in before.ways()} if before else {}
    new = [way for way in ways if not _stood(way, old, ahead)]
    if new:
        sure = provider is Provider.AWS or not ahead.unread
        return broken(*(replace(_told(way), hard=sure) for way in _one_a_machine(new)))
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
        self._open = {group.id: self._let_in(group) for group in ahead.of(Kind.SECURITY_GROUP)}
        self._serving: dict[str, Thing] = {}
        self._main: dict[str, Thing] = {}
        for table in ahead.of(Kind.ROUTE_TABLE):
            self._serving |= dict.fromkeys(table.texts("subnets"), table)
            if table.attributes.get("main"):
                self._main[table.text("network")] = table
        self._addressed = {a.text("attached_to") for a in ahead.of(Kind.PUBLIC_IP)} - {""}

    def _let_in(self, group: Thing) -> tuple[Opening, ...]:
        rules = group.entries("rules")
        found = openings(rules) if self._aws else openings_by_priority(rules, self._ports)
        return tuple(found)

    def ways(self) -> Iterator[Way]:
        for vm in machines(self._ahead):
            yield from self._direct(vm)
        yield from self._balanced()

    def _direct(self, vm: Thing) -> Iterator[Way]:
        if not self._public(vm):
            return
        groups = self._groups(vm)
        if not self._aws and not groups:
            self.doubts.append(vm.shown)
        for group, opening, port in self._exposed(groups):
            gate = self._gate(vm.text("subnet"), vm.text("network"), opening.world)
            if gate is None:
                self.doubts.append(vm.shown)
            elif gate:
                yield Way(vm, port, (gate, self._rule(group, opening)))

    def _exposed(self, groups: tuple[str, ...]) -> Iterator[tuple[str, Opening, int]]:
        """On AWS one group is enough to be let in; on Azure each on the way must agree."""
        for group in groups:
            for opening in self._open.get(group, ()):
                ports = (p for p in self._ports if opening.world and opening.admits(p))
                for port in ports:
                    if self._aws or all(self._agrees(g, port) for g in groups):
                        yield group, opening, port

    def _agrees(self, group: str, port: int) -> bool:
        return any(o.world and o.admits(port) for o in self._open.get(group, ()))

    def _rule(self, group: str, opening: Opening) -> str:
        thing = self._ahead.get(Kind.SECURITY_GROUP, group)
        return f"{thing.shown if thing else group} lets {opening.source} in"

    def _groups(self, thing: Thing) -> tuple[str, ...]:
        nics = (self._ahead.get(Kind.NIC, id) for id in thing.texts("nics"))
        found = [nic for nic in nics if nic is not None]
        subnets = (self._ahead.get(Kind.SUBNET, nic.text("subnet")) for nic in found)
        stops = (*found, *(subnet for subnet in subnets if subnet is not None))
        more = (id for stop in stops for id in stop.texts("security_groups"))
        # on Azure a machine has those of its interfaces and subnets, and its own list is of before
        own = thing.texts("security_groups") if self._aws or not found else ()
        return tuple(dict.fromkeys((*own, *more)))

    def _public(self, vm: Thing) -> bool:
        nics = (self._ahead.get(Kind.NIC, id) for id in vm.texts("nics"))
        by_nic = any(nic.texts("public_ips") for nic in nics if nic is not None)
        return bool(vm.attributes.get("public_ip")) or vm.id in self._addressed or by_nic

    def _gate(self, subnet: str, network: str, version: int) -> str | None:
        """The gateway that the subnet's traffic goes through; empty where it goes another way,
        None where that is not known. A network of Azure is routed to the internet by itself."""
        table = self._serving.get(subnet) or self._main.get(network)
        if table is None:
            return None if self._aws else "the network's own route"
        for route in table.entries("routes"):
            gateway = self._gateway(str(route.get("target")), network)
            if gateway and world(str(route.get("destination"))) == version:
                return gateway
        return "" if self._aws else "the network's own route"

    def _gateway(self, id: str, network: str) -> str:
        gateway = self._ahead.get(Kind.GATEWAY, id)
        if gateway is None:
            return id if id.startswith("igw-") else ""
        networks = gateway.texts("networks")
        return gateway.shown if not networks or network in networks else ""

    def _balanced(self) -> Iterator[Way]:
        if not self._aws:  # frontends and pools of Azure are not read here
            self.doubts.extend(b.shown for b in self._ahead.of(Kind.LOAD_BALANCER))
            return
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
            o.world and o.admits(port) for g in groups for o in self._open.get(g, ())
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
                if opening.admits(port) and (opening.source in front or opening.is_range):
                    return True
        return False
