"""Network security groups and their rules; application security groups."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from ipaddress import ip_network
from typing import Any
from uuid import uuid4

from sandbox.azure.contract import Change, Embedded, ResourceType, Sight
from sandbox.azure.documents import Document, at, changed
from sandbox.azure.entry import Entry
from sandbox.azure.network.values import choice, kept, with_properties
from sandbox.azure.refusal import Refused, bad_request

GROUP = "Microsoft.Network/networkSecurityGroups"
RULE = "Microsoft.Network/networkSecurityGroups/securityRules"
APPLICATION_GROUP = "Microsoft.Network/applicationSecurityGroups"
NIC = "Microsoft.Network/networkInterfaces"
SUBNET = "Microsoft.Network/virtualNetworks/subnets"

PROTOCOLS = ("Tcp", "Udp", "Icmp", "Esp", "Ah", "*")
TAG = re.compile(r"\*|[A-Za-z][A-Za-z0-9.]*")

DEFAULTS = (
    ("AllowVnetInBound", 65000, "Inbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
    ("AllowAzureLoadBalancerInBound", 65001, "Inbound", "Allow", "AzureLoadBalancer", "*"),
    ("DenyAllInBound", 65500, "Inbound", "Deny", "*", "*"),
    ("AllowVnetOutBound", 65000, "Outbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
    ("AllowInternetOutBound", 65001, "Outbound", "Allow", "*", "Internet"),
    ("DenyAllOutBound", 65500, "Outbound", "Deny", "*", "*"),
)
"""The rules that every group has: name, priority, direction, access, source, destination."""


def complete_group(change: Change) -> Document:
    sent = at(change.sent, "properties.securityRules")
    if isinstance(sent, list):
        _check_conflicts(_ranked(item for item in sent if isinstance(item, Mapping)))
    guid = kept(change, "resourceGuid", str(uuid4()))
    return with_properties(change, {}, {"resourceGuid": guid})


def complete_rule(change: Change) -> Document:
    fixed = {
        "protocol": choice(change, "properties.protocol", PROTOCOLS),
        "access": choice(change, "properties.access", ("Allow", "Deny")),
        "direction": choice(change, "properties.direction", ("Inbound", "Outbound")),
    }
    priority = change.properties.get("priority")
    if not isinstance(priority, int) or not 100 <= priority <= 4096:
        raise bad_request(
            "SecurityRuleInvalidPriority",
            f"Security rule {change.id.name} has invalid Priority. Value provided: {priority} "
            "Allowed range 100-4096.",
        )
    for side in ("source", "destination"):
        _check_ports(change, side)
        _check_prefixes(change, side)
    if change.above is None:
        others = change.cloud.find(RULE, change.id.above.text)
        siblings = [dict(o.document) for o in others if o.key != change.id.key]
        mine = {"name": change.id.name, "properties": {**change.properties, **fixed}}
        _check_conflicts(_ranked([mine, *siblings]))
    lists: dict[str, list[str]] = {
        name: []
        for side in ("source", "destination")
        for name in (f"{side}PortRanges", f"{side}AddressPrefixes")
    }
    return with_properties(change, lists, fixed)


def _ranked(rules: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, Any]]:
    """(name, direction, priority) of each."""
    return [
        (
            str(rule.get("name", "")),
            str(at(rule, "properties.direction", "")).casefold(),
            at(rule, "properties.priority"),
        )
        for rule in rules
    ]


def _check_conflicts(rules: list[tuple[str, str, Any]]) -> None:
    seen: dict[tuple[str, Any], str] = {}
    for name, direction, priority in rules:
        if (other := seen.setdefault((direction, priority), name)) != name:
            raise bad_request(
                "SecurityRuleConflict",
                f"Security rule {other} conflicts with rule {name}. Rules cannot have the same "
                "Priority and Direction. To learn more, see aka.ms/nsgrules.",
            )


def _check_ports(change: Change, side: str) -> None:
    one, many = f"{side}PortRange", f"{side}PortRanges"
    ranges = [change.properties.get(one), *(change.properties.get(many) or ())]
    given = [text for text in ranges if text is not None]
    if not given:
        raise bad_request(
            f"SecurityRuleParameterMissing{one[:1].upper()}{one[1:]}",
            f"Required security rule parameters are missing for security rule with Id: "
            f"{change.id.text}. Security rule must specify {one[:1].upper()}{one[1:]}.",
        )
    for text in given:
        if not _is_range(str(text)):
            raise bad_request(
                "SecurityRuleInvalidPortRange",
                f"Security rule has invalid Port range. Value provided: {text}. Value should be "
                "an integer OR integer range with '-' delimiter. Valid range 0-65535.",
            )


def _is_range(text: str) -> bool:
    if text == "*":
        return True
    ends = text.split("-")
    if len(ends) > 2 or not all(end.strip().isdecimal() for end in ends):
        return False
    numbers = [int(end) for end in ends]
    return numbers[-1] <= 65535 and numbers == sorted(numbers)


def _check_prefixes(change: Change, side: str) -> None:
    one, many = f"{side}AddressPrefix", f"{side}AddressPrefixes"
    given = [change.properties.get(one), *(change.properties.get(many) or ())]
    texts = [str(text) for text in given if text is not None]
    groups = change.properties.get(f"{side}ApplicationSecurityGroups")
    if not texts and not groups:
        raise bad_request(
            f"SecurityRuleParameterMissing{one[:1].upper()}{one[1:]}",
            f"Required security rule parameters are missing for security rule with Id: "
            f"{change.id.text}. Security rule must specify {one[:1].upper()}{one[1:]}.",
        )
    for text in texts:
        if not _is_prefix(text):
            raise bad_request(
                "SecurityRuleInvalidAddressPrefix",
                f"Security rule {change.id.name} has invalid Address prefix. Value provided: "
                f"{text}.",
            )


def _is_prefix(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return TAG.fullmatch(text) is not None
    return True


def show_group(sight: Sight) -> Document:
    users = sight.cloud.referrers(sight.entry)
    seen = changed(sight.document, "properties.defaultSecurityRules", _defaults(sight.entry))
    for name, type in (("networkInterfaces", NIC), ("subnets", SUBNET)):
        if ids := [{"id": user.id.text} for user in users if user.type == type]:
            seen = changed(seen, f"properties.{name}", ids)
    return seen


def _defaults(entry: Entry) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{entry.id.text}/defaultSecurityRules/{name}",
            "name": name,
            "type": f"{GROUP}/defaultSecurityRules",
            "etag": entry.etag,
            "properties": {
                "provisioningState": "Succeeded",
                "description": "",
                "protocol": "*",
                "sourcePortRange": "*",
                "destinationPortRange": "*",
                "sourceAddressPrefix": source,
                "destinationAddressPrefix": destination,
                "access": access,
                "priority": priority,
                "direction": direction,
            },
        }
        for name, priority, direction, access, source, destination in DEFAULTS
    ]


def group_in_use(entry: Entry, by: Entry) -> Refused:
    return bad_request(
        "InUseNetworkSecurityGroupCannotBeDeleted",
        f"Network security group {entry.id.text} cannot be deleted because it is in use by the "
        f"following resources: {by.id.text}. In order to delete the Network security group, "
        "remove the association with the resource(s). To learn how to do this, see "
        "aka.ms/deletensg.",
    )


TYPES = (
    ResourceType(
        name=GROUP,
        etag_in_body=True,
        complete=complete_group,
        read_only=tuple(
            f"properties.{name}"
            for name in ("defaultSecurityRules", "networkInterfaces", "subnets", "flowLogs")
        ),
        embedded=(Embedded("properties.securityRules", RULE),),
        show=show_group,
        in_use=group_in_use,
        seconds={"PUT": 4, "DELETE": 6},
    ),
    ResourceType(
        name=RULE,
        located=False,
        etag_in_body=True,
        complete=complete_rule,
        seconds={"PUT": 3, "DELETE": 4},
    ),
    ResourceType(name=APPLICATION_GROUP, etag_in_body=True, seconds={"PUT": 3, "DELETE": 4}),
)
