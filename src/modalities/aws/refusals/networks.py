"""Address ranges, zones and ports that AWS refuses."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

from modalities.action import SdkCall
from modalities.aws.refusals.view import View, key, range_of, ranges
from modalities.contract import Problem
from modalities.resource import Kind
from modalities.step import Step

WIDEST, NARROWEST = 16, 28
LAST_PORT = 65535


def network_ranges(step: Step, call: SdkCall, view: View) -> Iterator[Problem]:
    """VPC user guide, "VPC CIDR blocks"; two networks of one range can never be peered."""
    if call.operation != "CreateVpc":
        return
    yield from _size(step, call)
    mine = range_of(call.parameters.get("CidrBlock"))
    planned = [
        (str(c.parameters["CidrBlock"]), range_of(c.parameters["CidrBlock"]))
        for c in _before(view, "CreateVpc")
    ]
    for name, other in (*ranges(view.world.of(Kind.NETWORK)), *planned):
        if mine is not None and other is not None and mine.overlaps(other):
            text = f"{mine} overlaps the range of network {name} ({other})"
            cure = "they can then never be connected; choose another range"
            yield Problem(step.id, "CidrBlock", text, cure, blocking=False)


def subnet_ranges(step: Step, call: SdkCall, view: View) -> Iterator[Problem]:
    """VPC user guide, "Subnet CIDR blocks"."""
    if call.operation != "CreateSubnet":
        return
    yield from _size(step, call)
    mine = range_of(call.parameters.get("CidrBlock"))
    network = call.parameters.get("VpcId")
    whole = range_of(view.attribute(Kind.NETWORK, network, "cidr", "CidrBlock"))
    if mine is None:
        return
    if whole is not None and not mine.subnet_of(whole):
        yield Problem(step.id, "CidrBlock", f"{mine} is not inside the network's range {whole}")
    there = [s for s in view.world.of(Kind.SUBNET) if s.attributes.get("network") == network]
    made = [
        c.parameters.get("CidrBlock")
        for c in _before(view, "CreateSubnet")
        if key(c.parameters.get("VpcId")) == key(network)
    ]
    planned = [(str(cidr), range_of(cidr)) for cidr in made]
    for name, other in (*ranges(there), *planned):
        if other is not None and mine.overlaps(other):
            yield Problem(step.id, "CidrBlock", f"{mine} overlaps subnet {name} ({other})")


def _size(step: Step, call: SdkCall) -> Iterator[Problem]:
    text = call.parameters.get("CidrBlock")
    mine = range_of(text)
    if mine is None:
        yield Problem(step.id, "CidrBlock", f"{text} is no IPv4 range", "such as 10.0.0.0/16")
    elif not WIDEST <= mine.prefixlen <= NARROWEST:
        size = f"/{WIDEST} (65536 addresses) to /{NARROWEST} (16)"
        yield Problem(step.id, "CidrBlock", f"{mine}: AWS has ranges of {size}")


def _before(view: View, operation: str) -> list[SdkCall]:
    return [call for call in view.before if call.operation == operation]


def zones(step: Step, call: SdkCall, view: View) -> Iterator[Problem]:
    """EC2 user guide, "Regions and Zones": a zone belongs to one region."""
    zone = call.parameters.get("AvailabilityZone")
    if isinstance(zone, str) and view.region and not zone.startswith(view.region):
        yield Problem(
            step.id,
            "AvailabilityZone",
            f"{zone} is not in {view.region}",
            f"such as {view.region}a",
        )


def ports(step: Step, call: SdkCall, _: View) -> Iterator[Problem]:
    """VPC user guide, "Security group rules"; EC2 API reference, IpPermission."""
    if not call.operation.startswith(("AuthorizeSecurityGroup", "RevokeSecurityGroup")):
        return
    for number, rule in enumerate(call.parameters.get("IpPermissions") or ()):
        path = f"IpPermissions[{number}]"
        if rule.get("IpProtocol") in ("tcp", "udp", "6", "17"):
            yield from _span(step, path, rule.get("FromPort"), rule.get("ToPort"))
        for source in rule.get("IpRanges") or ():
            yield from _source(step, f"{path}.IpRanges", source.get("CidrIp"))
        for source in rule.get("Ipv6Ranges") or ():
            yield from _source(step, f"{path}.Ipv6Ranges", source.get("CidrIpv6"))


def _span(step: Step, path: str, first: Any, last: Any) -> Iterator[Problem]:
    if first is None or last is None:
        yield Problem(step.id, path, "TCP and UDP rules name their ports", "0 to 65535 for all")
    elif not 0 <= first <= last <= LAST_PORT:
        yield Problem(step.id, path, f"{first}-{last} are no ports: 0 to {LAST_PORT}, rising")


def _source(step: Step, path: str, text: Any) -> Iterator[Problem]:
    try:
        ip_network(str(text))
    except ValueError as error:
        yield Problem(step.id, path, f"{text} is no address range: {error}")
