"""Volumes."""

from __future__ import annotations

from collections.abc import Sequence

from modalities.receipt import CloudError, Trouble
from sandbox.console.aws.cloud import Cloud
from sandbox.console.aws.pages.launching import DATA_DEVICES, IOPS, volume_iops, volume_type
from sandbox.console.aws.pages.tagging import deletion, tag_field, tagging, tags_table
from sandbox.console.aws.visit import Raw, Visit, called, name_of, specified
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

COMMANDS = (
    Menu(
        "Actions",
        (
            (
                "",
                (
                    Item("Modify volume", "ModifyVolume"),
                    Item("Attach volume", "AttachVolume"),
                    Item("Detach volume", "DetachVolume"),
                    Item("Delete volume", "DeleteVolume"),
                    Item("Manage tags", "ManageVolumeTags"),
                ),
            ),
        ),
    ),
)

CAN = {
    "available": frozenset({"ModifyVolume", "AttachVolume", "DeleteVolume", "ManageVolumeTags"}),
    "in-use": frozenset({"ModifyVolume", "DetachVolume", "ManageVolumeTags"}),
}

TONES = {"available": "good", "in-use": "good", "error": "bad"}


def volumes(visit: Visit) -> Page:
    found = visit.cloud.all("ec2", "describe_volumes", "Volumes")
    rows = tuple(
        Row(
            v["VolumeId"],
            called(v, v["VolumeId"]),
            (
                name_of(v),
                Link(v["VolumeId"], visit.href("VolumeDetails", volumeId=v["VolumeId"])),
                v["VolumeType"],
                f"{v['Size']} GiB",
                str(v.get("Iops", "–")),
                v.get("SnapshotId") or "–",
                f"{v['CreateTime']:%Y/%m/%d %H:%M GMT+0}",
                v["AvailabilityZone"],
                _state(v),
                _attached(v),
                "Encrypted" if v.get("Encrypted") else "Not encrypted",
            ),
            CAN.get(v["State"], frozenset()),
        )
        for v in found
    )
    return Table(
        title="Volumes",
        noun="volume",
        columns=(
            "Name",
            "Volume ID",
            "Type",
            "Size",
            "IOPS",
            "Snapshot ID",
            "Created",
            "Availability Zone",
            "Volume state",
            "Attached resources",
            "Encryption",
        ),
        rows=rows,
        commands=COMMANDS,
        create=Link("Create volume", visit.href("CreateVolume")),
        column=8,
        empty="You currently have no volumes in this region",
    )


def volume_details(visit: Visit) -> Page:
    id = visit.asked("volumeId")
    found = visit.cloud.one("ec2", "describe_volumes", "Volumes", VolumeIds=[id])
    return Details(
        title=f"{id}" + (f" ({name_of(found)})" if name_of(found) else ""),
        id=id,
        commands=COMMANDS,
        can=CAN.get(found["State"], frozenset()),
        summary=(
            ("Volume ID", id),
            ("Size", f"{found['Size']} GiB"),
            ("Type", found["VolumeType"]),
            ("Volume state", _state(found)),
            ("IOPS", str(found.get("Iops", "–"))),
            ("Availability Zone", found["AvailabilityZone"]),
            ("Created", f"{found['CreateTime']:%Y/%m/%d %H:%M GMT+0}"),
            ("Attached resources", _attached(found)),
        ),
        parts=(Part("Tags", (), (tags_table(found),)),),
    )


def ask_create(visit: Visit, _: Sequence[str] = ()) -> Form:
    zones = visit.cloud.all("ec2", "describe_availability_zones", "AvailabilityZones")
    snapshots = visit.cloud.all("ec2", "describe_snapshots", "Snapshots", OwnerIds=["self"])
    return Form(
        action="CreateVolume",
        title="Create volume",
        submit="Create volume",
        cancel=visit.href("Volumes"),
        tabs=(
            Tab(
                "Volume settings",
                (
                    Field(name="name", label="Name", pattern=r"[^\x00-\x1f]{1,255}"),
                    volume_type("type", "Volume type", required=True),
                    _size("100"),
                    volume_iops("iops", "IOPS"),
                    Field(
                        name="zone",
                        label="Availability Zone",
                        shape=Shape.SELECT,
                        options=tuple(Option(z["ZoneName"], z["ZoneName"]) for z in zones),
                        required=True,
                        bare=True,
                    ),
                    Field(
                        name="snapshot",
                        label="Snapshot ID - optional",
                        shape=Shape.SELECT,
                        options=(
                            Option("none", "Don't create volume from a snapshot"),
                            *(Option(s["SnapshotId"], s["SnapshotId"]) for s in snapshots),
                        ),
                        value="none",
                    ),
                    Field(name="encrypted", label="Encrypt this volume", shape=Shape.CHECK),
                ),
            ),
            Tab("Tags", (tag_field(),)),
        ),
    )


def create(cloud: Cloud, _: Sequence[str], values: Values) -> Done:
    named = {"Name": values.text("name")} if values.text("name") else {}
    kind = values.text("type")
    found = {
        "AvailabilityZone": values.text("zone"),
        "Size": values.number("size"),
        "VolumeType": kind,
        "Encrypted": values.flag("encrypted"),
        "TagSpecifications": specified("volume", named | values.tags()),
    }
    if kind in IOPS or values.text("iops"):
        found["Iops"] = values.number("iops") or IOPS[kind]
    if values.text("snapshot") not in ("", "none"):
        found["SnapshotId"] = values.text("snapshot")
    made = cloud.call("ec2", "create_volume", **found)
    return Done(f"Successfully created volume {made['VolumeId']}")


