"""Deleting: what goes with what, what holds what, and in which order.

Nothing is taken along in silence: what something else still uses is not deleted, and what goes
because its owner goes is named. Azure deletes a machine and nothing else, unless its parts are
told to go with it (``deleteOption``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter

from modalities.azure.express import addresses, calls, disks, undeleting
from modalities.azure.express.board import GONE_WITHIN, Board
from modalities.azure.express.emptying import delete_group
from modalities.change import Delete
from modalities.contract import Unsupported
from modalities.resource import Json, Kind, Resource, World
from modalities.selecting import listed
from modalities.step import Effect, Expect, Step

CONTENTS = re.compile(
    r"\b(everything|whatever|contents?|what is in it)\b|\ball (of it|that|in)\b"
    r"|\b(with|and) (all|its|their)\b",
    re.IGNORECASE,
)
"""Words that ask for what lies in a network, or hangs on a machine, to go with it."""

PARTS = {
    Kind.DISK: re.compile(r"\b(disks?|volumes?|storage|data)\b", re.IGNORECASE),
    Kind.NIC: re.compile(r"\b(nics?|(network )?interfaces?)\b", re.IGNORECASE),
    Kind.PUBLIC_IP: re.compile(r"\b(ips?|address(es)?)\b", re.IGNORECASE),
}
"""Words for one sort of what hangs on a machine; where none stands there, all of it is meant."""

SPARING = re.compile(r"\b(keep|keeping|but not|without|except|spare)\b", re.IGNORECASE)

ORDER = (
    Kind.LOAD_BALANCER,
    Kind.VM,
    Kind.NIC,
    Kind.PUBLIC_IP,
    Kind.DISK,
    Kind.IMAGE,
    Kind.SNAPSHOT,
    Kind.SUBNET,
    Kind.SECURITY_GROUP,
    Kind.NETWORK,
    Kind.KEY_PAIR,
    Kind.BUCKET,
)
"""What stands on others first."""

HOLD = frozenset(
    {
        (Kind.VM, Kind.NIC),
        (Kind.VM, Kind.DISK),
        (Kind.NIC, Kind.PUBLIC_IP),
        (Kind.NIC, Kind.SECURITY_GROUP),
        (Kind.NIC, Kind.SUBNET),
        (Kind.LOAD_BALANCER, Kind.PUBLIC_IP),
        (Kind.LOAD_BALANCER, Kind.SUBNET),
        (Kind.SUBNET, Kind.SECURITY_GROUP),
        (Kind.SUBNET, Kind.NETWORK),
    }
)
"""Holder and held: Azure refuses to delete the held as long as there is the holder."""

Key = tuple[Kind, str]


@dataclass(slots=True)
class Going:
    """``doomed`` go, by steps of their own or ``along`` with what has them; ``asked`` are what
    the person named."""

    world: World
    doomed: dict[Key, Resource] = field(default_factory=dict)
    asked: list[Resource] = field(default_factory=list)
    along: set[Key] = field(default_factory=set)

    def __contains__(self, resource: Resource) -> bool:
        return key(resource) in self.doomed


def key(resource: Resource) -> Key:
    return resource.kind, resource.id


def delete(board: Board, changes: Sequence[Delete]) -> None:
    """All deletions of one request, as one. Raises Unresolved, Unsupported, CloudError."""
    going = Going(board.world)
    for change in changes:
        for resource in _chosen(board, change):
            if resource.kind is Kind.RESOURCE_GROUP:
                delete_group(board, resource, change.explicit)
                return  # and nothing is left to be deleted
            _doom(going, resource, change.explicit)
    for resource in tuple(going.doomed.values()):
        for part in _parts(going.world, resource):
            going.doomed.setdefault(key(part), part)
    going.along = {key(r) for r in going.world if _goes_along(going, r)}
    going.doomed |= {key(r): r for r in going.world if key(r) in going.along}
    doing = [r for kind in ORDER for k, r in going.doomed.items() if r.kind is kind]
    doing = [r for r in doing if key(r) not in going.along]
    _refuse(going, doing)
    steps: dict[Key, str] = {}
    for resource in _in_turn(going, doing):
        _one(board, going, resource, steps)
    _tell(board, going)


def _chosen(board: Board, change: Delete) -> Iterator[Resource]:
    sweeping = change.what.every or (bool(change.what.tags) and not change.what.names)
    found = board.select(change.what)
    for resource in sorted(found, key=lambda r: r.kind is not Kind.RESOURCE_GROUP):
        if board.made_here(resource):
            raise Unsupported(f"{resource.ref} is made in this very plan")
        if resource.kind is Kind.RESOURCE_GROUP and change.what.kind is None and sweeping:
            board.note(f"the resource group {resource.name} itself stays")
            continue
        yield resource


def _doom(going: Going, resource: Resource, explicit: str) -> None:
    going.doomed[key(resource)] = resource
    going.asked.append(resource)
    if not CONTENTS.search(SPARING.split(explicit)[0]):
        return
    if resource.kind is Kind.NETWORK:
        going.doomed |= {key(r): r for r in _inside(going.world, resource)}
    if resource.kind is Kind.VM:
        kinds = _said(explicit)
        going.doomed |= {key(r): r for r in hanging_on(going.world, resource) if r.kind in kinds}


def _said(explicit: str) -> frozenset[Kind]:
    """Which of what hangs on a machine is asked for."""
    wanted = CONTENTS.split(SPARING.split(explicit)[0])[-1] or ""
    said = frozenset(kind for kind, words in PARTS.items() if words.search(wanted))
    if Kind.PUBLIC_IP in said:
        return said | {Kind.NIC} if Kind.NIC in said else said
    return said or frozenset(PARTS)


def hanging_on(world: World, vm: Resource) -> Iterator[Resource]:
    """Disks, interfaces and addresses that are the machine's."""
    for resource in world.of(Kind.DISK, Kind.NIC, Kind.PUBLIC_IP):
        if resource.attributes.get("attached_to") == vm.id:
            yield resource


