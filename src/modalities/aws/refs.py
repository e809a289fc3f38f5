"""Which resources a call changes, read from the call's own parameters, whatever a plan says.

A resource counts as changed where the call changes one of its own attributes
(docs/attributes.md): attaching a disk changes the disk and the machine; starting a machine in
a subnet does not change the subnet. Of an operation that is not in the table, and is no read,
every id in its parameters counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modalities.action import SdkCall
from modalities.aws.arns import kind_of_id
from modalities.aws.effects import effect_of
from modalities.resource import Kind, ResourceRef, World
from modalities.step import Effect

PARAMETERS: dict[str, Kind] = {
    "InstanceId": Kind.VM,
    "InstanceIds": Kind.VM,
    "VolumeId": Kind.DISK,
    "NetworkInterfaceId": Kind.NIC,
    "AllocationId": Kind.PUBLIC_IP,
    "PublicIp": Kind.PUBLIC_IP,
    "GroupId": Kind.SECURITY_GROUP,
    "GroupName": Kind.SECURITY_GROUP,
    "VpcId": Kind.NETWORK,
    "SubnetId": Kind.SUBNET,
    "InternetGatewayId": Kind.GATEWAY,
    "RouteTableId": Kind.ROUTE_TABLE,
    "KeyName": Kind.KEY_PAIR,
    "KeyPairId": Kind.KEY_PAIR,
    "ImageId": Kind.IMAGE,
    "SnapshotId": Kind.SNAPSHOT,
    "LoadBalancerArn": Kind.LOAD_BALANCER,
    "ListenerArn": Kind.LISTENER,
    "TargetGroupArn": Kind.TARGET_GROUP,
    "Bucket": Kind.BUCKET,
}

CHANGED: dict[str, tuple[str, ...]] = {
    "AddTags": ("ResourceArns",),
    "AssignPrivateIpAddresses": ("NetworkInterfaceId",),
    "AssociateAddress": ("AllocationId", "PublicIp", "InstanceId", "NetworkInterfaceId"),
    "AssociateIamInstanceProfile": ("InstanceId",),
    "AssociateRouteTable": ("RouteTableId",),
    "AttachInternetGateway": ("InternetGatewayId",),
    "AttachNetworkInterface": ("NetworkInterfaceId", "InstanceId"),
    "AttachVolume": ("VolumeId", "InstanceId"),
    "AuthorizeSecurityGroupEgress": ("GroupId",),
    "AuthorizeSecurityGroupIngress": ("GroupId", "GroupName"),
    "CreateRoute": ("RouteTableId",),
    "CreateTags": ("Resources",),
    "DeleteTags": ("Resources",),
    "DeregisterTargets": ("TargetGroupArn",),
    "DetachInternetGateway": ("InternetGatewayId",),
    "DetachNetworkInterface": ("AttachmentId",),
    "DetachVolume": ("VolumeId", "InstanceId"),
    "DisassociateAddress": ("AssociationId", "PublicIp"),
    "ModifyInstanceAttribute": ("InstanceId",),
    "ModifyListener": ("ListenerArn",),
    "ModifyNetworkInterfaceAttribute": ("NetworkInterfaceId",),
    "ModifySubnetAttribute": ("SubnetId",),
    "ModifyTargetGroup": ("TargetGroupArn",),
    "RegisterTargets": ("TargetGroupArn",),
    "RemoveTags": ("ResourceArns",),
    "ReplaceRoute": ("RouteTableId",),
    "RevokeSecurityGroupEgress": ("GroupId",),
    "RevokeSecurityGroupIngress": ("GroupId", "GroupName"),
    "SetSecurityGroups": ("LoadBalancerArn",),
    "SetSubnets": ("LoadBalancerArn",),
}
"""Parameters that name what changes, where an operation takes ids of other things as well."""

BY_ATTRIBUTE = {
    "AttachmentId": (Kind.NIC, "attachment"),
    "AssociationId": (Kind.PUBLIC_IP, "association"),
}
"""Ids of a relation: the resource is the one of the world that has it."""


def touched(call: SdkCall, world: World) -> tuple[ResourceRef, ...]:
    """The resources that exist and that ``call`` changes: by id, and by name where ``world``
    holds them. References to outputs are left out: nobody else can hold what does not exist.

    Only ``world``'s scope is needed; where it holds nothing, relations are not resolved.
    """
    effect = effect_of(call.service, call.operation)
    if effect is Effect.READ:
        return ()
    pairs = _stopped_for_image(call) if effect is Effect.CREATE else _named(call, world)
    refs = (ref for kind, id in pairs for ref in _refs(kind, id, world))
    return tuple(dict.fromkeys(refs))


def _named(call: SdkCall, world: World) -> Iterator[tuple[Kind, str]]:
    chosen = ("Bucket",) if call.service == "s3" else CHANGED.get(call.operation)
    if chosen is None:
        yield from _ids_in(call.parameters)
        return
    for parameter in chosen:
        value = call.parameters.get(parameter)
        if isinstance(value, str) and parameter in BY_ATTRIBUTE:
            kind, attribute = BY_ATTRIBUTE[parameter]
            same = (r for r in world.of(kind) if r.attributes.get(attribute) == value)
            yield from ((kind, r.id) for r in same)
        else:
            yield from _ids_in(value, parameter)


def _ids_in(value: Any, parameter: str = "") -> Iterator[tuple[Kind, str]]:
    """Every id in the parameters: known by where it stands, or else by its shape."""
    if isinstance(value, str):
        kind = PARAMETERS.get(parameter) or kind_of_id(value)
        if kind is not None:
            yield kind, value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _ids_in(item, name)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _ids_in(item, parameter)


def _stopped_for_image(call: SdkCall) -> Iterator[tuple[Kind, str]]:
    """Making something new changes nothing that exists, but for the machine that is stopped
    while its image is taken."""
    if call.operation == "CreateImage" and call.parameters.get("NoReboot") is not True:
        yield from _ids_in(call.parameters.get("InstanceId"), "InstanceId")


def _refs(kind: Kind, id: str, world: World) -> tuple[ResourceRef, ...]:
    resource = world.get(kind, id)
    if resource is None:
        same = [r for r in world.named(kind, id) if r.name == id]
        resource = same[0] if len(same) == 1 else None
    return resource.refs() if resource else (world.ref(kind, id),)
