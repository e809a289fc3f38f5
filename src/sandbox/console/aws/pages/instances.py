"""Instances: the list, the details, and what can be done to them."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.console.aws.cloud import Cloud
from sandbox.console.aws.pages.tagging import retag, tag_field, tags_table
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

TONES = {"running": "good", "stopped": "off", "terminated": "bad"}

CAN = {
    "pending": {"TerminateInstances"},
    "running": {"StopInstances", "RebootInstances", "TerminateInstances"},
    "stopping": {"TerminateInstances"},
    "stopped": {"StartInstances", "TerminateInstances", "ChangeInstanceType"},
    "shutting-down": set[str](),
    "terminated": set[str](),
}
"""What the state of an instance allows; the rest is allowed while it is not going away."""

ALWAYS = {"MonitorInstances", "ManageInstanceTags", "ChangeSecurityGroups", "CreateImage"}

COMMANDS = (
    Menu(
        "Instance state",
        (
            (
                "",
                (
                    Item("Stop instance", "StopInstances", many=True),
                    Item("Start instance", "StartInstances", many=True, direct=True),
                    Item("Reboot instance", "RebootInstances", many=True),
                    Item("Terminate (delete) instance", "TerminateInstances", many=True),
                ),
            ),
        ),
    ),
    Menu(
        "Actions",
        (
            (
                "Instance settings",
                (
                    Item("Change instance type", "ChangeInstanceType"),
                    Item("Manage tags", "ManageInstanceTags"),
                ),
            ),
            ("Security", (Item("Change security groups", "ChangeSecurityGroups"),)),
            ("Image and templates", (Item("Create image", "CreateImage"),)),
            (
                "Monitor and troubleshoot",
                (Item("Manage detailed monitoring", "MonitorInstances"),),
            ),
        ),
    ),
)

TYPE_PATTERN = r"[a-z0-9-]+\.[a-z0-9-]+"


def state_of(instance: Raw) -> Badge:
    state = str(instance["State"]["Name"])
    return Badge(state.capitalize(), TONES.get(state, "busy"))


def groups_of(instance: Raw) -> list[Raw]:
    """Its security groups; an emulator may tell them only of its interfaces."""
    of_nics = [g for n in instance.get("NetworkInterfaces", ()) for g in n.get("Groups", ())]
    found: list[Raw] = instance.get("SecurityGroups") or of_nics
    return found


def can(instance: Raw) -> frozenset[str]:
    allowed = CAN.get(str(instance["State"]["Name"]), set())
    return frozenset(allowed | ALWAYS) if allowed else frozenset()


def instances(visit: Visit) -> Page:
    found = visit.cloud.instances()
    statuses = _checks(visit.cloud)
    rows = tuple(
        Row(
            i["InstanceId"],
            called(i, i["InstanceId"]),
            (
                name_of(i),
                Link(i["InstanceId"], visit.href("InstanceDetails", instanceId=i["InstanceId"])),
                state_of(i),
                i["InstanceType"],
                statuses.get(i["InstanceId"], Badge("-", "off")),
                i["Placement"]["AvailabilityZone"],
                i.get("PublicIpAddress", "–"),
                i.get("PrivateIpAddress", "–"),
                _monitoring(i),
                i.get("InstanceLifecycle", "normal"),
                ", ".join(g["GroupName"] for g in groups_of(i)),
                i.get("KeyName", "–"),
                f"{i['LaunchTime']:%Y/%m/%d %H:%M GMT+0}",
            ),
            can(i),
        )
        for i in found
    )
    return Table(
        title="Instances",
        noun="instance",
        columns=(
            "Name",
            "Instance ID",
            "Instance state",
            "Instance type",
            "Status check",
            "Availability Zone",
            "Public IPv4 address",
            "Private IPv4 address",
            "Monitoring",
            "Instance lifecycle",
            "Security group name",
            "Key name",
            "Launch time",
        ),
        rows=rows,
        commands=COMMANDS,
        create=Link("Launch instances", visit.href("LaunchInstances")),
        column=2,
        empty="You do not have any instances in this region",
    )


def instance_details(visit: Visit) -> Page:
    id = visit.asked("instanceId")
    found = visit.cloud.instances(InstanceIds=[id])[0]
    volumes = visit.cloud.all(
        "ec2",
        "describe_volumes",
        "Volumes",
        Filters=[{"Name": "attachment.instance-id", "Values": [id]}],
    )
    vpc, subnet = found.get("VpcId", ""), found.get("SubnetId", "")
    return Details(
        title=f"Instance summary for {id}" + (f" ({name_of(found)})" if name_of(found) else ""),
        id=id,
        commands=COMMANDS,
        can=can(found),
        summary=(
            ("Instance ID", id),
            ("Public IPv4 address", found.get("PublicIpAddress", "–")),
            ("Private IPv4 addresses", found.get("PrivateIpAddress", "–")),
            ("Instance state", state_of(found)),
            ("Instance type", found["InstanceType"]),
            ("VPC ID", Link(vpc, visit.href("VpcDetails", VpcId=vpc)) if vpc else "–"),
            ("Subnet ID", Link(subnet, visit.href("SubnetDetails", subnetId=subnet))),
            ("Availability Zone", found["Placement"]["AvailabilityZone"]),
        ),
        parts=(
            Part(
                "Details",
                (
                    ("AMI ID", found["ImageId"]),
                    ("Platform", found.get("PlatformDetails", found.get("Platform", "Linux/UNIX"))),
                    ("Monitoring", _monitoring(found)),
                    ("Lifecycle", found.get("InstanceLifecycle", "normal")),
                    ("Launch time", f"{found['LaunchTime']:%Y/%m/%d %H:%M GMT+0}"),
                    ("Key pair assigned at launch", found.get("KeyName", "–")),
                    ("Root device name", found.get("RootDeviceName", "–")),
                    ("EBS optimized", "enabled" if found.get("EbsOptimized") else "disabled"),
                ),
            ),
            Part("Security", (), (_groups_table(visit, found),)),
            Part("Networking", (), (_nics_table(found),)),
            Part("Storage", (), (_volumes_table(visit, found, volumes),)),
            Part("Tags", (), (tags_table(found),)),
        ),
    )


def ask_stop(visit: Visit, ids: Sequence[str]) -> Form:
    return _sure(visit, ids, "StopInstances", "Stop instance", "Stop")


def ask_reboot(visit: Visit, ids: Sequence[str]) -> Form:
    return _sure(visit, ids, "RebootInstances", "Reboot instance", "Reboot")


def ask_terminate(visit: Visit, ids: Sequence[str]) -> Form:
    found = visit.cloud.instances(InstanceIds=list(ids))
    word = called(found[0], ids[0]) if len(found) == 1 else "delete"
    return Form(
        action="TerminateInstances",
        title="Terminate (delete) instance",
        submit="Terminate (delete)",
        ids=tuple(ids),
        word=word,
        warning="On an EBS-backed instance, the default action is for the root EBS volume to be "
        "deleted when the instance is terminated. Storage on local drives will be lost.",
        about=("Are you sure you want to terminate these instances?", *_listed(found)),
    )


def ask_type(visit: Visit, ids: Sequence[str]) -> Form:
    found = visit.cloud.instances(InstanceIds=list(ids))[0]
    return Form(
        action="ChangeInstanceType",
        title="Change instance type",
        submit="Change",
        ids=tuple(ids),
        about=(f"Instance ID: {ids[0]}", f"Current instance type: {found['InstanceType']}"),
        tabs=(Tab("", (type_field("New instance type"),)),),
    )


def type_field(label: str, value: str = "") -> Field:
    return Field(
        name="type",
        label=label,
        shape=Shape.SUGGEST,
        source="instance-types",
        value=value,
        required=True,
        pattern=TYPE_PATTERN,
        fault="Choose an instance type from the list",
        hint="Type to search, for example t3.micro",
    )


def ask_monitoring(visit: Visit, ids: Sequence[str]) -> Form:
    found = visit.cloud.instances(InstanceIds=list(ids))[0]
    on = found["Monitoring"]["State"] in ("enabled", "pending")
    return Form(
        action="MonitorInstances",
        title="Detailed monitoring",
        submit="Confirm",
        ids=tuple(ids),
        about=(
            f"Instance ID: {ids[0]}",
            "After you enable detailed monitoring, the Monitoring tab displays data at "
            "one-minute intervals. Additional charges apply.",
        ),
        tabs=(
            Tab(
                "",
                (
                    Field(
                        name="detailed",
                        label="Enable detailed monitoring",
                        shape=Shape.CHECK,
                        value="on" if on else "",
                    ),
                ),
            ),
        ),
    )


def ask_tags(visit: Visit, ids: Sequence[str]) -> Form:
    found = visit.cloud.instances(InstanceIds=list(ids))[0]
    return Form(
        action="ManageInstanceTags",
        title="Manage tags",
        submit="Save",
        ids=tuple(ids),
        tabs=(Tab("", (tag_field(found),)),),
    )


def ask_groups(visit: Visit, ids: Sequence[str]) -> Form:
    found = visit.cloud.instances(InstanceIds=list(ids))[0]
    groups = visit.cloud.all(
        "ec2",
        "describe_security_groups",
        "SecurityGroups",
        Filters=[{"Name": "vpc-id", "Values": [found["VpcId"]]}],
    )
    return Form(
        action="ChangeSecurityGroups",
        title="Change security groups",
        submit="Save",
        ids=tuple(ids),
        tabs=(
            Tab(
                "",
                (
                    Field(
                        name="groups",
                        label="Associated security groups",
                        shape=Shape.MANY,
                        least=1,
                        options=group_options(groups),
                        values=tuple(g["GroupId"] for g in groups_of(found)),
                    ),
                ),
            ),
        ),
    )


def group_options(groups: Sequence[Raw]) -> tuple[Option, ...]:
    return tuple(
        Option(g["GroupId"], f"{g['GroupName']} ({g['GroupId']})", g.get("Description", ""))
        for g in groups
    )


def ask_image(visit: Visit, ids: Sequence[str]) -> Form:
    found = visit.cloud.instances(InstanceIds=list(ids))[0]
    data = _data_volumes(found)
    name = Field(name="name", label="Image name", required=True, pattern=r"[\w ()./@'\[\]-]{3,128}")
    reboot = Field(name="no_reboot", label="Do not reboot instance", shape=Shape.CHECK, value="on")
    volumes = Field(
        name="volumes",
        label="Data volumes in the image",
        shape=Shape.MANY,
        options=tuple(Option(device, device, id) for device, id in data.items()),
        values=tuple(data),
        hint=f"The root volume {found.get('RootDeviceName', '')} is always part of it",
    )
    return Form(
        action="CreateImage",
        title="Create image",
        submit="Create image",
        ids=tuple(ids),
        about=(f"Instance ID: {ids[0]}",),
        tabs=(Tab("", (name, reboot, *([volumes] if data else []), tag_field())),),
    )


def start(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    cloud.call("ec2", "start_instances", InstanceIds=list(ids))
    return Done(f"Successfully initiated starting of {', '.join(ids)}")


def stop(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    cloud.call("ec2", "stop_instances", InstanceIds=list(ids))
    return Done(f"Successfully initiated stopping of {', '.join(ids)}")


def reboot(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    cloud.call("ec2", "reboot_instances", InstanceIds=list(ids))
    return Done(f"Successfully initiated rebooting of {', '.join(ids)}")


def terminate(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    cloud.call("ec2", "terminate_instances", InstanceIds=list(ids))
    return Done(f"Successfully initiated termination (deletion) of {', '.join(ids)}")


def change_type(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    wanted = values.text("type")
    cloud.call(
        "ec2", "modify_instance_attribute", InstanceId=ids[0], InstanceType={"Value": wanted}
    )
    return Done(f"Successfully changed the instance type of {ids[0]} to {wanted}")


def monitor(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    on = values.flag("detailed")
    operation = "monitor_instances" if on else "unmonitor_instances"
    cloud.call("ec2", operation, InstanceIds=list(ids))
    return Done(f"Detailed monitoring is {'enabled' if on else 'disabled'} for {', '.join(ids)}")


def change_groups(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    groups = list(values.many("groups"))
    cloud.call("ec2", "modify_instance_attribute", InstanceId=ids[0], Groups=groups)
    return Done(f"Successfully changed the security groups of {ids[0]}")


def _data_volumes(instance: Raw) -> dict[str, str]:
    """Device and id of every volume but the root one."""
    return {
        mapping["DeviceName"]: mapping["Ebs"]["VolumeId"]
        for mapping in instance.get("BlockDeviceMappings", ())
        if mapping["DeviceName"] != instance.get("RootDeviceName") and "Ebs" in mapping
    }


def create_image(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    data = _data_volumes(cloud.instances(InstanceIds=list(ids))[0])
    without = [
        {"DeviceName": device, "NoDevice": ""}
        for device in data
        if device not in values.many("volumes")
    ]
    made = cloud.call(
        "ec2",
        "create_image",
        InstanceId=ids[0],
        Name=values.text("name"),
        NoReboot=values.flag("no_reboot"),
        TagSpecifications=specified("image", values.tags()),
        **({"BlockDeviceMappings": without} if without else {}),
    )
    return Done(f"Creating the image {made['ImageId']} from instance {ids[0]}")


def _sure(visit: Visit, ids: Sequence[str], action: str, title: str, submit: str) -> Form:
    found = visit.cloud.instances(InstanceIds=list(ids))
    verb = submit.lower()
    about = (f"To confirm that you want to {verb} the following instances, choose {submit}.",)
    return Form(
        action=action,
        title=title,
        submit=submit,
        ids=tuple(ids),
        about=(*about, *_listed(found)),
    )


def _listed(found: Sequence[Raw]) -> tuple[str, ...]:
    return tuple(
        f"{i['InstanceId']} ({name_of(i)})" if name_of(i) else i["InstanceId"] for i in found
    )


def _monitoring(instance: Raw) -> str:
    return str(instance["Monitoring"]["State"])


def _checks(cloud: Cloud) -> dict[str, Badge]:
    found = cloud.all("ec2", "describe_instance_status", "InstanceStatuses")
    made = {}
    for each in found:
        passed = [each[part]["Status"] == "ok" for part in ("InstanceStatus", "SystemStatus")]
        tone = "good" if all(passed) else "busy"
        made[each["InstanceId"]] = Badge(f"{sum(passed)}/2 checks passed", tone)
    return made


def _groups_table(visit: Visit, instance: Raw) -> Table:
    return Table(
        title="Security groups",
        noun="security group",
        columns=("Security group ID", "Security group name"),
        rows=tuple(
            Row(
                g["GroupId"],
                g["GroupName"],
                (
                    Link(g["GroupId"], visit.href("SecurityGroup", groupId=g["GroupId"])),
                    g["GroupName"],
                ),
            )
            for g in groups_of(instance)
        ),
        empty="No security groups",
    )


def _nics_table(instance: Raw) -> Table:
    return Table(
        title="Network interfaces",
        noun="network interface",
        columns=("Interface ID", "Subnet ID", "Private IPv4 address", "Public IPv4 address"),
        rows=tuple(
            Row(
                n["NetworkInterfaceId"],
                n["NetworkInterfaceId"],
                (
                    n["NetworkInterfaceId"],
                    n.get("SubnetId", "–"),
                    n.get("PrivateIpAddress", "–"),
                    (n.get("Association") or {}).get("PublicIp", "–"),
                ),
            )
            for n in instance.get("NetworkInterfaces", ())
        ),
        empty="No network interfaces",
    )


def _volumes_table(visit: Visit, instance: Raw, volumes: Sequence[Raw]) -> Table:
    root = instance.get("RootDeviceName")
    rows = []
    for volume in volumes:
        id = volume["VolumeId"]
        device = next(a for a in volume["Attachments"] if a["InstanceId"] == instance["InstanceId"])
        rows.append(
            Row(
                id,
                called(volume, id),
                (
                    Link(id, visit.href("VolumeDetails", volumeId=id)),
                    device["Device"],
                    str(volume["Size"]),
                    volume["VolumeType"],
                    device["State"].capitalize(),
                    "Yes" if device.get("DeleteOnTermination") else "No",
                    "Root" if device["Device"] == root else "Data",
                ),
            )
        )
    return Table(
        title="Block devices",
        noun="block device",
        columns=(
            "Volume ID",
            "Device name",
            "Volume size (GiB)",
            "Volume type",
            "Attachment status",
            "Delete on termination",
            "Use",
        ),
        rows=tuple(rows),
        empty="No block devices",
    )


def instance_options(cloud: Cloud, *states: str) -> tuple[Option, ...]:
    """Choices among instances in one of ``states``."""
    wanted = [{"Name": "instance-state-name", "Values": list(states)}]
    return options(cloud.instances(Filters=wanted), "InstanceId")


VIEWS = (
    View("Instances", "ec2", instances, framed=True, stale=True),
    View("InstanceDetails", "ec2", instance_details, parent="Instances"),
)

ACTIONS = (
    Action("StartInstances", "Start instance", start),
    Action("StopInstances", "Stop instance", stop, ask_stop),
    Action("RebootInstances", "Reboot instance", reboot, ask_reboot),
    Action("TerminateInstances", "Terminate (delete) instance", terminate, ask_terminate),
    Action("ChangeInstanceType", "Change instance type", change_type, ask_type),
    Action("ManageInstanceTags", "Manage tags", retag, ask_tags),
    Action("MonitorInstances", "Manage detailed monitoring", monitor, ask_monitoring),
    Action("ChangeSecurityGroups", "Change security groups", change_groups, ask_groups),
    Action("CreateImage", "Create image", create_image, ask_image),
)
