"""Options that ``aws`` has for people and AWS's API does not: each says part of a parameter.

From awscli/customizations/ec2: addcount.py, runinstances.py, secgroupsimplify.py. Those that
are not here count as unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Said: TypeAlias = Mapping[str, str | bool]
"""Text by option, without dashes; of flags whether they stood as they are or with ``no-``."""

PROTOCOLS = ("tcp", "udp", "icmp", "icmpv6")
RULES = (
    "AuthorizeSecurityGroupIngress",
    "AuthorizeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
    "RevokeSecurityGroupEgress",
)
ON_INTERFACE = {
    "SubnetId": "SubnetId",
    "SecurityGroupIds": "Groups",
    "PrivateIpAddress": "PrivateIpAddress",
    "Ipv6AddressCount": "Ipv6AddressCount",
    "Ipv6Addresses": "Ipv6Addresses",
    "EnablePrimaryIpv6": "PrimaryIpv6",
}
"""What goes into a machine's interface as soon as one is described."""


class Mistake(ValueError):
    """The option has no such value, or not beside the others; the text says why."""

    def __init__(self, option: str, why: str) -> None:
        super().__init__(why)
        self.option = option
        self.why = why


Put: TypeAlias = Callable[[dict[str, Any], Said], None]


def values(service: str, operation: str) -> frozenset[str]:
    """Simplified options of a command that take one word."""
    if (service, operation) == ("ec2", "RunInstances"):
        return frozenset({"count"})
    return RULE_OPTIONS if service == "ec2" and operation in RULES else frozenset()


def flags(service: str, operation: str) -> frozenset[str]:
    """Those that take none."""
    launch = (service, operation) == ("ec2", "RunInstances")
    return frozenset({"associate-public-ip-address"} if launch else ())


RULE_OPTIONS = frozenset({"protocol", "port", "cidr", "source-group", "group-owner"})


def put(operation: str, parameters: dict[str, Any], said: Said) -> None:
    """Write what the simplified options say into the parameters. Raises Mistake."""
    if operation == "RunInstances":
        _launch(parameters, said)
    elif said:
        _rule(parameters, {name: str(value) for name, value in said.items()})


def _launch(parameters: dict[str, Any], said: Said) -> None:
    count = re.fullmatch(r"(\d+)(?::(\d+))?", str(said.get("count", "1")))
    if count is None:
        raise Mistake("count", "is written 2, or 2:5")
    least = int(count[1])
    if "count" in said or "MinCount" not in parameters:
        parameters |= {"MinCount": least, "MaxCount": int(count[2] or least)}
    public = said.get("associate-public-ip-address")
    if public is None:
        return
    if "NetworkInterfaces" in parameters:
        raise Mistake("associate-public-ip-address", "does not go with --network-interfaces")
    moved = {new: parameters.pop(old) for old, new in ON_INTERFACE.items() if old in parameters}
    interface = {"DeviceIndex": 0, "AssociatePublicIpAddress": public, **moved}
    parameters["NetworkInterfaces"] = [interface]


def _rule(parameters: dict[str, Any], said: Mapping[str, str]) -> None:
    if "IpPermissions" in parameters:
        raise Mistake(min(said), "does not go with --ip-permissions")
    rule: dict[str, Any] = {}
    if "protocol" in said:
        rule["IpProtocol"] = _protocol(said["protocol"])
    if "port" in said:
        rule["FromPort"], rule["ToPort"] = _ports(said["port"])
    if "cidr" in said:
        rule["IpRanges"] = [{"CidrIp": said["cidr"]}]
    if "source-group" in said or "group-owner" in said:
        rule["UserIdGroupPairs"] = [_source(said)]
    parameters["IpPermissions"] = [rule]


def _protocol(text: str) -> str:
    if text == "all":
        return "-1"
    if text not in PROTOCOLS and not (re.fullmatch(r"-1|\d{1,3}", text) and int(text) < 256):
        raise Mistake("protocol", "is one of tcp, udp, icmp, all, or a protocol's number")
    return text


def _ports(text: str) -> tuple[int, int]:
    if text in ("all", "-1"):
        return -1, -1
    span = re.fullmatch(r"(\d+)(?:-(-?\d+))?", text)
    if span is None:
        raise Mistake("port", "is written 22, 8000-8080 or all")
    return int(span[1]), int(span[2] or span[1])


def _source(said: Mapping[str, str]) -> dict[str, str]:
    group, owner = said.get("source-group", ""), said.get("group-owner", "")
    name = {"GroupId" if group.startswith("sg-") else "GroupName": group} if group else {}
    return name | ({"UserId": owner} if owner else {})
