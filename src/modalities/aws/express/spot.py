"""From standard to spot capacity and back. AWS cannot change a machine in place: it is made
again from an image of its root disk, and only when the new one runs does the old one go.

Until that step all can be taken back, also where AWS has no spot capacity to give. The
price is the private address, which the old machine holds to the end. See
docs/decisions/aws-calls.md.
"""

from __future__ import annotations

from typing import Any

from modalities.action import TOKEN, Output
from modalities.aws.attributes import texts
from modalities.aws.express import addresses, disks, groups
from modalities.aws.express.balancer import move_target
from modalities.aws.express.board import GONE_WITHIN, Board
from modalities.aws.express.calls import ec2, labelled
from modalities.aws.express.power import switch
from modalities.aws.express.vm import RUNNING_WITHIN, SPOT
from modalities.change import Power, SetPriority
from modalities.contract import Unsupported
from modalities.resource import Json, Kind, Resource
from modalities.step import Effect, Expect, Irreversible, Probe, Reversal, Step

IMAGE_WITHIN = 1800.0
"""Seconds that AWS may take to copy a root disk."""

SETTLED_WITHIN = 60.0


def set_priority(board: Board, change: SetPriority) -> None:
    """Raises Unresolved, Unsupported."""
    for vm in board.select(change.what, Kind.VM):
        kind = "spot" if change.spot else "standard"
        if vm.kind is not Kind.VM:
            raise Unsupported(f"only a VM can run on {kind} capacity, {vm.ref} cannot")
        if bool(vm.attributes.get("spot")) is change.spot:
            board.note(f"{vm.name} is a {kind} VM already")
        else:
            convert(board, vm, change.spot)


def convert(board: Board, old: Resource, spot: bool) -> None:
    """Make the machine again. Raises Unsupported where it has several network interfaces."""
    _refuse(board, old)
    _warn(board, old, spot)
    others = set(board.steps)
    data = disks.data_disks(board, old)
    owned = [d for d in data if d.attributes.get("delete_with_vm")]
    devices = {d.id: str(d.attributes.get("device")) for d in data}
    old = _at_rest(board, old)
    image = _image(board, old, [devices[d.id] for d in data])
    snapshot = _find_snapshot(board, old, image)
    new = _run(board, old, image, Output(snapshot, "root_device"), spot)
    rest = old.attributes.get("state") == "stopped"
    if rest:
        for disk in data:
            disks.detach(board, disk, old)
            disks.attach(board, _now(board, disk), new, device=devices[disk.id])
    _move_addresses(board, old, new)
    for pool in board.world.of(Kind.TARGET_GROUP):
        move_target(board, pool, old, new)
    _set_flags(board, old, root=True, kept=() if rest else owned)
    after = tuple(id for id in board.steps if id not in others)
    gone = _terminate(board, old, spot, after, freed=() if rest else data)
    board.forget(old)
    _clean_up(board, old, image, snapshot, gone)
    if not rest:
        for disk in data:
            board.revise(disk, attached_to=None, state="available")
            disks.attach(board, _now(board, disk), new, device=devices[disk.id], needs=(gone,))
    if owned:
        _own_again(board, new, owned, devices)


def _refuse(board: Board, old: Resource) -> None:
    if board.made_here(old):
        raise Unsupported(f"{old.name} is made in this very plan; ask for it as a spot VM at once")
    nics = texts(old, "nics")
    if len(nics) > 1:
        raise Unsupported(
            f"{old.name} has {len(nics)} network interfaces: detach all but the first, convert "
            "it, and attach them again"
        )
    if board.get(Kind.DISK, old.attributes.get("root_disk")) is None:
        raise Unsupported(f"{old.name} has no EBS root disk that an image could be made of")
    if board.asked.protected(old.id):
        raise Unsupported(
            f"{old.name} has termination protection, so AWS would refuse to remove it when the "
            "new one runs: turn that protection off first"
        )


