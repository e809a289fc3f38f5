"""Ports opened and closed towards machines, security groups and load balancers."""

from __future__ import annotations

from modalities.azure.express import balancer, closing, groups, guarding
from modalities.azure.express.board import Board
from modalities.change import SetPort
from modalities.contract import Unsupported
from modalities.resource import Kind, Resource
from modalities.wanted import Rule


def set_port(board: Board, change: SetPort) -> None:
    """Raises Unresolved, Unsupported, CloudError."""
    selected = board.select(change.what, None if change.what.names else Kind.VM)
    chosen = {r.id for r in selected}
    for resource in selected:
        resource = board.get(resource.kind, resource.id) or resource
        match resource.kind, change.open:
            case Kind.VM, True:
                _open(board, resource, change.rule, chosen)
            case Kind.VM, False:
                guards = groups.groups_of(board, resource)
                closing.close(board, guards, resource, change.rule, chosen)
            case (Kind.SECURITY_GROUP, True):
                groups.open_ports(board, resource, [change.rule])
            case (Kind.SECURITY_GROUP, False):
                closing.close(board, (resource,), resource, change.rule, chosen)
            case (Kind.SUBNET, _):
                _in_subnet(board, resource, change, chosen)
            case (Kind.LOAD_BALANCER, True):
                balancer.listen(board, resource, change.rule)
            case (Kind.LOAD_BALANCER, False):
                balancer.unlisten(board, resource, change.rule)
            case _:
                raise Unsupported(f"{resource.ref} has no ports; name a VM or a security group")


def _open(board: Board, vm: Resource, rule: Rule, chosen: set[str]) -> None:
    """In every group that guards the machine, as traffic must get past each: that of its
    interface and that of its subnet. A machine without any gets one."""
    guards = groups.groups_of(board, vm)
    for group in guards:
        if not groups.lets_in(group, rule):
            closing.warn_shared(board, group, chosen, "opened")
        groups.open_ports(board, group, [rule])
    if guards:
        return
    name = board.free_name(Kind.SECURITY_GROUP, f"{vm.name}NSG")
    own = tuple((k, v) for k, v in vm.tags.items() if not k.startswith("cloudops:"))
    made = groups.new_group(board, name, [rule], f"what reaches {vm.name}", own)
    guarding.guard(board, vm, made)
    board.advise(
        "warning",
        f"no security group guarded {vm.name}: from now on {name} turns away what comes from "
        f"outside its network, but for {groups.said(rule)}",
    )


def _in_subnet(board: Board, subnet: Resource, change: SetPort, chosen: set[str]) -> None:
    guards = groups.groups_of(board, subnet)
    if not guards:
        raise Unsupported(
            f"no security group guards subnet {subnet.name}: name the machines, or make a group"
        )
    if not change.open:
        closing.close(board, guards, subnet, change.rule, chosen)
        return
    for group in guards:
        if not groups.lets_in(group, change.rule):
            closing.warn_shared(board, group, chosen, "opened")
        groups.open_ports(board, group, [change.rule])
