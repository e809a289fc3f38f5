"""Names that AWS refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from modalities.action import SdkCall
from modalities.aws.refusals.view import View
from modalities.contract import Problem
from modalities.step import Step

BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
BUCKET_BEGINS = ("xn--", "sthree-", "amzn-s3-demo-")
BUCKET_ENDS = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")

BALANCED = re.compile(r"(?!-)[A-Za-z0-9-]{1,32}(?<!-)")
GROUP = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}")
IMAGE = re.compile(r"[A-Za-z0-9()\[\] ./\-'@_]{3,128}")

LONGEST_KEY, LONGEST_VALUE, MOST_TAGS = 128, 256, 50


def buckets(step: Step, call: SdkCall, _: View) -> Iterator[Problem]:
    """S3 user guide, "General purpose bucket naming rules"."""
    if call.operation != "CreateBucket":
        return
    name = str(call.parameters.get("Bucket"))
    fault = _bucket_fault(name)
    if fault:
        cure = re.sub(r"[^a-z0-9.-]+", "-", name.casefold()).strip("-.")[:63]
        better = f"such as {cure}" if not _bucket_fault(cure) else ""
        yield Problem(step.id, "Bucket", f"{name!r} is no bucket name: {fault}", better)


def _bucket_fault(name: str) -> str:
    if not BUCKET.fullmatch(name):
        return "3 to 63 small letters, digits, dots and hyphens, a letter or digit at both ends"
    if ".." in name or ADDRESS.fullmatch(name):
        return "no two dots side by side, and no IP address"
    if name.startswith(BUCKET_BEGINS) or name.endswith(BUCKET_ENDS):
        return f"AWS keeps {', '.join(BUCKET_BEGINS)} and {', '.join(BUCKET_ENDS)} to itself"
    return ""


def balancers(step: Step, call: SdkCall, _: View) -> Iterator[Problem]:
    """Elastic Load Balancing API reference, CreateLoadBalancer and CreateTargetGroup, "Name"."""
    if call.operation not in ("CreateLoadBalancer", "CreateTargetGroup"):
        return
    name = str(call.parameters.get("Name"))
    if not BALANCED.fullmatch(name):
        cure = re.sub(r"[^A-Za-z0-9-]+", "-", name)[:32].strip("-")
        what = "1 to 32 letters, digits and hyphens, no hyphen at either end"
        yield Problem(step.id, "Name", f"{name!r} is no name here: {what}", f"such as {cure}")
    elif call.operation == "CreateLoadBalancer" and name.startswith("internal-"):
        yield Problem(step.id, "Name", "names that begin with internal- are AWS's own")


def groups(step: Step, call: SdkCall, _: View) -> Iterator[Problem]:
    """EC2 API reference, CreateSecurityGroup."""
    if call.operation != "CreateSecurityGroup":
        return
    name = str(call.parameters.get("GroupName"))
    if name.startswith("sg-"):
        yield Problem(step.id, "GroupName", f"{name!r}: names that begin with sg- are for ids")
    if name == "default":
        yield Problem(step.id, "GroupName", "every network has a group named default already")
    for parameter in ("GroupName", "Description"):
        text = str(call.parameters.get(parameter))
        if not GROUP.fullmatch(text):
            what = "1 to 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*"
            yield Problem(step.id, parameter, f"{text[:80]!r} is not: {what}")


def keys(step: Step, call: SdkCall, _: View) -> Iterator[Problem]:
    """EC2 API reference, CreateKeyPair."""
    if call.operation not in ("CreateKeyPair", "ImportKeyPair"):
        return
    name = str(call.parameters.get("KeyName"))
    if not name.isascii() or not 1 <= len(name) <= 255 or name != name.strip():
        yield Problem(step.id, "KeyName", f"{name!r} is not 1 to 255 ASCII signs")


def images(step: Step, call: SdkCall, _: View) -> Iterator[Problem]:
    """EC2 API reference, CreateImage, "Name"."""
    if call.operation == "CreateImage":
        name = str(call.parameters.get("Name"))
        if not IMAGE.fullmatch(name):
            what = "3 to 128 letters, digits and ()[] ./-'@_"
            yield Problem(step.id, "Name", f"{name!r} is no image name: {what}")


def tags(step: Step, call: SdkCall, _: View) -> Iterator[Problem]:
    """EC2 user guide, "Tag restrictions"; the other services' are the same."""
    for path, some in _tag_lists(call.parameters, ""):
        if len(some) > MOST_TAGS:
            yield Problem(step.id, path, f"{len(some)} tags, {MOST_TAGS} are possible")
        for tag in some:
            tag_key, value = str(tag.get("Key", "")), str(tag.get("Value", ""))
            if tag_key.casefold().startswith("aws:"):
                yield Problem(step.id, path, f"{tag_key}: tags that begin with aws: are AWS's own")
            if not 1 <= len(tag_key) <= LONGEST_KEY:
                yield Problem(step.id, path, f"a tag's key has 1 to {LONGEST_KEY} signs")
            if len(value) > LONGEST_VALUE:
                yield Problem(
                    step.id, path, f"{tag_key}: a value has {LONGEST_VALUE} signs at most"
                )


def _tag_lists(value: Any, path: str) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            inner = f"{path}.{name}" if path else str(name)
            if name in ("Tags", "TagSet") and isinstance(item, list):
                yield inner, [tag for tag in item if isinstance(tag, Mapping)]
            else:
                yield from _tag_lists(item, inner)
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            yield from _tag_lists(item, f"{path}[{number}]")
