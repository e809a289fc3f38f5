"""The parts that AWS calls are put together from, in botocore's own names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modalities.action import SdkCall


def ec2(operation: str, **parameters: Any) -> SdkCall:
    return SdkCall("ec2", operation, parameters)


def elbv2(operation: str, **parameters: Any) -> SdkCall:
    return SdkCall("elbv2", operation, parameters)


def s3(operation: str, **parameters: Any) -> SdkCall:
    return SdkCall("s3", operation, parameters)


def pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as AWS takes them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def labelled(type: str, tags: Mapping[str, str]) -> list[dict[str, Any]]:
    """``TagSpecifications`` of a call that makes one resource; none where there are no tags."""
    return [{"ResourceType": type, "Tags": pairs(tags)}] if tags else []
