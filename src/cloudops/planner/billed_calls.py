"""What AWS calls do to the bill, read from their parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from cloudops.planner.azure_bill import enter_azure
from cloudops.planner.billing import Machine, Stored, Volume
from cloudops.planner.ledger import Ledger
from modalities.action import SdkCall
from modalities.resource import Kind, World
from modalities.step import Effect, Step
from policies.azure_calls import azure_call

Entry: TypeAlias = Callable[[Ledger, Step, Mapping[str, Any]], None]

USUAL_ROOT_GIB, USUAL_WINDOWS_GIB = 8, 30
"""The root disk of the vendors' own images, where a call leaves its size to the image."""
USUAL_ROOT_TYPE = "gp3"


def enter(ledger: Ledger, step: Step) -> bool:
    """Enter what a step does: a call by its parameters, anything else by what the step
    says it leaves behind. Whether the bill knows what is meant: not so where something ends
    that it does not hold."""
    azure = azure_call(step)
    if azure is not None:
        return enter_azure(ledger, step, azure)
    action, before = step.action, dict(ledger.held)
    entry = CALLS.get(action.operation) if isinstance(action, SdkCall) else None
    if entry is not None and isinstance(action, SdkCall):
        entry(ledger, step, action.parameters)
        return step.effect is not Effect.DELETE or ledger.held != before
    ledger.by_effect(step)
    return ledger.held != before


def _name(step: Step) -> str:
    return step.changes[0].name if step.changes else step.id


def _run(ledger: Ledger, step: Step, call: Mapping[str, Any]) -> None:
    nics = call.get("NetworkInterfaces") or [{}]
    attributes = {
        **step.after,
        "size": call.get("InstanceType", step.after.get("size")),
        "spot": (call.get("InstanceMarketOptions") or {}).get("MarketType") == "spot",
        "monitoring": bool((call.get("Monitoring") or {}).get("Enabled")),
        "tenancy": (call.get("Placement") or {}).get("Tenancy"),
        "public_ip": _gets_address(ledger.world, step, call, nics),
        "state": "running",
    }
    number = call.get("MaxCount", 1)
    for n in range(number if isinstance(number, int) else 1):
        key = step.id if number == 1 else f"{step.id}#{n + 1}"
        name = _name(step) if number == 1 or len(step.changes) != number else step.changes[n].name
        disks = dict(_disks(ledger, key, step, call))
        for disk, (volume, _) in disks.items():
            ledger.make(disk, Kind.DISK, name, volume)
        going = [disk for disk, (_, with_vm) in disks.items() if with_vm]
        ledger.make(key, Kind.VM, name, {**attributes, "disks": going})


def _gets_address(world: World, step: Step, call: Mapping[str, Any], nics: Any) -> bool:
    said = nics[0].get("AssociatePublicIpAddress")
    if said is not None:
        return bool(said)
    subnet = world.get(Kind.SUBNET, str(call.get("SubnetId") or nics[0].get("SubnetId")))
    if subnet is not None:
        return bool(subnet.attributes.get("public"))
    return bool(step.after.get("public_ip"))


def _disks(
    ledger: Ledger, key: str, step: Step, call: Mapping[str, Any]
) -> Iterator[tuple[str, tuple[dict[str, Any], bool]]]:
    """The disks a new VM comes with, and whether each goes with it. The first is the root."""
    mappings = [m["Ebs"] for m in call.get("BlockDeviceMappings") or () if m.get("Ebs")]
    for n, ebs in enumerate(mappings or [{}]):
        gib = ebs.get("VolumeSize") or _of_snapshot(ledger, ebs.get("SnapshotId"))
        root = n == 0
        if gib is None and root:
            gib = step.after.get("disk_gib") or _of_image(ledger.world, call.get("ImageId"))
        windows = "windows" in str(step.after.get("platform") or "").casefold()
        usual = USUAL_WINDOWS_GIB if windows else USUAL_ROOT_GIB
        volume = {
            "type": ebs.get("VolumeType") or step.after.get("disk_type") or USUAL_ROOT_TYPE,
            "gib": usual if gib is None and root else gib,
            "iops": ebs.get("Iops"),
            "throughput": ebs.get("Throughput"),
            "assumed": gib is None and root,
        }
        yield f"{key}/disk-{n}", (volume, ebs.get("DeleteOnTermination", True))


def _of_snapshot(ledger: Ledger, id: Any) -> float | None:
    stored = (ledger.held[key] for key in ledger.resolve(id))
    return next((s.gib for s in stored if isinstance(s, Stored)), None)


def _of_image(world: World, id: Any) -> float | None:
    """The size of the snapshots that the image consists of, where the world has them."""
    image = world.get(Kind.IMAGE, id) if isinstance(id, str) else None
    sizes = [s.attributes.get("gib") for s in world.needs(image)] if image else []
    known = [size for size in sizes if isinstance(size, (int, float))]
    return float(sum(known)) if known else None


def _machines(field: str, **changes: Any) -> Entry:
    def entry(ledger: Ledger, step: Step, call: Mapping[str, Any]) -> None:
        for key in ledger.keys(step, call.get(field)):
            ledger.alter(key, Machine, **changes)

    return entry


def _gone(field: str) -> Entry:
    def entry(ledger: Ledger, step: Step, call: Mapping[str, Any]) -> None:
        for key in ledger.keys(step, call.get(field)):
            ledger.remove(key)

    return entry


