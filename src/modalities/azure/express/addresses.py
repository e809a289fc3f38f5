"""Public addresses: made, given to machines, taken from them. They belong to interfaces."""

from __future__ import annotations

from typing import Any

from modalities import wanted
from modalities.azure.express import interfaces, names
from modalities.azure.express.board import Board
from modalities.contract import Unresolved, Unsupported
from modalities.resource import Kind, Resource
from modalities.selecting import one
from modalities.step import Expect
from modalities.wanted import Tags

WITHIN = 60.0
STANDARD = {"name": "Standard"}
"""Basic addresses are no longer sold (Azure updates, retirement of 30 September 2025)."""


def new_address(board: Board, name: str, tags: Tags = ()) -> Resource:
    names.check(Kind.PUBLIC_IP, name)
    return board.create(
        Kind.PUBLIC_IP,
        name,
        {
            "location": board.region,
            "sku": STANDARD,
            "properties": {"publicIPAllocationMethod": "Static", "publicIPAddressVersion": "IPv4"},
        },
        f"get public address {name}",
        tags=board.tags(tags),
        attributes={
            "attached_to": None,
            "association": None,
            "type": "Standard",
            "allocation": "static",
            "region": board.region,
        },
        shown={"type": "Standard", "allocation": "static"},
        checks={"type": "Standard", "allocation": "static"},
        outputs={"address": "properties.ipAddress"},
    )


def wanted_address(board: Board, want: wanted.PublicIp) -> Resource:
    """Make it and, where it names a machine, give it to that machine. Raises Unresolved where
    the name is taken or there is no such machine."""
    vm = one(board.world, Kind.VM, want.attach_to) if want.attach_to else None
    address = new_address(board, name_for(board, want), want.tags)
    if vm is not None:
        give(board, address, vm)
    return address


def name_for(board: Board, want: wanted.PublicIp) -> str:
    """The wanted name, else one after the machine that it is for. Raises Unresolved where the
    wanted one is taken."""
    if want.name is not None:
        board.refuse_existing(Kind.PUBLIC_IP, want.name)
        return want.name
    name = board.free_name(Kind.PUBLIC_IP, f"{want.attach_to}PublicIP" if want.attach_to else "ip")
    board.note(f"name of the public IP: {name}")
    return name


def give(board: Board, address: Resource, vm: Resource) -> None:
    """Give the address to the machine's first interface; no step where it has it.

    Raises Unsupported where another has it, CloudError.
    """
    nic = interfaces.primary(board, vm)
    if address.attributes.get("nic") == nic.id:
        board.note(f"{vm.name} has public IP {address.name} already")
        return
    if address.attributes.get("association"):
        holder = board.get(Kind.VM, address.attributes.get("attached_to"))
        whose = holder.name if holder else str(address.attributes.get("association"))
        raise Unsupported(f"public IP {address.name} belongs to {whose}: detach it first")
    old = interfaces.addresses_of(board, nic)
    shown = vm.attributes.get("public_ip")
    _set(
        board,
        nic,
        vm,
        (old[0] if old else None, address),
        words=("give address", address.name, "to", vm.name),
        why=f"give public address {address.name} to {vm.name}",
        back=f"take address {address.name} from {vm.name} again",
        disrupts=f"{vm.name} is no longer reached at {shown}" if shown else "",
    )


def take(board: Board, address: Resource, source: Resource | None) -> None:
    """Take the address from the machine that has it; no step where nothing does.

    Raises Unresolved where another has it, Unsupported where it is no machine's, CloudError.
    """
    if not address.attributes.get("association"):
        board.note(f"public IP {address.name} is not attached to anything")
        return
    holder = board.get(Kind.VM, address.attributes.get("attached_to"))
    nic = board.get(Kind.NIC, address.attributes.get("nic"))
    if source is not None and (holder is None or holder.id != source.id):
        raise Unresolved(f"public IP {address.name} is not attached to {source.name}")
    if nic is None:
        raise Unsupported(
            f"public IP {address.name} is the face of {address.attributes.get('association')}: "
            "it is taken away with that"
        )
    name = holder.name if holder else nic.name
    at = address.attributes.get("address") or address.name
    _set(
        board,
        nic,
        holder,
        (address, None),
        words=("take address", address.name, "from", name),
        why=f"take public address {address.name} from {name}",
        back=f"give address {address.name} to {name} again",
        disrupts=f"{name} is no longer reached at {at}",
    )


def _set(
    board: Board,
    nic: Resource,
    vm: Resource | None,
    move: tuple[Resource | None, Resource | None],
    **words: Any,
) -> None:
    """The interface with another address than before, or with none. ``move``: before, after."""
    old, new = move

    def edit(properties: dict[str, Any]) -> None:
        configuration = interfaces.holder_of(properties, old.id if old else None)
        configuration.pop("publicIPAddress", None)
        if new is not None:
            configuration["publicIPAddress"] = {"id": new.id}

    def expects(has: Resource | None, lacks: Resource | None) -> list[Expect]:
        found = []
        if has is not None:
            found.append(Expect(Kind.NIC, nic.id, "contains", "public_ips", has.id, WITHIN))
        if lacks is not None:
            found.append(Expect(Kind.NIC, nic.id, "lacks", "public_ips", lacks.id, WITHIN))
        return found

    rest = [a.id for a in interfaces.addresses_of(board, nic) if old is None or a.id != old.id]
    interfaces.rewrite(
        board,
        nic,
        edit,
        expects=expects(new, old),
        restored=expects(old, new),
        before={"public_ip": old.name if old else None},
        after={"public_ip": new.name if new else None},
        others=[r for r in (old, new, vm) if r is not None],
        told={"public_ips": [*rest, *([new.id] if new else [])]},
        **words,
    )
    if old is not None:
        board.revise(old, attached_to=None, association=None, nic=None)
    if new is not None:
        board.revise(new, attached_to=vm.id if vm else None, association=f"{nic.id}/ip", nic=nic.id)
    if vm is not None:
        board.revise(vm, public_ip=new.attributes.get("address") if new else None)
