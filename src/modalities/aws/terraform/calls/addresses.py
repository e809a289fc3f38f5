"""Public addresses and network interfaces."""

from __future__ import annotations

from typing import Any

from modalities.aws.terraform import tagging
from modalities.aws.terraform.calls.machines import after_routes
from modalities.aws.terraform.calls.storage import names_of
from modalities.aws.terraform.sheet import Body, Sheet
from modalities.contract import Unsupported
from modalities.resource import Kind, Resource
from modalities.step import Step

Call = dict[str, Any]


def allocate(sheet: Sheet, step: Step, p: Call) -> None:
    name = step.changes[0].name
    body: Body = {"domain": "vpc", "tags": tagging.of_call(p, "elastic-ip")}
    address = sheet.make(step.id, "aws_eip", name, body)
    sheet.outputs[f"{step.id}.address"] = (address, "public_ip")
    sheet.show(address, f"Public address {name}", "public_ip")


def associate(sheet: Sheet, step: Step, p: Call) -> None:
    body: Body = {
        "allocation_id": sheet.ref(p["AllocationId"]),
        "instance_id": sheet.ref(p.get("InstanceId")),
        "network_interface_id": sheet.ref(p.get("NetworkInterfaceId")),
        "depends_on": after_routes(sheet, step),
    }
    address = sheet.make(step.id, "aws_eip_association", names_of(step), body)
    sheet.outputs[f"{step.id}.association"] = (address, "id")


def disassociate(sheet: Sheet, step: Step, p: Call) -> None:
    association = p["AssociationId"]
    address = sheet.address(association)
    if address is not None:
        sheet.remove(address)
        return
    eip = _by(sheet, Kind.PUBLIC_IP, "association", association)
    owner = sheet.owners.get(eip.id)
    if owner is not None:  # the address itself says whose it is
        for argument in ("instance", "network_interface"):
            sheet.drop(owner, (argument,))
        return
    sheet.doom(
        "aws_eip_association",
        names_of(step),
        lambda sheet: {
            "allocation_id": sheet.ref(eip.id),
            "network_interface_id": sheet.ref(eip.attributes.get("nic")),
        },
        association,
    )


def create_nic(sheet: Sheet, step: Step, p: Call) -> None:
    body: Body = {
        "subnet_id": sheet.ref(p["SubnetId"]),
        "security_groups": sheet.ref(p.get("Groups") or ()) or None,
        "tags": tagging.of_call(p, "network-interface"),
    }
    sheet.make(step.id, "aws_network_interface", step.changes[0].name, body)


def plug(sheet: Sheet, step: Step, p: Call) -> None:
    body: Body = {
        "instance_id": sheet.ref(p["InstanceId"]),
        "network_interface_id": sheet.ref(p["NetworkInterfaceId"]),
        "device_index": p["DeviceIndex"],
    }
    address = sheet.make(step.id, "aws_network_interface_attachment", names_of(step), body)
    sheet.outputs[f"{step.id}.attachment"] = (address, "attachment_id")


def unplug(sheet: Sheet, step: Step, p: Call) -> None:
    attachment = p["AttachmentId"]
    address = sheet.address(attachment)
    if address is not None:
        sheet.remove(address)
        return
    nic = _by(sheet, Kind.NIC, "attachment", attachment)
    sheet.doom(
        "aws_network_interface_attachment",
        names_of(step),
        lambda sheet: {
            "instance_id": sheet.ref(nic.attributes.get("attached_to")),
            "network_interface_id": sheet.ref(nic.id),
            "device_index": 1,
        },
        attachment,
    )


def _by(sheet: Sheet, kind: Kind, attribute: str, value: Any) -> Resource:
    """The resource that has the relation of this id. Raises Unsupported."""
    for resource in sheet.world.of(kind):
        if resource.attributes.get(attribute) == value:
            return resource
    raise Unsupported(f"{attribute} {value} is on no {kind.words} that is known")
