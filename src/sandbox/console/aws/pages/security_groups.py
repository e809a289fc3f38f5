"""Security groups, with their rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sandbox.console.aws.cloud import Cloud
from sandbox.console.aws.pages.tagging import deletion, tag_field, tagging, tags_table
from sandbox.console.aws.visit import Raw, Visit, name_of, options, specified
from sandbox.console.form import Field, Form, Rule, Shape, Tab, Values
from sandbox.console.operations import Done
from sandbox.console.page import Action, Details, Item, Link, Menu, Page, Part, Row, Table, View

TYPES = {
    "Custom TCP": ("tcp", None),
    "Custom UDP": ("udp", None),
    "All ICMP - IPv4": ("icmp", -1),
    "All traffic": ("-1", None),
    "All TCP": ("tcp", (0, 65535)),
    "SSH": ("tcp", 22),
    "HTTP": ("tcp", 80),
    "HTTPS": ("tcp", 443),
    "RDP": ("tcp", 3389),
    "MySQL/Aurora": ("tcp", 3306),
    "PostgreSQL": ("tcp", 5432),
}
"""Rule types as the console names them: protocol, and the port where there is only one."""

COMMANDS = (
    Menu(
        "Actions",
        (
            (
                "",
                (
                    Item("Edit inbound rules", "EditInboundRules"),
                    Item("Edit outbound rules", "EditOutboundRules"),
                    Item("Delete security groups", "DeleteSecurityGroup"),
                    Item("Manage tags", "ManageGroupTags"),
                ),
            ),
        ),
    ),
)


def security_groups(visit: Visit) -> Page:
    found = visit.cloud.all("ec2", "describe_security_groups", "SecurityGroups")
    rows = tuple(
        Row(
            g["GroupId"],
            g["GroupName"],
            (
                name_of(g),
                Link(g["GroupId"], visit.href("SecurityGroup", groupId=g["GroupId"])),
                g["GroupName"],
                Link(g["VpcId"], visit.href("VpcDetails", VpcId=g["VpcId"])),
                g.get("Description", ""),
                f"{len(g['IpPermissions'])} Permission entries",
                f"{len(g['IpPermissionsEgress'])} Permission entries",
            ),
        )
        for g in found
    )
    return Table(
        title="Security Groups",
        noun="security group",
        columns=(
            "Name",
            "Security group ID",
            "Security group name",
            "VPC ID",
            "Description",
            "Inbound rules count",
            "Outbound rules count",
        ),
        rows=rows,
        commands=COMMANDS,
        create=Link("Create security group", visit.href("CreateSecurityGroup")),
        empty="No security groups found in this region",
    )


def group_details(visit: Visit) -> Page:
    id = visit.asked("groupId")
    found = _group(visit.cloud, id)
    return Details(
        title=f"{id} - {found['GroupName']}",
        id=id,
        commands=COMMANDS,
        summary=(
            ("Security group name", found["GroupName"]),
            ("Security group ID", id),
            ("Description", found.get("Description", "")),
            ("VPC ID", Link(found["VpcId"], visit.href("VpcDetails", VpcId=found["VpcId"]))),
            ("Owner", found.get("OwnerId", "–")),
            ("Inbound rules count", f"{len(found['IpPermissions'])} Permission entries"),
        ),
        parts=(
            Part("Inbound rules", (), (_rules_table(visit.cloud, id, egress=False),)),
            Part("Outbound rules", (), (_rules_table(visit.cloud, id, egress=True),)),
            Part("Tags", (), (tags_table(found),)),
        ),
    )


def ask_create(visit: Visit, _: Sequence[str] = ()) -> Form:
    found = visit.cloud.all("ec2", "describe_vpcs", "Vpcs")
    return Form(
        action="CreateSecurityGroup",
        title="Create security group",
        submit="Create security group",
        cancel=visit.href("SecurityGroups"),
        tabs=(
            Tab(
                "Basic details",
                (
                    Field(
                        name="name",
                        label="Security group name",
                        required=True,
                        pattern=r"(?!sg-)[\w .:/()#,@\[\]+=&;{}!$*-]{1,255}",
                        fault="Names are up to 255 letters, digits, spaces and signs, and do not "
                        "begin with sg-",
                    ),
                    Field(
                        name="description",
                        label="Description",
                        required=True,
                        pattern=r"[\w .:/()#,@\[\]+=&;{}!$*-]{1,255}",
                    ),
                    Field(
                        name="vpc",
                        label="VPC",
                        shape=Shape.SELECT,
                        options=options(found, "VpcId", "CidrBlock"),
                        required=True,
                    ),
                ),
            ),
            Tab("Inbound rules", (Field(name="rules", label="Inbound rules", shape=Shape.RULES),)),
            Tab("Tags", (tag_field(),)),
        ),
    )


def create(cloud: Cloud, _: Sequence[str], values: Values) -> Done:
    name = values.text("name")
    made = cloud.call(
        "ec2",
        "create_security_group",
        GroupName=name,
        Description=values.text("description"),
        VpcId=values.text("vpc"),
        TagSpecifications=specified("security-group", values.tags()),
    )
    permissions = [_permission(rule) for rule in values.rules("rules")]
    if permissions:
        cloud.call(
            "ec2",
            "authorize_security_group_ingress",
            GroupId=made["GroupId"],
            IpPermissions=permissions,
        )
    return Done(f"Security group ({made['GroupId']} | {name}) was created successfully")


def ask_inbound(visit: Visit, ids: Sequence[str]) -> Form:
    return _ask_rules(visit, ids, "EditInboundRules", "Edit inbound rules", egress=False)


def ask_outbound(visit: Visit, ids: Sequence[str]) -> Form:
    return _ask_rules(visit, ids, "EditOutboundRules", "Edit outbound rules", egress=True)


def edit_inbound(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    return _edit(cloud, ids[0], values, egress=False)


def edit_outbound(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    return _edit(cloud, ids[0], values, egress=True)


def delete(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    cloud.call("ec2", "delete_security_group", GroupId=ids[0])
    return Done(f"Security group {ids[0]} was deleted successfully")


def _ask_rules(visit: Visit, ids: Sequence[str], action: str, title: str, *, egress: bool) -> Form:
    rules = _rules(visit.cloud, ids[0], egress=egress)
    return Form(
        action=action,
        title=title,
        submit="Save rules",
        ids=tuple(ids),
        tabs=(Tab("", (Field(name="rules", label=title, shape=Shape.RULES, rules=rules),)),),
    )


def _edit(cloud: Cloud, id: str, values: Values, *, egress: bool) -> Done:
    """Rules that were taken out or changed are revoked after the new ones are there, so that
    nothing is cut off in between."""
    before = {rule.id: rule for rule in _rules(cloud, id, egress=egress)}
    kept = {rule.id for rule in values.rules("rules") if before.get(rule.id) == rule}
    fresh = [_permission(rule) for rule in values.rules("rules") if rule.id not in kept]
    gone = [_permission(rule) for rule in before.values() if rule.id not in kept]
    direction = "egress" if egress else "ingress"
    added = [permission for permission in fresh if permission not in gone]
    revoked = [permission for permission in gone if permission not in fresh]
    for permission in added:
        cloud.call(
            "ec2",
            f"authorize_security_group_{direction}",
            GroupId=id,
            IpPermissions=[permission],
        )
    for permission in revoked:
        cloud.call(
            "ec2", f"revoke_security_group_{direction}", GroupId=id, IpPermissions=[permission]
        )
    return Done(f"Rules of security group {id} were modified successfully")


def _permission(rule: Rule) -> dict[str, Any]:
    protocol, port = TYPES.get(rule.type, (rule.protocol or "tcp", None))
    made: dict[str, Any] = {"IpProtocol": protocol}
    bounds = [int(part) for part in re.findall(r"[0-9]+", rule.ports)]
    if isinstance(port, tuple):
        made |= {"FromPort": port[0], "ToPort": port[1]}
    elif port is not None:
        made |= {"FromPort": port, "ToPort": port}
    elif protocol in ("tcp", "udp") and bounds:
        made |= {"FromPort": bounds[0], "ToPort": bounds[-1]}
    note = {"Description": rule.description} if rule.description else {}
    if rule.source.startswith("sg-"):
        made["UserIdGroupPairs"] = [{"GroupId": rule.source, **note}]
    elif ":" in rule.source:
        made["Ipv6Ranges"] = [{"CidrIpv6": rule.source, **note}]
    elif rule.source.startswith("pl-"):
        made["PrefixListIds"] = [{"PrefixListId": rule.source, **note}]
    else:
        made["IpRanges"] = [{"CidrIp": rule.source, **note}]
    return made


def _rules(cloud: Cloud, group: str, *, egress: bool) -> tuple[Rule, ...]:
    """One row for each source, as the console shows them."""
    found = _group(cloud, group)["IpPermissionsEgress" if egress else "IpPermissions"]
    rules = []
    for permission in found:
        sources = [
            *((each["CidrIp"], each) for each in permission.get("IpRanges", ())),
            *((each["CidrIpv6"], each) for each in permission.get("Ipv6Ranges", ())),
            *((each["PrefixListId"], each) for each in permission.get("PrefixListIds", ())),
            *((each["GroupId"], each) for each in permission.get("UserIdGroupPairs", ())),
        ]
        for source, each in sources:
            ports = _ports(permission)
            kind = _type(permission)
            description = str(each.get("Description", ""))
            key = f"{permission['IpProtocol']} {ports} {source}"
            rules.append(Rule(key, kind, str(permission["IpProtocol"]), ports, source, description))
    return tuple(rules)


def _ports(permission: Raw) -> str:
    first, last = permission.get("FromPort"), permission.get("ToPort")
    if permission["IpProtocol"] not in ("tcp", "udp") or first is None:
        return "All"
    return str(first) if first == last else f"{first} - {last}"


def _type(permission: Raw) -> str:
    protocol = permission["IpProtocol"]
    ports = (permission.get("FromPort"), permission.get("ToPort"))
    for name, (its, port) in TYPES.items():
        both = port if isinstance(port, tuple) else (port, port)
        if its == protocol and (protocol == "-1" or (port is not None and both == ports)):
            return name
    return {"tcp": "Custom TCP", "udp": "Custom UDP", "icmp": "All ICMP - IPv4"}.get(
        protocol, "All traffic"
    )


def _rules_table(cloud: Cloud, group: str, *, egress: bool) -> Table:
    return Table(
        title="Outbound rules" if egress else "Inbound rules",
        noun="rule",
        columns=(
            "Type",
            "Protocol",
            "Port range",
            "Destination" if egress else "Source",
            "Description",
        ),
        rows=tuple(
            Row(
                rule.id,
                rule.id,
                (
                    rule.type,
                    "All" if rule.protocol == "-1" else rule.protocol.upper(),
                    rule.ports,
                    rule.source,
                    rule.description or "–",
                ),
            )
            for rule in _rules(cloud, group, egress=egress)
        ),
        empty="No security group rules found",
    )


def _group(cloud: Cloud, id: str) -> Raw:
    found: Raw = cloud.one("ec2", "describe_security_groups", "SecurityGroups", GroupIds=[id])
    return found


VIEWS = (
    View("SecurityGroups", "ec2", security_groups, stale=True),
    View("SecurityGroup", "ec2", group_details, parent="SecurityGroups"),
    View("CreateSecurityGroup", "ec2", ask_create, parent="SecurityGroups"),
)

ACTIONS = (
    Action(
        "CreateSecurityGroup", "Create security group", create, ask_create, goes="SecurityGroups"
    ),
    Action("EditInboundRules", "Edit inbound rules", edit_inbound, ask_inbound),
    Action("EditOutboundRules", "Edit outbound rules", edit_outbound, ask_outbound),
    deletion(
        "DeleteSecurityGroup",
        "Delete security group",
        delete,
        "Are you sure that you want to delete this security group?",
        lambda cloud, id: str(_group(cloud, id)["GroupName"]),
        asked="Delete security groups",
    ),
    tagging("ManageGroupTags", "describe_security_groups", "SecurityGroups", "GroupIds"),
)
