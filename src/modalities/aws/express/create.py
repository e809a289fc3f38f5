"""Everything that one sentence wants made, in the order in which one thing stands on another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from modalities import wanted
from modalities.aws.express import addresses, balancer, buckets, disks, groups, keys, network
from modalities.aws.express.board import Board
from modalities.aws.express.internet import ensure_internet, is_open, is_private, ways
from modalities.aws.express.vm import Place, new_vm
from modalities.change import Create
from modalities.contract import Unresolved, Unsupported
from modalities.resource import Kind, Resource
from modalities.selecting import one
from modalities.wanted import Rule

W = TypeVar("W")


def create(board: Board, change: Create) -> None:
    """Raises Unresolved, Unsupported."""
    wish = change.wanted
    networks = [network.ensure_network(board, n) for n in of(wish, wanted.Network)]
    site = Site(board, wish, networks[0] if len(networks) == 1 else None)
    for subnet in of(wish, wanted.Subnet):
        site.subnet(subnet)
    for group in of(wish, wanted.SecurityGroup):
        groups.ensure_group(board, group, site.network(group.network, group.tags))
    for key in of(wish, wanted.KeyPair):
        keys.ensure_key(board, key)
    for bucket in of(wish, wanted.Bucket):
        buckets.new_bucket(board, bucket)
    grounds = {lb.name: site.ground(lb) for lb in of(wish, wanted.LoadBalancer)}
    site.machines(grounds)
    for nic in of(wish, wanted.Nic):
        addresses.new_nic(board, nic, site.nic_subnet(nic))
    for disk in of(wish, wanted.Disk):
        disks.new_disk(board, disk)
    for address in of(wish, wanted.PublicIp):
        addresses.new_address(board, address)
    for lb in of(wish, wanted.LoadBalancer):
        targets = [one(board.world, Kind.VM, name) for name in lb.targets]
        balancer.build(board, grounds[lb.name], targets)


def of(wish: Sequence[wanted.Wanted], kind: type[W]) -> tuple[W, ...]:
    return tuple(w for w in wish if isinstance(w, kind))


@dataclass(slots=True)
class Site:
    """Where the wanted things of one sentence go. ``home`` is the one network it wants."""

    board: Board
    wish: tuple[wanted.Wanted, ...]
    home: Resource | None

    def network(self, name: str | None, tags: wanted.Tags = ()) -> Resource:
        """The network of this name; of none, the one that the sentence wants or the default."""
        if name is not None:
            return network.named(self.board, name)
        if self.home is None and len(of(self.wish, wanted.Network)) > 1:
            names = tuple(n.name for n in of(self.wish, wanted.Network))
            raise Unresolved("which of the networks is meant?", names)
        if self.home is None:
            self.home = network.default_network(self.board, tags)
        return self.home

    def subnet(self, want: wanted.Subnet) -> Resource:
        place = self.network(want.network, want.tags)
        subnet = network.ensure_subnet(self.board, want, place)
        if want.public:
            ensure_internet(self.board, subnet, place, want.tags)
            network.give_public_addresses(self.board, subnet)
        return subnet

    # machines

    def machines(self, grounds: Mapping[str, balancer.Ground]) -> None:
        vms = of(self.wish, wanted.Vm)
        serving = {
            name: grounds[lb.name]
            for lb in of(self.wish, wanted.LoadBalancer)
            for name in lb.targets
        }
        access = self._access_groups(vms, serving)
        turns: dict[str, int] = {}
        for vm in vms:
            ground = serving.get(vm.name)
            place = self._place(vm, ground)
            if ground is not None and vm.subnet is None:
                zone_free = [s for s in ground.subnets if vm.zone in (None, s.attributes["zone"])]
                turn = turns.setdefault(ground.spec.name, 0)
                subnet = zone_free[turn % len(zone_free)] if zone_free else place.subnet
                turns[ground.spec.name] = turn + 1
                place = Place(network=place.network, subnet=subnet)
            if vm.public_ip or self._addressed(vm.name):
                ensure_internet(self.board, place.subnet, place.network, vm.tags)
            guards = [groups.named(self.board, g, place.network) for g in vm.security_groups]
            guards += [access[vm.name]] if vm.name in access else []
            guards += [ground.target_group] if ground else []
            after = ways(self.board, place.network) if vm.public_ip else ()
            new_vm(
                self.board,
                vm,
                Place(network=place.network, subnet=place.subnet, groups=guards, after=after),
            )

    def _place(self, vm: wanted.Vm, ground: balancer.Ground | None) -> Place:
        if vm.subnet is not None:
            subnet = one(self.board.world, Kind.SUBNET, vm.subnet)
            return Place(network=network.network_of(self.board, subnet), subnet=subnet)
        if ground is not None and vm.network is None:
            return Place(network=ground.network, subnet=ground.subnets[0])
        place = self.network(vm.network, vm.tags)
        return Place(network=place, subnet=self._subnet_in(place, vm))

    def _subnet_in(self, place: Resource, vm: wanted.Vm) -> Resource:
        """One that is there and fits, else a new one."""
        public = bool(vm.public_ip) or self._addressed(vm.name)
        fitting = [
            s
            for s in network.subnets_of(self.board, place)
            if vm.zone in (None, s.attributes.get("zone"))
            and not (public and is_private(self.board, s, place))
        ]
        fitting.sort(key=lambda s: public and not is_open(self.board, s, place))
        if not fitting:
            return network.new_subnet(self.board, place, zone=vm.zone, tags=vm.tags)
        if not self.board.made_here(fitting[0]):
            self.board.note(f"subnet: {fitting[0].name} of network {place.name}")
        return fitting[0]

    def _addressed(self, vm: str) -> bool:
        return any(address.attach_to == vm for address in of(self.wish, wanted.PublicIp))

    def _access_groups(
        self, vms: Sequence[wanted.Vm], serving: Mapping[str, balancer.Ground]
    ) -> dict[str, Resource]:
        """For machines with open ports: one new group for all that share network and rules."""
        shared: dict[tuple[str, tuple[Rule, ...]], list[wanted.Vm]] = {}
        for vm in vms:
            if vm.open_ports:
                place = self._place(vm, serving.get(vm.name)).network
                shared.setdefault((place.id, vm.open_ports), []).append(vm)
        found: dict[str, Resource] = {}
        for (place_id, rules), some in shared.items():
            inside = self.board.get(Kind.NETWORK, place_id)
            if inside is None:
                raise AssertionError(place_id)
            name = _stem([vm.name for vm in some]) or some[0].name
            group = groups.new_group(
                self.board, inside, f"{name}-access", f"what reaches {name}", some[0].tags
            )
            groups.open_ports(self.board, group, rules)
            found |= {vm.name: group for vm in some}
        return found

    # load balancers and interfaces

    def ground(self, lb: wanted.LoadBalancer) -> balancer.Ground:
        spec = balancer.specified(self.board, lb)
        new = {vm.name: vm for vm in of(self.wish, wanted.Vm)}
        there = [one(self.board.world, Kind.VM, n) for n in lb.targets if n not in new]
        coming = [new[n] for n in lb.targets if n in new]
        place = self._common_network(lb, coming, there)
        ground = balancer.prepare(self.board, spec, place, there)
        for vm in there:
            balancer.admit(self.board, ground, vm)
        return ground

    def _common_network(
        self, lb: wanted.LoadBalancer, coming: Sequence[wanted.Vm], there: Sequence[Resource]
    ) -> Resource:
        """The network of the load balancer and all of its targets. Raises Unsupported."""
        if there and lb.network is None:
            place = network.network_of(self.board, there[0])
        else:
            said = lb.network or next((vm.network for vm in coming if vm.network), None)
            subnets = [vm.subnet for vm in coming if vm.subnet]
            if said is None and subnets:
                inside = one(self.board.world, Kind.SUBNET, subnets[0])
                place = network.network_of(self.board, inside)
            else:
                place = self.network(said, lb.tags)
        others = {str(vm.attributes.get("network")) for vm in there} - {place.id}
        for vm in coming:
            if vm.network and network.named(self.board, vm.network).id != place.id:
                others.add(vm.network)
        if others:
            raise Unsupported(
                f"load balancer {lb.name} and all of its targets must be in one network; "
                f"{place.name} is not the only one"
            )
        return place

    def nic_subnet(self, nic: wanted.Nic) -> Resource:
        if nic.subnet is not None:
            return one(self.board.world, Kind.SUBNET, nic.subnet)
        if nic.attach_to is not None:
            vm = one(self.board.world, Kind.VM, nic.attach_to)
            return one(self.board.world, Kind.SUBNET, str(vm.attributes.get("subnet")))
        place = self.network(None, nic.tags)
        inside = network.subnets_of(self.board, place)
        return inside[0] if inside else network.new_subnet(self.board, place, tags=nic.tags)


def _stem(names: Sequence[str]) -> str:
    """What all names begin with: ``app`` for app-1 and app-2."""
    first, last = min(names), max(names)
    same = 0
    while same < len(first) and first[same] == last[same]:
        same += 1
    return first[:same].strip("-_. ")
