"""VPCs, and the subnets in them."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network

from sandbox.console.aws.cloud import Cloud
from sandbox.console.aws.pages.subnets import CIDR, CIDR_FAULT, state_of, subnet_table
from sandbox.console.aws.pages.tagging import deletion, tag_field, tagging, tags_table
from sandbox.console.aws.visit import Raw, Visit, called, name_of, specified
from sandbox.console.form import Field, Form, Option, Shape, Tab, Values
from sandbox.console.operations import Done
from sandbox.console.page import (
    Action,
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

COMMANDS = (
    Menu(
        "Actions", (("", (Item("Delete VPC", "DeleteVpc"), Item("Manage tags", "ManageVpcTags"))),)
    ),
)


def networks(visit: Visit) -> Page:
    found = visit.cloud.all("ec2", "describe_vpcs", "Vpcs")
    return Table(
        title="Your VPCs",
        noun="VPC",
        columns=(
            "Name",
            "VPC ID",
            "State",
            "IPv4 CIDR",
            "DHCP option set",
            "Tenancy",
            "Default VPC",
        ),
        rows=tuple(_row(visit, v) for v in found),
        commands=COMMANDS,
        create=Link("Create VPC", visit.href("CreateVpc")),
        column=2,
        empty="No VPCs found in this region",
    )


def network_details(visit: Visit) -> Page:
    id = visit.asked("VpcId")
    found = visit.cloud.one("ec2", "describe_vpcs", "Vpcs", VpcIds=[id])
    inside = [{"Name": "vpc-id", "Values": [id]}]
    subnets = visit.cloud.all("ec2", "describe_subnets", "Subnets", Filters=inside)
    tables = visit.cloud.all("ec2", "describe_route_tables", "RouteTables", Filters=inside)
    gateways = visit.cloud.all(
        "ec2",
        "describe_internet_gateways",
        "InternetGateways",
        Filters=[{"Name": "attachment.vpc-id", "Values": [id]}],
    )
    return Details(
        title=f"{id}" + (f" / {name_of(found)}" if name_of(found) else ""),
        id=id,
        commands=COMMANDS,
        summary=(
            ("VPC ID", id),
            ("State", state_of(found)),
            ("IPv4 CIDR", found["CidrBlock"]),
            ("Tenancy", found.get("InstanceTenancy", "default")),
            ("Default VPC", "Yes" if found.get("IsDefault") else "No"),
            ("Owner ID", found.get("OwnerId", "–")),
            ("DHCP option set", found.get("DhcpOptionsId", "–")),
            ("Internet gateway", ", ".join(g["InternetGatewayId"] for g in gateways) or "–"),
        ),
        parts=(
            Part("Resource map", (), (subnet_table(visit, subnets), _routes(tables))),
            Part("Tags", (), (tags_table(found),)),
        ),
    )


def ask_create(visit: Visit, _: Sequence[str] = ()) -> Form:
    zones = visit.cloud.all("ec2", "describe_availability_zones", "AvailabilityZones")
    return Form(
        action="CreateVpc",
        title="Create VPC",
        submit="Create VPC",
        cancel=visit.href("vpcs"),
        tabs=(
            Tab(
                "VPC settings",
                (
                    Field(name="name", label="Name tag", pattern=r"[^\x00-\x1f]{1,255}"),
                    Field(
                        name="cidr",
                        label="IPv4 CIDR block",
                        value="10.0.0.0/16",
                        required=True,
                        pattern=CIDR,
                        fault=CIDR_FAULT,
                    ),
                    Field(
                        name="tenancy",
                        label="Tenancy",
                        shape=Shape.SELECT,
                        options=(Option("default", "Default"), Option("dedicated", "Dedicated")),
                        value="default",
                    ),
                ),
            ),
            Tab(
                "Subnets",
                (
                    Field(
                        name="zones",
                        label="Availability Zones with a subnet each",
                        shape=Shape.MANY,
                        options=tuple(Option(z["ZoneName"], z["ZoneName"]) for z in zones),
                        hint="Each subnet gets an equal share of the IPv4 CIDR block",
                    ),
                    Field(
                        name="gateway",
                        label="Internet gateway with a default route",
                        shape=Shape.CHECK,
                    ),
                ),
            ),
            Tab("Tags", (tag_field(),)),
        ),
    )


def create(cloud: Cloud, _: Sequence[str], values: Values) -> Done:
    """The network, then its subnets and its way to the internet, as far as asked for."""
    name = values.text("name")
    tags = ({"Name": name} if name else {}) | values.tags()
    made = cloud.call(
        "ec2",
        "create_vpc",
        CidrBlock=values.text("cidr"),
        InstanceTenancy=values.text("tenancy") or "default",
        TagSpecifications=specified("vpc", tags),
    )
    id = str(made["Vpc"]["VpcId"])
    zones = values.many("zones")
    for zone, block in zip(zones, shares(values.text("cidr"), len(zones)), strict=False):
        labels = {**tags, "Name": f"{name}-{zone}"} if name else tags
        cloud.call(
            "ec2",
            "create_subnet",
            VpcId=id,
            CidrBlock=block,
            AvailabilityZone=zone,
            TagSpecifications=specified("subnet", labels),
        )
    if values.flag("gateway"):
        _open(cloud, id, tags)
    return Done(f"You successfully created {id}" + (f" / {name}" if name else ""))


def shares(cidr: str, count: int) -> list[str]:
    """``count`` equal parts of a block, no smaller than /28: fewer where it has no more."""
    if not count:
        return []
    block = IPv4Network(cidr, strict=False)
    parts = block.subnets(new_prefix=min(28, block.prefixlen + (count - 1).bit_length()))
    return [str(part) for part, _ in zip(parts, range(count), strict=False)]


def delete(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    """With its subnets, gateways, route tables and security groups, as the real console does;
    a network that machines are in is refused by the cloud."""
    id = ids[0]
    inside = [{"Name": "vpc-id", "Values": [id]}]
    for subnet in cloud.all("ec2", "describe_subnets", "Subnets", Filters=inside):
        cloud.call("ec2", "delete_subnet", SubnetId=subnet["SubnetId"])
    attached = [{"Name": "attachment.vpc-id", "Values": [id]}]
    for gateway in cloud.all(
        "ec2", "describe_internet_gateways", "InternetGateways", Filters=attached
    ):
        gone = gateway["InternetGatewayId"]
        cloud.call("ec2", "detach_internet_gateway", InternetGatewayId=gone, VpcId=id)
        cloud.call("ec2", "delete_internet_gateway", InternetGatewayId=gone)
    for table in cloud.all("ec2", "describe_route_tables", "RouteTables", Filters=inside):
        if not any(each.get("Main") for each in table["Associations"]):
            cloud.call("ec2", "delete_route_table", RouteTableId=table["RouteTableId"])
    for group in cloud.all("ec2", "describe_security_groups", "SecurityGroups", Filters=inside):
        if group["GroupName"] != "default":
            cloud.call("ec2", "delete_security_group", GroupId=group["GroupId"])
    cloud.call("ec2", "delete_vpc", VpcId=id)
    return Done(f"You successfully deleted {id}")


def _open(cloud: Cloud, vpc: str, tags: dict[str, str]) -> None:
    made = cloud.call(
        "ec2", "create_internet_gateway", TagSpecifications=specified("internet-gateway", tags)
    )
    gateway = made["InternetGateway"]["InternetGatewayId"]
    cloud.call("ec2", "attach_internet_gateway", InternetGatewayId=gateway, VpcId=vpc)
    tables = cloud.all(
        "ec2",
        "describe_route_tables",
        "RouteTables",
        Filters=[{"Name": "vpc-id", "Values": [vpc]}],
    )
    main = next(t for t in tables if any(each.get("Main") for each in t["Associations"]))
    cloud.call(
        "ec2",
        "create_route",
        RouteTableId=main["RouteTableId"],
        DestinationCidrBlock="0.0.0.0/0",
        GatewayId=gateway,
    )


def _row(visit: Visit, vpc: Raw) -> Row:
    id = vpc["VpcId"]
    return Row(
        id,
        called(vpc, id),
        (
            name_of(vpc),
            Link(id, visit.href("VpcDetails", VpcId=id)),
            state_of(vpc),
            vpc["CidrBlock"],
            vpc.get("DhcpOptionsId", "–"),
            vpc.get("InstanceTenancy", "default"),
            "Yes" if vpc.get("IsDefault") else "No",
        ),
    )


def _routes(tables: Sequence[Raw]) -> Table:
    rows = tuple(
        Row(
            f"{t['RouteTableId']} {r.get('DestinationCidrBlock', '')}",
            t["RouteTableId"],
            (
                t["RouteTableId"],
                r.get("DestinationCidrBlock", "–"),
                r.get("GatewayId") or r.get("NatGatewayId") or "–",
                str(r.get("State", "–")).capitalize(),
            ),
        )
        for t in tables
        for r in t["Routes"]
    )
    return Table(
        title="Route tables",
        noun="route",
        columns=("Route table ID", "Destination", "Target", "Status"),
        rows=rows,
        empty="No routes",
    )


def _name(cloud: Cloud, id: str) -> str:
    return called(cloud.one("ec2", "describe_vpcs", "Vpcs", VpcIds=[id]), id)


VIEWS = (
    View("vpcs", "vpcconsole", networks, stale=True),
    View("VpcDetails", "vpcconsole", network_details, parent="vpcs"),
    View("CreateVpc", "vpcconsole", ask_create, parent="vpcs"),
)

ACTIONS = (
    Action("CreateVpc", "Create VPC", create, ask_create, goes="vpcs"),
    deletion(
        "DeleteVpc",
        "Delete VPC",
        delete,
        "Its subnets, internet gateways, route tables and security groups are deleted with it.",
        _name,
    ),
    tagging("ManageVpcTags", "describe_vpcs", "Vpcs", "VpcIds"),
)
