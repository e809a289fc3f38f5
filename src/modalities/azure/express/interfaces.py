"""Network interfaces: made, written again with one thing otherwise, and attached to machines.

Azure writes an interface whole: what a draft changes of one that is there is put on what Azure
says of it now.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from modalities import wanted
from modalities.action import SdkCall
from modalities.azure import ids
from modalities.azure.express import bodies, calls, names
from modalities.azure.express.board import Board
from modalities.azure.express.network import called
from modalities.contract import Unresolved, Unsupported
from modalities.resource import Json, Kind, Link, Resource
from modalities.selecting import one
from modalities.step import Effect, Expect, Reversal, Step
from modalities.wanted import Tags

SETTLED_WITHIN = 60.0
FIRST = "ipconfig1"


def new_interface(
    board: Board,
    name: str,
    subnet: Resource,
    *,
    group: Resource | None = None,
    address: Resource | None = None,
    goes: bool = False,
    pools: Sequence[str] = (),
    balancers: Sequence[Resource] = (),
    tags: Tags = (),
) -> Resource:
    """``group`` guards it, ``address`` is its public one and, where it ``goes``, is deleted with
    the machine; ``pools`` are ids of backend pools it is in, those of ``balancers``."""
    names.check(Kind.NIC, name)
    id = board.id_of(Kind.NIC, name)
    configuration: dict[str, Any] = {
        "privateIPAllocationMethod": "Dynamic",
        "subnet": {"id": subnet.id},
        **({"publicIPAddress": _held(address.id, goes)} if address else {}),
        **({"loadBalancerBackendAddressPools": [{"id": p} for p in pools]} if pools else {}),
    }
    properties = {
        "ipConfigurations": [{"name": FIRST, "properties": configuration}],
        **({"networkSecurityGroup": {"id": group.id}} if group else {}),
    }
    others = [*([address] if address else []), *balancers]
    made = board.create(
        Kind.NIC,
        name,
        {"location": board.region, "properties": properties},
        f"make network interface {name} in subnet {called(subnet)}",
        tags=board.tags(tags),
        links=(
            Link("in", Kind.SUBNET, subnet.id),
            *([Link("guarded_by", Kind.SECURITY_GROUP, group.id)] if group else []),
            *([Link("uses", Kind.PUBLIC_IP, address.id)] if address else []),
        ),
        attributes={
            "subnet": subnet.id,
            "network": subnet.attributes.get("network"),
            "attached_to": None,
            "public_ips": [address.id] if address else [],
            "security_groups": [group.id] if group else [],
            "pools": [*pools],
            "region": board.region,
        },
        shown={
            "subnet": called(subnet),
            **({"security_group": group.name} if group else {}),
            **({"public_ip": address.name} if address else {}),
            **({"pools": [ids.name_of(p) for p in pools]} if pools else {}),
        },
        checks={"subnet": subnet.id},
        expects=[
            *([Expect(Kind.NIC, id, "contains", "public_ips", address.id)] if address else []),
            *([Expect(Kind.NIC, id, "contains", "security_groups", group.id)] if group else []),
            *(Expect(Kind.NIC, id, "contains", "pools", pool) for pool in pools),
        ],
        uses=(subnet, *([group] if group else []), *(o for o in others if board.made_here(o))),
        moves=[other for other in others if not board.made_here(other)],
    )
    if address is not None:
        board.revise(address, nic=made.id, association=f"{made.id}/ipConfigurations/{FIRST}")
    return made


def _held(address: str, goes: bool = False) -> dict[str, Any]:
    return {"id": address, **({"properties": {"deleteOption": "Delete"}} if goes else {})}


def wanted_interface(board: Board, want: wanted.Nic, subnet: Resource) -> Resource:
    """Raises Unresolved where the name is taken or there is no such machine, Unsupported where
    that runs."""
    board.refuse_existing(Kind.NIC, want.name)
    nic = new_interface(board, want.name, subnet, tags=want.tags)
    if want.attach_to is not None:
        plug(board, nic, one(board.world, Kind.VM, want.attach_to))
    return nic


def of(board: Board, vm: Resource) -> tuple[Resource, ...]:
    """A machine's interfaces, the primary first."""
    listed = vm.attributes.get("nics")
    found = (board.get(Kind.NIC, id) for id in (listed if isinstance(listed, list) else ()))
    return tuple(nic for nic in found if nic is not None)


def primary(board: Board, vm: Resource) -> Resource:
    """Raises Unresolved where the world does not show it."""
    found = of(board, vm)
    if not found:
        raise Unresolved(f"it is not known which network interface {vm.name} has")
    return found[0]


# written again

Edit = Callable[[dict[str, Any]], None]
"""Changes an interface's properties in place."""


def rewrite(
    board: Board,
    nic: Resource,
    edit: Edit,
    *,
    words: Sequence[str],
    why: str,
    back: str,
    expects: Iterable[Expect],
    restored: Iterable[Expect],
    before: Mapping[str, Json],
    after: Mapping[str, Json],
    others: Sequence[Resource] = (),
    disrupts: str = "",
    told: Mapping[str, Json] | None = None,
) -> Step:
    """A step that writes the interface with ``edit`` made, and takes it back by writing what was
    there. ``others`` change with it; ``told`` is what the world has of it then.

    Raises CloudError.
    """
    was = board.document(nic)
    now = copy.deepcopy(was)
    edit(now["properties"])
    step = board.add(
        Step(
            id=board.name_step(*words),
            effect=Effect.UPDATE,
            action=_written(nic, now),
            why=why,
            changes=tuple(dict.fromkeys(board.refs(nic, *addresses_of(board, nic), *others))),
            expects=tuple(expects),
            undo=(Reversal(_written(nic, was), Effect.UPDATE, back, tuple(restored)),),
            before=before,
            after=after,
            disrupts=disrupts,
        )
    )
    board.written(nic, now)
    board.revise(nic, None, **(told or {}))
    return step


