"""Elastic IP addresses."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.console.aws.cloud import Cloud
from sandbox.console.aws.pages.instances import instance_options
from sandbox.console.aws.pages.tagging import deletion, tag_field, tagging, tags_table
from sandbox.console.aws.visit import Raw, Visit, called, name_of, specified
from sandbox.console.form import Field, Form, Shape, Tab, Values
from sandbox.console.operations import Done
from sandbox.console.page import Action, Details, Item, Link, Menu, Page, Part, Row, Table, View

COMMANDS = (
    Menu(
        "Actions",
        (
            (
                "",
                (
                    Item("Associate Elastic IP address", "AssociateAddress"),
                    Item("Disassociate Elastic IP address", "DisassociateAddress"),
                    Item("Release Elastic IP addresses", "ReleaseAddress"),
                    Item("Manage tags", "ManageAddressTags"),
                ),
            ),
        ),
    ),
)


def addresses(visit: Visit) -> Page:
    found = visit.cloud.all("ec2", "describe_addresses", "Addresses")
    rows = tuple(
        Row(
            a["AllocationId"],
            called(a, a["PublicIp"]),
            (
                name_of(a),
                Link(a["PublicIp"], visit.href("ElasticIpDetails", AllocationId=a["AllocationId"])),
                "Public IP",
                a["AllocationId"],
                a.get("InstanceId") or "–",
                a.get("PrivateIpAddress") or "–",
                a.get("AssociationId") or "–",
                a.get("NetworkInterfaceId") or "–",
            ),
            _can(a),
        )
        for a in found
    )
    return Table(
        title="Elastic IP addresses",
        noun="Elastic IP address",
        columns=(
            "Name",
            "Allocated IPv4 address",
            "Type",
            "Allocation ID",
            "Associated instance ID",
            "Private IP address",
            "Association ID",
            "Network interface ID",
        ),
        rows=rows,
        commands=COMMANDS,
        create=Link("Allocate Elastic IP address", visit.href("AllocateAddress")),
        empty="No Elastic IP addresses found in this region",
    )


def address_details(visit: Visit) -> Page:
    found = _address(visit.cloud, visit.asked("AllocationId"))
    return Details(
        title=found["PublicIp"],
        id=found["AllocationId"],
        commands=COMMANDS,
        can=_can(found),
        summary=(
            ("Allocated IPv4 address", found["PublicIp"]),
            ("Allocation ID", found["AllocationId"]),
            ("Association ID", found.get("AssociationId") or "–"),
            ("Associated instance ID", found.get("InstanceId") or "–"),
            ("Private IP address", found.get("PrivateIpAddress") or "–"),
            ("Network interface ID", found.get("NetworkInterfaceId") or "–"),
            ("Scope", found.get("Domain", "vpc").upper()),
            ("Network border group", found.get("NetworkBorderGroup", visit.region)),
        ),
        parts=(Part("Tags", (), (tags_table(found),)),),
    )


def ask_allocate(visit: Visit, _: Sequence[str] = ()) -> Form:
    name = Field(name="name", label="Name", pattern=r"[^\x00-\x1f]{1,255}")
    return Form(
        action="AllocateAddress",
        title="Allocate Elastic IP address",
        submit="Allocate",
        cancel=visit.href("Addresses"),
        tabs=(Tab("Elastic IP address settings", (name, tag_field())),),
    )


def allocate(cloud: Cloud, _: Sequence[str], values: Values) -> Done:
    named = {"Name": values.text("name")} if values.text("name") else {}
    made = cloud.call(
        "ec2",
        "allocate_address",
        Domain="vpc",
        TagSpecifications=specified("elastic-ip", named | values.tags()),
    )
    return Done(f"Elastic IP address allocated successfully: {made['PublicIp']}")


def ask_associate(visit: Visit, ids: Sequence[str]) -> Form:
    found = _address(visit.cloud, ids[0])
    return Form(
        action="AssociateAddress",
        title="Associate Elastic IP address",
        submit="Associate",
        ids=tuple(ids),
        about=(f"Elastic IP address: {found['PublicIp']}",),
        tabs=(
            Tab(
                "",
                (
                    Field(
                        name="instance",
                        label="Instance",
                        shape=Shape.SELECT,
                        options=instance_options(visit.cloud, "running", "stopped", "pending"),
                        required=True,
                    ),
                    Field(
                        name="again",
                        label="Allow this Elastic IP address to be reassociated",
                        shape=Shape.CHECK,
                    ),
                ),
            ),
        ),
    )


def associate(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    instance = values.text("instance")
    cloud.call(
        "ec2",
        "associate_address",
        AllocationId=ids[0],
        InstanceId=instance,
        AllowReassociation=values.flag("again"),
    )
    return Done(f"Elastic IP address associated successfully with {instance}")


def ask_disassociate(visit: Visit, ids: Sequence[str]) -> Form:
    found = _address(visit.cloud, ids[0])
    return Form(
        action="DisassociateAddress",
        title="Disassociate Elastic IP address",
        submit="Disassociate",
        ids=tuple(ids),
        about=(f"Elastic IP address: {found['PublicIp']}",),
    )


def disassociate(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    association = _address(cloud, ids[0]).get("AssociationId", "")
    cloud.call("ec2", "disassociate_address", AssociationId=association)
    return Done(f"Elastic IP address disassociated: {ids[0]}")


def release(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    cloud.call("ec2", "release_address", AllocationId=ids[0])
    return Done(f"Elastic IP address released: {ids[0]}")


def _address(cloud: Cloud, id: str) -> Raw:
    found: Raw = cloud.one("ec2", "describe_addresses", "Addresses", AllocationIds=[id])
    return found


def _can(address: Raw) -> frozenset[str]:
    if address.get("AssociationId"):
        return frozenset({"DisassociateAddress", "AssociateAddress", "ManageAddressTags"})
    return frozenset({"AssociateAddress", "ReleaseAddress", "ManageAddressTags"})


def _name(cloud: Cloud, id: str) -> str:
    found = _address(cloud, id)
    return called(found, found["PublicIp"])


VIEWS = (
    View("Addresses", "ec2", addresses, stale=True),
    View("ElasticIpDetails", "ec2", address_details, parent="Addresses"),
    View("AllocateAddress", "ec2", ask_allocate, parent="Addresses"),
)

ACTIONS = (
    Action("AllocateAddress", "Allocate Elastic IP address", allocate, ask_allocate, "Addresses"),
    Action("AssociateAddress", "Associate Elastic IP address", associate, ask_associate),
    Action(
        "DisassociateAddress", "Disassociate Elastic IP address", disassociate, ask_disassociate
    ),
    deletion(
        "ReleaseAddress",
        "Release Elastic IP address",
        release,
        "If you release this address, you might not be able to recover it.",
        _name,
        asked="Release Elastic IP addresses",
        submit="Release",
    ),
    tagging("ManageAddressTags", "describe_addresses", "Addresses", "AllocationIds"),
)
