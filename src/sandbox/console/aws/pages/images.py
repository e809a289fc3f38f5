"""The account's own images, as left behind where a machine is replaced by another."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.console.aws.cloud import Cloud
from sandbox.console.aws.visit import Raw, Visit, name_of
from sandbox.console.form import Field, Form, Shape, Tab, Values
from sandbox.console.operations import Done
from sandbox.console.page import Action, Badge, Item, Menu, Page, Row, Table, View


def images(visit: Visit) -> Page:
    found = visit.cloud.all("ec2", "describe_images", "Images", Owners=["self"])
    rows = tuple(
        Row(
            i["ImageId"],
            i.get("Name", i["ImageId"]),
            (
                name_of(i),
                i.get("Name", "–"),
                i["ImageId"],
                Badge(
                    str(i["State"]).capitalize(), "good" if i["State"] == "available" else "busy"
                ),
                "Public" if i.get("Public") else "Private",
                i.get("PlatformDetails", "Linux/UNIX"),
                ", ".join(_snapshots(i)) or "–",
                i.get("CreationDate", "–"),
            ),
        )
        for i in found
    )
    return Table(
        title="Amazon Machine Images (AMIs)",
        noun="AMI",
        columns=(
            "Name",
            "AMI name",
            "AMI ID",
            "Status",
            "Visibility",
            "Platform",
            "Snapshots",
            "Creation date",
        ),
        rows=rows,
        commands=(Menu("Actions", (("", (Item("Deregister AMI", "DeregisterImage"),)),)),),
        column=3,
        empty="No AMIs owned by you in this region",
    )


def ask_deregister(visit: Visit, ids: Sequence[str]) -> Form:
    found = _image(visit.cloud, ids[0])
    snapshots = Field(
        name="snapshots",
        label="Delete associated snapshots",
        shape=Shape.CHECK,
        value="on",
        hint=", ".join(_snapshots(found)),
    )
    return Form(
        action="DeregisterImage",
        title="Deregister AMI",
        submit="Deregister AMI",
        ids=tuple(ids),
        word=str(found.get("Name") or ids[0]),
        about=("After you deregister an AMI, you can't use it to launch new instances.", ids[0]),
        tabs=(Tab("", (snapshots,)),),
    )


def deregister(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    snapshots = _snapshots(_image(cloud, ids[0]))
    cloud.call("ec2", "deregister_image", ImageId=ids[0])
    if values.flag("snapshots"):
        for snapshot in snapshots:
            cloud.call("ec2", "delete_snapshot", SnapshotId=snapshot)
    return Done(f"Successfully deregistered {ids[0]}")


def _image(cloud: Cloud, id: str) -> Raw:
    found: Raw = cloud.one("ec2", "describe_images", "Images", ImageIds=[id])
    return found


def _snapshots(image: Raw) -> list[str]:
    disks = (mapping.get("Ebs") or {} for mapping in image.get("BlockDeviceMappings", ()))
    return [disk["SnapshotId"] for disk in disks if disk.get("SnapshotId")]


VIEWS = (View("Images", "ec2", images, stale=True),)

ACTIONS = (Action("DeregisterImage", "Deregister AMI", deregister, ask_deregister),)