def _written(nic: Resource, document: Mapping[str, Any]) -> SdkCall:
    return calls.put(nic.id, bodies.as_sent(Kind.NIC, document))


def first_of(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of the primary configuration."""
    configurations = properties["ipConfigurations"]
    chosen = next((c for c in configurations if c["properties"].get("primary")), configurations[0])
    found: dict[str, Any] = chosen["properties"]
    return found


def addresses_of(board: Board, nic: Resource) -> list[Resource]:
    """The public addresses of an interface, which whoever writes it writes as well."""
    listed = nic.attributes.get("public_ips")
    found = (board.get(Kind.PUBLIC_IP, id) for id in (listed if isinstance(listed, list) else ()))
    return [address for address in found if address is not None]


def holder_of(properties: Mapping[str, Any], address: str | None) -> dict[str, Any]:
    """The properties of the configuration that has the public address, else of the primary."""
    for configuration in properties["ipConfigurations"]:
        inner: dict[str, Any] = configuration["properties"]
        held = (inner.get("publicIPAddress") or {}).get("id")
        if address is not None and held is not None and ids.same(str(held), address):
            return inner
    return first_of(properties)


# on and off machines


def plug(board: Board, nic: Resource, vm: Resource) -> None:
    """Attach the interface to the machine; no step where it is. Raises Unsupported, also where
    the machine holds its place: Azure changes interfaces of deallocated machines only."""
    held = nic.attributes.get("attached_to")
    if held == vm.id:
        board.note(f"network interface {nic.name} is attached to {vm.name} already")
        return
    if held:
        raise Unsupported(f"network interface {nic.name} is attached elsewhere: detach it first")
    _require_deallocated(board, vm)
    has = [n.id for n in of(board, vm)]
    _set_interfaces(
        board,
        vm,
        nic,
        [*has, nic.id],
        words=("attach interface", nic.name, "to", vm.name),
        why=f"attach network interface {nic.name} to {vm.name}",
        back=f"take network interface {nic.name} off {vm.name} again",
        states=(None, vm),
    )


def unplug(board: Board, nic: Resource, source: Resource | None) -> None:
    """Take the interface off its machine. Raises Unsupported for a machine's first one, and where
    the machine holds its place."""
    vm = board.get(Kind.VM, nic.attributes.get("attached_to"))
    if vm is None:
        board.note(f"network interface {nic.name} is not attached to a VM")
        return
    if source is not None and source.id != vm.id:
        raise Unresolved(f"network interface {nic.name} is attached to {vm.name}")
    if nic.attributes.get("primary"):
        raise Unsupported(f"{nic.name} is the first interface of {vm.name} and stays with it")
    _require_deallocated(board, vm)
    _set_interfaces(
        board,
        vm,
        nic,
        [n.id for n in of(board, vm) if n.id != nic.id],
        words=("detach interface", nic.name, "from", vm.name),
        why=f"take network interface {nic.name} off {vm.name}",
        back=f"attach network interface {nic.name} to {vm.name} again",
        states=(vm, None),
    )


def _require_deallocated(board: Board, vm: Resource) -> None:
    if board.made_here(vm) or not vm.attributes.get("deallocated"):
        raise Unsupported(
            f"Azure changes the network interfaces of a deallocated VM only: stop {vm.name} first"
        )


def _set_interfaces(
    board: Board,
    vm: Resource,
    nic: Resource,
    wish: Sequence[str],
    *,
    words: Sequence[str],
    why: str,
    back: str,
    states: tuple[Resource | None, Resource | None],
) -> None:
    known = board.document(vm)["properties"]["networkProfile"]["networkInterfaces"]
    was = [_entry(one, ids.same(str(one["id"]), primary(board, vm).id)) for one in known]
    kept = [one for one in was if any(ids.same(one["id"], id) for id in wish)]
    new: list[dict[str, Any]] = [{"id": id, "properties": {"primary": False}} for id in wish]
    now = [*kept, *(one for one in new if not any(ids.same(one["id"], k["id"]) for k in kept))]

    def call(entries: list[dict[str, Any]]) -> SdkCall:
        return calls.patch(
            vm.id, {"properties": {"networkProfile": {"networkInterfaces": entries}}}
        )

    def expected(state: Resource | None) -> tuple[Expect, ...]:
        held = state.id if state else None
        return (Expect(Kind.NIC, nic.id, "is", "attached_to", held, SETTLED_WITHIN),)

    before, after = states
    board.add(
        Step(
            id=board.name_step(*words),
            effect=Effect.UPDATE,
            action=call(now),
            why=why,
            changes=tuple(dict.fromkeys(board.refs(nic, vm, *of(board, vm)))),
            expects=expected(after),
            undo=(Reversal(call(was), Effect.UPDATE, back, expected(before)),),
            before={"attached_to": before.name if before else None},
            after={"attached_to": after.name if after else None},
        )
    )
    board.revise(nic, attached_to=after.id if after else None)
    board.revise(vm, nics=[*wish])


def _entry(one: Mapping[str, Any], first: bool) -> dict[str, Any]:
    told = {k: v for k, v in (one.get("properties") or {}).items() if k == "deleteOption"}
    return {"id": str(one["id"]), "properties": {"primary": first, **told}}
