"""Machines of another size, and larger disks."""

from __future__ import annotations

from modalities.aws.express import disks, sizes
from modalities.aws.express.board import Board
from modalities.aws.express.calls import ec2
from modalities.aws.express.power import switch, tell_of_stop
from modalities.change import Power, Resize
from modalities.contract import Unsupported
from modalities.resource import Kind, Resource
from modalities.step import Effect, Expect, Reversal, Step


def resize(board: Board, change: Resize) -> None:
    """Raises Unresolved, Unsupported."""
    disk = None if change.what.names else Kind.DISK
    for resource in board.select(change.what, Kind.VM if change.gib is None else disk):
        if resource.kind is Kind.VM and change.gib is not None:
            _grow_root(board, resource, change.gib)
        elif resource.kind is Kind.VM:
            size = sizes.chosen(board, change.size, change.vcpus, change.memory_gib)
            if size is None:
                raise Unsupported("say to which size, such as t3.large, or how many vCPU and GB")
            resize_vm(board, resource, size)
        elif resource.kind is Kind.DISK and change.gib is not None:
            disks.grow(board, resource, change.gib)
        else:
            raise Unsupported(f"{resource.ref} has no such size to change")


def _grow_root(board: Board, vm: Resource, gib: int) -> None:
    disk = board.get(Kind.DISK, vm.attributes.get("root_disk"))
    if disk is None:
        raise Unsupported(f"{vm.name} has no disk that can be made larger; name the disk")
    board.note(f"disk: {disk.name}, which {vm.name} starts from")
    disks.grow(board, disk, gib)


def resize_vm(board: Board, vm: Resource, size: str) -> None:
    """Stop, change, start again where it ran. No step where it has the size.

    Raises Unsupported for a size of another processor family, and for spot machines.
    """
    now = str(vm.attributes.get("size"))
    if now == size:
        board.note(f"{vm.name} is a {size} already")
        return
    kinds = [sizes.architecture_of(board, s) for s in (now, size)]
    if kinds[0] != kinds[1]:
        raise Unsupported(
            f"{vm.name} runs on {kinds[0]} and {size} is {kinds[1]}: its disk would not start there"
        )
    ran = vm.attributes.get("state") in ("running", "pending")
    if ran and vm.attributes.get("spot"):
        raise Unsupported(
            f"{vm.name} is a spot machine, which AWS does not resize; "
            f"make it standard first, or make a new one of size {size}"
        )
    outage = f"{vm.name} is off for some minutes while its size changes"
    tell_of_stop(board, vm)
    switch(board, vm, Power.STOP, outage)
    me = board.value(vm.id)

    board.add(
        Step(
            id=board.name_step("resize", vm.name),
            effect=Effect.UPDATE,
            action=ec2("ModifyInstanceAttribute", InstanceId=me, InstanceType={"Value": size}),
            why=f"make VM {vm.name} a {size}",
            changes=board.refs(vm),
            expects=(Expect(Kind.VM, me, "is", "size", size),),
            undo=(
                Reversal(
                    ec2("ModifyInstanceAttribute", InstanceId=me, InstanceType={"Value": now}),
                    Effect.UPDATE,
                    f"make {vm.name} a {now} again",
                    (Expect(Kind.VM, me, "is", "size", now, 60),),
                ),
            ),
            before={"size": now},
            after={"size": size},
        )
    )
    vm = board.revise(vm, size=size)
    if ran:
        switch(board, vm, Power.START)
