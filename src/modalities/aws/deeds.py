"""One event of CloudTrail, as a deed: who, what, from where, and what it may have changed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from modalities.aws.unanswered import printable
from modalities.trail import MADE, REMOVED, Deed

LONGEST = 120
"""Characters of any text."""

SECRET = re.compile(
    r"\b(?P<key>A(?:KIA|SIA))[A-Z0-9]{12,}|(?=[\w+=-]*[A-Z])(?=[\w+=-]*[a-z])(?=[\w+=-]*\d)"
    r"[\w+=-]{32,}|-----BEGIN.*|(?i:(?:password|secret|token)\s*[=:]\s*)\S+"
)

ATTACHED = ("attached_to", "device", "state", "boot", "delete_with_vm", "disks", "devices")
ADDRESS = ("attached_to", "nic", "association", "public_ip")

CONCERNS: Mapping[str, tuple[str, ...]] = {
    "StartInstances": ("state", "public_ip"),
    "StopInstances": ("state", "public_ip"),
    "RebootInstances": ("state",),
    "ModifyInstanceAttribute": ("size", "security_groups", "delete_with_vm"),
    "ModifyNetworkInterfaceAttribute": ("security_groups", "delete_with_vm"),
    "MonitorInstances": ("monitoring",),
    "UnmonitorInstances": ("monitoring",),
    "AttachVolume": ATTACHED,
    "DetachVolume": ATTACHED,
    "ModifyVolume": ("gib", "type", "iops", "throughput"),
    "AttachNetworkInterface": ("attached_to", "attachment", "primary", "nics"),
    "DetachNetworkInterface": ("attached_to", "attachment", "primary", "nics"),
    "AssociateAddress": ADDRESS,
    "DisassociateAddress": ADDRESS,
    "AttachInternetGateway": ("networks",),
    "DetachInternetGateway": ("networks",),
    "AssociateRouteTable": ("subnets", "main"),
    "DisassociateRouteTable": ("subnets", "main"),
    "ReplaceRouteTableAssociation": ("subnets", "main"),
    "CreateRoute": ("routes",),
    "ReplaceRoute": ("routes",),
    "DeleteRoute": ("routes",),
    "ModifySubnetAttribute": ("public",),
    "RegisterTargets": ("targets",),
    "DeregisterTargets": ("targets",),
    "SetSecurityGroups": ("security_groups",),
    "SetSubnets": ("subnets", "zones"),
    "ModifyListener": ("port", "protocol", "target_group"),
    "PutBucketVersioning": ("versioning",),
}
"""What calls that change something change of it, in our words (docs/attributes.md)."""

RULES = re.compile(r"(?:Authorize|Revoke|Modify|Update)SecurityGroup(?:In|E)?(?:gress|Rule)")
TAGGING = re.compile(r"(?:Create|Delete|Add|Remove)Tags|(?:Put|Delete)BucketTagging|(?:Unt|T)ag\w+")
REMOVING = re.compile(r"Delete|Terminate|Release|Deregister")
MAKING = re.compile(r"Create|Run|Allocate|Import|Copy|Register|Request")


def deed_of(event: Mapping[str, Any]) -> Deed | None:
    """None where the call failed, or the event is none."""
    document = _document(event)
    name, at = event.get("EventName"), event.get("EventTime")
    if document.get("errorCode") or not isinstance(name, str) or not isinstance(at, datetime):
        return None
    return Deed(
        id=shown(event.get("EventId")),
        name=shown(name),
        at=at.astimezone(UTC),
        actor=_actor(document.get("userIdentity"), event) or "somebody it does not name",
        origin=shown(document.get("sourceIPAddress")),
        agent=_agent(document.get("userAgent")),
        concerns=_concerns(name, document),
    )


def names_in(event: Mapping[str, Any]) -> frozenset[str]:
    """Every resource that an event names."""
    listed = event.get("Resources") or ()
    return frozenset(str(r.get("ResourceName")) for r in listed if isinstance(r, Mapping))


def shown(text: object) -> str:
    """A text of the trail: one line, cut, and without what looks like a secret."""
    if not isinstance(text, str):
        return ""
    masked = SECRET.sub(lambda m: f"{m['key']}…" if m["key"] else "(masked)", text[:2000])
    line = printable(masked)
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _document(event: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        document = json.loads(event.get("CloudTrailEvent") or "{}")
    except (TypeError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def _actor(identity: object, event: Mapping[str, Any]) -> str:
    """A user by name; a role with the name of its session; AWS's own services by theirs."""
    who = identity if isinstance(identity, Mapping) else {}
    kind = who.get("type")
    arn = str(who.get("arn") or "")
    if kind == "AssumedRole" and ":assumed-role/" in arn:
        return shown("role " + arn.partition(":assumed-role/")[2])
    if kind == "Root":
        return "root"
    if kind == "AWSService" and who.get("invokedBy"):
        return shown(f"service {who['invokedBy']}")
    return shown(who.get("userName") or event.get("Username") or arn.rpartition("/")[2])


def _agent(text: object) -> str:
    """The program: tools put their own name first or last, and what they run on between."""
    words = text[:2000].split() if isinstance(text, str) else []
    if "cloudops" in words:
        return "cloudops"
    named = [word for word in words if word.startswith(("Terraform/", "aws-cli/"))]
    return shown((named or words or [""])[0])


def _concerns(name: str, document: Mapping[str, Any]) -> tuple[str, ...]:
    if name in CONCERNS:
        return CONCERNS[name]
    if RULES.match(name):
        return ("rules",)
    if TAGGING.fullmatch(name):
        return tuple(f"tag:{key}" for key in _tag_keys(document)) or ("tag:*",)
    if REMOVING.match(name):
        return (REMOVED,)
    return (MADE,) if MAKING.match(name) else ()


def _tag_keys(document: Mapping[str, Any]) -> tuple[str, ...]:
    """EC2 and others write the list of tags in two ways."""
    asked = document.get("requestParameters")
    parameters: Mapping[str, Any] = asked if isinstance(asked, Mapping) else {}
    tags: Any = parameters.get("tagSet") or parameters.get("tags")
    if isinstance(tags, Mapping):
        tags = tags.get("items")
    found = [tag.get("key") for tag in _list(tags) if isinstance(tag, Mapping)]
    return tuple(key for key in (*found, *_list(parameters.get("tagKeys"))) if isinstance(key, str))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
