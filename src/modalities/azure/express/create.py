"""Everything that one sentence wants made, in the order in which one thing stands on another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from modalities import wanted
from modalities.azure.express import (
    addresses,
    buckets,
    disks,
    groups,
    interfaces,
    keys,
    load_balancers,
    names,
    network,
)
from modalities.azure.express.board import Board
from modalities.azure.express.vm import Place, new_vm
from modalities.change import Create
from modalities.contract import Unresolved, Unsupported
from modalities.resource import Kind, Resource
from modalities.selecting import one
from modalities.wanted import Rule

W = TypeVar("W")


def create(board: Board, change: Create) -> None:
    """Raises Unresolved, Unsupported, CloudError."""
    wish = change.wanted
    for thing in wish:
        if thing.name is not None:
            names.check(thing.kind, thing.name)
    networks = [network.ensure_network(board, n) for n in of(wish, wanted.Network)]
    site = Site(board, wish, networks[0] if len(networks) == 1 else None)
    for subnet in of(wish, wanted.Subnet):
        network.ensure_subnet(board, subnet, site.network(subnet.network, subnet.name, subnet.tags))
    for group in of(wish, wanted.SecurityGroup):
        groups.ensure_group(board, group)
    for key in of(wish, wanted.KeyPair):
        keys.ensure_key(board, key)
    for bucket in of(wish, wanted.Bucket):
        buckets.new_bucket(board, bucket)
    serving = [site.serving(lb) for lb in of(wish, wanted.LoadBalancer)]
    site.machines(serving)
    for nic in of(wish, wanted.Nic):
        interfaces.wanted_interface(board, nic, site.nic_subnet(nic))
    for disk in of(wish, wanted.Disk):
        disks.new_disk(board, disk)
    for address in of(wish, wanted.PublicIp):
        if address not in site.given:
            addresses.wanted_address(board, address)
    for one_lb in serving:
        load_balancers.admit(board, one_lb.spec, one_lb.balancer, one_lb.there)
        if not one_lb.coming and not one_lb.there:
            board.advise("warning", f"load balancer {one_lb.spec.name} has no targets yet")


def of(wish: Sequence[wanted.Wanted], kind: type[W]) -> tuple[W, ...]:
    return tuple(w for w in wish if isinstance(w, kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A load balancer that is made, and its members: those of the sentence by name, and those
    that are there."""

    spec: load_balancers.Spec
    balancer: Resource
    network: Resource
    coming: tuple[str, ...]
    there: tuple[Resource, ...]

    @property
    def pool(self) -> str:
        return load_balancers.pool_id(self.balancer.id, self.spec)


