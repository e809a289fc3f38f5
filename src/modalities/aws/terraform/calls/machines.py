"""Machines: made, changed, switched, deleted; and key pairs."""

from __future__ import annotations

from typing import Any

from modalities.aws.terraform import adopting, keys, tagging
from modalities.aws.terraform.adopting import own
from modalities.aws.terraform.sheet import Body, Sheet
from modalities.aws.terraform.values import Nested, Ref, Value
from modalities.contract import Unsupported
from modalities.resource import Kind
from modalities.step import Step

Call = dict[str, Any]

AT_LAUNCH = Nested({"ignore_changes": (Ref("associate_public_ip_address"),)})
"""A machine that is stopped, or gets an address of its owner's, reads as if the argument had
been another one, and Terraform would make it again."""

SPOT = Nested(
    {
        "market_type": "spot",
        "spot_options": Nested(
            {"spot_instance_type": "one-time", "instance_interruption_behavior": "terminate"}
        ),
    }
)


def run(sheet: Sheet, step: Step, p: Call) -> None:
    name = step.changes[0].name
    nic = (p.get("NetworkInterfaces") or [{}])[0]
    public = nic.get("AssociatePublicIpAddress")
    options = p.get("MetadataOptions") or {}
    body: Body = {
        "ami": sheet.ref(p["ImageId"]),
        "instance_type": p["InstanceType"],
        "subnet_id": sheet.ref(nic.get("SubnetId") or p.get("SubnetId")),
        "vpc_security_group_ids": sheet.ref(nic.get("Groups") or ()) or None,
        "associate_public_ip_address": None if public is _given(sheet, nic) else public,
        "key_name": adopting.key_name(sheet, p.get("KeyName")),
        "monitoring": True if (p.get("Monitoring") or {}).get("Enabled") else None,
        "root_block_device": _root(p),
        "metadata_options": Nested(
            {"http_endpoint": options.get("HttpEndpoint"), "http_tokens": options.get("HttpTokens")}
        )
        if options
        else None,
        "instance_market_options": SPOT if p.get("InstanceMarketOptions") else None,
        "tags": tagging.of_call(p, "instance"),
        "depends_on": after_routes(sheet, step),
    }
    if body["associate_public_ip_address"] is not None:
        body["lifecycle"] = AT_LAUNCH
    address = sheet.make(step.id, "aws_instance", name, body)
    sheet.show(address, f"ID of VM {name}", "id")
    sheet.show(address, f"Address of VM {name} in its network", "private_ip")
    if public:
        sheet.show(address, f"Address of VM {name} on the internet", "public_ip")


def _given(sheet: Sheet, nic: Call) -> bool:
    """Whether machines get a public address in the subnet where nothing is said."""
    address = sheet.address(nic.get("SubnetId"))
    if address in sheet.fresh:
        return bool(sheet.fresh[address].get("map_public_ip_on_launch"))
    subnet = sheet.resource(nic.get("SubnetId"), Kind.SUBNET)
    return bool(subnet and subnet.attributes.get("public"))


def after_routes(sheet: Sheet, step: Step) -> Value:
    """What is reached from the internet waits for the way there: a dependency that no
    reference tells."""
    made = (sheet.made.get(need) for need in step.needs)
    return tuple(Ref(a) for a in made if a and a.startswith("aws_route.")) or None


def _root(p: Call) -> Value:
    """The disk the machine starts from, with the tags that its parts get."""
    ebs = next((m["Ebs"] for m in p.get("BlockDeviceMappings") or () if m.get("Ebs")), None)
    if ebs is None:
        return None
    return Nested(
        {
            "volume_size": ebs.get("VolumeSize"),
            "volume_type": ebs.get("VolumeType"),
            "iops": ebs.get("Iops"),
            "throughput": ebs.get("Throughput"),
            "delete_on_termination": None if ebs.get("DeleteOnTermination", True) else False,
            "tags": tagging.of_call({"TagSpecifications": p.get("TagSpecifications")}, "volume"),
        }
    )


def modify(sheet: Sheet, step: Step, p: Call) -> None:
    """Raises Unsupported for what HCL has no argument for."""
    address = own(sheet, p["InstanceId"], Kind.VM)
    sheet.made.setdefault(step.id, address)
    if "InstanceType" in p:
        sheet.put(address, ("instance_type",), p["InstanceType"]["Value"])
        vm = sheet.resource(p["InstanceId"], Kind.VM)
        if vm is not None and vm.attributes.get("state") == "stopped":
            sheet.advise("warning", f"Terraform starts {vm.name} when it has changed its size")
    elif "Groups" in p:
        sheet.put(address, ("vpc_security_group_ids",), sheet.ref(p["Groups"]))
    else:
        raise Unsupported(f"Terraform cannot say which disks go with {step.changes[0].name}")


def monitor(sheet: Sheet, step: Step, p: Call) -> None:
    _monitoring(sheet, step, p, True)


def unmonitor(sheet: Sheet, step: Step, p: Call) -> None:
    _monitoring(sheet, step, p, False)


def _monitoring(sheet: Sheet, step: Step, p: Call, on: bool) -> None:
    for id in p["InstanceIds"]:
        address = own(sheet, id, Kind.VM)
        sheet.put(address, ("monitoring",), on)
        sheet.made.setdefault(step.id, address)


def start(sheet: Sheet, step: Step, p: Call) -> None:
    _power(sheet, step, p, "running")


def stop(sheet: Sheet, step: Step, p: Call) -> None:
    _power(sheet, step, p, "stopped")


def _power(sheet: Sheet, step: Step, p: Call, state: str) -> None:
    """A resource of its own says whether a machine runs; the machine need not be in the code."""
    for id in p["InstanceIds"]:
        there = sheet.owners.get(keys.power(id)) if isinstance(id, str) else None
        if there is not None:
            sheet.put(there, ("state",), state)
            sheet.made.setdefault(step.id, there)
        else:
            wish = step.changes[0].name if step.changes else str(id)
            body: Body = {"instance_id": sheet.ref(id), "state": state}
            sheet.make(step.id, "aws_ec2_instance_state", wish, body)


def reboot(_sheet: Sheet, _step: Step, _p: Call) -> None:
    """Raises Unsupported."""
    raise Unsupported(
        "Terraform says how things are, and a restart leaves all as it is; "
        "use --modality sdk or cli for it"
    )


def import_key(sheet: Sheet, step: Step, p: Call) -> None:
    address = sheet.make(
        step.id,
        "aws_key_pair",
        p["KeyName"],
        {
            "key_name": p["KeyName"],
            "public_key": p["PublicKeyMaterial"].strip(),
            "tags": tagging.of_call(p, "key-pair"),
        },
    )
    sheet.owners[f"key/{p['KeyName']}"] = address


def create_key(_sheet: Sheet, _step: Step, p: Call) -> None:
    """Raises Unsupported."""
    raise Unsupported(
        f"Terraform's AWS provider makes no private key for {p['KeyName']}: give the public half "
        "of yours, or use --modality sdk or cli"
    )
