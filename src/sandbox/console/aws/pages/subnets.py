"""Subnets."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.console.aws.cloud import Cloud
from sandbox.console.aws.pages.tagging import deletion, tag_field, tagging, tags_table
from sandbox.console.aws.visit import Raw, Visit, called, name_of, options, specified
from sandbox.console.form import Field, Form, Option, Shape, Tab, Values
from sandbox.console.operations import Done
from sandbox.console.page import (
    Action,
    Badge,
    Details,
    Item,
    Link,
    Menu,
    Page,
    Part,
    Row,
    Table,
    View,
)

OCTET = r"(25[0-5]|2[0-4]\d|1?\d?\d)"
CIDR = rf"({OCTET}\.){{3}}{OCTET}/(1[6-9]|2[0-8])"
CIDR_FAULT = "Enter an IPv4 CIDR block from /16 to /28, such as 10.0.0.0/24"

COMMANDS = (
    Menu(
        "Actions",
        (("", (Item("Delete subnet", "DeleteSubnet"), Item("Manage tags", "ManageSubnetTags"))),),
    ),
)


def subnets(visit: Visit) -> Page:
    return subnet_table(visit, visit.cloud.all("ec2", "describe_subnets", "Subnets"), own=True)


def subnet_table(visit: Visit, found: Sequence[Raw], *, own: bool = False) -> Table:
    """``own``: the page of all subnets, where something can be done to them."""
    rows = tuple(
        Row(
            s["SubnetId"],
            called(s, s["SubnetId"]),
            (
                name_of(s),
                Link(s["SubnetId"], visit.href("SubnetDetails", subnetId=s["SubnetId"])),
                state_of(s),
                Link(s["VpcId"], visit.href("VpcDetails", VpcId=s["VpcId"])),
                s["CidrBlock"],
                str(s.get("AvailableIpAddressCount", "–")),
                s["AvailabilityZone"],
                "Yes" if s.get("MapPublicIpOnLaunch") else "No",
            ),
        )
        for s in found
    )
    return Table(
        title="Subnets",
        noun="subnet",
        columns=(
            "Name",
            "Subnet ID",
            "State",
            "VPC",
            "IPv4 CIDR",
            "Available IPv4 addresses",
            "Availability Zone",
            "Auto-assign public IPv4 address",
        ),
        rows=rows,
        commands=COMMANDS if own else (),
        create=Link("Create subnet", visit.href("CreateSubnet")) if own else None,
        column=2,
        empty="No subnets found in this region",
    )


def subnet_details(visit: Visit) -> Page:
    id = visit.asked("subnetId")
    found = visit.cloud.one("ec2", "describe_subnets", "Subnets", SubnetIds=[id])
    return Details(
        title=f"{id}" + (f" / {name_of(found)}" if name_of(found) else ""),
        id=id,
        commands=COMMANDS,
        summary=(
            ("Subnet ID", id),
            ("State", state_of(found)),
            ("IPv4 CIDR", found["CidrBlock"]),
            ("Available IPv4 addresses", str(found.get("AvailableIpAddressCount", "–"))),
            ("VPC", Link(found["VpcId"], visit.href("VpcDetails", VpcId=found["VpcId"]))),
            ("Availability Zone", found["AvailabilityZone"]),
            (
                "Auto-assign public IPv4 address",
                "Yes" if found.get("MapPublicIpOnLaunch") else "No",
            ),
            ("Default subnet", "Yes" if found.get("DefaultForAz") else "No"),
        ),
        parts=(Part("Tags", (), (tags_table(found),)),),
    )


def ask_create(visit: Visit, _: Sequence[str] = ()) -> Form:
    networks = visit.cloud.all("ec2", "describe_vpcs", "Vpcs")
    zones = visit.cloud.all("ec2", "describe_availability_zones", "AvailabilityZones")
    anywhere = Option("any", "No preference")
    return Form(
        action="CreateSubnet",
        title="Create subnet",
        submit="Create subnet",
        cancel=visit.href("subnets"),
        tabs=(
            Tab(
                "Subnet settings",
                (
                    Field(
                        name="vpc",
                        label="VPC ID",
                        shape=Shape.SELECT,
                        options=options(networks, "VpcId", "CidrBlock"),
                        required=True,
                    ),
                    Field(name="name", label="Subnet name", pattern=r"[^\x00-\x1f]{1,255}"),
                    Field(
                        name="zone",
                        label="Availability Zone",
                        shape=Shape.SELECT,
                        options=(anywhere, *(Option(z["ZoneName"], z["ZoneName"]) for z in zones)),
                        value="any",
                        bare=True,
                    ),
                    Field(
                        name="cidr",
                        label="IPv4 subnet CIDR block",
                        required=True,
                        pattern=CIDR,
                        fault=CIDR_FAULT,
                    ),
                    Field(
                        name="public",
                        label="Enable auto-assign public IPv4 address",
                        shape=Shape.CHECK,
                    ),
                ),
            ),
            Tab("Tags", (tag_field(),)),
        ),
    )


def create(cloud: Cloud, _: Sequence[str], values: Values) -> Done:
    named = {"Name": values.text("name")} if values.text("name") else {}
    zone = values.text("zone")
    made = cloud.call(
        "ec2",
        "create_subnet",
        VpcId=values.text("vpc"),
        CidrBlock=values.text("cidr"),
        TagSpecifications=specified("subnet", named | values.tags()),
        **({"AvailabilityZone": zone} if zone not in ("", "any") else {}),
    )
    id = str(made["Subnet"]["SubnetId"])
    if values.flag("public"):
        wanted = {"Value": True}
        cloud.call("ec2", "modify_subnet_attribute", SubnetId=id, MapPublicIpOnLaunch=wanted)
    return Done(f"You have successfully created 1 subnet: {id}")


def delete(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    cloud.call("ec2", "delete_subnet", SubnetId=ids[0])
    return Done(f"You have successfully deleted {ids[0]}")


def state_of(item: Raw) -> Badge:
    state = str(item.get("State", "available"))
    return Badge(state.capitalize(), "good" if state == "available" else "busy")


def _name(cloud: Cloud, id: str) -> str:
    return called(cloud.one("ec2", "describe_subnets", "Subnets", SubnetIds=[id]), id)


VIEWS = (
    View("subnets", "vpcconsole", subnets, stale=True),
    View("SubnetDetails", "vpcconsole", subnet_details, parent="subnets"),
    View("CreateSubnet", "vpcconsole", ask_create, parent="subnets"),
)

ACTIONS = (
    Action("CreateSubnet", "Create subnet", create, ask_create, goes="subnets"),
    deletion(
        "DeleteSubnet", "Delete subnet", delete, "This subnet will be deleted permanently.", _name
    ),
    tagging("ManageSubnetTags", "describe_subnets", "Subnets", "SubnetIds"),
)