def _warn(board: Board, old: Resource, spot: bool) -> None:
    reclaimed = "; AWS may take a spot machine away at any time with two minutes' notice"
    board.advise(
        "danger",
        f"{old.name} is destroyed and made again, not changed in place: it gets a new id and a new "
        f"private address, is off for some minutes, and what it has on instance-store disks is "
        f"lost{reclaimed if spot else ''}",
    )
    if not spot:
        board.advise(
            "warning",
            f"{old.name} cannot be stopped first, as AWS stops no one-time spot machine: it "
            "restarts for its image, and what it writes to its root disk after that is lost",
        )
    if old.attributes.get("public_ip") and not _addresses(board, old):
        board.advise("warning", f"the public address of {old.name} changes")
    for nic in texts(old, "nics"):
        there = board.get(Kind.NIC, nic)
        if there is not None and not there.attributes.get("delete_with_vm"):
            board.advise("info", f"the old network interface {nic} stays, as it is set to")
    if old.attributes.get("state") == "stopped":
        board.note(f"{old.name} is stopped now and will be running")
    board.advise(
        "info",
        f"kept of {old.name}: size, subnet, security groups, key pair, tags, all disks. What "
        "cloudops does not read (user data, placement, CPU options) takes AWS's defaults",
    )


def _at_rest(board: Board, old: Resource) -> Resource:
    """Stopped, so that nothing is written while its disks are copied; a spot machine goes on."""
    if not old.attributes.get("spot"):
        outage = f"{old.name} is off until it has been made again: some minutes"
        switch(board, old, Power.STOP, outage)
    return board.get(Kind.VM, old.id) or old


def _image(board: Board, old: Resource, without: list[str]) -> Resource:
    """An image of the root disk alone."""
    name = f"cloudops-{board.label}-{old.id}"
    at_rest = old.attributes.get("state") == "stopped"
    tags = {**_own_tags(old), **board.tags(name)}
    id = board.name_step("image", old.name)
    me = Output(id).as_json()
    step = board.add(
        Step(
            id=id,
            effect=Effect.CREATE,
            action=ec2(
                "CreateImage",
                InstanceId=old.id,
                Name=name,
                NoReboot=at_rest,
                BlockDeviceMappings=[{"DeviceName": d, "NoDevice": ""} for d in without],
                TagSpecifications=labelled("image", tags),
            ),
            why=f"copy the root disk of {old.name} into an image, to make it again from",
            changes=(board.world.ref(Kind.IMAGE, name), *(() if at_rest else board.refs(old))),
            uses=board.refs(old),
            needs=board.changed_by(old),
            outputs={"id": "ImageId"},
            expects=(Expect(Kind.IMAGE, me, "is", "state", "available", IMAGE_WITHIN),),
            probe=Probe(Kind.IMAGE, {"name": name}),
            undo=(
                Reversal(
                    ec2("DeregisterImage", ImageId=me, DeleteAssociatedSnapshots=True),
                    Effect.DELETE,
                    "remove the image again",
                    (Expect(Kind.IMAGE, me, "absent", within=SETTLED_WITHIN),),
                ),
            ),
            after={"name": name, "of": old.name},
            disrupts="" if at_rest else f"{old.name} restarts",
        )
    )
    return board.promise(step, Kind.IMAGE, name, tags=tags)


def _find_snapshot(board: Board, old: Resource, image: Resource) -> str:
    """The id of a read that tells the image's snapshot and root device, which CreateImage does
    not."""
    step = Step(
        id=board.name_step("find snapshot of", old.name),
        effect=Effect.READ,
        action=ec2("DescribeImages", ImageIds=[board.value(image.id)]),
        why="find the snapshot and the root device of the image",
        changes=(),
        uses=board.refs(image),
        outputs={
            "id": "Images[0].BlockDeviceMappings[].Ebs.SnapshotId | [0]",
            "root_device": "Images[0].RootDeviceName",
        },
    )
    return board.add(step).id