def _inside(world: World, network: Resource) -> Iterator[Resource]:
    """All that lies in the network, however far. What sends traffic there is elsewhere."""
    found: set[Key] = set()
    waiting = [network]
    while waiting:
        owner = waiting.pop()
        for resource in world.needed_by(owner):
            sends = (resource.kind, owner.kind) == (Kind.LOAD_BALANCER, Kind.VM)
            if key(resource) not in found and not sends:
                found.add(key(resource))
                waiting.append(resource)
                yield resource


def _parts(world: World, resource: Resource) -> Iterator[Resource]:
    """What nobody thinks of as a thing of its own: a network's subnets."""
    if resource.kind is Kind.NETWORK:
        yield from (r for r in world.needed_by(resource) if r.kind is Kind.SUBNET)


def _goes_along(going: Going, resource: Resource) -> bool:
    """Azure removes it with its owner: no call is needed."""
    a = resource.attributes
    match resource.kind:
        case Kind.DISK | Kind.NIC:
            return bool(a.get("delete_with_vm")) and _vm(a.get("attached_to")) in going.doomed
        case Kind.PUBLIC_IP:
            nic = going.world.get(Kind.NIC, str(a.get("nic")))
            with_vm = bool(a.get("delete_with_vm")) and nic is not None
            return with_vm and nic is not None and _goes_along(going, nic)
        case Kind.SUBNET:
            return (Kind.NETWORK, str(a.get("network"))) in going.doomed
        case _:
            return False


def _vm(id: object) -> Key:
    return Kind.VM, str(id)


