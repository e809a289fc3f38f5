"""A machine made again on spot capacity, as Terraform does it: the old one goes first, and its
root disk with it. See docs/decisions/terraform-language.md."""

from __future__ import annotations

from modalities.aws.terraform import keys
from modalities.aws.terraform.adopting import own
from modalities.aws.terraform.calls.balancing import member_of
from modalities.aws.terraform.calls.machines import AT_LAUNCH, SPOT
from modalities.aws.terraform.calls.storage import attached, attachment_id
from modalities.aws.terraform.folding import Conversion, call_of
from modalities.aws.terraform.sheet import Sheet
from modalities.contract import Unsupported
from modalities.resource import Kind
from modalities.step import Step


def convert(sheet: Sheet, conversion: Conversion) -> None:
    """Raises Unsupported for the way back: the provider takes an argument that is not there
    for "leave it as it is"."""
    name = conversion.name
    if not conversion.spot:
        raise Unsupported(
            f"Terraform's AWS provider cannot say that {name} is to be no spot machine any more; "
            "use --modality sdk or cli"
        )
    address = own(sheet, conversion.machine, Kind.VM)
    vm = sheet.resource(conversion.machine, Kind.VM)
    moves = any(call_of(s).operation == "AssociateAddress" for s in conversion.steps)
    if vm is not None and vm.attributes.get("public_ip") and not moves:
        sheet.put(address, ("associate_public_ip_address",), True)
        sheet.put(address, ("lifecycle", "ignore_changes"), AT_LAUNCH.body["ignore_changes"])
    sheet.put(address, ("instance_market_options",), SPOT)
    sheet.outputs[f"{conversion.run.id}.id"] = (address, "id")
    for step in conversion.steps:
        sheet.made.setdefault(step.id, address)
        match call_of(step).operation:
            case "AttachVolume":
                _keep_disk(sheet, conversion, step)
            case "AssociateAddress":
                _keep_address(sheet, conversion, step)
            case "RegisterTargets":
                _keep_targets(sheet, conversion, step)
            case _:
                pass
    _warn(sheet, conversion)


def _keep_disk(sheet: Sheet, conversion: Conversion, step: Step) -> None:
    """The attachment is in the code, so that the disk is taken off the old machine before that
    goes, and attached to the new one."""
    p = call_of(step).parameters
    old, volume = conversion.machine, p["VolumeId"]
    key = keys.attachment(volume, old)
    there = sheet.owners.get(key)
    if there is not None:
        sheet.put(there, ("instance_id",), sheet.ref(old))
        return
    disk = sheet.resource(volume, Kind.DISK)
    wish = f"{disk.name if disk else volume}-on-{conversion.name}"
    address = sheet.name("aws_volume_attachment", wish)
    body = attached(sheet, p["Device"], volume, old)
    sheet.take(address, attachment_id(p["Device"], volume, old), body)


def _keep_address(sheet: Sheet, conversion: Conversion, step: Step) -> None:
    eip = sheet.resource(call_of(step).parameters["AllocationId"], Kind.PUBLIC_IP)
    association = str(eip.attributes.get("association")) if eip else ""
    if eip is None or association in sheet.owners or eip.id in sheet.owners:
        return  # the code says whose it is, by reference
    address = sheet.name("aws_eip_association", f"{eip.name}-on-{conversion.name}")
    body = {"allocation_id": eip.id, "instance_id": sheet.ref(conversion.machine)}
    sheet.take(address, association, body)


def _keep_targets(sheet: Sheet, conversion: Conversion, step: Step) -> None:
    """Terraform cannot take a membership over, and making the one that is there changes
    nothing."""
    p = call_of(step).parameters
    for member in p["Targets"]:
        key = keys.target(p["TargetGroupArn"], conversion.machine, member.get("Port"))
        if key not in sheet.owners:
            body = member_of(sheet, p["TargetGroupArn"], {**member, "Id": conversion.machine})
            wish = f"{step.changes[0].name}-{conversion.name}"
            sheet.make(step.id, "aws_lb_target_group_attachment", wish, body)


def _warn(sheet: Sheet, conversion: Conversion) -> None:
    name = conversion.name
    sheet.advise(
        "danger",
        f"Terraform destroys {name} first and then makes it again from its image: the contents of "
        f"its root disk are lost, it gets a new id and new addresses, is off for some minutes, and "
        f"if AWS has no spot capacity then, there is no {name}. The SDK hand keeps the root disk "
        "(--modality sdk)",
    )
    sheet.advise(
        "warning", f"AWS may take {name} away at any time with two minutes' notice on spot capacity"
    )
    vm = sheet.resource(conversion.machine, Kind.VM)
    if vm is not None and vm.attributes.get("public_ip"):
        sheet.advise("warning", f"the public address of {name} changes, if AWS gave it to it")
    kept = [s for s in conversion.steps if call_of(s).operation == "AttachVolume"]
    if kept:
        names = ", ".join(dict.fromkeys(s.changes[0].name for s in kept))
        sheet.advise(
            "info",
            f"kept: disk {names}, taken off the old {name} and attached to the new one; unmount "
            "first. A disk that was to go with its machine stays from now on",
        )
