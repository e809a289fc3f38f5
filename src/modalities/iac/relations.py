"""What joins two things and has neither name nor mark: found in the cloud by what it joins.

A Terraform that was killed may have attached what it had made and not noted it. Whoever takes the
run back needs it in the state: an address that is attached is not released, a volume in use not
deleted. What ``terraform import`` wants to hear is in the provider's documentation of each type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

from modalities.aws.asking import Asker
from modalities.aws.attributes import entries, texts
from modalities.aws.terraform import keys
from modalities.resource import Kind, Resource, World

Said: TypeAlias = Mapping[str, Any]
"""The arguments of a block, with ids where it names what the state knows."""


def standing(asker: Asker, world: World, type: str, said: Said) -> str | None:
    """What ``import`` wants to hear of it; None where the cloud does not have it. Raises
    CloudError."""
    kind, argument, found = RELATIONS[type]
    one = world.get(kind, str(said.get(argument)))
    return found(asker, one, said) if one is not None else None


def _attachment(_: Asker, disk: Resource, said: Said) -> str | None:
    machine, device = disk.attributes.get("attached_to"), disk.attributes.get("device")
    if not machine or machine != said.get("instance_id"):
        return None
    return f"{device}:{disk.id}:{machine}"


def _association(_: Asker, address: Resource, said: Said) -> str | None:
    a = address.attributes
    wanted = {said.get("instance_id"), said.get("network_interface_id")} - {None}
    on = a.get("attached_to") in wanted or a.get("nic") in wanted
    return str(a["association"]) if a.get("association") and on else None


def _plugged(_: Asker, nic: Resource, said: Said) -> str | None:
    a = nic.attributes
    on = a.get("attached_to") and a.get("attached_to") == said.get("instance_id")
    return str(a["attachment"]) if on and a.get("attachment") else None


def _route(_: Asker, table: Resource, said: Said) -> str | None:
    destination = said.get("destination_cidr_block") or said.get("destination_ipv6_cidr_block")
    there = any(route.get("destination") == destination for route in entries(table, "routes"))
    return f"{table.id}_{destination}" if destination and there else None


def _followed(_: Asker, table: Resource, said: Said) -> str | None:
    subnet = said.get("subnet_id")
    return f"{subnet}/{table.id}" if subnet in texts(table, "subnets") else None


def _versioning(_: Asker, bucket: Resource, __: Said) -> str | None:
    return bucket.name if bucket.attributes.get("versioning") else None


def _power(_: Asker, machine: Resource, __: Said) -> str | None:
    return machine.id


def _rule(asker: Asker, group: Resource, said: Said, *, direction: str) -> str | None:
    wanted = set(keys.of(TYPES[direction], said))
    rules = asker.every(
        "ec2",
        "DescribeSecurityGroupRules",
        "SecurityGroupRules",
        Filters=[{"Name": "group-id", "Values": [group.id]}],
    )
    same = (rule for rule in rules if keys.rule(*rule_key(rule)) in wanted)
    return next((str(rule["SecurityGroupRuleId"]) for rule in same), None)


def rule_key(rule: Mapping[str, Any]) -> tuple[Any, str, Any, Any, Any]:
    """The parts of a rule's key, of what DescribeSecurityGroupRules says of it."""
    other = (rule.get("ReferencedGroupInfo") or {}).get("GroupId")
    sources = (rule.get("CidrIpv4"), rule.get("CidrIpv6"), other, rule.get("PrefixListId"))
    source = next((each for each in sources if each), None)
    direction = "out" if rule.get("IsEgress") else "in"
    return rule.get("GroupId"), direction, rule.get("IpProtocol"), rule.get("FromPort"), source


Find: TypeAlias = Callable[[Asker, Resource, Said], str | None]

TYPES = {"in": "aws_vpc_security_group_ingress_rule", "out": "aws_vpc_security_group_egress_rule"}

RELATIONS: Mapping[str, tuple[Kind, str, Find]] = {
    "aws_ec2_instance_state": (Kind.VM, "instance_id", _power),
    "aws_eip_association": (Kind.PUBLIC_IP, "allocation_id", _association),
    "aws_network_interface_attachment": (Kind.NIC, "network_interface_id", _plugged),
    "aws_route": (Kind.ROUTE_TABLE, "route_table_id", _route),
    "aws_route_table_association": (Kind.ROUTE_TABLE, "route_table_id", _followed),
    "aws_s3_bucket_versioning": (Kind.BUCKET, "bucket", _versioning),
    "aws_volume_attachment": (Kind.DISK, "volume_id", _attachment),
    **{
        type: (Kind.SECURITY_GROUP, "security_group_id", partial(_rule, direction=direction))
        for direction, type in TYPES.items()
    },
}
"""By type: what has to be there, which argument names it, and how the relation shows on it.
``aws_lb_target_group_attachment`` cannot be imported."""
