"""What AWS refuses of a disk, and what moto leaves out of one."""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import EC2ClientError

from sandbox.aws.overlay.around import Inner

GP3_THROUGHPUT = 125
"""MiB/s, AWS's default."""


def create_volume(create: Inner, backend: Any, *args: Any, **kwargs: Any) -> Any:
    volume = create(backend, *args, **kwargs)
    _fill_in(volume)
    return volume


def ask_for_volume(ask: Inner, response: Any) -> Any:
    zone = response._get_param("AvailabilityZone")
    if zone is not None and response.ec2_backend.get_zone_by_name(zone) is None:
        raise EC2ClientError("InvalidZone.NotFound", f"The zone '{zone}' does not exist.")
    return ask(response)


def _fill_in(volume: Any) -> None:
    if volume.volume_type == "gp3":
        volume.throughput = volume.throughput or GP3_THROUGHPUT
    elif volume.volume_type == "gp2":
        volume.iops = min(16000, max(100, 3 * int(volume.size)))


def modify_volume(modify: Inner, backend: Any, volume_id: str, *args: Any, **kwargs: Any) -> Any:
    volume = backend.get_volume(volume_id)
    size = kwargs.get("target_size") or (args[0] if args else None)
    if size and int(size) < int(volume.size):
        raise EC2ClientError(
            "InvalidParameterValue", "New size cannot be smaller than existing size"
        )
    modified = modify(backend, volume_id, *args, **kwargs)
    _fill_in(volume)
    return modified


def attach_volume(
    attach: Inner, backend: Any, volume_id: str, instance_id: str, device: str, *more: Any
) -> Any:
    volume = backend.get_volume(volume_id)
    machine = backend.get_instance(instance_id)
    if machine.state == "terminated":
        raise EC2ClientError("IncorrectState", f"Instance '{instance_id}' is not 'running'.")
    if volume.attachment is not None:
        raise EC2ClientError("VolumeInUse", f"{volume_id} is already attached to an instance")
    if volume.availability_zone != machine.availability_zone:
        raise EC2ClientError(
            "InvalidVolume.ZoneMismatch",
            f"The volume '{volume_id}' is not in the same availability zone as instance "
            f"'{instance_id}'",
        )
    if device in machine.block_device_mapping:
        raise EC2ClientError(
            "InvalidParameterValue",
            f"Invalid value '{device}' for unixDevice. Attachment point {device} is already in use",
        )
    return attach(backend, volume_id, instance_id, device, *more)


def detach_volume(detach: Inner, response: Any) -> Any:
    """The machine and the device may be left out; moto wants them."""
    volume = response.ec2_backend.get_volume(response._get_param("VolumeId"))
    if volume.attachment is None:
        raise EC2ClientError("IncorrectState", f"Volume '{volume.id}' is in the 'available' state.")
    machine = volume.attachment.instance
    if volume.attachment.device == machine.root_device_name and machine.state == "running":
        raise EC2ClientError(
            "OperationNotPermitted",
            f"Unable to detach root volume '{volume.id}' from instance '{machine.id}'",
        )
    if response._get_param("InstanceId") not in (None, machine.id):
        raise EC2ClientError(
            "InvalidAttachment.NotFound",
            f"The volume '{volume.id}' is not attached to the instance as specified.",
        )
    response.params["InstanceId"] = machine.id
    return detach(response)


def describe_snapshots(describe: Inner, response: Any) -> Any:
    """Of the owners asked for; moto shows those of 1300 public images to everybody."""
    account = response.current_account
    owners = [account if o == "self" else o for o in response._get_param("OwnerIds", [])]
    if owners:
        filters = list(response._get_param("Filters", []))
        response.params["Filters"] = [*filters, {"Name": "owner-id", "Values": owners}]
    return describe(response)


def goes_with_machine(attachment: Any) -> bool:
    """``DeleteOnTermination`` of an attachment, which DescribeVolumes lacks in moto."""
    block = attachment.instance.block_device_mapping.get(attachment.device)
    return bool(block and block.delete_on_termination)
