"""Dialogs of AWS's console that show a whole list and send it back: which rows change, and what
is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from modalities.action import SdkCall
from modalities.aws.describe.network import SOURCES
from modalities.browser.tag_rows import tag_rows

RULE_TYPES: Mapping[tuple[str, str], str] = {
    ("tcp", "0 - 65535"): "All TCP",
    ("tcp", "22"): "SSH",
    ("tcp", "80"): "HTTP",
    ("tcp", "443"): "HTTPS",
    ("tcp", "3389"): "RDP",
    ("tcp", "3306"): "MySQL/Aurora",
    ("tcp", "5432"): "PostgreSQL",
}
"""What AWS's console calls a rule of this protocol and these ports."""

PROTOCOLS = {"tcp": "Custom TCP", "udp": "Custom UDP", "icmp": "All ICMP - IPv4"}
ALL = "All traffic"

Row = dict[str, Any]


def edited(resource: Mapping[str, Any], call: SdkCall) -> dict[str, Any]:
    """The resource with all that such a dialog needs for this call."""
    match call.operation:
        case "AuthorizeSecurityGroupIngress":
            return {**resource, "rows_with": _with(resource, _asked(call))}
        case "RevokeSecurityGroupIngress":
            asked, rows = {_same(row) for row in _asked(call)}, _rows(resource)
            left, gone = ([r for r in rows if (_same(r) in asked) is is_] for is_ in (False, True))
            return {**resource, "rows_without": left, "rows_gone": gone}
        case "CreateTags":
            put = {tag["Key"]: tag["Value"] for tag in call.parameters["Tags"]}
            return {**resource, "tagging": tag_rows(resource.get("tags", ()), put, ())}
        case "DeleteTags":
            gone_keys = [tag["Key"] for tag in call.parameters["Tags"]]
            return {**resource, "tagging": tag_rows(resource.get("tags", ()), {}, gone_keys)}
        case "ModifyInstanceAttribute" if "Groups" in call.parameters:
            has = resource.get("attributes", {}).get("security_groups") or ()
            gone_groups = [id for id in has if id not in call.parameters["Groups"]]
            return {**resource, "gone_groups": gone_groups}
    return dict(resource)


def done(resource: Mapping[str, Any], call: SdkCall) -> dict[str, Any]:
    """The resource as it is after the call: what a dialog shows to whoever takes it back."""
    match call.operation:
        case "CreateTags" | "DeleteTags":
            tagging = edited(resource, call)["tagging"]
            pairs = zip(tagging["keys"], tagging["values"], strict=True)
            return {**resource, "tags": [{"Key": key, "Value": value} for key, value in pairs]}
        case "ModifyInstanceAttribute" if "Groups" in call.parameters:
            return _with_attributes(resource, security_groups=list(call.parameters["Groups"]))
        case "AuthorizeSecurityGroupIngress":
            return _with_attributes(resource, rules=[*_rules(resource), *_told(call)])
        case "RevokeSecurityGroupIngress":
            asked = {_same(row) for row in _asked(call)}
            left = [r for r in _rules(resource) if not (_in(r) and _same(_row(r)) in asked)]
            return _with_attributes(resource, rules=left)
    return dict(resource)


def _with_attributes(resource: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {**resource, "attributes": {**(resource.get("attributes") or {}), **more}}


def _told(call: SdkCall) -> Iterator[dict[str, Any]]:
    """The rules of a call as docs/attributes.md has them."""
    for permission in call.parameters["IpPermissions"]:
        protocol = "all" if str(permission["IpProtocol"]) == "-1" else permission["IpProtocol"]
        ports = {"first_port": permission.get("FromPort"), "last_port": permission.get("ToPort")}
        for row in _new(permission):
            told = {"description": row["description"]} if row["description"] else {}
            made = {"direction": "in", "protocol": protocol, **ports, "source": row["source"]}
            yield {**made, **told}


def _rules(resource: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list((resource.get("attributes") or {}).get("rules") or ())


def _in(rule: Mapping[str, Any]) -> bool:
    return rule.get("direction") == "in"


def _rows(resource: Mapping[str, Any]) -> list[Row]:
    """The rules that let traffic in, as the dialog lists them."""
    return [_row(rule) for rule in _rules(resource) if _in(rule)]


def _row(rule: Mapping[str, Any]) -> Row:
    protocol = "-1" if rule["protocol"] == "all" else str(rule["protocol"])
    first, last = rule.get("first_port"), rule.get("last_port")
    ports = "All"
    if protocol in ("tcp", "udp"):
        ports = str(first) if first == last else f"{first} - {last}"
    source = str(rule["source"])
    return {
        "id": f"{protocol} {ports} {source}",
        "protocol": protocol,
        "ports": ports,
        "source": source,
        "description": str(rule.get("description") or ""),
        "type": RULE_TYPES.get((protocol, ports)) or PROTOCOLS.get(protocol, ALL),
    }


def _with(resource: Mapping[str, Any], asked: Sequence[Row]) -> list[Row]:
    return [*_rows(resource), *asked]


def _asked(call: SdkCall) -> list[Row]:
    """The rules of a call, each as a new row."""
    return [row for each in call.parameters["IpPermissions"] for row in _new(each)]


def _new(permission: Mapping[str, Any]) -> Iterator[Row]:
    protocol = str(permission["IpProtocol"])
    typed = protocol in ("tcp", "udp")
    ports = f"{permission.get('FromPort')}-{permission.get('ToPort')}" if typed else "All"
    sources = [
        (each[source], str(each.get("Description") or ""))
        for ranges, source in SOURCES.items()
        for each in permission.get(ranges, ())
    ]
    for source, description in sources:
        yield {
            "id": "",
            "protocol": "",
            "ports": ports,
            "source": source,
            "description": description,
            "type": PROTOCOLS.get(protocol, ALL),
            "typed": typed,
            "new": True,
            "wire": protocol,
        }


def _same(row: Row) -> tuple[str, tuple[str, str], str]:
    """What two rows of one rule have in common, the one there and the one that is asked for."""
    return row.get("wire") or row["protocol"], _same_ports(row["ports"]), str(row["source"])


def _same_ports(ports: str) -> tuple[str, str]:
    first, _, last = ports.partition("-")
    return first.strip(), (last or first).strip()
