"""What AWS refuses of disks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modalities.action import SdkCall
from modalities.aws.refusals.view import View, key
from modalities.aws.volumes import LEAST_IOPS, LIMITS, NO_BOOT, PROVISIONED, RATIO
from modalities.contract import Problem
from modalities.resource import Kind
from modalities.step import Step


def sizes(step: Step, call: SdkCall, view: View) -> Iterator[Problem]:
    """EBS user guide, "Amazon EBS volume types"; EC2 API reference, CreateVolume."""
    if call.operation == "CreateVolume":
        yield from _limits(step, "", call.parameters, "Size")
    if call.operation == "RunInstances":
        for number, mapping in enumerate(call.parameters.get("BlockDeviceMappings") or ()):
            path = f"BlockDeviceMappings[{number}].Ebs."
            ebs = mapping.get("Ebs") or {}
            yield from _limits(step, path, ebs, "VolumeSize")
            if ebs.get("VolumeType") in NO_BOOT:
                yield Problem(
                    step.id, f"{path}VolumeType", f"no machine starts from {ebs['VolumeType']}"
                )
            yield from _image(step, path, call, ebs, view)


def _limits(step: Step, path: str, p: Mapping[str, Any], name: str) -> Iterator[Problem]:
    type, gib, iops = str(p.get("VolumeType", "gp2")), p.get(name), p.get("Iops")
    least, most = LIMITS.get(type, (1, 65536))
    if isinstance(gib, int) and not least <= gib <= most:
        yield Problem(step.id, path + name, f"a {type} disk has {least} to {most} GiB, not {gib}")
    if type in PROVISIONED and iops is None:
        yield Problem(step.id, f"{path}Iops", f"a {type} disk must be given IOPS")
    if isinstance(iops, int) and isinstance(gib, int) and type in RATIO:
        most_iops = max(LEAST_IOPS if type in PROVISIONED else 3000, gib * RATIO[type])
        if iops > most_iops:
            text = f"a {type} disk of {gib} GiB has {most_iops} IOPS at most, not {iops}"
            yield Problem(step.id, f"{path}Iops", text)


def _image(
    step: Step, path: str, call: SdkCall, ebs: Mapping[str, Any], view: View
) -> Iterator[Problem]:
    """A root disk is not smaller than the snapshot it is made from."""
    image = view.resource(Kind.IMAGE, call.parameters.get("ImageId"))
    snapshots = [s for s in view.world.needs(image) if s.kind is Kind.SNAPSHOT] if image else []
    gib = ebs.get("VolumeSize")
    for snapshot in snapshots:
        least = snapshot.attributes.get("gib")
        if isinstance(least, int) and isinstance(gib, int) and gib < least:
            yield Problem(step.id, f"{path}VolumeSize", f"the image needs {least} GiB, not {gib}")


def growing(step: Step, call: SdkCall, view: View) -> Iterator[Problem]:
    """EBS user guide, "Modify an Amazon EBS volume using Elastic Volumes operations"."""
    if call.operation != "ModifyVolume":
        return
    disk = view.resource(Kind.DISK, call.parameters.get("VolumeId"))
    size, now = call.parameters.get("Size"), disk.attributes.get("gib") if disk else None
    if isinstance(size, int) and isinstance(now, int) and size < now:
        text = f"a disk of {now} GiB cannot become one of {size}"
        yield Problem(step.id, "Size", text, "make a new one and copy what is needed")
    type = str(disk.attributes.get("type")) if disk else "gp3"
    yield from _limits(step, "", {**call.parameters, "VolumeType": type, "Iops": 1}, "Size")


def attaching(step: Step, call: SdkCall, view: View) -> Iterator[Problem]:
    """EBS user guide, "Attach an Amazon EBS volume to an Amazon EC2 instance"; EC2 user guide,
    "Device names for volumes"."""
    if call.operation != "AttachVolume":
        return
    disk, vm = call.parameters.get("VolumeId"), call.parameters.get("InstanceId")
    device = str(call.parameters.get("Device"))
    zones = (
        view.attribute(Kind.DISK, disk, "zone", "AvailabilityZone"),
        view.zone_of_vm(vm),
    )
    if None not in zones and zones[0] != zones[1]:
        text = f"the disk is in {zones[0]}, the machine in {zones[1]}"
        cure = "make the disk in the machine's zone, or copy it there by a snapshot"
        yield Problem(step.id, "VolumeId", text, cure)
    if key(disk) in view.held:
        yield Problem(step.id, "VolumeId", f"it is attached to {view.held[key(disk)][0]} already")
    if (key(vm), device) in view.held.values():
        yield Problem(step.id, "Device", f"{device} is in use on that machine")


def detaching(step: Step, call: SdkCall, view: View) -> Iterator[Problem]:
    """EBS user guide, "Detach an Amazon EBS volume": a root disk only of a stopped machine."""
    if call.operation != "DetachVolume":
        return
    disk = call.parameters.get("VolumeId")
    if isinstance(disk, str) and disk not in view.held:
        yield Problem(step.id, "VolumeId", f"disk {disk} is not attached to anything")
        return
    vm, device = view.held.get(key(disk), ("", ""))
    there = view.resource(Kind.VM, vm)
    root = there.attributes.get("root_device") if there else None
    if root == device and view.states.get(vm) != "stopped":
        yield Problem(step.id, "VolumeId", "the machine runs from this disk", "stop it first")
