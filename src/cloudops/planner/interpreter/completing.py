"""What goes without saying: a network that VMs share, the disk that is a VM's own."""

from __future__ import annotations

from collections.abc import Sequence

from cloudops.planner.interpreter.asking import ask
from cloudops.planner.interpreter.drafting import Draft, is_vms_own
from cloudops.planner.interpreter.quantities import whole_gib
from cloudops.planner.interpreter.things import Thing
from modalities.resource import Kind


def complete(draft: Draft) -> tuple[str, ...]:
    """Complete the draft; what was taken for granted. Raises Ask where it cannot be."""
    completer = _Completer(draft)
    completer.complete()
    return tuple(completer.defaults)


class _Completer:
    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.defaults: list[str] = []

    def complete(self) -> None:
        if self.draft.tier and not self.draft.of(Kind.VM):
            raise self._how_many_in_tier()
        self._share_network()
        self._fold_into_vms()

    def _how_many_in_tier(self) -> Exception:
        return ask(
            f"How many VMs should the {self.draft.tier} tier have?",
            request=self.draft.request,
            put=" of {answer} VMs",
            hint="for example: a web tier of 3 VMs",
        )

    def _share_network(self) -> None:
        """VMs behind one load balancer, or that must reach each other, share a new network."""
        self._join_the_only_one()
        for balancer in self.draft.of(Kind.LOAD_BALANCER):
            if not balancer.targets and self.draft.of(Kind.VM):
                balancer.targets.extend(self.draft.of(Kind.VM))
                self.defaults.append("the load balancer forwards to all VMs asked for with it")
            self._with_balancer(balancer)
        for vm in self.draft.of(Kind.VM):
            if vm.says.pop("together", False) and not (vm.network or vm.subnet):
                self._new_network([vm], "so that the VMs reach each other")
        for vm in self.draft.of(Kind.VM):
            for group in vm.groups:
                group.network = group.network or vm.network
        for subnet in self.draft.of(Kind.SUBNET):
            if subnet.network is None and not subnet.says.get("network_name"):
                self._network_for(subnet)

    def _with_balancer(self, balancer: Thing) -> None:
        """A load balancer and the VMs made with it are in one network."""
        vms = [t for t in balancer.targets if t.is_new and t.kind is Kind.VM]
        placed = [t for t in vms if t.network or t.subnet or t.says.get("network_name")]
        if balancer.network is not None and not placed:
            for vm in vms:
                vm.network = balancer.network
        elif not placed and sum(t.count or len(t.names) or 1 for t in vms) > 1:
            self._new_network(vms, "for the load balancer and its VMs")
        if balancer.network is None and vms:
            balancer.network = vms[0].network

    def _join_the_only_one(self) -> None:
        """ "three VMs, one network": asked for together, so the VMs go into it."""
        networks, subnets = self.draft.of(Kind.NETWORK), self.draft.of(Kind.SUBNET)
        apart = [
            vm
            for vm in self.draft.of(Kind.VM)
            if not (vm.network or vm.subnet or vm.says.keys() & {"network_name", "subnet_name"})
        ]
        if not apart:
            return
        if len(subnets) == 1 and (subnets[0].count or 1) == 1:
            self.defaults.append("the VMs go into the subnet that is asked for with them")
        elif len(networks) == 1 and (networks[0].count or 1) == 1:
            self.defaults.append("the VMs go into the network that is asked for with them")
        for vm in apart:
            if len(subnets) == 1 and (subnets[0].count or 1) == 1:
                vm.subnet = subnets[0]
            elif len(networks) == 1 and (networks[0].count or 1) == 1:
                vm.network = networks[0]

    def _new_network(self, vms: Sequence[Thing], why: str) -> None:
        found = self.draft.of(Kind.NETWORK)
        network = found[0] if found else Thing(start=0, kind=Kind.NETWORK, head=True)
        if not found:
            self.draft.things.append(network)
            self.defaults.append(f"a new network {why}")
        for vm in vms:
            vm.network = network

    def _network_for(self, subnet: Thing) -> None:
        """A subnet lies in its VMs' network, in the one of this request, or in a new one."""
        vms = [t for t in self.draft.of(Kind.VM) if t.subnet is subnet]
        known = next((t.network for t in vms if t.network), None)
        if known is not None:
            subnet.network = known
        elif vms or self.draft.of(Kind.NETWORK):
            self._new_network(vms, "for the subnet")
            subnet.network = self.draft.of(Kind.NETWORK)[0]
        else:
            raise ask(
                "In which network should the subnet be?",
                request=self.draft.request,
                put=" in network {answer}",
                hint="for example: in the network lab-net",
            )

    def _fold_into_vms(self) -> None:
        """A VM's own disk and address are the VM's affair, not things beside it."""
        for thing in tuple(self.draft.things):
            holder = thing.holder
            if holder is None or not holder.is_new or holder.ordinal is not None:
                continue
            holder = holder.stands_for[0] if holder.stands_for else holder
            if thing.kind is Kind.PUBLIC_IP and not thing.names and thing.prep:
                holder.says["public"] = True
                self.draft.things.remove(thing)
            elif is_vms_own(thing):
                self._fold_disk(thing, holder)
                self.draft.things.remove(thing)

    def _fold_disk(self, disk: Thing, vm: Thing) -> None:
        if "gib" in disk.says:
            vm.says["disk_gib"] = whole_gib(disk.says["gib"])
        if "disk_type" in disk.says:
            vm.says["os_disk_type"] = disk.says["disk_type"]
        if not disk.says.get("os"):
            self.defaults.append("the disk is the VM's own (OS) disk, not a further one")
