"""Keys of what has no id of its own at AWS: how two things hang together.

They stand beside real ids in ``Module.kept``, so that an attachment is found by what it
attaches, whatever Terraform calls it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def attachment(volume: object, instance: object) -> str:
    return f"attachment/{volume}/{instance}"


def target(group: object, id: object, port: object) -> str:
    return f"target/{group}/{id}/{port}"


def power(instance: object) -> str:
    return f"power/{instance}"


def route(table: object, destination: object) -> str:
    return f"route/{table}/{destination}"


def versioning(bucket: object) -> str:
    return f"versioning/{bucket}"


def rule(group: object, direction: str, protocol: object, first: object, source: object) -> str:
    """``protocol`` -1 or ``all`` is every one; ``first`` is the first port."""
    every = str(protocol) in ("-1", "all")
    return (
        f"rule/{group}/{direction}/{'all' if every else protocol}/{'' if every else first}/{source}"
    )


def of(type: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Every key that a resource of the state goes by: its ids, and what it connects."""
    get = values.get
    match type:
        case "aws_volume_attachment":
            yield attachment(get("volume_id"), get("instance_id"))
        case "aws_lb_target_group_attachment":
            yield target(get("target_group_arn"), get("target_id"), get("port"))
        case "aws_ec2_instance_state":
            yield power(get("instance_id"))
        case "aws_route":
            yield route(get("route_table_id"), get("destination_cidr_block"))
        case "aws_s3_bucket_versioning":
            yield versioning(get("bucket"))
        case "aws_network_interface_attachment":
            yield str(get("attachment_id") or get("id"))
        case "aws_vpc_security_group_ingress_rule" | "aws_vpc_security_group_egress_rule":
            yield str(get("id"))
            yield from _rule(values, "in" if "ingress" in type else "out")
        case "aws_security_group_rule":
            yield str(get("id"))
            yield from _old_rule(values)
        case "aws_key_pair":
            yield from (str(get(k)) for k in ("key_pair_id", "id") if get(k))
        case _ if get("id"):
            yield str(get("id"))


def _rule(values: Mapping[str, Any], direction: str) -> Iterator[str]:
    sources = ("cidr_ipv4", "cidr_ipv6", "referenced_security_group_id", "prefix_list_id")
    source = next((values[s] for s in sources if values.get(s)), None)
    group, protocol = values.get("security_group_id"), values.get("ip_protocol")
    yield rule(group, direction, protocol, values.get("from_port"), source)


def _old_rule(values: Mapping[str, Any]) -> Iterator[str]:
    direction = "in" if values.get("type") == "ingress" else "out"
    own = values.get("security_group_id")
    sources = [*(values.get("cidr_blocks") or ()), *(values.get("ipv6_cidr_blocks") or ())]
    sources += (
        [values["source_security_group_id"]] if values.get("source_security_group_id") else []
    )
    if len(sources) == 1:  # a rule of several cannot lose one by losing its block
        yield rule(own, direction, values.get("protocol"), values.get("from_port"), sources[0])