def _modify_instance(ledger: Ledger, step: Step, call: Mapping[str, Any]) -> None:
    size = (call.get("InstanceType") or {}).get("Value")
    for key in ledger.keys(step, call.get("InstanceId")):
        if size is not None:
            ledger.alter(key, Machine, size=size)
        for mapping in call.get("BlockDeviceMappings") or ():
            _keep_or_not(ledger, key, mapping)


def _keep_or_not(ledger: Ledger, key: str, mapping: Mapping[str, Any]) -> None:
    """DeleteOnTermination of one device."""
    vm, machine = ledger.world.get(Kind.VM, key), ledger.machine(key)
    devices = vm.attributes.get("devices") if vm else None
    disk = devices.get(str(mapping.get("DeviceName"))) if isinstance(devices, dict) else None
    goes = (mapping.get("Ebs") or {}).get("DeleteOnTermination")
    if machine is not None and isinstance(disk, str) and goes is not None:
        others = tuple(d for d in machine.disks if d != disk)
        ledger.alter(key, Machine, disks=(*others, disk) if goes else others)


def _create_volume(ledger: Ledger, step: Step, call: Mapping[str, Any]) -> None:
    attributes = {
        "type": call.get("VolumeType"),
        "gib": call.get("Size") or _of_snapshot(ledger, call.get("SnapshotId")),
        "iops": call.get("Iops"),
        "throughput": call.get("Throughput"),
    }
    ledger.make(step.id, Kind.DISK, _name(step), attributes)


def _modify_volume(ledger: Ledger, step: Step, call: Mapping[str, Any]) -> None:
    named = {"VolumeType": "type", "Size": "gib", "Iops": "iops", "Throughput": "throughput"}
    for key in ledger.keys(step, call.get("VolumeId")):
        ledger.alter(key, Volume, **{f: call[p] for p, f in named.items() if p in call})


def _detach_volume(ledger: Ledger, step: Step, call: Mapping[str, Any]) -> None:
    disks = set(ledger.keys(step, call.get("VolumeId")))
    for key, billed in tuple(ledger.held.items()):
        if isinstance(billed, Machine):
            ledger.alter(key, Machine, disks=tuple(d for d in billed.disks if d not in disks))


def _create_snapshot(ledger: Ledger, step: Step, call: Mapping[str, Any]) -> None:
    disks = [ledger.held[k] for k in ledger.keys(step, call.get("VolumeId"))]
    gib = next((d.gib for d in disks if isinstance(d, Volume)), None)
    ledger.held[step.id] = Stored(_name(step), gib)


def _delete_snapshot(ledger: Ledger, _: Step, call: Mapping[str, Any]) -> None:
    """One that only another step's answer names belongs to an image that the plan made."""
    keys = tuple(ledger.resolve(call.get("SnapshotId")))
    if not keys and not isinstance(call.get("SnapshotId"), str):
        own = (k for k, v in ledger.held.items() if isinstance(v, Stored))
        keys = tuple(k for k in own if ledger.world.get(Kind.SNAPSHOT, k) is None)
    for key in keys:
        ledger.remove(key)


def _create_image(ledger: Ledger, step: Step, call: Mapping[str, Any]) -> None:
    """An image costs what its snapshots do: one of every disk of the VM."""
    keys = ledger.keys(step, call.get("InstanceId"))
    attached = {d.id for d in ledger.world.of(Kind.DISK) if d.attributes.get("attached_to") in keys}
    attached |= {disk for k in keys if (vm := ledger.machine(k)) for disk in vm.disks}
    disks = [d for k in attached if isinstance(d := ledger.held.get(k), Volume)]
    known = [d.gib for d in disks if d.gib is not None]
    whole = sum(known) if disks and len(known) == len(disks) else None
    ledger.held[step.id] = Stored(_name(step), whole)


def _allocate(ledger: Ledger, step: Step, _: Mapping[str, Any]) -> None:
    ledger.make(step.id, Kind.PUBLIC_IP, _name(step), {})


def _associate(ledger: Ledger, _: Step, call: Mapping[str, Any]) -> None:
    """A VM that gets an address of its owner's gives up the one it came with."""
    for key in ledger.resolve(call.get("InstanceId")):
        ledger.alter(key, Machine, address=False)


def _create_balancer(ledger: Ledger, step: Step, call: Mapping[str, Any]) -> None:
    attributes = {
        "public": call.get("Scheme", "internet-facing") == "internet-facing",
        "subnets": call.get("Subnets") or call.get("SubnetMappings"),
        "type": call.get("Type"),
    }
    ledger.make(step.id, Kind.LOAD_BALANCER, _name(step), attributes)


CALLS: Mapping[str, Entry] = {
    "RunInstances": _run,
    "StartInstances": _machines("InstanceIds", running=True),
    "StopInstances": _machines("InstanceIds", running=False),
    "TerminateInstances": _gone("InstanceIds"),
    "ModifyInstanceAttribute": _modify_instance,
    "MonitorInstances": _machines("InstanceIds", monitored=True),
    "UnmonitorInstances": _machines("InstanceIds", monitored=False),
    "CreateVolume": _create_volume,
    "ModifyVolume": _modify_volume,
    "DetachVolume": _detach_volume,
    "DeleteVolume": _gone("VolumeId"),
    "CreateSnapshot": _create_snapshot,
    "DeleteSnapshot": _delete_snapshot,
    "CreateImage": _create_image,
    "AllocateAddress": _allocate,
    "AssociateAddress": _associate,
    "ReleaseAddress": _gone("AllocationId"),
    "CreateLoadBalancer": _create_balancer,
    "DeleteLoadBalancer": _gone("LoadBalancerArn"),
}
"""By operation, as EC2 and Elastic Load Balancing name them."""