def _run(board: Board, old: Resource, image: Resource, root_device: Output, spot: bool) -> Resource:
    a = old.attributes
    subnet = board.get(Kind.SUBNET, a.get("subnet"))
    guards = groups.groups_of(board, old)
    tags = _own_tags(old)
    disk = board.get(Kind.DISK, a.get("root_disk"))
    id = board.name_step("create", Kind.VM, old.name)
    me = Output(id).as_json()
    checks = {"state": "running", "size": a.get("size"), "spot": spot, "subnet": a.get("subnet")}
    step = board.add(
        Step(
            id=id,
            effect=Effect.CREATE,
            action=ec2(
                "RunInstances",
                **_like(board, old, guards, tags),
                ImageId=board.value(image.id),
                BlockDeviceMappings=[{"DeviceName": root_device.as_json(), "Ebs": _root(disk)}],
                **({"InstanceMarketOptions": SPOT} if spot else {}),
            ),
            why=f"make {old.name} again on {'spot' if spot else 'standard'} capacity",
            changes=board.refs(old),
            uses=board.refs(*([subnet] if subnet else []), *guards),
            outputs={"id": "Instances[0].InstanceId"},
            expects=tuple(
                Expect(Kind.VM, me, "is", name, value, RUNNING_WITHIN)
                for name, value in checks.items()
            ),
            probe=Probe(Kind.VM, {"image": board.value(image.id)}),
            undo=(
                Reversal(
                    ec2("TerminateInstances", InstanceIds=[me]),
                    Effect.DELETE,
                    f"remove the new {old.name} again",
                    (Expect(Kind.VM, me, "absent", within=GONE_WITHIN),),
                ),
            ),
            before={"spot": not spot},
            after={"name": old.name, "spot": spot, "size": a.get("size"), "tags": {**tags}},
        )
    )
    like: dict[str, Json] = {
        **a,
        "spot": spot,
        "state": "running",
        "private_ip": None,
        "nics": [],
        "devices": {str(a.get("root_device")): "its own"},
        "security_groups": [g.id for g in guards],
    }
    links = tuple(x for x in old.links if x.kind not in (Kind.DISK, Kind.NIC))
    return board.promise(step, Kind.VM, old.name, tags=tags, links=links, **like)


def _like(
    board: Board, old: Resource, guards: tuple[Resource, ...], tags: dict[str, str]
) -> dict[str, Any]:
    """RunInstances' parameters for a machine like the old one."""
    a = old.attributes
    root = board.get(Kind.DISK, a.get("root_disk"))
    ephemeral = bool(a.get("public_ip")) and not _addresses(board, old)
    interface: dict[str, Any] = {
        "DeviceIndex": 0,
        "SubnetId": a.get("subnet"),
        "AssociatePublicIpAddress": ephemeral,
        "DeleteOnTermination": True,
    }
    if guards:
        interface["Groups"] = [board.value(g.id) for g in guards]
    disk_tags = _own_tags(root) if root else {}
    specifications = [*labelled("instance", tags), *labelled("volume", disk_tags)]
    return {
        "InstanceType": a.get("size"),
        "MinCount": 1,
        "MaxCount": 1,
        "ClientToken": TOKEN,
        "NetworkInterfaces": [interface],
        "Monitoring": {"Enabled": bool(a.get("monitoring"))},
        **({"TagSpecifications": specifications} if specifications else {}),
        **({"KeyName": a["key_pair"]} if a.get("key_pair") else {}),
    }


def _root(disk: Resource | None) -> dict[str, Any]:
    """The root disk as it was; IOPS and throughput where the type lets them be said."""
    a = disk.attributes if disk else {}
    type = a.get("type")
    iops = a.get("iops") if type in ("gp3", "io1", "io2") else None
    throughput = a.get("throughput") if type == "gp3" else None
    return {
        "DeleteOnTermination": bool(a.get("delete_with_vm", True)),
        **({"VolumeSize": a["gib"]} if "gib" in a else {}),
        **({"VolumeType": type} if type else {}),
        **({"Iops": iops} if iops else {}),
        **({"Throughput": throughput} if throughput else {}),
    }


def _own_tags(resource: Resource) -> dict[str, str]:
    """Tags without those that AWS alone can set."""
    return {k: v for k, v in resource.tags.items() if not k.casefold().startswith("aws:")}


def _addresses(board: Board, vm: Resource) -> tuple[Resource, ...]:
    return tuple(
        p for p in board.world.of(Kind.PUBLIC_IP) if p.attributes.get("attached_to") == vm.id
    )


def _move_addresses(board: Board, old: Resource, new: Resource) -> None:
    for address in _addresses(board, old):
        addresses.associate(board, address, new, before=old)


