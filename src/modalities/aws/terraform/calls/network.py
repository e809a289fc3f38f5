"""Networks, subnets, gateways and routes."""

from __future__ import annotations

from typing import Any

from modalities.aws.terraform import keys, tagging
from modalities.aws.terraform.adopting import own
from modalities.aws.terraform.sheet import Body, Sheet
from modalities.contract import Unsupported
from modalities.resource import Kind
from modalities.step import Step

Call = dict[str, Any]


def create_vpc(sheet: Sheet, step: Step, p: Call) -> None:
    name = step.changes[0].name
    address = sheet.make(
        step.id,
        "aws_vpc",
        name,
        {"cidr_block": p["CidrBlock"], "tags": tagging.of_call(p, "vpc")},
    )
    sheet.show(address, f"ID of network {name}", "id")


def create_subnet(sheet: Sheet, step: Step, p: Call) -> None:
    sheet.make(
        step.id,
        "aws_subnet",
        step.changes[0].name,
        {
            "vpc_id": sheet.ref(p["VpcId"]),
            "cidr_block": p["CidrBlock"],
            "availability_zone": p.get("AvailabilityZone"),
            "tags": tagging.of_call(p, "subnet"),
        },
    )


def modify_subnet(sheet: Sheet, step: Step, p: Call) -> None:
    address = own(sheet, p["SubnetId"], Kind.SUBNET)
    gives = bool(p["MapPublicIpOnLaunch"]["Value"])
    sheet.put(address, ("map_public_ip_on_launch",), gives)
    sheet.made.setdefault(step.id, address)


def create_gateway(sheet: Sheet, step: Step, p: Call) -> None:
    """``vpc_id`` comes first, whenever it is known."""
    body: Body = {"vpc_id": None, "tags": tagging.of_call(p, "internet-gateway")}
    sheet.make(step.id, "aws_internet_gateway", step.changes[0].name, body)


def attach_gateway(sheet: Sheet, step: Step, p: Call) -> None:
    address = own(sheet, p["InternetGatewayId"], Kind.GATEWAY)
    sheet.put(address, ("vpc_id",), sheet.ref(p["VpcId"]))
    sheet.made.setdefault(step.id, address)


def detach_gateway(_sheet: Sheet, _step: Step, _p: Call) -> None:
    """Deleting a gateway takes it off its network: nothing of its own is to be said."""


def find_route_table(sheet: Sheet, step: Step, p: Call) -> None:
    """The main table of a network, which is an attribute of that."""
    (vpc,) = next(f["Values"] for f in p["Filters"] if f["Name"] == "vpc-id")
    address = sheet.address(vpc)
    if address is not None:
        sheet.outputs[f"{step.id}.id"] = (address, "main_route_table_id")
        return
    tables = (t for t in sheet.world.of(Kind.ROUTE_TABLE) if t.attributes.get("main"))
    found = next((t for t in tables if t.attributes.get("network") == vpc), None)
    if found is None:
        raise Unsupported(f"the main route table of network {vpc} is not known")
    sheet.literals[f"{step.id}.id"] = sheet.ref(found.id)


def create_route(sheet: Sheet, step: Step, p: Call) -> None:
    network = step.changes[0].name.removesuffix("-main") if step.changes else "main"
    sheet.make(
        step.id,
        "aws_route",
        f"{network}-internet",
        {
            "route_table_id": sheet.ref(p["RouteTableId"]),
            "destination_cidr_block": p["DestinationCidrBlock"],
            "gateway_id": sheet.ref(p["GatewayId"]),
        },
    )


def delete_route(sheet: Sheet, _step: Step, p: Call) -> None:
    table, destination = p["RouteTableId"], p["DestinationCidrBlock"]
    address = sheet.owners.get(keys.route(table, destination))
    if address is None:
        raise Unsupported(f"the route to {destination} in {table} is not in the code")
    sheet.remove(address)
