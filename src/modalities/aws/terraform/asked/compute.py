"""Machines, disks, key pairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from modalities.action import SdkCall
from modalities.aws.express.calls import ec2, pairs
from modalities.aws.terraform.asked.asking import (
    Asked,
    Calls,
    Values,
    differs,
    first,
    known,
    listed,
    retagged,
    simple,
    specified,
    tags_of,
)


def _run(after: Values) -> Calls:
    nic = known(
        DeviceIndex=0,
        SubnetId=after.get("subnet_id"),
        Groups=after.get("vpc_security_group_ids"),
        AssociatePublicIpAddress=after.get("associate_public_ip_address"),
    )
    market = first(after.get("instance_market_options"))
    metadata = first(after.get("metadata_options"))
    said = known(
        ImageId=after.get("ami"),
        InstanceType=after.get("instance_type"),
        KeyName=after.get("key_name"),
        NetworkInterfaces=[nic],
        BlockDeviceMappings=list(_mappings(after)) or None,
        Monitoring={"Enabled": True} if after.get("monitoring") else None,
        Placement=known(
            AvailabilityZone=after.get("availability_zone"), Tenancy=after.get("tenancy")
        )
        or None,
        InstanceMarketOptions={"MarketType": market["market_type"]}
        if "market_type" in market
        else None,
        MetadataOptions=known(HttpTokens=metadata.get("http_tokens")) or None,
        IamInstanceProfile={"Name": p} if (p := after.get("iam_instance_profile")) else None,
        TagSpecifications=_tags(after),
    )
    addresses = (
        ([ec2("ModifyInstanceAttribute", SourceDestCheck={"Value": False})])
        if after.get("source_dest_check") is False
        else []
    )
    return (ec2("RunInstances", MinCount=1, MaxCount=1, **said), *addresses)


def _tags(after: Values) -> list[dict[str, Any]] | None:
    volumes = {**(after.get("volume_tags") or {}), **tags_of(first(after.get("root_block_device")))}
    more = [{"ResourceType": "volume", "Tags": pairs(volumes)}] if volumes else []
    return [*(specified("instance", after) or []), *more] or None


def _mappings(after: Values) -> Iterator[dict[str, Any]]:
    """The root disk first: of it Terraform does not say the device."""
    root = first(after.get("root_block_device"))
    if root:
        yield {"Ebs": _ebs(root)}
    elif after.get("ebs_block_device"):
        yield {"Ebs": {"DeleteOnTermination": True}}
    for disk in after.get("ebs_block_device") or ():
        yield {**known(DeviceName=disk.get("device_name")), "Ebs": _ebs(disk)}


def _ebs(disk: Values) -> dict[str, Any]:
    return known(
        VolumeSize=disk.get("volume_size"),
        VolumeType=disk.get("volume_type") or None,
        Iops=disk.get("iops"),
        Throughput=disk.get("throughput"),
        Encrypted=disk.get("encrypted"),
        SnapshotId=disk.get("snapshot_id") or None,
        DeleteOnTermination=disk.get("delete_on_termination", True),
    )


def _changed(before: Values, after: Values) -> Calls:
    """In the order in which the provider does it; what it does beyond is an attribute."""
    me = before.get("id")
    calls: list[SdkCall] = [*retagged(before, after)]
    if differs(before, after, "instance_type"):
        size = {"Value": after.get("instance_type")}
        calls += [
            ec2("StopInstances", **known(InstanceIds=listed(me))),
            ec2("ModifyInstanceAttribute", **known(InstanceId=me), InstanceType=size),
            ec2("StartInstances", **known(InstanceIds=listed(me))),
        ]
    if differs(before, after, "vpc_security_group_ids"):
        groups = known(InstanceId=me, Groups=after.get("vpc_security_group_ids"))
        calls.append(ec2("ModifyInstanceAttribute", **groups))
    if differs(before, after, "monitoring"):
        verb = "MonitorInstances" if after.get("monitoring") else "UnmonitorInstances"
        calls.append(ec2(verb, **known(InstanceIds=listed(me))))
    calls += _root_changed(
        me, first(before.get("root_block_device")), first(after.get("root_block_device"))
    )
    rest = sorted(n for n in {*before, *after} - SAID if differs(before, after, n))
    if rest:
        calls.append(
            ec2("ModifyInstanceAttribute", **known(InstanceId=me, Attribute=", ".join(rest)))
        )
    return tuple(calls)


SAID = frozenset(
    {
        "id",
        "instance_type",
        "monitoring",
        "public_dns",
        "public_ip",
        "root_block_device",
        "tags",
        "tags_all",
        "vpc_security_group_ids",
    }
)


def _root_changed(vm: Any, before: Values, after: Values) -> Iterator[SdkCall]:
    me = known(VolumeId=before.get("volume_id"))
    names = {"volume_size": "Size", "volume_type": "VolumeType", "iops": "Iops"}
    names["throughput"] = "Throughput"
    moved = {p: after.get(a) for a, p in names.items() if differs(before, after, a)}
    if after and known(**moved):
        yield ec2("ModifyVolume", **me, **known(**moved))
    if after and differs(before, after, "delete_on_termination"):
        goes = {"DeleteOnTermination": after.get("delete_on_termination", True)}
        device = known(DeviceName=before.get("device_name"), Ebs=goes)
        yield ec2("ModifyInstanceAttribute", **known(InstanceId=vm), BlockDeviceMappings=[device])
    if after:
        yield from retagged({**before, "id": before.get("volume_id")}, after)


def _terminated(before: Values) -> Calls:
    return (ec2("TerminateInstances", **known(InstanceIds=listed(before.get("id")))),)


def _switched(values: Values) -> Calls:
    me = known(InstanceIds=listed(values.get("instance_id")))
    stops = values.get("state") == "stopped"
    return (ec2("StopInstances" if stops else "StartInstances", **me),)


# disks


def _volume_changed(before: Values, after: Values) -> Calls:
    names = {"size": "Size", "type": "VolumeType", "iops": "Iops", "throughput": "Throughput"}
    moved = known(**{p: after.get(a) for a, p in names.items() if differs(before, after, a)})
    change = [ec2("ModifyVolume", **known(VolumeId=before.get("id")), **moved)] if moved else []
    return (*change, *retagged(before, after))


VOLUME = replace(
    simple(
        "CreateVolume",
        "DeleteVolume",
        "VolumeId",
        "volume",
        AvailabilityZone="availability_zone",
        Size="size",
        VolumeType="type",
        Iops="iops",
        Throughput="throughput",
        Encrypted="encrypted",
        SnapshotId="snapshot_id",
    ),
    updates=_volume_changed,
)


def _held(values: Values) -> dict[str, Any]:
    return known(
        VolumeId=values.get("volume_id"),
        InstanceId=values.get("instance_id"),
        Device=values.get("device_name"),
    )


ATTACHMENT = Asked(
    lambda after: (ec2("AttachVolume", **_held(after)),),
    lambda _before, _after: (),
    lambda before: (ec2("DetachVolume", **_held(before)),),
    ("volume_id", "instance_id", "device_name"),
    relation=True,
)

# key pairs


def _key(after: Values) -> Calls:
    said = known(
        KeyName=after.get("key_name"),
        PublicKeyMaterial=after.get("public_key"),
        TagSpecifications=specified("key-pair", after),
    )
    return (ec2("ImportKeyPair", **said),)


def _key_changed(before: Values, after: Values) -> Calls:
    return retagged({**before, "id": before.get("key_pair_id")}, after)


TYPES: Mapping[str, Asked] = {
    "aws_instance": Asked(_run, _changed, _terminated),
    "aws_ec2_instance_state": Asked(
        _switched,
        lambda before, after: _switched({**before, **after}),
        lambda _: (),
        ("instance_id", "state"),
        relation=True,
    ),
    "aws_ebs_volume": VOLUME,
    "aws_volume_attachment": ATTACHMENT,
    "aws_key_pair": Asked(
        _key,
        _key_changed,
        lambda before: (ec2("DeleteKeyPair", **known(KeyName=before.get("key_name"))),),
        ("key_name", "key_pair_id"),
    ),
}
