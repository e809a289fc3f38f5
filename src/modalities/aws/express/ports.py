"""Ports opened and closed towards machines and security groups."""

from __future__ import annotations

from modalities.aws.express import groups
from modalities.aws.express.board import Board
from modalities.aws.express.network import network_of
from modalities.change import SetPort
from modalities.contract import Unsupported
from modalities.resource import Kind, Resource
from modalities.wanted import Rule


def set_port(board: Board, change: SetPort) -> None:
    """Raises Unresolved, Unsupported."""
    selected = board.select(change.what, None if change.what.names else Kind.VM)
    chosen = {r.id for r in selected}
    for resource in selected:
        resource = board.get(resource.kind, resource.id) or resource
        match resource.kind, change.open:
            case Kind.VM, True:
                _open(board, resource, change.rule, chosen)
            case Kind.VM, False:
                _close(board, groups.groups_of(board, resource), resource, change.rule, chosen)
            case ((Kind.SECURITY_GROUP | Kind.LOAD_BALANCER), True):
                for group in _own(board, resource):
                    _open_in(board, group, change.rule)
            case ((Kind.SECURITY_GROUP | Kind.LOAD_BALANCER), False):
                _close(board, _own(board, resource), resource, change.rule, chosen)
            case _:
                raise Unsupported(f"{resource.ref} has no ports; name a VM or a security group")


def _own(board: Board, resource: Resource) -> tuple[Resource, ...]:
    if resource.kind is Kind.SECURITY_GROUP:
        return (resource,)
    return groups.groups_of(board, resource)


def _open(board: Board, vm: Resource, rule: Rule, chosen: set[str]) -> None:
    """In a group of its own where it has one, else in a new one: the network's default group
    guards whatever else is in the network."""
    mine = groups.groups_of(board, vm)
    if groups.lets_in(mine, rule):
        board.note(f"{vm.name} lets {groups.said(rule)} in already")
        return
    own = [g for g in mine if not g.attributes.get("default")]
    own.sort(key=lambda g: len(_others(board, g, chosen)))
    if own:
        _warn_shared(board, own[0], chosen, "opened")
        groups.open_ports(board, own[0], [rule])
        return
    tags = tuple((k, v) for k, v in vm.tags.items() if k != "Name" and not k.startswith("aws:"))
    place = network_of(board, vm)
    group = groups.new_group(board, place, f"{vm.name}-access", f"what reaches {vm.name}", tags)
    groups.open_ports(board, group, [rule])
    group = board.get(Kind.SECURITY_GROUP, group.id) or group
    groups.set_groups(board, vm, [*mine, group], f"let {groups.said(rule)} reach {vm.name}")


def _open_in(board: Board, group: Resource, rule: Rule) -> None:
    if not groups.open_ports(board, group, [rule]):
        board.note(f"security group {group.name} lets {groups.said(rule)} in already")


def _close(
    board: Board,
    candidates: tuple[Resource, ...],
    resource: Resource,
    rule: Rule,
    chosen: set[str],
) -> None:
    """Take the rule out wherever it stands just so. Raises Unsupported where a wider one
    lets the same in: closing that would close more than was asked for."""
    wish = groups.neutral(rule)
    exact = [g for g in candidates if groups.holding(g, wish)]
    wider = [g for g in candidates if g not in exact and groups.lets_in([g], rule)]
    if wider:
        raise Unsupported(
            f"security group {wider[0].name} lets {groups.said(rule)} in by a wider rule; "
            "close that one, and open what is to stay open"
        )
    if not exact:
        board.note(f"{resource.name} does not let {groups.said(rule)} in: nothing to close")
    for group in exact:
        _warn_shared(board, group, chosen, "closed")
        groups.close_ports(board, group, [rule])


def _warn_shared(board: Board, group: Resource, chosen: set[str], what: str) -> None:
    others = _others(board, group, chosen)
    if others:
        names = ", ".join(sorted(r.name for r in others))
        board.advise(
            "warning", f"security group {group.name} guards {names} too: {what} there as well"
        )


def _others(board: Board, group: Resource, chosen: set[str]) -> list[Resource]:
    kinds = (Kind.VM, Kind.LOAD_BALANCER)
    guarded = (r for r in board.world.of(*kinds) if group in groups.groups_of(board, r))
    return [r for r in guarded if r.id not in chosen]
