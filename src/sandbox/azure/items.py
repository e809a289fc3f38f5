"""Reads, writes and lists that all types have alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.azure import leaving, writing
from sandbox.azure.casing import as_spelled
from sandbox.azure.contract import Done, ResourceType
from sandbox.azure.entry import Entry, Phase
from sandbox.azure.ids import ResourceId, group_id, last_provider
from sandbox.azure.refusal import (
    FailedLater,
    Refused,
    bad_request,
    group_not_found,
    resource_not_found,
)
from sandbox.azure.registry import Registry

if TYPE_CHECKING:
    from sandbox.azure.cloud import EmulatedCloud


def list_of(registry: Registry, parts: list[str]) -> tuple[ResourceType, str] | None:
    """Which type a path lists, and in what (an id or a subscription's path)."""
    where = last_provider(parts)
    if where is None or len(parts) - where < 3 or (len(parts) - where) % 2 == 0:
        return None
    rest = parts[where + 1 :]
    type = registry.get("/".join([rest[0], *rest[1::2]]))
    within = parts[:where] if len(rest) == 2 else parts[:-1]
    return None if type is None else (type, "".join(f"/{part}" for part in within))


def changes_of(
    cloud: EmulatedCloud,
    id: ResourceId,
    type: ResourceType,
    method: str,
    body: Any,
    conditions: tuple[str, str],
) -> Done:
    """PUT, PATCH or DELETE. ``conditions`` are If-Match and If-None-Match."""
    before = cloud.get(id)
    if id.is_group and before is None and method != "PUT":
        raise group_not_found(id.name)
    if (
        before is None
        and id.group
        and not id.is_group
        and cloud.get(group_id(id.subscription, id.group)) is None
    ):
        raise group_not_found(id.group)
    _check_conditions(id, before, *conditions)
    seconds = type.seconds.get(method, 0.0)
    if method == "DELETE":
        return _deleted(cloud, before, seconds)
    body = as_spelled(cloud.registry, body)
    _check_body(body)
    if method == "PATCH":
        if before is None:
            raise resource_not_found(id)
        return _written(cloud, type, before, lambda: writing.patch(cloud, before, body), seconds)
    return _written(cloud, type, before, lambda: writing.put(cloud, id, body), seconds, id)


def _written(
    cloud: EmulatedCloud,
    type: ResourceType,
    before: Entry | None,
    write: Any,
    seconds: float,
    id: ResourceId | None = None,
) -> Done:
    failed: Refused | None = None
    try:
        entry: Entry = write()
    except FailedLater as later:
        failed = later.refusal
        entry = cloud.require(before.id if before else id)  # type: ignore[arg-type]
    if type.stateful and seconds * cloud.settings.pace > 0:
        entry = _going_through(cloud, entry, "Updating" if before else "Creating", seconds)
    return Done(
        cloud.shown(entry),
        created=before is None,
        failed=failed,
        seconds=seconds,
        headers={"ETag": entry.etag},
    )


def _deleted(cloud: EmulatedCloud, entry: Entry | None, seconds: float) -> Done:
    if entry is None:
        return Done(status=204)
    if seconds * cloud.settings.pace <= 0:
        leaving.delete(cloud, entry)
        writing.touch(cloud, entry.id)
        return Done(seconds=seconds)
    with cloud.trial():
        leaving.delete(cloud, entry)  # whether it may go is said at once
    _going_through(cloud, entry, "Deleting", seconds)
    return Done(seconds=seconds, at_end=lambda: cloud.delete(entry.id))


def _going_through(cloud: EmulatedCloud, entry: Entry, name: str, seconds: float) -> Entry:
    until = cloud.now() + timedelta(seconds=seconds * cloud.settings.pace)
    entry = replace(entry, phase=Phase(name, until))
    cloud.store.put(entry)
    return entry


def _check_conditions(id: ResourceId, before: Entry | None, match: str, none_match: str) -> None:
    """Raises Refused, 412, where the resource is not as the client believes."""
    wrong = (match and (before is None or match not in ("*", before.etag))) or (
        none_match and before is not None and none_match in ("*", before.etag)
    )
    if wrong:
        raise Refused(
            412,
            "PreconditionFailed",
            f"The precondition given in the request headers is not met by '{id.text}'.",
        )


def _check_body(body: Any) -> None:
    if not isinstance(body, Mapping):
        raise bad_request(
            "InvalidRequestContent", "The request content was invalid: an object is expected."
        )
    for name, kind in (("properties", Mapping), ("tags", Mapping), ("location", str)):
        if name in body and not isinstance(body[name], kind):
            raise bad_request(
                "InvalidRequestContent",
                f"The request content was invalid and could not be deserialized: '{name}' is not "
                f"{'text' if kind is str else 'an object'}.",
                name,
            )
    check_tags(body.get("tags", {}))


def check_tags(tags: Mapping[str, Any]) -> None:
    if len(tags) > 50:
        raise bad_request(
            "InvalidTagCount", f"The number of tags, {len(tags)}, is above the limit of 50."
        )
    for name, value in tags.items():
        if (
            not isinstance(value, str | int | float | bool)
            or len(name) > 512
            or len(str(value)) > 256
        ):
            raise bad_request(
                "InvalidTagNameOrValue", f"The tag '{name}' has an invalid name or value."
            )
