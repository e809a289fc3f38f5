"""Machines: one call for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from modalities import wanted
from modalities.action import TOKEN, Output
from modalities.aws import volumes
from modalities.aws.express import groups, sizes
from modalities.aws.express.board import Board
from modalities.aws.express.calls import ec2, pairs
from modalities.contract import Unsupported
from modalities.resource import Kind, Link, Resource
from modalities.selecting import one
from modalities.step import Expect

RUNNING_WITHIN = 300.0

SPOT = {
    "MarketType": "spot",
    "SpotOptions": {"SpotInstanceType": "one-time", "InstanceInterruptionBehavior": "terminate"},
}
"""One-time: a machine that was reclaimed or deleted does not come back by itself."""

METADATA = {"HttpTokens": "required", "HttpEndpoint": "enabled"}
"""IMDSv2 only (EC2 user guide, "Use the Instance Metadata Service")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a machine goes. No ``groups``: the network's default one guards it. ``after`` are
    steps it must wait for beyond those that it refers to."""

    network: Resource
    subnet: Resource
    groups: Sequence[Resource] = ()
    after: Sequence[str] = ()


def new_vm(board: Board, want: wanted.Vm, place: Place) -> Resource:
    """Raises Unresolved where the name is taken, Unsupported for sizes and disks there are not."""
    board.refuse_existing(Kind.VM, want.name)
    size = sizes.chosen(board, want.size, want.vcpus, want.memory_gib)
    if size is None:
        size = sizes.DEFAULT_SIZE
        board.note(f"size: {size}")
    image = board.asked.pick_image(want.image, sizes.architecture_of(board, size))
    if want.image is None:
        board.note(f"image: {image.description}")
    if want.public_ip is None:
        board.note("no public address")
    root = _root_disk(want, image.min_gib)
    key = one(board.world, Kind.KEY_PAIR, want.key_pair) if want.key_pair else None
    tags = board.tags(want.name, want.tags)
    id = board.name_step("create", Kind.VM, want.name)
    return board.create(
        Kind.VM,
        want.name,
        ec2(
            "RunInstances",
            ImageId=image.id,
            InstanceType=size,
            MinCount=1,
            MaxCount=1,
            ClientToken=TOKEN,
            NetworkInterfaces=[interface(board, place, bool(want.public_ip))],
            BlockDeviceMappings=[{"DeviceName": image.root_device, "Ebs": root}],
            MetadataOptions=METADATA,
            Monitoring={"Enabled": bool(want.monitoring)},
            TagSpecifications=_specifications(tags),
            **({"InstanceMarketOptions": SPOT} if want.spot else {}),
            **({"KeyName": key.name} if key else {}),
        ),
        "Instances[0].InstanceId",
        lambda id: ec2("TerminateInstances", InstanceIds=[id]),
        f"start VM {want.name} ({size}) in subnet {place.subnet.name}",
        tags=tags,
        links=_links(place, key),
        attributes={
            "state": "running",
            "size": size,
            "image": image.id,
            "zone": place.subnet.attributes.get("zone"),
            "network": place.network.id,
            "subnet": place.subnet.id,
            "security_groups": [
                g.id for g in place.groups or groups.default_of(board, place.network)
            ],
            "key_pair": key.name if key else None,
            "spot": bool(want.spot),
            "monitoring": bool(want.monitoring),
            "root_device": image.root_device,
            "devices": {image.root_device: "its own"},
            "platform": "windows" if "windows" in (want.image or "").casefold() else "linux",
        },
        shown={
            "size": size,
            "image": image.description,
            "subnet": place.subnet.name,
            "public_address": bool(want.public_ip),
            "disk_gib": root["VolumeSize"],
            "disk_type": root["VolumeType"],
            **({"spot": True} if want.spot else {}),
            **({"monitoring": True} if want.monitoring else {}),
            **(
                {"zone": place.subnet.attributes["zone"]}
                if "zone" in place.subnet.attributes
                else {}
            ),
        },
        checks={"state": "running", "size": size},
        settles=RUNNING_WITHIN,
        expects=[
            Expect(Kind.VM, Output(id).as_json(), "is", name, True)
            for name, asked in (("spot", want.spot), ("monitoring", want.monitoring))
            if asked
        ],
        uses=(place.network, place.subnet, *place.groups, *([key] if key else [])),
        needs=(*place.after, *(board.changed_by(key) if key else ())),
    )


def interface(board: Board, place: Place, public: bool) -> dict[str, Any]:
    """The machine's first network interface, gone with it."""
    guards = {"Groups": [board.value(g.id) for g in place.groups]} if place.groups else {}
    return {
        "DeviceIndex": 0,
        "SubnetId": board.value(place.subnet.id),
        "AssociatePublicIpAddress": public,
        "DeleteOnTermination": True,
        **guards,
    }


def _root_disk(want: wanted.Vm, least: int) -> dict[str, Any]:
    type = volumes.native_type(want.disk_type)
    if type in volumes.NO_BOOT:
        raise Unsupported(f"AWS starts no machine from a {type} disk; take an ssd (gp3)")
    gib = max(want.disk_gib or 0, least)
    if want.disk_gib is not None and want.disk_gib < least:
        raise Unsupported(f"the image of {want.name} needs a disk of {least} GiB at least")
    volumes.check_size(type, gib)
    iops = volumes.iops_for(type, gib)
    return {
        "VolumeSize": gib,
        "VolumeType": type,
        "DeleteOnTermination": True,
        **({"Iops": iops} if iops else {}),
    }


def _specifications(tags: dict[str, str]) -> list[dict[str, Any]]:
    """Its disk and interface carry its tags but for the name, which is the machine's own."""
    parts = {key: value for key, value in tags.items() if key != "Name"}
    return [
        {"ResourceType": "instance", "Tags": pairs(tags)},
        {"ResourceType": "volume", "Tags": pairs(parts)},
        {"ResourceType": "network-interface", "Tags": pairs(parts)},
    ]


def _links(place: Place, key: Resource | None) -> tuple[Link, ...]:
    return (
        Link("in", Kind.SUBNET, place.subnet.id),
        *(Link("guarded_by", Kind.SECURITY_GROUP, g.id) for g in place.groups),
        *([Link("uses", Kind.KEY_PAIR, key.id)] if key else []),
    )