def _set_flags(
    board: Board, old: Resource, root: bool, kept: tuple[Resource, ...] | list[Resource]
) -> None:
    """See to it that the old root disk goes with its machine, and that ``kept`` stay."""
    disk = board.get(Kind.DISK, old.attributes.get("root_disk"))
    wish = [(d, False) for d in kept]
    if root and disk is not None and not disk.attributes.get("delete_with_vm"):
        wish.append((disk, True))
    if wish:
        _flag(board, old, wish, f"say which disks of the old {old.name} go with it")


def _own_again(board: Board, new: Resource, owned: list[Resource], devices: dict[str, str]) -> None:
    wish = [(board.revise(d, device=devices[d.id]), True) for d in owned]
    names = ", ".join(d.name for d in owned)
    _flag(board, new, wish, f"let {names} go with {new.name} when that is deleted, as before")


def _flag(board: Board, vm: Resource, wish: list[tuple[Resource, bool]], why: str) -> None:
    def call(flip: bool) -> Any:
        return ec2(
            "ModifyInstanceAttribute",
            InstanceId=board.value(vm.id),
            BlockDeviceMappings=[
                {
                    "DeviceName": d.attributes.get("device"),
                    "Ebs": {"DeleteOnTermination": goes is not flip},
                }
                for d, goes in wish
            ],
        )

    def expects(flip: bool) -> tuple[Expect, ...]:
        return tuple(
            Expect(Kind.DISK, d.id, "is", "delete_with_vm", goes is not flip, SETTLED_WITHIN)
            for d, goes in wish
        )

    board.add(
        Step(
            id=board.name_step("mark disks of", vm.name),
            effect=Effect.UPDATE,
            action=call(False),
            why=why,
            changes=board.refs(vm, *(d for d, _ in wish)),
            expects=expects(False),
            undo=(Reversal(call(True), Effect.UPDATE, "as it was", expects(True)),),
            before={d.name: {"delete_with_vm": not goes} for d, goes in wish},
            after={d.name: {"delete_with_vm": goes} for d, goes in wish},
        )
    )


def _clean_up(board: Board, old: Resource, image: Resource, snapshot: str, gone: str) -> None:
    """Image and snapshot are of no more use. They go after the old machine, when nothing is taken
    back any more: a run that ends between the two and is undone would leave the snapshot."""
    me = board.value(image.id)
    dropped = board.add(
        Step(
            id=board.name_step("drop image of", old.name),
            effect=Effect.DELETE,
            action=ec2("DeregisterImage", ImageId=me),
            why="remove the image, which has done its work",
            changes=board.refs(image),
            needs=(gone,),
            expects=(Expect(Kind.IMAGE, me, "absent", within=SETTLED_WITHIN),),
        )
    )
    copy = Output(snapshot).as_json()
    board.add(
        Step(
            id=board.name_step("drop snapshot of", old.name),
            effect=Effect.DELETE,
            action=ec2("DeleteSnapshot", SnapshotId=copy),
            why="remove the snapshot behind the image",
            changes=(board.world.ref(Kind.SNAPSHOT, image.name),),
            needs=(dropped.id,),
            expects=(Expect(Kind.SNAPSHOT, copy, "absent", within=SETTLED_WITHIN),),
        )
    )
    board.forget(image)


def _terminate(
    board: Board, old: Resource, spot: bool, after: tuple[str, ...], freed: tuple[Resource, ...]
) -> str:
    """The old machine goes, when all ``after`` is done. The step's id."""
    step = board.add(
        Step(
            id=board.name_step("replace", old.name),
            effect=Effect.REPLACE,
            action=ec2("TerminateInstances", InstanceIds=[old.id]),
            why=f"remove the old {old.name} ({old.id}), in whose place the new one runs",
            changes=board.refs(old),
            needs=after,
            expects=(
                Expect(Kind.VM, old.id, "absent", within=GONE_WITHIN),
                *(disks.free(d.id, within=GONE_WITHIN) for d in freed),
            ),
            undo=Irreversible(
                f"the machine {old.id} is gone, with its id and its address "
                f"{old.attributes.get('private_ip')}; the new {old.name} has its disks"
            ),
            before={"spot": not spot},
            after={"spot": spot},
            disrupts=f"{old.name} is destroyed and made again: new id, new private address",
        )
    )
    return step.id


def _now(board: Board, resource: Resource) -> Resource:
    return board.get(resource.kind, resource.id) or resource
