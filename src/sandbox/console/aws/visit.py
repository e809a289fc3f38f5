"""One request as AWS's pages see it, and what they read out of the cloud's items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from sandbox.console import visit
from sandbox.console.form import Option

if TYPE_CHECKING:
    from sandbox.console.aws.cloud import Cloud

Visit: TypeAlias = "visit.Visit[Cloud]"

Raw = Mapping[str, Any]
"""An item of the cloud's answer."""


def name_of(item: Raw) -> str:
    """Its tag ``Name``, or nothing."""
    return tags_of(item).get("Name", "")


def tags_of(item: Raw) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in item.get("Tags") or ()}


def called(item: Raw, id: str) -> str:
    """``web-1``, or the id of something without a name."""
    return name_of(item) or id


def options(items: Sequence[Raw], key: str, note: str = "") -> tuple[Option, ...]:
    """Choices among resources: ``vpc-1 (main)`` with the value of another attribute."""
    made = []
    for item in items:
        name = name_of(item)
        text = f"{item[key]} ({name})" if name else str(item[key])
        made.append(Option(str(item[key]), text, str(item.get(note, "")) if note else ""))
    return tuple(made)


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def specified(kind: str, tags: Mapping[str, str]) -> list[dict[str, Any]]:
    """``TagSpecifications``, where there are tags."""
    return [{"ResourceType": kind, "Tags": tag_list(tags)}] if tags else []
