"""What brings back what was deleted. On Azure a name makes an id: made again with its former
body, a thing is what it was, as far as it held nothing of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from modalities.azure import ids
from modalities.azure.express import bodies, calls, machines
from modalities.azure.express.board import Board, Document
from modalities.azure.express.bodies import at, items
from modalities.azure.express.power import RUNNING_WITHIN, STOPPED_WITHIN, expect_off, is_off
from modalities.resource import Kind, Resource
from modalities.step import Effect, Expect, Irreversible, Reversal, Undo

BACK_WITHIN = 120.0

AGAIN = frozenset(
    {Kind.NETWORK, Kind.SUBNET, Kind.SECURITY_GROUP, Kind.NIC, Kind.LOAD_BALANCER, Kind.KEY_PAIR}
)
"""Kinds that are all in their description."""


def undo(board: Board, resource: Resource, lost: Sequence[Resource]) -> Undo:
    """``lost`` go along with it. Raises CloudError."""
    if board.made_here(resource):
        return ()
    gone = [r for r in lost if r.kind in (Kind.DISK, Kind.PUBLIC_IP)]
    if gone:
        return Irreversible("; ".join((loss(resource), *(loss(r) for r in gone))))
    match resource.kind:
        case Kind.VM:
            return _machine(board, resource, lost)
        case Kind.LOAD_BALANCER:
            return tuple(_balancer(board, resource))
        case kind if kind in AGAIN:
            return _plain(board, resource)
        case _:
            return Irreversible(loss(resource))


def _plain(board: Board, resource: Resource) -> Undo:
    document = board.document(resource)
    peers = items(document, "properties.virtualNetworkPeerings")
    if peers:
        names = ", ".join(str(peer.get("name")) for peer in peers)
        return Irreversible(f"its peerings {names} have an end elsewhere, too")
    return (_put(resource, document),)


def _put(resource: Resource, document: Document) -> Reversal:
    return Reversal(
        calls.put(resource.id, bodies.as_sent(resource.kind, document)),
        Effect.CREATE,
        f"make {resource.kind.words} {resource.name} again, as it was",
        (Expect(resource.kind, resource.id, within=BACK_WITHIN),),
    )


def _machine(board: Board, vm: Resource, lost: Sequence[Resource]) -> Undo:
    """Its disks are still there: it is made of them again."""
    document = board.document(vm)
    if at(document, f"{machines.SYSTEM}.managedDisk.id") is None:
        return Irreversible(loss(vm))
    first = [_put(nic, board.document(nic)) for nic in lost if nic.kind is Kind.NIC]
    body = machines.again(document)
    spot = bool(vm.attributes.get("spot"))
    made = Reversal(
        calls.put(vm.id, body),
        Effect.CREATE,
        f"make {vm.name} again from its own disks; {_otherwise(document)}",
        (
            Expect(Kind.VM, vm.id, "is", "state", "running", RUNNING_WITHIN),
            Expect(Kind.VM, vm.id, "is", "spot", spot, RUNNING_WITHIN),
        ),
    )
    if not is_off(vm):
        return (*first, made)
    stopped = Reversal(
        calls.post(vm.id, "deallocate"),
        Effect.UPDATE,
        f"stop {vm.name} again",
        expect_off(vm, STOPPED_WITHIN),
    )
    return (*first, made, stopped)


def _otherwise(machine: Document) -> str:
    """What is not as it was of a machine that is made again."""
    told = ["Azure gives it another vmId"]
    if "SystemAssigned" in str(at(machine, "identity.type")):
        told.append("another identity of its own, which has no role yet")
    text = " and ".join(told)
    extensions = ", ".join(str(e.get("name")) for e in items(machine, "resources"))
    return f"{text}; its extensions are not there again: {extensions}" if extensions else text


def _balancer(board: Board, balancer: Resource) -> Iterator[Reversal]:
    """It, and then its members, which have forgotten it."""
    yield _put(balancer, board.document(balancer))
    inside = f"{ids.key(balancer.id)}/"
    for nic in board.world.of(Kind.NIC):
        listed = nic.attributes.get("pools")
        pools = [str(p) for p in listed] if isinstance(listed, list) else []
        mine = [pool for pool in pools if ids.key(pool).startswith(inside)]
        if not mine or board.made_here(nic):
            continue
        was = board.document(nic)
        yield Reversal(
            calls.put(nic.id, bodies.as_sent(Kind.NIC, was)),
            Effect.UPDATE,
            f"put {nic.name} behind load balancer {balancer.name} again",
            tuple(Expect(Kind.NIC, nic.id, "contains", "pools", p, BACK_WITHIN) for p in mine),
        )
        board.written(nic, _forgotten(was, inside))
        rest = [pool for pool in pools if pool not in mine]
        board.revise(nic, pools=[*rest])


def _forgotten(nic: Document, inside: str) -> dict[str, Any]:
    """The interface as it is when the load balancer is gone."""
    found = []
    for one in items(nic, "properties.ipConfigurations"):
        for name in ("loadBalancerBackendAddressPools", "loadBalancerInboundNatRules"):
            path = f"properties.{name}"
            known = items(one, path)
            left = [p for p in known if not ids.key(str(p.get("id"))).startswith(inside)]
            one = bodies.put_at(one, path, left) if known else one
        found.append(one)
    return bodies.put_at(nic, "properties.ipConfigurations", found)


def touched(board: Board, resource: Resource) -> tuple[Resource, ...]:
    """What is written again with it where it is brought back, and so must be ours to change."""
    match resource.kind:
        case Kind.VM:
            kinds = (Kind.DISK, Kind.NIC)
            mine = (r for r in board.world.of(*kinds) if _of(r, "attached_to", resource))
            parts = tuple(mine)
            faces = (a for nic in parts for a in _faces(board, nic, "nic"))
            return (*parts, *faces)
        case Kind.NIC:
            return _faces(board, resource, "nic")
        case Kind.LOAD_BALANCER:
            inside = f"{ids.key(resource.id)}/"
            nics = tuple(n for n in board.world.of(Kind.NIC) if _in_pool(n, inside))
            faces = (a for nic in nics for a in _faces(board, nic, "nic"))
            return (*nics, *faces, *_faces(board, resource, "load_balancer"))
        case _:
            return ()


def _of(resource: Resource, attribute: str, owner: Resource) -> bool:
    return resource.attributes.get(attribute) == owner.id


def _faces(board: Board, owner: Resource, attribute: str) -> tuple[Resource, ...]:
    return tuple(a for a in board.world.of(Kind.PUBLIC_IP) if _of(a, attribute, owner))


def _in_pool(nic: Resource, inside: str) -> bool:
    listed = nic.attributes.get("pools")
    pools = listed if isinstance(listed, list) else []
    return any(ids.key(str(pool)).startswith(inside) for pool in pools)


def loss(resource: Resource) -> str:
    """What is lost for good with it."""
    match resource.kind:
        case Kind.VM:
            return f"the machine {resource.name} is lost"
        case Kind.DISK:
            return f"the contents of disk {resource.name} are lost"
        case Kind.PUBLIC_IP:
            return f"the address {resource.attributes.get('address')} goes back to Azure"
        case Kind.BUCKET:
            return f"all that storage account {resource.name} holds is lost, and its name is free"
        case Kind.IMAGE | Kind.SNAPSHOT:
            return f"the copy of a disk in {resource.name} is lost"
        case _:
            return f"the {resource.kind.words} {resource.name} with its settings is lost"
