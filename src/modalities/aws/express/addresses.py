"""Public addresses of one's own (Elastic IPs), and network interfaces."""

from __future__ import annotations

from typing import Any

from modalities import wanted
from modalities.action import TOKEN, Output
from modalities.aws.attributes import items, texts
from modalities.aws.express.board import Board
from modalities.aws.express.calls import ec2, labelled
from modalities.aws.express.internet import ensure_internet, ways
from modalities.aws.express.network import network_of
from modalities.contract import Unresolved, Unsupported
from modalities.resource import Kind, Link, Resource
from modalities.selecting import one
from modalities.step import Effect, Expect, Probe, Reversal, Step

SETTLED_WITHIN = 60.0


def new_address(board: Board, want: wanted.PublicIp) -> Resource:
    """Allocate an address and, where it names a machine, give it to that machine."""
    vm = one(board.world, Kind.VM, want.attach_to) if want.attach_to else None
    name = want.name or _next_name(board, vm)
    board.refuse_existing(Kind.PUBLIC_IP, name)
    tags = board.tags(name, want.tags)
    address = board.create(
        Kind.PUBLIC_IP,
        name,
        ec2(
            "AllocateAddress",
            Domain="vpc",
            TagSpecifications=labelled("elastic-ip", tags),
        ),
        "AllocationId",
        lambda id: ec2("ReleaseAddress", AllocationId=id),
        f"get public address {name}",
        tags=tags,
        attributes={"attached_to": None, "association": None},
        shown={},
        outputs={"address": "PublicIp"},
    )
    if vm is not None:
        give(board, address, vm)
    return address


def _next_name(board: Board, vm: Resource | None) -> str:
    stem, number = (f"{vm.name}-ip" if vm else "ip"), 1
    name = stem
    while board.world.named(Kind.PUBLIC_IP, name):
        number += 1
        name = f"{stem}-{number}"
    return name


def give(board: Board, address: Resource, vm: Resource) -> None:
    """Give the address to the machine; no step where it has it. Raises Unsupported."""
    held = address.attributes.get("attached_to")
    if held == vm.id:
        board.note(f"{vm.name} has public IP {address.name} already")
        return
    if address.attributes.get("association"):
        holder = board.get(Kind.VM, held)
        raise Unsupported(
            f"public IP {address.name} belongs to {holder.name if holder else held}: "
            "detach it first"
        )
    place = network_of(board, vm)
    subnet = board.get(Kind.SUBNET, vm.attributes.get("subnet"))
    if subnet is not None:
        ensure_internet(board, subnet, place)
    loses = vm.attributes.get("public_ip")
    disrupts = f"{vm.name} is no longer reached at {loses}" if loses else ""
    associate(board, address, vm, needs=ways(board, place), disrupts=disrupts)


def associate(
    board: Board,
    address: Resource,
    vm: Resource,
    *,
    needs: tuple[str, ...] = (),
    disrupts: str = "",
    before: Resource | None = None,
) -> str:
    """Move the address to ``vm``, from ``before`` where that has it. The step's id."""
    me, machine = board.value(address.id), board.value(vm.id)
    id = board.name_step("give address", address.name, "to", vm.name)
    if before is None:
        back = ec2("DisassociateAddress", AssociationId=Output(id, "association").as_json())
        held: Any = None
    else:
        back = _associate(me, board.value(before.id))
        held = board.value(before.id)
    board.add(
        Step(
            id=id,
            effect=Effect.UPDATE,
            action=_associate(me, machine),
            why=f"give public address {address.name} to {vm.name}",
            changes=board.refs(address, vm),
            needs=(*needs, *board.changed_by(vm)),
            outputs={"association": "AssociationId"},
            expects=(Expect(Kind.PUBLIC_IP, me, "is", "attached_to", machine),),
            probe=Probe(Kind.PUBLIC_IP, {"id": me, "attached_to": machine})
            if board.made_here(address)
            else None,
            undo=(
                Reversal(
                    back,
                    Effect.UPDATE,
                    f"take address {address.name} from {vm.name} again",
                    (Expect(Kind.PUBLIC_IP, me, "is", "attached_to", held, within=SETTLED_WITHIN),),
                ),
            ),
            before={"attached_to": before.name if before else None},
            after={"attached_to": vm.name},
            disrupts=disrupts,
        )
    )
    board.revise(address, attached_to=vm.id, association=id)
    return id


def _associate(address: Any, vm: Any) -> Any:
    return ec2("AssociateAddress", AllocationId=address, InstanceId=vm, AllowReassociation=True)


def take(board: Board, address: Resource, source: Resource | None) -> None:
    """Take the address from whatever has it; no step where nothing does."""
    association = address.attributes.get("association")
    if not association:
        board.note(f"public IP {address.name} is not attached to anything")
        return
    holder = board.get(Kind.VM, address.attributes.get("attached_to"))
    if source is not None and (holder is None or holder.id != source.id):
        raise Unresolved(f"public IP {address.name} is not attached to {source.name}")
    me = board.value(address.id)
    name = holder.name if holder else str(address.attributes.get("nic"))
    whose = (
        {"InstanceId": board.value(holder.id)}
        if holder
        else {"NetworkInterfaceId": address.attributes.get("nic")}
    )
    board.add(
        Step(
            id=board.name_step("take address", address.name, "from", name),
            effect=Effect.UPDATE,
            action=ec2("DisassociateAddress", AssociationId=_association(board, str(association))),
            why=f"take public address {address.name} from {name}",
            changes=board.refs(address, *([holder] if holder else [])),
            expects=(Expect(Kind.PUBLIC_IP, me, "is", "association", None, SETTLED_WITHIN),),
            undo=(
                Reversal(
                    ec2("AssociateAddress", AllocationId=me, **whose),
                    Effect.UPDATE,
                    f"give address {address.name} to {name} again",
                    (
                        Expect(
                            Kind.PUBLIC_IP,
                            me,
                            "is",
                            "attached_to",
                            board.value(holder.id) if holder else None,
                            within=SETTLED_WITHIN,
                        ),
                    ),
                ),
            ),
            before={"attached_to": name},
            after={"attached_to": None},
            disrupts=f"{name} is no longer reached at {address.attributes.get('address')}",
        )
    )
    board.revise(address, (), attached_to=None, association=None, nic=None)


