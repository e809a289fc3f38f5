"""Load balancers, their listeners, target groups and targets."""

from __future__ import annotations

from typing import Any

from modalities.aws.terraform import keys, tagging
from modalities.aws.terraform.calls.machines import after_routes
from modalities.aws.terraform.sheet import Body, Sheet
from modalities.aws.terraform.values import Nested
from modalities.resource import Kind
from modalities.step import Step

Call = dict[str, Any]


def create_balancer(sheet: Sheet, step: Step, p: Call) -> None:
    name = p["Name"]
    address = sheet.make(
        step.id,
        "aws_lb",
        name,
        {
            "name": name,
            "internal": p.get("Scheme") == "internal",
            "load_balancer_type": p.get("Type"),
            "security_groups": sheet.ref(p.get("SecurityGroups") or ()) or None,
            "subnets": sheet.ref(p["Subnets"]),
            "tags": tagging.of_call(p, ""),
            "depends_on": after_routes(sheet, step),
        },
    )
    sheet.outputs[f"{step.id}.dns_name"] = (address, "dns_name")
    sheet.show(address, f"Name under which load balancer {name} is reached", "dns_name")


def create_target_group(sheet: Sheet, step: Step, p: Call) -> None:
    sheet.make(
        step.id,
        "aws_lb_target_group",
        p["Name"],
        {
            "name": p["Name"],
            "port": p["Port"],
            "protocol": p["Protocol"],
            "target_type": p.get("TargetType"),
            "vpc_id": sheet.ref(p["VpcId"]),
            "tags": tagging.of_call(p, ""),
        },
    )


def create_listener(sheet: Sheet, step: Step, p: Call) -> None:
    (action,) = p["DefaultActions"]
    forward = {"type": action["Type"], "target_group_arn": sheet.ref(action["TargetGroupArn"])}
    sheet.make(
        step.id,
        "aws_lb_listener",
        step.changes[0].name,
        {
            "load_balancer_arn": sheet.ref(p["LoadBalancerArn"]),
            "port": p["Port"],
            "protocol": p["Protocol"],
            "default_action": Nested(forward),
            "tags": tagging.of_call(p, ""),
        },
    )


def register(sheet: Sheet, step: Step, p: Call) -> None:
    """One resource a machine."""
    for member in p["Targets"]:
        body = member_of(sheet, p["TargetGroupArn"], member)
        wish = f"{step.changes[0].name}-{_called(sheet, member['Id'])}"
        sheet.make(step.id, "aws_lb_target_group_attachment", wish, body)


def deregister(sheet: Sheet, _step: Step, p: Call) -> None:
    """What the code does not say stays as it is: AWS itself takes a machine out that goes, and
    a membership is nothing that Terraform can take over."""
    for member in p["Targets"]:
        key = keys.target(p["TargetGroupArn"], member["Id"], member.get("Port"))
        address = sheet.owners.get(key)
        if address is not None and address not in sheet.removed:
            sheet.remove(address)


def member_of(sheet: Sheet, group: Any, member: Call) -> Body:
    return {
        "target_group_arn": sheet.ref(group),
        "target_id": sheet.ref(member["Id"]),
        "port": member.get("Port"),
    }


def _called(sheet: Sheet, id: Any) -> str:
    """What people call the machine."""
    address = sheet.address(id)
    if address is not None:
        return address.rpartition(".")[2]
    vm = sheet.resource(id, Kind.VM)
    return vm.name if vm else str(id)
