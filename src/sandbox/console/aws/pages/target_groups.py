"""Target groups: what a load balancer sends traffic to."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.console.aws.cloud import Cloud
from sandbox.console.aws.pages.tagging import deletion, tag_field
from sandbox.console.aws.visit import Raw, Visit, options, tag_list
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

NEW_FIELDS = (
    Field(
        name="name",
        label="Target group name",
        required=True,
        pattern=r"[a-zA-Z0-9]([a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?",
        fault="The name has up to 32 letters, digits and hyphens; it does not begin or end with "
        "a hyphen",
    ),
    Field(
        name="protocol",
        label="Protocol",
        shape=Shape.SELECT,
        options=tuple(Option(name, name) for name in ("HTTP", "HTTPS", "TCP", "UDP", "TLS")),
        value="HTTP",
        required=True,
    ),
    Field(
        name="port",
        label="Port",
        shape=Shape.NUMBER,
        value="80",
        required=True,
        least=1,
        most=65535,
    ),
)

COMMANDS = (
    Menu(
        "Actions",
        (
            (
                "",
                (
                    Item("Register targets", "RegisterTargets"),
                    Item("Deregister targets", "DeregisterTargets"),
                    Item("Delete", "DeleteTargetGroup"),
                ),
            ),
        ),
    ),
)

TONES = {"healthy": "good", "unhealthy": "bad", "draining": "busy", "initial": "busy"}


def target_groups(visit: Visit) -> Page:
    found = visit.cloud.all("elbv2", "describe_target_groups", "TargetGroups")
    rows = tuple(
        Row(
            g["TargetGroupArn"],
            g["TargetGroupName"],
            (
                Link(
                    g["TargetGroupName"],
                    visit.href("TargetGroup", targetGroupArn=g["TargetGroupArn"]),
                ),
                str(g.get("Port", "–")),
                g.get("Protocol", "–"),
                g.get("TargetType", "instance").capitalize(),
                ", ".join(arn.split("/")[-2] for arn in g.get("LoadBalancerArns", ()))
                or "None associated",
                g.get("VpcId", "–"),
                g["TargetGroupArn"],
            ),
        )
        for g in found
    )
    return Table(
        title="Target groups",
        noun="target group",
        columns=("Name", "Port", "Protocol", "Target type", "Load balancer", "VPC ID", "ARN"),
        rows=rows,
        commands=COMMANDS,
        create=Link("Create target group", visit.href("CreateTargetGroup")),
        empty="No target groups found in this region",
    )


def group_details(visit: Visit) -> Page:
    arn = visit.asked("targetGroupArn")
    found = _group(visit.cloud, arn)
    return Details(
        title=found["TargetGroupName"],
        id=arn,
        commands=COMMANDS,
        summary=(
            ("Target type", found.get("TargetType", "instance").capitalize()),
            ("Protocol : Port", f"{found.get('Protocol', '–')}: {found.get('Port', '–')}"),
            ("VPC", found.get("VpcId", "–")),
            ("Health check path", found.get("HealthCheckPath", "–")),
            ("ARN", arn),
        ),
        parts=(Part("Targets", (), (target_table(visit.cloud, found),)),),
    )


def target_table(cloud: Cloud, group: Raw) -> Table:
    """What is registered in the group, and how it is."""
    arn = group["TargetGroupArn"]
    found = cloud.all(
        "elbv2", "describe_target_health", "TargetHealthDescriptions", TargetGroupArn=arn
    )
    return Table(
        title=f"Registered targets of {group['TargetGroupName']}",
        noun="target",
        columns=("Instance ID", "Port", "Health status", "Health status details"),
        rows=tuple(
            Row(
                t["Target"]["Id"],
                t["Target"]["Id"],
                (
                    t["Target"]["Id"],
                    str(t["Target"].get("Port", "–")),
                    Badge(
                        t["TargetHealth"]["State"].capitalize(),
                        TONES.get(t["TargetHealth"]["State"], "off"),
                    ),
                    t["TargetHealth"].get("Description", "–"),
                ),
            )
            for t in found
        ),
        empty="No registered targets",
    )


def ask_create(visit: Visit, _: Sequence[str] = ()) -> Form:
    networks = visit.cloud.all("ec2", "describe_vpcs", "Vpcs")
    vpc = Field(
        name="vpc",
        label="VPC",
        shape=Shape.SELECT,
        options=options(networks, "VpcId", "CidrBlock"),
        required=True,
    )
    return Form(
        action="CreateTargetGroup",
        title="Create target group",
        submit="Create target group",
        cancel=visit.href("TargetGroups"),
        tabs=(
            Tab("Group details", (*NEW_FIELDS, vpc)),
            Tab("Register targets", (_targets(visit, ()),)),
            Tab("Tags", (tag_field(),)),
        ),
    )


def create(cloud: Cloud, _: Sequence[str], values: Values) -> Done:
    name = values.text("name")
    new_group(
        cloud,
        name,
        values.text("protocol"),
        values.number("port"),
        values.text("vpc"),
        values.many("targets"),
        values.tags(),
    )
    return Done(f"Successfully created the target group: {name}")


def new_group(
    cloud: Cloud,
    name: str,
    protocol: str,
    port: int,
    vpc: str,
    targets: Sequence[str],
    tags: dict[str, str] | None = None,
) -> str:
    """The ARN of a new group of instances, with ``targets`` registered."""
    made = cloud.call(
        "elbv2",
        "create_target_group",
        Name=name,
        Protocol=protocol,
        Port=port,
        VpcId=vpc,
        TargetType="instance",
        **({"Tags": tag_list(tags)} if tags else {}),
    )
    arn = str(made["TargetGroups"][0]["TargetGroupArn"])
    if targets:
        _register(cloud, arn, targets)
    return arn


def ask_register(visit: Visit, ids: Sequence[str]) -> Form:
    return _ask_targets(visit, ids, "RegisterTargets", "Register targets", "Register")


def register(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    _register(cloud, ids[0], values.many("targets"))
    return Done(f"Successfully registered {len(values.many('targets'))} targets")


def ask_deregister(visit: Visit, ids: Sequence[str]) -> Form:
    return _ask_targets(visit, ids, "DeregisterTargets", "Deregister targets", "Deregister")


def deregister(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    gone = [{"Id": target} for target in values.many("targets")]
    cloud.call("elbv2", "deregister_targets", TargetGroupArn=ids[0], Targets=gone)
    return Done(f"Successfully deregistered {len(gone)} targets")


def delete(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    name = _name(cloud, ids[0])
    cloud.call("elbv2", "delete_target_group", TargetGroupArn=ids[0])
    return Done(f"Successfully deleted target group: {name}")


def _ask_targets(visit: Visit, ids: Sequence[str], action: str, title: str, submit: str) -> Form:
    group = _group(visit.cloud, ids[0])
    health = visit.cloud.all(
        "elbv2", "describe_target_health", "TargetHealthDescriptions", TargetGroupArn=ids[0]
    )
    inside = {each["Target"]["Id"] for each in health}
    field = _targets(
        visit, inside, inside=action == "DeregisterTargets", vpc=group.get("VpcId", "")
    )
    return Form(
        action=action,
        title=title,
        submit=submit,
        ids=tuple(ids),
        about=(f"Target group: {group['TargetGroupName']}",),
        tabs=(Tab("", (field,)),),
    )


def _targets(
    visit: Visit, members: Sequence[str] | set[str], *, inside: bool = False, vpc: str = ""
) -> Field:
    """Choices among instances: members of the group, or those that are none."""
    alive = [{"Name": "instance-state-name", "Values": ["pending", "running"]}]
    found = [
        i
        for i in visit.cloud.instances(Filters=alive)
        if (i["InstanceId"] in members) == inside and vpc in ("", i.get("VpcId"))
    ]
    return Field(
        name="targets",
        label="Available instances" if not inside else "Registered instances",
        shape=Shape.MANY,
        least=1 if vpc else 0,
        options=options(found, "InstanceId", "InstanceType"),
    )


def _register(cloud: Cloud, arn: str, targets: Sequence[str]) -> None:
    members = [{"Id": target} for target in targets]
    cloud.call("elbv2", "register_targets", TargetGroupArn=arn, Targets=members)


def _group(cloud: Cloud, arn: str) -> Raw:
    found: Raw = cloud.one("elbv2", "describe_target_groups", "TargetGroups", TargetGroupArns=[arn])
    return found


def _name(cloud: Cloud, arn: str) -> str:
    return str(_group(cloud, arn)["TargetGroupName"])


VIEWS = (
    View("TargetGroups", "ec2", target_groups, stale=True),
    View("TargetGroup", "ec2", group_details, parent="TargetGroups"),
    View("CreateTargetGroup", "ec2", ask_create, parent="TargetGroups"),
)

ACTIONS = (
    Action("CreateTargetGroup", "Create target group", create, ask_create, goes="TargetGroups"),
    Action("RegisterTargets", "Register targets", register, ask_register),
    Action("DeregisterTargets", "Deregister targets", deregister, ask_deregister),
    deletion(
        "DeleteTargetGroup",
        "Delete target group",
        delete,
        "Delete this target group permanently?",
        _name,
        asked="Delete",
    ),
)
