"""What the provider asks of AWS for one resource, as calls in AWS's own words.

They are for those who judge and count, and are never sent: a parameter that is not known before
the apply is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from modalities.action import SdkCall
from modalities.aws.express.calls import ec2, pairs

Values: TypeAlias = Mapping[str, Any]
"""Attributes of a resource as Terraform has them, without nulls."""

Calls: TypeAlias = tuple[SdkCall, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """``creates`` gets what will be, ``deletes`` what is, ``updates`` both. ``keeps`` are
    attributes without which the calls cannot be said, also where they stay as they are.
    ``relation``: it is no thing of its own, but how others hang together."""

    creates: Callable[[Values], Calls]
    updates: Callable[[Values, Values], Calls]
    deletes: Callable[[Values], Calls]
    keeps: tuple[str, ...] = ()
    relation: bool = False


def known(**parameters: Any) -> dict[str, Any]:
    """Parameters without those that nobody knows yet."""
    return {name: value for name, value in parameters.items() if value is not None}


def differs(before: Values, after: Values, *names: str) -> bool:
    return any(before.get(n) != after.get(n) for n in names)


def listed(id: Any) -> list[Any] | None:
    """As a list of one; None where it is not known."""
    return None if id is None else [id]


def tags_of(values: Values) -> dict[str, str]:
    """With those that the provider puts on everything (``default_tags``)."""
    found = {**(values.get("tags") or {}), **(values.get("tags_all") or {})}
    return {str(k): str(v) for k, v in found.items() if v is not None}


def specified(type: str, values: Values) -> list[dict[str, Any]] | None:
    """``TagSpecifications`` for what is made."""
    tags = tags_of(values)
    return [{"ResourceType": type, "Tags": pairs(tags)}] if tags else None


def retagged(before: Values, after: Values) -> Calls:
    """EC2's calls for tags that change."""
    put, gone = tag_changes(before, after)
    me = listed(before.get("id"))
    calls: list[SdkCall] = []
    if put:
        calls.append(ec2("CreateTags", **known(Resources=me), Tags=pairs(put)))
    if gone:
        calls.append(ec2("DeleteTags", **known(Resources=me), Tags=[{"Key": k} for k in gone]))
    return tuple(calls)


def tag_changes(before: Values, after: Values) -> tuple[dict[str, str], tuple[str, ...]]:
    """Tags that are put on, and keys that are taken off."""
    had, has = tags_of(before), tags_of(after)
    put = {k: v for k, v in has.items() if had.get(k) != v}
    return put, tuple(k for k in had if k not in has)


def first(value: Any) -> Values:
    """The one nested block, as Terraform lists it; empty where there is none."""
    found = value[0] if isinstance(value, (list, tuple)) and value else value
    return found if isinstance(found, Mapping) else {}


def simple(
    create: str,
    delete: str,
    key: str,
    type: str,
    **parameters: str,
) -> Asked:
    """A thing of EC2 that is made by one call and taken away by another, and of which only tags
    change in place. ``parameters`` maps the vendor's names to Terraform's."""

    def creates(after: Values) -> Calls:
        said = {name: after.get(attribute) for name, attribute in parameters.items()}
        return (ec2(create, **known(**said, TagSpecifications=specified(type, after))),)

    def deletes(before: Values) -> Calls:
        return (ec2(delete, **known(**{key: before.get("id")})),)

    return Asked(creates, retagged, deletes)
