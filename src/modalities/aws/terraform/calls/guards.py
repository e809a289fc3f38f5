"""Security groups and what they let in: one resource a rule, or blocks inside the group where
the group is written so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modalities.aws.attributes import entries
from modalities.aws.terraform import adopting, keys, tagging
from modalities.aws.terraform.module import file_of
from modalities.aws.terraform.sheet import Body, Sheet
from modalities.aws.terraform.values import Nested, Value, expression
from modalities.contract import Unsupported
from modalities.resource import Kind
from modalities.step import Step

Call = dict[str, Any]
INGRESS = "aws_vpc_security_group_ingress_rule"
EGRESS = "aws_vpc_security_group_egress_rule"
ANYWHERE = "0.0.0.0/0"


def create_group(sheet: Sheet, step: Step, p: Call) -> None:
    """With a rule that lets everything out: AWS gives it to every group, and Terraform takes
    it away where the code does not say it."""
    name = p["GroupName"]
    address = sheet.make(
        step.id,
        "aws_security_group",
        name,
        {
            "name": name,
            "description": p["Description"],
            "vpc_id": sheet.ref(p.get("VpcId")),
            "tags": tagging.of_call(p, "security-group"),
        },
    )
    out = sheet.name(EGRESS, f"{name}-out")
    sheet.fresh[out] = {
        "security_group_id": sheet.ref({"$output": f"{step.id}.id"}),
        "ip_protocol": "-1",
        "cidr_ipv4": ANYWHERE,
    }
    sheet.changed[out] = None
    sheet.made[step.id] = address


def open_ports(sheet: Sheet, step: Step, p: Call) -> None:
    group = p["GroupId"]
    address = sheet.address(group)
    for permission, source in _each(p):
        if address is not None and _inside(sheet, address):
            _make_room(sheet, address)
            sheet.add_nested(address, "ingress", _inline(sheet, permission, source))
            sheet.made.setdefault(step.id, address)
        else:
            _rule(sheet, step, group, permission, source)


def _rule(sheet: Sheet, step: Step, group: Any, permission: Call, source: Any) -> None:
    every = permission["IpProtocol"] == "-1"
    body: Body = {
        "security_group_id": sheet.ref(group),
        "ip_protocol": permission["IpProtocol"],
        "from_port": None if every else permission.get("FromPort"),
        "to_port": None if every else permission.get("ToPort"),
        _argument(source): sheet.ref(source),
    }
    sheet.make(step.id, INGRESS, _title(step, permission), body)


def _title(step: Step, permission: Call) -> str:
    """``web-access-tcp-22``."""
    first, last = permission.get("FromPort"), permission.get("ToPort")
    ports = "" if first in (None, -1) else f"-{first}" + (f"-{last}" if last != first else "")
    protocol = "all" if permission["IpProtocol"] == "-1" else permission["IpProtocol"]
    return f"{step.changes[0].name if step.changes else 'group'}-{protocol}{ports}"


def _each(p: Call) -> Iterator[tuple[Call, Any]]:
    """Every permission with one source each."""
    for permission in p["IpPermissions"]:
        yield from ((permission, r["CidrIp"]) for r in permission.get("IpRanges") or ())
        yield from ((permission, r["CidrIpv6"]) for r in permission.get("Ipv6Ranges") or ())
        yield from ((permission, g["GroupId"]) for g in permission.get("UserIdGroupPairs") or ())


def _argument(source: Any) -> str:
    if not isinstance(source, str) or source.startswith("sg-"):
        return "referenced_security_group_id"
    return "cidr_ipv6" if ":" in source else "cidr_ipv4"


def _inside(sheet: Sheet, address: str) -> bool:
    """Whether the group's rules stand in its own block."""
    if address in sheet.fresh:
        return "ingress" in sheet.fresh[address]
    if file_of(sheet.files, address):
        _, block = sheet.written(address)
        return bool(block.nested("ingress") or block.nested("egress") or block.argument("ingress"))
    return False


