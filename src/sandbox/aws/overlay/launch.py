"""New machines as AWS makes them: root disk, network interface, number."""

from __future__ import annotations

from typing import Any

from sandbox.aws.overlay.around import Inner
from sandbox.aws.overlay.machines import refuse_unknown_size

LINUX_GIB = 8
WINDOWS_GIB = 30


def run_instances(run: Inner, response: Any) -> Any:
    """As many as MaxCount allows, which here is all; moto makes MinCount."""
    if size := response._get_param("InstanceType"):
        refuse_unknown_size(size)
    response.params["MinCount"] = response._get_param("MaxCount") or 1
    return run(response)


def parse_mappings(parse: Inner, response: Any) -> list[dict[str, Any]]:
    """Keeps what moto drops of a disk: whether it was said to go or stay, and its throughput."""
    asked = _with_size(response, response._get_param("BlockDeviceMappings", []))
    mappings: list[dict[str, Any]] = parse(response)
    for mapping, was in zip(mappings, asked, strict=True):
        ebs = was.get("Ebs") or {}
        mapping["Ebs"]["Throughput"] = ebs.get("Throughput")
        if "DeleteOnTermination" not in ebs:
            del mapping["Ebs"]["DeleteOnTermination"]
    return mappings


def _with_size(response: Any, asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A root disk may leave its size to the image."""
    image = response.ec2_backend.amis.get(response._get_param("ImageId"))
    for mapping in asked:
        if image is not None and mapping.get("DeviceName") == image.root_device_name:
            ebs = mapping.get("Ebs")
            if ebs is not None and not ebs.get("VolumeSize"):
                ebs["VolumeSize"] = root_gib(image)
    return asked


def make_instances(run: Inner, backend: Any, image_id: str, *args: Any, **kwargs: Any) -> Any:
    """A root disk at the image's own device, gone with the machine unless said otherwise."""
    image = backend.amis.get(image_id)
    if image is None:  # moto refuses it with the right error
        return run(backend, image_id, *args, **kwargs)
    mappings = kwargs.get("block_device_mappings") or []
    root = next((m for m in mappings if m["DeviceName"] == image.root_device_name), None)
    if root is None:
        root = {"DeviceName": image.root_device_name, "Ebs": {}}
        mappings = [root, *mappings]
    ebs = root["Ebs"]
    ebs["VolumeSize"] = ebs.get("VolumeSize") or root_gib(image)
    ebs["VolumeType"] = ebs.get("VolumeType") or "gp3"
    ebs["SnapshotId"] = ebs.get("SnapshotId") or image.ebs_snapshot.id
    ebs.setdefault("DeleteOnTermination", True)
    kwargs["block_device_mappings"] = mappings
    made = run(backend, image_id, *args, **kwargs)
    for machine in made.instances:
        for mapping in mappings:
            _settle_disk(backend, machine, mapping)
    return made


def _settle_disk(backend: Any, machine: Any, mapping: dict[str, Any]) -> None:
    attached = machine.block_device_mapping.get(mapping["DeviceName"])
    if attached is not None:
        volume = backend.volumes[attached.volume_id]
        volume.iops = mapping["Ebs"].get("Iops") or volume.iops
        volume.throughput = mapping["Ebs"].get("Throughput") or volume.throughput


def root_gib(image: Any) -> int:
    return WINDOWS_GIB if image.platform == "windows" else LINUX_GIB


def image_disks(image: Any) -> list[dict[str, Any]]:
    """moto says 15 GiB, magnetic, kept: what a client would plan with is wrong."""
    ebs = {
        "SnapshotId": image.ebs_snapshot.id,
        "VolumeSize": root_gib(image),
        "DeleteOnTermination": True,
        "VolumeType": "gp3",
        "Encrypted": False,
    }
    return [{"DeviceName": image.root_device_name, "Ebs": ebs}]


def prep_nics(prepare: Inner, machine: Any, specs: list[dict[str, Any]], **kwargs: Any) -> None:
    """A network interface made for a machine goes with it, unless said otherwise; the groups
    of its first one are the machine's own."""
    given = {spec.get("NetworkInterfaceId") for spec in specs}
    stay = {int(s["DeviceIndex"]) for s in specs if s.get("DeleteOnTermination") is False}
    prepare(machine, specs, **kwargs)
    for index, nic in machine.nics.items():
        if nic.id not in given and index not in stay:
            nic.delete_on_termination = True
    if 0 in machine.nics and not machine.security_groups:
        machine.security_groups = list(machine.nics[0]._group_set)
