"""What a call names: ids as they stand, and things that are still to be made.

What another step makes goes by ``step.output`` (``create-network-lab.id``). Keys and buckets go
by names that other things may have too, so their parameter is a part of it (``KeyName=ops``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from modalities.action import Output, SdkCall
from modalities.resource import Kind

BY_NAME = ("KeyName", "Bucket")

REMOVES: Mapping[str, tuple[Kind, str]] = {
    "DeleteBucket": (Kind.BUCKET, "Bucket"),
    "DeleteInternetGateway": (Kind.GATEWAY, "InternetGatewayId"),
    "DeleteKeyPair": (Kind.KEY_PAIR, "KeyName"),
    "DeleteListener": (Kind.LISTENER, "ListenerArn"),
    "DeleteLoadBalancer": (Kind.LOAD_BALANCER, "LoadBalancerArn"),
    "DeleteNetworkInterface": (Kind.NIC, "NetworkInterfaceId"),
    "DeleteRouteTable": (Kind.ROUTE_TABLE, "RouteTableId"),
    "DeleteSecurityGroup": (Kind.SECURITY_GROUP, "GroupId"),
    "DeleteSnapshot": (Kind.SNAPSHOT, "SnapshotId"),
    "DeleteSubnet": (Kind.SUBNET, "SubnetId"),
    "DeleteTargetGroup": (Kind.TARGET_GROUP, "TargetGroupArn"),
    "DeleteVolume": (Kind.DISK, "VolumeId"),
    "DeleteVpc": (Kind.NETWORK, "VpcId"),
    "DeregisterImage": (Kind.IMAGE, "ImageId"),
    "ReleaseAddress": (Kind.PUBLIC_IP, "AllocationId"),
    "TerminateInstances": (Kind.VM, "InstanceIds"),
}
"""Calls after which a thing is no more, and the parameter that names it."""

ID = re.compile(r"(vpc|subnet|igw|rtb|sg|i|vol|eni|eipalloc)-[0-9a-f]{8}(?:[0-9a-f]{9})?")
KINDS: Mapping[str, Kind] = {
    "vpc": Kind.NETWORK,
    "subnet": Kind.SUBNET,
    "igw": Kind.GATEWAY,
    "rtb": Kind.ROUTE_TABLE,
    "sg": Kind.SECURITY_GROUP,
    "i": Kind.VM,
    "vol": Kind.DISK,
    "eni": Kind.NIC,
    "eipalloc": Kind.PUBLIC_IP,
}
"""What AWS's ids are of; of kinds that a look shows whole. Images and snapshots may be others'."""


def named(value: Any, parameter: str = "") -> Iterator[str]:
    """Every text and reference inside parameters, as what it would name."""
    if isinstance(value, str):
        yield f"{parameter}={value}" if parameter in BY_NAME else value
    elif isinstance(value, Mapping):
        output = Output.parse(value)
        if output is not None:
            yield f"{output.step}.{output.name}"
        else:
            for name, item in value.items():
                yield from named(item, name)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from named(item, parameter)


def name_of(value: Any) -> str:
    """One value as what it names; empty where nothing is known of it."""
    return next(named(value), "")


def names_of(value: Any) -> tuple[str, ...]:
    return tuple(named(value))


def removed_by(call: SdkCall) -> tuple[str, ...]:
    """What is no more after the call."""
    if call.operation not in REMOVES:
        return ()
    parameter = REMOVES[call.operation][1]
    return tuple(named(call.parameters.get(parameter), parameter))


def kind_of(id: str) -> Kind | None:
    """What an id of AWS is of, for the kinds that a look shows whole."""
    match = ID.fullmatch(id)
    return KINDS[match[1]] if match else None
