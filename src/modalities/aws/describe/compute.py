"""Machines, disks, images, snapshots and key pairs, as neutral resources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from modalities.aws.describe.found import Found, Raw, known, links, tags_of, time_of
from modalities.resource import Json, Kind

ROOTS = ("/dev/sda1", "/dev/xvda")
"""What images call their root device."""


def vms(instances: Iterable[Raw]) -> Iterator[Found]:
    """Each instance with the ``KeyPairId`` of its key, where it has one."""
    for item in instances:
        groups = _groups(item)
        devices = _devices(item)
        nics = sorted(n["NetworkInterfaceId"] for n in item.get("NetworkInterfaces") or ())
        attributes = known(
            state=item["State"]["Name"],
            size=item.get("InstanceType"),
            image=item.get("ImageId"),
            zone=(item.get("Placement") or {}).get("AvailabilityZone"),
            network=item.get("VpcId"),
            subnet=item.get("SubnetId"),
            private_ip=item.get("PrivateIpAddress"),
            security_groups=groups,
            spot=item.get("InstanceLifecycle") == "spot",
            monitoring=_state(item, "Monitoring") in ("enabled", "pending"),
            disks=sorted(devices.values()),
            root_device=_root(item),
            devices=devices,
            nics=nics,
            platform="windows" if str(item.get("Platform")).lower() == "windows" else "linux",
            launched_at=time_of(item.get("LaunchTime")),
        )
        attributes["public_ip"] = item.get("PublicIpAddress") or None
        attributes["key_pair"] = item.get("KeyName")
        attributes["root_disk"] = devices.get(_root(item) or "")
        yield Found(
            Kind.VM,
            item["InstanceId"],
            attributes,
            tags_of(item),
            links("in", Kind.SUBNET, [item.get("SubnetId")])
            + links("guarded_by", Kind.SECURITY_GROUP, groups)
            + links("uses", Kind.DISK, devices.values())
            + links("uses", Kind.NIC, nics)
            + links("uses", Kind.KEY_PAIR, [item.get("KeyPairId")]),
        )


def _groups(instance: Raw) -> list[str]:
    """A machine's groups are those of its first interface; an emulator may say only these."""
    said = list(instance.get("SecurityGroups") or ())
    for nic in instance.get("NetworkInterfaces") or ():
        if not said and (nic.get("Attachment") or {}).get("DeviceIndex") == 0:
            said = list(nic.get("Groups") or ())
    return sorted({group["GroupId"] for group in said})


def _devices(instance: Raw) -> dict[str, str]:
    """Disk id by device name."""
    return {m["DeviceName"]: m["Ebs"]["VolumeId"] for m in _mappings(instance)}


def _mappings(instance: Raw) -> list[Raw]:
    return [m for m in instance.get("BlockDeviceMappings") or () if "Ebs" in m]


def _root(instance: Raw) -> str | None:
    """The device a machine starts from. An emulator may say one name and use the other."""
    devices = _devices(instance)
    name = instance.get("RootDeviceName")
    if name in devices or not name:
        return name
    return next((other for other in ROOTS if other in devices), name)


def _state(item: Raw, key: str) -> str:
    return str((item.get(key) or {}).get("State", ""))


def disks(volumes: Iterable[Raw], instances: Iterable[Raw]) -> Iterator[Found]:
    """``instances`` tell which disk a machine starts from, and which goes when it goes."""
    instances = tuple(instances)
    roots = {(i["InstanceId"], _root(i)) for i in instances}
    mapped = {m["Ebs"]["VolumeId"]: m["Ebs"] for i in instances for m in _mappings(i)}
    for item in volumes:
        held: Raw = next(iter(item.get("Attachments") or ()), {})
        attributes = known(
            gib=item.get("Size"),
            type=item.get("VolumeType"),
            iops=item.get("Iops"),
            throughput=item.get("Throughput"),
            state=item.get("State"),
            zone=item.get("AvailabilityZone"),
            encrypted=item.get("Encrypted"),
            boot=(held.get("InstanceId"), held.get("Device")) in roots,
            delete_with_vm=bool(mapped.get(item["VolumeId"], held).get("DeleteOnTermination")),
            snapshot=item.get("SnapshotId") or None,
        )
        attributes["attached_to"] = held.get("InstanceId")
        attributes["device"] = held.get("Device")
        yield Found(Kind.DISK, item["VolumeId"], attributes, tags_of(item))


def images(items: Iterable[Raw]) -> Iterator[Found]:
    for item in items:
        snapshots = sorted(_snapshots(item))
        attributes = known(
            state=item.get("State"),
            architecture=item.get("Architecture"),
            owner=item.get("OwnerId"),
            public=item.get("Public"),
            root_device=item.get("RootDeviceName"),
            snapshots=snapshots,
        )
        made_of = links("uses", Kind.SNAPSHOT, snapshots)
        name = item.get("Name", "")
        yield Found(Kind.IMAGE, item["ImageId"], attributes, tags_of(item), made_of, name)


def _snapshots(image: Raw) -> Iterator[str]:
    for mapping in image.get("BlockDeviceMappings") or ():
        id = (mapping.get("Ebs") or {}).get("SnapshotId")
        if id:
            yield id


def snapshots(items: Iterable[Raw]) -> Iterator[Found]:
    for item in items:
        attributes = known(
            gib=item.get("VolumeSize"), state=item.get("State"), disk=item.get("VolumeId")
        )
        yield Found(Kind.SNAPSHOT, item["SnapshotId"], attributes, tags_of(item))


def key_pairs(items: Iterable[Raw]) -> Iterator[Found]:
    for item in items:
        attributes: dict[str, Json] = known(
            fingerprint=item.get("KeyFingerprint"), type=item.get("KeyType")
        )
        yield Found(
            Kind.KEY_PAIR,
            item.get("KeyPairId") or item["KeyName"],
            attributes,
            tags_of(item),
            own_name=item["KeyName"],
        )
