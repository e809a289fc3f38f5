"""Blocks for what is there and was never in the code: the configuration that AWS has now, so
that taking it over changes nothing.

Only what the world tells is said. Arguments that the provider fills in by itself where they
are not said (``Optional`` and ``Computed`` in its schema) are left to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from modalities.aws.attributes import entries, texts
from modalities.aws.terraform import tagging
from modalities.aws.terraform.sheet import Body, Sheet
from modalities.aws.terraform.values import Nested, Ref, Value
from modalities.contract import Unsupported
from modalities.resource import Kind, Resource

TYPES: Mapping[Kind, str] = {
    Kind.NETWORK: "aws_vpc",
    Kind.SUBNET: "aws_subnet",
    Kind.GATEWAY: "aws_internet_gateway",
    Kind.ROUTE_TABLE: "aws_route_table",
    Kind.SECURITY_GROUP: "aws_security_group",
    Kind.VM: "aws_instance",
    Kind.DISK: "aws_ebs_volume",
    Kind.NIC: "aws_network_interface",
    Kind.PUBLIC_IP: "aws_eip",
    Kind.KEY_PAIR: "aws_key_pair",
    Kind.LOAD_BALANCER: "aws_lb",
    Kind.LISTENER: "aws_lb_listener",
    Kind.TARGET_GROUP: "aws_lb_target_group",
    Kind.BUCKET: "aws_s3_bucket",
}


def own(sheet: Sheet, value: Any, kind: Kind) -> str:
    """The address of the thing, which is taken over where the module does not own it yet.

    Raises Unsupported where the world does not show it, or Terraform cannot take it over.
    """
    address = sheet.address(value)
    if address is not None:
        return address
    resource = sheet.resource(value, kind)
    if resource is None:
        raise Unsupported(f"{kind.words} {value} is not there, so Terraform cannot take it over")
    address = sheet.name(type_of(kind), resource.name)
    sheet.owners[resource.id] = address  # before its own body, which may name it
    return sheet.take(address, import_id(resource), body(sheet, resource))


def type_of(kind: Kind) -> str:
    """Raises Unsupported."""
    if kind not in TYPES:
        raise Unsupported(f"Terraform's AWS provider has no resource for an existing {kind.words}")
    return TYPES[kind]


def import_id(resource: Resource) -> str:
    """What ``import`` wants to hear: of key pairs the name."""
    return resource.name if resource.kind is Kind.KEY_PAIR else resource.id


def body(sheet: Sheet, resource: Resource) -> Body:
    """What a block for the resource says. Raises Unsupported."""
    type_of(resource.kind)
    return BODIES[resource.kind](sheet, resource)


def _network(_: Sheet, r: Resource) -> Body:
    return {"cidr_block": _text(r, "cidr"), "tags": tagging.of_resource(r)}


def _subnet(sheet: Sheet, r: Resource) -> Body:
    return {
        "vpc_id": sheet.ref(r.attributes.get("network")),
        "cidr_block": _text(r, "cidr"),
        "availability_zone": _text(r, "zone"),
        "map_public_ip_on_launch": True if r.attributes.get("public") else None,
        "tags": tagging.of_resource(r),
    }


def _gateway(sheet: Sheet, r: Resource) -> Body:
    networks = texts(r, "networks")
    return {
        "vpc_id": sheet.ref(networks[0]) if networks else None,
        "tags": tagging.of_resource(r),
    }


def _route_table(sheet: Sheet, r: Resource) -> Body:
    return {
        "vpc_id": sheet.ref(r.attributes.get("network")),
        "tags": tagging.of_resource(r),
    }


def _security_group(sheet: Sheet, r: Resource) -> Body:
    rules = entries(r, "rules")
    return {
        "name": _group_name(r),
        "description": _text(r, "description"),
        "vpc_id": sheet.ref(r.attributes.get("network")),
        "ingress": tuple(inline(sheet, r, x) for x in rules if x.get("direction") == "in"),
        "egress": tuple(inline(sheet, r, x) for x in rules if x.get("direction") == "out"),
        "tags": tagging.of_resource(r),
    }


def _group_name(r: Resource) -> Value:
    """Raises Unsupported where the world knows the group by its id only: its name is the one
    thing about it that cannot be changed."""
    if r.name == r.id:
        raise Unsupported(
            f"the name of security group {r.id} is not its own alone, so Terraform cannot take "
            "it over unseen; add it to the code by hand"
        )
    return r.name


def inline(sheet: Sheet, group: Resource, rule: Mapping[str, Any]) -> Nested:
    """A rule as docs/attributes.md has it, as a block inside its group."""
    every = rule.get("protocol") == "all"
    source = str(rule.get("source"))
    where: Body
    if source == group.id:
        where = {"self": True}
    elif source.startswith("sg-"):
        where = {"security_groups": (sheet.ref(source),)}
    elif source.startswith("pl-"):
        where = {"prefix_list_ids": (source,)}
    else:
        where = {"ipv6_cidr_blocks" if ":" in source else "cidr_blocks": (source,)}
    return Nested(
        {
            "from_port": 0 if every else rule.get("first_port"),
            "to_port": 0 if every else rule.get("last_port"),
            "protocol": "-1" if every else str(rule.get("protocol")),
            **where,
            "description": rule.get("description"),
        }
    )


def _vm(sheet: Sheet, r: Resource) -> Body:
    a = r.attributes
    return {
        "ami": _text(r, "image"),
        "instance_type": _text(r, "size"),
        "subnet_id": sheet.ref(a.get("subnet")),
        "vpc_security_group_ids": sheet.ref(texts(r, "security_groups")) or None,
        "key_name": key_name(sheet, a.get("key_pair")),
        "monitoring": True if a.get("monitoring") else None,
        "tags": tagging.of_resource(r),
    }


def key_name(sheet: Sheet, name: Any) -> Value:
    """By reference where the module owns the key pair."""
    if not isinstance(name, str):
        return None
    pair = next((k for k in sheet.world.of(Kind.KEY_PAIR) if k.name == name), None)
    owner = sheet.owners.get(pair.id) if pair else sheet.owners.get(f"key/{name}")
    if owner is None:
        return name
    found = sheet.ref(pair.id if pair else f"key/{name}", "key_name")
    return found if isinstance(found, Ref) else name


def _disk(_: Sheet, r: Resource) -> Body:
    type = r.attributes.get("type")
    return {
        "availability_zone": _text(r, "zone"),
        "size": _number(r, "gib"),
        "type": _text(r, "type"),
        "iops": _number(r, "iops") if type in ("io1", "io2", "gp3") else None,
        "throughput": _number(r, "throughput") if type == "gp3" else None,
        "tags": tagging.of_resource(r),
    }


def _nic(sheet: Sheet, r: Resource) -> Body:
    return {
        "subnet_id": sheet.ref(r.attributes.get("subnet")),
        "security_groups": sheet.ref(texts(r, "security_groups")) or None,
        "tags": tagging.of_resource(r),
    }


def _public_ip(_: Sheet, r: Resource) -> Body:
    return {"domain": "vpc", "tags": tagging.of_resource(r)}


def _key_pair(_: Sheet, r: Resource) -> Body:
    """AWS does not tell the public half: Terraform is told not to look at it."""
    return {
        "key_name": r.name,
        "public_key": "not known: the key pair was there before this code",
        "tags": tagging.of_resource(r),
        "lifecycle": Nested({"ignore_changes": (Ref("public_key"),)}),
    }


def _load_balancer(sheet: Sheet, r: Resource) -> Body:
    a = r.attributes
    return {
        "name": r.name,
        "internal": not a.get("public"),
        "load_balancer_type": _text(r, "type"),
        "security_groups": sheet.ref(texts(r, "security_groups")) or None,
        "subnets": sheet.ref(texts(r, "subnets")),
        "tags": tagging.of_resource(r),
    }


def _listener(sheet: Sheet, r: Resource) -> Body:
    a = r.attributes
    if not a.get("target_group"):
        raise Unsupported(f"{r.ref} does not forward to a target group: add it to the code by hand")
    forward = {"type": "forward", "target_group_arn": sheet.ref(a.get("target_group"))}
    return {
        "load_balancer_arn": sheet.ref(a.get("load_balancer")),
        "port": _number(r, "port"),
        "protocol": _text(r, "protocol"),
        "default_action": Nested(forward),
        "tags": tagging.of_resource(r),
    }


def _target_group(sheet: Sheet, r: Resource) -> Body:
    a = r.attributes
    return {
        "name": r.name,
        "port": _number(r, "port"),
        "protocol": _text(r, "protocol"),
        "vpc_id": sheet.ref(a.get("network")),
        "tags": tagging.of_resource(r),
    }


def _bucket(_: Sheet, r: Resource) -> Body:
    return {"bucket": r.name, "tags": tagging.of_resource(r)}


BODIES: Mapping[Kind, Callable[[Sheet, Resource], Body]] = {
    Kind.NETWORK: _network,
    Kind.SUBNET: _subnet,
    Kind.GATEWAY: _gateway,
    Kind.ROUTE_TABLE: _route_table,
    Kind.SECURITY_GROUP: _security_group,
    Kind.VM: _vm,
    Kind.DISK: _disk,
    Kind.NIC: _nic,
    Kind.PUBLIC_IP: _public_ip,
    Kind.KEY_PAIR: _key_pair,
    Kind.LOAD_BALANCER: _load_balancer,
    Kind.LISTENER: _listener,
    Kind.TARGET_GROUP: _target_group,
    Kind.BUCKET: _bucket,
}


def _text(r: Resource, name: str) -> Value:
    value = r.attributes.get(name)
    return value if isinstance(value, str) else None


def _number(r: Resource, name: str) -> Value:
    value = r.attributes.get(name)
    return value if isinstance(value, (int, float)) else None