def _refuse(going: Going, doing: Sequence[Resource]) -> None:
    """Raises Unsupported for what something else still uses, naming that."""
    held = [*doing, *(r for r in going.doomed.values() if key(r) in going.along)]
    holders = {key(h): h for r in held for h in holders_of(going.world, r) if h not in going}
    for address in (r for r in doing if r.kind is Kind.PUBLIC_IP):
        nic = going.world.get(Kind.NIC, str(address.attributes.get("nic")))
        if nic is not None and not _held_otherwise(going, nic, address):
            holders.pop(key(nic), None)  # it is taken from the interface, and then deleted
    owners = {_vm(h.attributes.get("attached_to")) for h in holders.values() if h.kind is Kind.NIC}
    vms = [vm for k in owners if (vm := going.world.get(*k)) is not None and vm not in going]
    named = [h for h in holders.values() if h.kind is not Kind.NIC or not _in(h, vms)]
    named += [vm for vm in vms if key(vm) not in holders]
    if named:
        raise Unsupported(
            f"{listed(going.asked)} is in use by {listed(named)}; delete or detach that first, or "
            "name it too"
        )


def _held_otherwise(going: Going, nic: Resource, address: Resource) -> bool:
    """Whether something else that is to go hangs on the interface, too."""
    others = (r for r in going.doomed.values() if r.id != address.id)
    return any(nic in tuple(holders_of(going.world, r)) for r in others)


def _in(nic: Resource, vms: Iterable[Resource]) -> bool:
    return any(nic.attributes.get("attached_to") == vm.id for vm in vms)


def holders_of(world: World, resource: Resource) -> Iterator[Resource]:
    """What Azure would refuse the deletion for, were it still there."""
    found = {key(h): h for h in world.needed_by(resource) if (h.kind, resource.kind) in HOLD}
    for name, kind in HOLDERS.get(resource.kind, {}).items():
        holder = world.get(kind, str(resource.attributes.get(name)))
        if holder is not None:
            found[key(holder)] = holder
    yield from found.values()


HOLDERS: Mapping[Kind, Mapping[str, Kind]] = {
    Kind.DISK: {"attached_to": Kind.VM},
    Kind.NIC: {"attached_to": Kind.VM},
    Kind.PUBLIC_IP: {"nic": Kind.NIC, "load_balancer": Kind.LOAD_BALANCER},
}
"""Attributes of what is held that name the holder."""


def _in_turn(going: Going, doing: Sequence[Resource]) -> tuple[Resource, ...]:
    """What uses another before that."""
    mine = {key(r): r for r in doing}
    uses = {k: {key(h) for h in _before(going, r)} & {*mine} for k, r in mine.items()}
    return tuple(mine[k] for k in TopologicalSorter(uses).static_order())


def _before(going: Going, resource: Resource) -> Iterator[Resource]:
    """What must be gone before: its holders, and what holds a part that goes along with it."""
    yield from holders_of(going.world, resource)
    if resource.kind is Kind.NETWORK:
        for subnet in _parts(going.world, resource):
            yield from holders_of(going.world, subnet)


def _one(board: Board, going: Going, resource: Resource, steps: dict[Key, str]) -> None:
    """The steps that delete one resource, after those that free it."""
    needs = [steps[key(h)] for h in _before(going, resource) if key(h) in steps]
    for holder in _before(going, resource):
        if key(holder) in going.along:
            owner = _vm(holder.attributes.get("attached_to"))
            needs += [steps[owner]] if owner in steps else []
    if resource.kind is Kind.PUBLIC_IP and not needs and resource.attributes.get("nic"):
        addresses.take(board, resource, None)
        resource = board.get(resource.kind, resource.id) or resource
    lost = tuple(r for r in going.doomed.values() if _with(going, r, resource))
    step = board.add(
        Step(
            id=board.name_step("delete", resource.kind, resource.name),
            effect=Effect.DELETE,
            action=calls.delete(resource.id),
            why=f"delete {resource.kind.words} {resource.name}"
            + (f", and with it {listed_names(lost)}" if lost else ""),
            changes=board.refs(resource, *lost, *undeleting.touched(board, resource)),
            needs=tuple(needs),
            expects=tuple(_expects(going, resource, lost)),
            undo=undeleting.undo(board, resource, lost),
            before=_shown(resource, lost),
            disrupts=_disrupts(going.world, resource),
        )
    )
    steps[key(resource)] = step.id
    for gone in (resource, *lost):
        board.forget(gone)


