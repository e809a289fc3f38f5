"""Disks and buckets."""

from __future__ import annotations

from typing import Any

from modalities.aws.terraform import keys, tagging
from modalities.aws.terraform.adopting import own
from modalities.aws.terraform.sheet import Body, Sheet
from modalities.aws.terraform.values import Nested
from modalities.contract import Unsupported
from modalities.resource import Kind
from modalities.step import Step

Call = dict[str, Any]


def create_volume(sheet: Sheet, step: Step, p: Call) -> None:
    name = step.changes[0].name
    address = sheet.make(
        step.id,
        "aws_ebs_volume",
        name,
        {
            "availability_zone": p["AvailabilityZone"],
            "size": p.get("Size"),
            "type": p.get("VolumeType"),
            "iops": p.get("Iops"),
            "throughput": p.get("Throughput"),
            "tags": tagging.of_call(p, "volume"),
        },
    )
    sheet.show(address, f"ID of disk {name}", "id")


def attach(sheet: Sheet, step: Step, p: Call) -> None:
    body = attached(sheet, p["Device"], p["VolumeId"], p["InstanceId"])
    sheet.make(step.id, "aws_volume_attachment", names_of(step), body)


def names_of(step: Step) -> str:
    """``data-on-web-1``: the things that a step brings together, as people call them."""
    kinds: dict[Kind, str] = {}
    for ref in step.changes:
        kinds.setdefault(ref.kind, ref.name)
    return "-on-".join(kinds.values())


def detach(sheet: Sheet, step: Step, p: Call) -> None:
    volume, instance = p["VolumeId"], p["InstanceId"]
    address = sheet.owners.get(keys.attachment(volume, instance))
    if address is not None:
        sheet.remove(address)
        return
    sheet.doom(
        "aws_volume_attachment",
        names_of(step),
        lambda sheet: attached(sheet, p["Device"], volume, instance),
        attachment_id(p["Device"], volume, instance),
    )


def attached(sheet: Sheet, device: Any, volume: Any, instance: Any) -> Body:
    return {
        "device_name": device,
        "volume_id": sheet.ref(volume),
        "instance_id": sheet.ref(instance),
    }


def attachment_id(device: Any, volume: Any, instance: Any) -> str:
    """What ``import`` wants to hear of an attachment."""
    return f"{device}:{volume}:{instance}"


def modify_volume(sheet: Sheet, step: Step, p: Call) -> None:
    """Size, type, IOPS; of the disk that a machine of the code starts from, in its block."""
    disk = sheet.resource(p["VolumeId"], Kind.DISK)
    vm = disk.attributes.get("attached_to") if disk and disk.attributes.get("boot") else None
    own_address = sheet.address(p["VolumeId"])
    if own_address is None and isinstance(vm, str):
        address = own(sheet, vm, Kind.VM)
        prefix: tuple[str, ...] = ("root_block_device",)
        names = {"Size": "volume_size", "VolumeType": "volume_type"}
    else:
        address, prefix = own(sheet, p["VolumeId"], Kind.DISK), ()
        names = {"Size": "size", "VolumeType": "type"}
    names |= {"Iops": "iops", "Throughput": "throughput"}
    for parameter, argument in names.items():
        if parameter in p:
            sheet.put(address, (*prefix, argument), p[parameter])
    sheet.made.setdefault(step.id, address)


# buckets


def create_bucket(sheet: Sheet, step: Step, p: Call) -> None:
    name = p["Bucket"]
    address = sheet.make(step.id, "aws_s3_bucket", name, {"bucket": name})
    sheet.owners[name] = address
    sheet.show(address, f"Name of bucket {name}", "id")


def tag_bucket(sheet: Sheet, step: Step, p: Call) -> None:
    """Exactly these tags, as S3 has it."""
    address = own(sheet, p["Bucket"], Kind.BUCKET)
    wanted = tagging.pairs((p.get("Tagging") or {}).get("TagSet") or ())
    bucket = sheet.resource(p["Bucket"], Kind.BUCKET)
    had = dict(bucket.tags) if bucket else {}
    if address in sheet.fresh:
        sheet.put(address, ("tags",), wanted or None)
    else:
        for key in had:
            if key not in wanted and not key.startswith(tagging.RESERVED):
                sheet.drop(address, ("tags", key))
        for key, value in wanted.items():
            if had.get(key) != value:
                sheet.put(address, ("tags", key), value)
    sheet.made.setdefault(step.id, address)


def keep_versions(sheet: Sheet, step: Step, p: Call) -> None:
    bucket, status = p["Bucket"], p["VersioningConfiguration"]["Status"]
    there = sheet.owners.get(keys.versioning(bucket))
    if there is not None:
        sheet.put(there, ("versioning_configuration", "status"), status)
        sheet.made.setdefault(step.id, there)
        return
    body: Body = {
        "bucket": sheet.ref(bucket),
        "versioning_configuration": Nested({"status": status}),
    }
    sheet.make(step.id, "aws_s3_bucket_versioning", bucket, body)


def no_image(_sheet: Sheet, _step: Step, _p: Call) -> None:
    """Raises Unsupported."""
    raise Unsupported(
        "images and snapshots come and go by calls, and Terraform says how things are; "
        "use --modality sdk or cli for them"
    )