def ask_modify(visit: Visit, ids: Sequence[str]) -> Form:
    found = visit.cloud.one("ec2", "describe_volumes", "Volumes", VolumeIds=list(ids))
    kind = volume_type("type", "Volume type", found["VolumeType"], required=True)
    return Form(
        action="ModifyVolume",
        title="Modify volume",
        submit="Modify",
        ids=tuple(ids),
        about=(f"Volume ID: {ids[0]}",),
        tabs=(Tab("", (kind, _size(str(found["Size"])))),),
    )


def modify(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    kind, size = values.text("type"), values.number("size")
    cloud.call("ec2", "modify_volume", VolumeId=ids[0], VolumeType=kind, Size=size)
    return Done(f"Requested modification of volume {ids[0]} to {kind}, {size} GiB")


def ask_attach(visit: Visit, ids: Sequence[str]) -> Form:
    volume = visit.cloud.one("ec2", "describe_volumes", "Volumes", VolumeIds=list(ids))
    zone = volume["AvailabilityZone"]
    alive = visit.cloud.instances(
        Filters=[
            {"Name": "instance-state-name", "Values": ["running", "stopped"]},
            {"Name": "availability-zone", "Values": [zone]},
        ]
    )
    choices = tuple(
        Option(
            i["InstanceId"],
            f"{i['InstanceId']} ({name_of(i)}) ({i['State']['Name']})"
            if name_of(i)
            else f"{i['InstanceId']} ({i['State']['Name']})",
        )
        for i in alive
    )
    return Form(
        action="AttachVolume",
        title="Attach volume",
        submit="Attach volume",
        ids=tuple(ids),
        about=(f"Volume ID: {ids[0]}", f"Availability Zone: {zone}"),
        tabs=(
            Tab(
                "",
                (
                    Field(
                        name="instance",
                        label="Instance",
                        shape=Shape.SELECT,
                        options=choices,
                        required=True,
                        hint="Only instances in the same Availability Zone as the selected "
                        "volume are displayed.",
                    ),
                    Field(
                        name="device",
                        label="Device name",
                        pattern=r"(/dev/)?(sd|xvd)[a-z0-9]{1,3}",
                        hint="For example /dev/sdf; leave empty for the next free one",
                    ),
                ),
            ),
        ),
    )


def attach(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    instance = values.text("instance")
    device = values.text("device") or _free_device(cloud, instance)
    cloud.call("ec2", "attach_volume", VolumeId=ids[0], InstanceId=instance, Device=device)
    return Done(f"Successfully attached volume {ids[0]} to {instance} as {device}")


def ask_detach(_: Visit, ids: Sequence[str]) -> Form:
    return Form(
        action="DetachVolume",
        title="Detach volume",
        submit="Detach",
        ids=tuple(ids),
        warning="Unmount the volume from the instance before you detach it.",
        about=("Are you sure that you want to detach this volume?", ids[0]),
    )


def detach(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    cloud.call("ec2", "detach_volume", VolumeId=ids[0])
    return Done(f"Successfully detached volume {ids[0]}")


def delete(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    cloud.call("ec2", "delete_volume", VolumeId=ids[0])
    return Done(f"Successfully deleted volume {ids[0]}")


def _size(value: str) -> Field:
    return Field(
        name="size",
        label="Size (GiB)",
        shape=Shape.NUMBER,
        value=value,
        required=True,
        least=1,
        most=65536,
    )


def _name(cloud: Cloud, id: str) -> str:
    return called(cloud.one("ec2", "describe_volumes", "Volumes", VolumeIds=[id]), id)


def _state(volume: Raw) -> Badge:
    state = str(volume["State"])
    return Badge(state.capitalize(), TONES.get(state, "busy"))


def _attached(volume: Raw) -> str:
    return (
        ", ".join(
            f"{a['InstanceId']}: {a['Device']} ({a['State']})"
            for a in volume.get("Attachments", ())
        )
        or "–"
    )


def _free_device(cloud: Cloud, instance: str) -> str:
    found = cloud.instances(InstanceIds=[instance])[0]
    used = {mapping["DeviceName"] for mapping in found.get("BlockDeviceMappings", ())}
    for device in DATA_DEVICES:
        if device not in used:
            return device
    raise CloudError(
        Trouble.LIMIT, "AttachmentLimitExceeded", f"{instance} has no device name left"
    )


VIEWS = (
    View("Volumes", "ec2", volumes, stale=True),
    View("VolumeDetails", "ec2", volume_details, parent="Volumes"),
    View("CreateVolume", "ec2", ask_create, parent="Volumes"),
)

ACTIONS = (
    Action("CreateVolume", "Create volume", create, ask_create, goes="Volumes"),
    Action("ModifyVolume", "Modify volume", modify, ask_modify),
    Action("AttachVolume", "Attach volume", attach, ask_attach),
    Action("DetachVolume", "Detach volume", detach, ask_detach),
    deletion(
        "DeleteVolume",
        "Delete volume",
        delete,
        "Are you sure that you want to delete this volume? Its data is lost.",
        _name,
    ),
    tagging("ManageVolumeTags", "describe_volumes", "Volumes", "VolumeIds"),
)
