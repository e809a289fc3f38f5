"""What goes: its block, and what only said how it hangs together with others."""

from __future__ import annotations

from functools import partial
from typing import Any

from modalities.aws.terraform import adopting
from modalities.aws.terraform.sheet import Sheet
from modalities.contract import Unsupported
from modalities.resource import Kind
from modalities.step import Step

Call = dict[str, Any]

PARAMETERS: dict[str, Kind] = {
    "VpcId": Kind.NETWORK,
    "SubnetId": Kind.SUBNET,
    "InternetGatewayId": Kind.GATEWAY,
    "RouteTableId": Kind.ROUTE_TABLE,
    "GroupId": Kind.SECURITY_GROUP,
    "InstanceIds": Kind.VM,
    "VolumeId": Kind.DISK,
    "NetworkInterfaceId": Kind.NIC,
    "AllocationId": Kind.PUBLIC_IP,
    "KeyName": Kind.KEY_PAIR,
    "LoadBalancerArn": Kind.LOAD_BALANCER,
    "ListenerArn": Kind.LISTENER,
    "TargetGroupArn": Kind.TARGET_GROUP,
    "Bucket": Kind.BUCKET,
}


def delete(sheet: Sheet, step: Step, p: Call) -> None:
    """Raises Unsupported."""
    for parameter, value in p.items():
        kind = PARAMETERS.get(parameter)
        if kind is not None:
            for id in value if isinstance(value, (list, tuple)) else (value,):
                _one(sheet, step, kind, id)


def _one(sheet: Sheet, step: Step, kind: Kind, id: Any) -> None:
    resource = sheet.resource(id, kind)
    if resource is None and kind is Kind.KEY_PAIR:
        resource = next((k for k in sheet.world.of(kind) if k.name == id), None)
    address = sheet.address(resource.id if resource else id)
    if address is not None:
        if address not in sheet.removed:
            sheet.remove(address)
        sheet.made.setdefault(step.id, address)
        return
    if resource is None:
        raise Unsupported(f"{kind.words} {id} is not there")
    type = adopting.type_of(kind)
    body = partial(adopting.body, resource=resource)
    address = sheet.doom(type, resource.name, body, adopting.import_id(resource), resource.id)
    sheet.made.setdefault(step.id, address)