def _with(going: Going, part: Resource, owner: Resource) -> bool:
    """Whether the part goes along with this very owner."""
    if key(part) not in going.along:
        return False
    a = part.attributes
    return owner.id in (a.get("attached_to"), a.get("network") if part.kind is Kind.SUBNET else "")


def listed_names(resources: Iterable[Resource]) -> str:
    return ", ".join(f"{r.kind.words} {r.name}" for r in resources)


def _expects(going: Going, resource: Resource, lost: Sequence[Resource]) -> Iterator[Expect]:
    yield Expect(resource.kind, resource.id, "absent", within=GONE_WITHIN)
    yield from (Expect(r.kind, r.id, "absent", within=GONE_WITHIN) for r in lost)
    if resource.kind is Kind.VM:
        for part in hanging_on(going.world, resource):
            if part.kind is Kind.DISK and part not in lost:
                yield disks.free(part, within=GONE_WITHIN)


SHOWN = ("cidr", "zone", "size", "state", "gib", "type", "address", "dns_name", "private_ip")


def _shown(resource: Resource, lost: Sequence[Resource]) -> dict[str, Json]:
    known = {k: resource.attributes[k] for k in SHOWN if resource.attributes.get(k) is not None}
    along: dict[str, Json] = {"goes_with_it": [f"{r.kind.words} {r.name}" for r in lost]}
    return {"name": resource.name, **known, **(along if lost else {})}


def _disrupts(world: World, resource: Resource) -> str:
    match resource.kind:
        case Kind.VM:
            return f"{resource.name} and all that runs on it is gone"
        case Kind.LOAD_BALANCER:
            known = resource.attributes.get("addresses")
            faces = [str(a) for a in known] if isinstance(known, list) else []
            return f"{resource.name} answers no more{' at ' + ', '.join(faces) if faces else ''}"
        case Kind.DISK | Kind.BUCKET | Kind.SNAPSHOT | Kind.IMAGE:
            return undeleting.loss(resource)
        case Kind.SECURITY_GROUP | Kind.NIC | Kind.PUBLIC_IP | Kind.SUBNET | Kind.NETWORK:
            users = [r for r in world.needed_by(resource) if r.kind is Kind.VM]
            return f"{listed_names(users)} did use it" if users else ""
        case _:
            return ""


def _tell(board: Board, going: Going) -> None:
    """What stays, and may be thought to go."""
    for vm in (r for r in going.doomed.values() if r.kind is Kind.VM):
        for part in hanging_on(going.world, vm):
            if part in going:
                continue
            size = f" ({part.attributes.get('gib')} GiB)" if part.kind is Kind.DISK else ""
            costs = "" if part.kind is Kind.NIC else ", and costs"
            board.advise("info", f"{part.kind.words} {part.name}{size} of {vm.name} stays{costs}")
    for group in going.world.of(Kind.SECURITY_GROUP):
        guarded = list(going.world.needed_by(group))
        if group not in going and guarded and all(h in going for h in guarded):
            board.advise("info", f"security group {group.name} guards nothing then, and stays")
    for balancer in going.world.of(Kind.LOAD_BALANCER):
        members = [r for r in going.world.needs(balancer) if r.kind is Kind.VM]
        if balancer not in going and members and all(vm in going for vm in members):
            board.advise("warning", f"load balancer {balancer.name} has nobody left to send to")
        if balancer in going:
            for address in going.world.needs(balancer):
                if address.kind is Kind.PUBLIC_IP and address not in going:
                    name = address.name
                    board.advise("info", f"public IP {name} of {balancer.name} stays, and costs")