def _association(board: Board, association: str) -> Any:
    return (
        Output(association, "association").as_json() if association in board.steps else association
    )


def new_nic(board: Board, want: wanted.Nic, subnet: Resource) -> Resource:
    """A network interface and, where it names a machine, its attachment."""
    board.refuse_existing(Kind.NIC, want.name)
    tags = board.tags(want.name, want.tags)
    nic = board.create(
        Kind.NIC,
        want.name,
        ec2(
            "CreateNetworkInterface",
            SubnetId=board.value(subnet.id),
            ClientToken=TOKEN,
            TagSpecifications=labelled("network-interface", tags),
        ),
        "NetworkInterface.NetworkInterfaceId",
        lambda id: ec2("DeleteNetworkInterface", NetworkInterfaceId=id),
        f"make network interface {want.name} in subnet {subnet.name}",
        tags=tags,
        links=(Link("in", Kind.SUBNET, subnet.id),),
        attributes={
            "subnet": subnet.id,
            "network": subnet.attributes.get("network"),
            "attached_to": None,
            "attachment": None,
        },
        shown={"subnet": subnet.name},
        uses=(subnet,),
    )
    if want.attach_to is not None:
        plug(board, nic, one(board.world, Kind.VM, want.attach_to))
    return nic


def plug(board: Board, nic: Resource, vm: Resource) -> None:
    """Attach the interface to the machine; no step where it is. Raises Unsupported."""
    held = nic.attributes.get("attached_to")
    if held == vm.id:
        board.note(f"network interface {nic.name} is attached to {vm.name} already")
        return
    if nic.attributes.get("attachment"):
        raise Unsupported(f"network interface {nic.name} is attached elsewhere: detach it first")
    known = len(texts(vm, "nics")) or 1
    me, machine = board.value(nic.id), board.value(vm.id)
    id = board.name_step("attach interface", nic.name, "to", vm.name)
    board.add(
        Step(
            id=id,
            effect=Effect.UPDATE,
            action=ec2(
                "AttachNetworkInterface",
                NetworkInterfaceId=me,
                InstanceId=machine,
                DeviceIndex=known,
            ),
            why=f"attach network interface {nic.name} to {vm.name}",
            changes=board.refs(nic, vm),
            needs=board.changed_by(vm),
            outputs={"attachment": "AttachmentId"},
            expects=(Expect(Kind.NIC, me, "is", "attached_to", machine, SETTLED_WITHIN),),
            probe=Probe(Kind.NIC, {"id": me, "attached_to": machine})
            if board.made_here(nic)
            else None,
            undo=(
                Reversal(
                    ec2("DetachNetworkInterface", AttachmentId=Output(id, "attachment").as_json()),
                    Effect.UPDATE,
                    f"take network interface {nic.name} off {vm.name} again",
                    (Expect(Kind.NIC, me, "is", "attached_to", None, SETTLED_WITHIN),),
                ),
            ),
            before={"attached_to": None},
            after={"attached_to": vm.name},
        )
    )
    board.revise(nic, attached_to=vm.id, attachment=id)
    nics = items(vm, "nics")
    board.revise(vm, (*vm.links, Link("uses", Kind.NIC, nic.id)), nics=[*nics, nic.id])


def unplug(board: Board, nic: Resource, source: Resource | None) -> None:
    """Take the interface off its machine. Raises Unsupported for a machine's first one."""
    attachment = nic.attributes.get("attachment")
    vm = board.get(Kind.VM, nic.attributes.get("attached_to"))
    if not attachment or vm is None:
        board.note(f"network interface {nic.name} is not attached to a VM")
        return
    if source is not None and source.id != vm.id:
        raise Unresolved(f"network interface {nic.name} is attached to {vm.name}")
    if nic.attributes.get("primary"):
        raise Unsupported(f"{nic.name} is the first interface of {vm.name} and stays with it")
    me, machine = board.value(nic.id), board.value(vm.id)
    index = max(1, len(texts(vm, "nics")) - 1)
    board.add(
        Step(
            id=board.name_step("detach interface", nic.name, "from", vm.name),
            effect=Effect.UPDATE,
            action=ec2(
                "DetachNetworkInterface",
                AttachmentId=Output(str(attachment), "attachment").as_json()
                if attachment in board.steps
                else attachment,
            ),
            why=f"take network interface {nic.name} off {vm.name}",
            changes=board.refs(nic, vm),
            expects=(Expect(Kind.NIC, me, "is", "attached_to", None, SETTLED_WITHIN),),
            undo=(
                Reversal(
                    ec2(
                        "AttachNetworkInterface",
                        NetworkInterfaceId=me,
                        InstanceId=machine,
                        DeviceIndex=index,
                    ),
                    Effect.UPDATE,
                    f"attach network interface {nic.name} to {vm.name} again",
                    (Expect(Kind.NIC, me, "is", "attached_to", machine, SETTLED_WITHIN),),
                ),
            ),
            before={"attached_to": vm.name},
            after={"attached_to": None},
            disrupts=f"{vm.name} is no longer reached through {nic.name}",
        )
    )
    board.revise(nic, attached_to=None, attachment=None)
