"""Which security group guards a machine: its first interface has one at most."""

from __future__ import annotations

from typing import Any

from modalities.azure.express import interfaces
from modalities.azure.express.board import Board
from modalities.contract import Unresolved, Unsupported
from modalities.resource import Kind, Resource
from modalities.step import Expect

WITHIN = 60.0


def own(board: Board, nic: Resource) -> Resource | None:
    """The interface's group."""
    listed = nic.attributes.get("security_groups")
    found = listed[0] if isinstance(listed, list) and listed else None
    return board.get(Kind.SECURITY_GROUP, found)


def guard(board: Board, vm: Resource, group: Resource) -> None:
    """Let the group guard the machine. Raises Unsupported where another does, CloudError."""
    nic = interfaces.primary(board, vm)
    has = own(board, nic)
    if has is not None and has.id == group.id:
        board.note(f"security group {group.name} guards {vm.name} already")
        return
    if has is not None:
        raise Unsupported(
            f"an interface of Azure has one security group, and that of {vm.name} is {has.name}: "
            f"detach that first, or open the ports in it"
        )
    why = f"let security group {group.name} guard {vm.name}"
    _set(board, vm, nic, (None, group), why, ("guard", vm.name, "by", group.name))


def unguard(board: Board, vm: Resource, group: Resource) -> None:
    """Take the group off the machine. Raises Unresolved where a subnet's group is meant."""
    nic = interfaces.primary(board, vm)
    has = own(board, nic)
    if has is None or has.id != group.id:
        guards = vm.attributes.get("security_groups")
        if isinstance(guards, list) and group.id in guards:
            raise Unresolved(f"{group.name} guards the whole subnet of {vm.name}, not it alone")
        board.note(f"security group {group.name} does not guard {vm.name}")
        return
    why = f"take security group {group.name} off {vm.name}"
    board.advise("warning", f"nothing but its subnet's security group, if any, guards {vm.name}")
    _set(board, vm, nic, (group, None), why, ("unguard", vm.name, "by", group.name))


def _set(
    board: Board,
    vm: Resource,
    nic: Resource,
    move: tuple[Resource | None, Resource | None],
    why: str,
    words: tuple[str, ...],
) -> None:
    old, new = move

    def edit(properties: dict[str, Any]) -> None:
        properties.pop("networkSecurityGroup", None)
        if new is not None:
            properties["networkSecurityGroup"] = {"id": new.id}

    def expects(has: Resource | None, lacks: Resource | None) -> list[Expect]:
        found = []
        if has is not None:
            found.append(Expect(Kind.NIC, nic.id, "contains", "security_groups", has.id, WITHIN))
        if lacks is not None:
            found.append(Expect(Kind.NIC, nic.id, "lacks", "security_groups", lacks.id, WITHIN))
        return found

    interfaces.rewrite(
        board,
        nic,
        edit,
        words=words,
        why=why,
        back=f"undo: {why}",
        expects=expects(new, old),
        restored=expects(old, new),
        before={"security_groups": [old.name] if old else []},
        after={"security_groups": [new.name] if new else []},
        others=[r for r in (old, new, vm) if r is not None],
        told={"security_groups": [new.id] if new else []},
    )
    gone = old.id if old else None
    listed = vm.attributes.get("security_groups")
    rest = [g for g in (listed if isinstance(listed, list) else ()) if g != gone]
    board.revise(vm, security_groups=[*([new.id] if new else []), *rest])