def _make_room(sheet: Sheet, address: str) -> None:
    """``ingress = []`` and a block of that name do not go together. Raises Unsupported."""
    if address in sheet.fresh:
        return
    text, block = sheet.written(address)
    argument = block.argument("ingress")
    if argument is not None and argument.value.of(text) != "[]":
        raise Unsupported(f"{address} says its rules as a list: add this one to it by hand")
    if argument is not None:
        sheet.drop(address, ("ingress",))


def _inline(sheet: Sheet, permission: Call, source: Any) -> Nested:
    every = permission["IpProtocol"] == "-1"
    group = not isinstance(source, str) or source.startswith("sg-")
    kind = "ipv6_cidr_blocks" if not group and ":" in source else "cidr_blocks"
    body: dict[str, Value] = {
        "from_port": 0 if every else permission.get("FromPort"),
        "to_port": 0 if every else permission.get("ToPort"),
        "protocol": permission["IpProtocol"],
        "security_groups" if group else kind: (sheet.ref(source),),
    }
    return Nested(body)


def close_ports(sheet: Sheet, step: Step, p: Call) -> None:
    group = p["GroupId"]
    for permission, source in _each(p):
        protocol, first = permission["IpProtocol"], permission.get("FromPort")
        rule = sheet.owners.get(keys.rule(group, "in", protocol, first, source))
        if rule is not None:
            sheet.remove(rule)
            continue
        address = sheet.address(group)
        if address is None:
            address = _take_over(sheet, group)
        _shut(sheet, address, _inline(sheet, permission, source))
        sheet.made.setdefault(step.id, address)


def _take_over(sheet: Sheet, group: Any) -> str:
    """The group with all of its rules inside: rules that nobody wrote down have no other way
    into the code, as AWS lists them under ids that the world does not hold.

    Raises Unsupported where some of its rules are resources of their own.
    """
    resource = sheet.resource(group, Kind.SECURITY_GROUP)
    for rule in entries(resource, "rules"):
        own = keys.rule(
            group, str(rule["direction"]), rule["protocol"], rule["first_port"], rule["source"]
        )
        if own in sheet.owners:
            raise Unsupported(
                f"some rules of {group} are in the code and this one is not: Terraform cannot take "
                "the group over beside them"
            )
    return adopting.own(sheet, group, Kind.SECURITY_GROUP)


def _shut(sheet: Sheet, address: str, rule: Nested) -> None:
    """Take the block out that says just this. Raises Unsupported."""
    if address in sheet.fresh:
        blocks = sheet.fresh[address].get("ingress")
        known = blocks if isinstance(blocks, tuple) else ()
        rest = tuple(b for b in known if not _says(b, rule))
        if len(rest) < len(known):
            sheet.fresh[address]["ingress"] = rest
            sheet.changed[address] = None
            return
    elif file_of(sheet.files, address):
        text, block = sheet.written(address)
        wish = {name: expression(v) for name, v in rule.body.items()}
        for inner in block.nested("ingress"):
            says = {a.name: a.value.of(text) for a in inner.arguments if a.name != "description"}
            if _squeezed(says) == _squeezed(wish):
                sheet.cut_nested(address, inner)
                if len(block.nested("ingress")) == 1:  # silence would mean: as it is
                    sheet.put(address, ("ingress",), ())
                return
    raise Unsupported(
        f"the code of {address} lets this in by a rule that says more, or by another way: "
        "change it by hand"
    )


def _says(block: Value, rule: Nested) -> bool:
    """Whether the block is this rule, whatever its description."""
    if not isinstance(block, Nested):
        return False
    return {k: v for k, v in block.body.items() if k != "description"} == dict(rule.body)


def _squeezed(says: Mapping[str, str]) -> dict[str, str]:
    """What a block says, however it is spaced."""
    return {name: "".join(text.split()).replace(",]", "]") for name, text in says.items()}