@dataclass(slots=True)
class Site:
    """Where the wanted things of one sentence go. ``home`` is the one network it wants;
    ``given`` are addresses that machines were made with."""

    board: Board
    wish: tuple[wanted.Wanted, ...]
    home: Resource | None
    given: list[wanted.PublicIp] = field(default_factory=list)

    def network(self, name: str | None, stem: str = "", tags: wanted.Tags = ()) -> Resource:
        """The network of this name; of none, the one that the sentence wants or the default."""
        if name is not None:
            return network.named(self.board, name)
        if self.home is None and len(of(self.wish, wanted.Network)) > 1:
            known = tuple(n.name for n in of(self.wish, wanted.Network))
            raise Unresolved("which of the networks is meant?", known)
        if self.home is None:
            self.home = network.default_network(self.board, stem, tags)
        return self.home

    # machines

    def machines(self, serving: Sequence[Serving]) -> None:
        vms = of(self.wish, wanted.Vm)
        subnets = self._subnets(vms, serving)
        guards = self._guards(vms, subnets, serving)
        for vm in vms:
            mine = [s for s in serving if vm.name in s.coming]
            address, goes = self._address(vm)
            place = Place(
                subnet=subnets[vm.name],
                group=guards.get(vm.name),
                address=address,
                goes=goes,
                pools=[s.pool for s in mine],
                balancers=[s.balancer for s in mine],
            )
            made = new_vm(self.board, vm, place)
            nic = interfaces.primary(self.board, made)
            for each in mine:
                load_balancers.note_member(self.board, each.balancer, each.pool, nic, made)

    def _subnets(self, vms: Sequence[wanted.Vm], serving: Sequence[Serving]) -> dict[str, Resource]:
        """By machine's name. Machines that share a new network share its first subnet."""
        stem = stem_of([vm.name for vm in vms])
        found: dict[str, Resource] = {}
        for vm in vms:
            if vm.subnet is not None:
                found[vm.name] = self.subnet_named(vm.subnet, vm.network)
                continue
            ground = next((s.network for s in serving if vm.name in s.coming), None)
            place = ground or self.network(vm.network, stem, vm.tags)
            found[vm.name] = network.subnet_in(self.board, place, stem, vm.tags)
        return found

    def subnet_named(self, name: str, inside: str | None = None) -> Resource:
        """Raises Unresolved."""
        if inside is not None:
            place = network.named(self.board, inside)
            id = self.board.id_of(Kind.SUBNET, place.name, name)
            found = self.board.get(Kind.SUBNET, id)
            if found is not None:
                return found
        return one(self.board.world, Kind.SUBNET, name)

    def _address(self, vm: wanted.Vm) -> tuple[Resource | None, bool]:
        """The machine's public address, and whether it goes with the machine: one that was
        asked for by itself stays."""
        own = [a for a in of(self.wish, wanted.PublicIp) if a.attach_to == vm.name]
        if own:
            self.given.append(own[0])
            name = addresses.name_for(self.board, own[0])
            return addresses.new_address(self.board, name, (*vm.tags, *own[0].tags)), False
        if not vm.public_ip:
            return None, False
        name = self.board.free_name(Kind.PUBLIC_IP, f"{vm.name}PublicIP")
        return addresses.new_address(self.board, name, vm.tags), True

    def _guards(
        self,
        vms: Sequence[wanted.Vm],
        subnets: Mapping[str, Resource],
        serving: Sequence[Serving],
    ) -> dict[str, Resource]:
        """By machine's name: the group that is named, else a new one for all that share subnet
        and rules. Raises Unsupported where a machine is to have several."""
        found: dict[str, Resource] = {}
        shared: dict[tuple[str, tuple[Rule, ...]], list[wanted.Vm]] = {}
        for vm in vms:
            rules = (
                *vm.open_ports,
                *(s.spec.traffic for s in serving if vm.name in s.coming),
            )
            self._tell_of_subnet(vm, subnets[vm.name], rules)
            if len(vm.security_groups) > 1:
                raise Unsupported(
                    f"a machine of Azure has one security group: which is that of {vm.name}?"
                )
            if vm.security_groups:
                group = one(self.board.world, Kind.SECURITY_GROUP, vm.security_groups[0])
                groups.open_ports(self.board, group, rules)
                found[vm.name] = self.board.get(Kind.SECURITY_GROUP, group.id) or group
            else:
                key = (subnets[vm.name].id, tuple(dict.fromkeys(rules)))
                shared.setdefault(key, []).append(vm)
        for (_, rules), some in shared.items():
            group = self._new_guard(some, rules)
            found |= {vm.name: group for vm in some}
        return found

    def _tell_of_subnet(self, vm: wanted.Vm, subnet: Resource, rules: Sequence[Rule]) -> None:
        """Traffic must get past the subnet's group as well, which is not ours to open here."""
        for group in groups.groups_of(self.board, subnet):
            shut = [rule for rule in rules if not groups.lets_in(group, rule)]
            if shut:
                told = ", ".join(groups.said(rule) for rule in shut)
                self.board.advise(
                    "warning",
                    f"security group {group.name} guards the whole subnet of {vm.name} and does "
                    f"not let in {told}: open it there too",
                )

    def _new_guard(self, vms: Sequence[wanted.Vm], rules: Sequence[Rule]) -> Resource:
        stem = stem_of([vm.name for vm in vms])
        name = self.board.free_name(Kind.SECURITY_GROUP, f"{stem}NSG")
        if not rules:
            self.board.note(f"security group {name} lets in nothing from outside the network")
        return groups.new_group(self.board, name, rules, f"what reaches {stem}", vms[0].tags)

    # load balancers and interfaces

    def serving(self, lb: wanted.LoadBalancer) -> Serving:
        """Make the load balancer, before the machines that are made as its members."""
        spec = load_balancers.specified(self.board, lb)
        new = {vm.name: vm for vm in of(self.wish, wanted.Vm)}
        coming = tuple(n for n in lb.targets if n in new)
        there = tuple(one(self.board.world, Kind.VM, n) for n in lb.targets if n not in new)
        place = self._common_network(lb, [new[n] for n in coming], there)
        load_balancers.check_members(spec, place, there)
        stem = stem_of(coming) if coming else lb.name
        subnet = self._front_subnet(place, there, [new[n] for n in coming], stem, lb.tags)
        balancer = load_balancers.build(self.board, spec, subnet)
        return Serving(spec=spec, balancer=balancer, network=place, coming=coming, there=there)

    def _front_subnet(
        self,
        place: Resource,
        there: Sequence[Resource],
        coming: Sequence[wanted.Vm],
        stem: str,
        tags: wanted.Tags,
    ) -> Resource:
        """Where an internal one has its address: beside its members."""
        if there:
            return one(self.board.world, Kind.SUBNET, str(there[0].attributes.get("subnet")))
        said = next((vm.subnet for vm in coming if vm.subnet), None)
        if said is not None:
            return self.subnet_named(said, place.name)
        return network.subnet_in(self.board, place, stem, tags)

    def _common_network(
        self, lb: wanted.LoadBalancer, coming: Sequence[wanted.Vm], there: Sequence[Resource]
    ) -> Resource:
        """The network of the load balancer and all of its targets. Raises Unsupported."""
        said = {vm.network for vm in coming if vm.network}
        said |= {lb.network} if lb.network else set()
        if len(said) > 1:
            raise Unsupported(
                f"load balancer {lb.name} and all of its targets must be in one network, not in "
                f"{' and '.join(sorted(said))}"
            )
        if said:
            return network.named(self.board, said.pop())
        if there:
            return network.network_of(self.board, there[0])
        subnets = [vm.subnet for vm in coming if vm.subnet]
        if subnets:
            return network.network_of(self.board, self.subnet_named(subnets[0]))
        stem = stem_of([vm.name for vm in coming]) if coming else lb.name
        return self.network(None, stem, lb.tags)

    def nic_subnet(self, nic: wanted.Nic) -> Resource:
        if nic.subnet is not None:
            return one(self.board.world, Kind.SUBNET, nic.subnet)
        if nic.attach_to is not None:
            vm = one(self.board.world, Kind.VM, nic.attach_to)
            return one(self.board.world, Kind.SUBNET, str(vm.attributes.get("subnet")))
        place = self.network(None, nic.name, nic.tags)
        return network.subnet_in(self.board, place, nic.name, nic.tags)


def stem_of(names: Sequence[str]) -> str:
    """What all names begin with: ``app`` for app-1 and app-2; the first where they have nothing
    in common."""
    if not names:
        return ""
    first, last = min(names), max(names)
    same = 0
    while same < len(first) and first[same] == last[same]:
        same += 1
    return first[:same].strip("-_. ") or names[0]
