"""The tags of a resource, a group or a subscription as a resource of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.azure.contract import Call, Done, ResourceType, Route, Scope
from sandbox.azure.documents import at
from sandbox.azure.entry import Entry
from sandbox.azure.ids import parse
from sandbox.azure.items import check_tags
from sandbox.azure.refusal import Refused, bad_request, group_not_found, resource_not_found

if TYPE_CHECKING:
    from sandbox.azure.cloud import EmulatedCloud

TEMPLATE = "/{scope}/providers/Microsoft.Resources/tags/default"
TAGS = ResourceType(
    name="Microsoft.Resources/tags", scope=Scope.SUBSCRIPTION, located=False, stateful=False
)
"""Kept for subscriptions only; those of a resource are in the resource."""


def read(call: Call) -> Done:
    return Done(_shown(call, _tags(call)))


def replace_all(call: Call) -> Done:
    return _write(call, _sent(call))


def change(call: Call) -> Done:
    before, sent = _tags(call), _sent(call)
    match str(_body(call).get("operation", "Merge")).casefold():
        case "merge":
            return _write(call, {**before, **sent})
        case "replace":
            return _write(call, sent)
        case "delete":
            kept = {k: v for k, v in before.items() if k not in sent or sent[k] not in ("", v)}
            return _write(call, kept)
    raise bad_request("InvalidTagsPatchOperation", "operation is Merge, Replace or Delete.")


def remove(call: Call) -> Done:
    _write(call, {})
    return Done()


def _write(call: Call, tags: Mapping[str, Any]) -> Done:
    if (entry := _entry(call)) is not None:
        call.cloud.patch(entry.id, {"tags": dict(tags)})
    else:
        call.cloud.put(
            f"{_scope(call)}/providers/{TAGS.name}/default", {"properties": {"tags": dict(tags)}}
        )
    return Done(_shown(call, tags))


def _tags(call: Call) -> Mapping[str, Any]:
    if (entry := _entry(call)) is not None:
        found: Mapping[str, Any] = entry.document.get("tags", {})
        return found
    own = call.cloud.get(f"{_scope(call)}/providers/{TAGS.name}/default")
    return own.properties.get("tags", {}) if own else {}


def _entry(call: Call) -> Entry | None:
    """What has the tags; None for a subscription."""
    id = parse(_scope(call))
    if id is None:
        return None
    entry = call.cloud.get(id)
    if entry is None:
        raise group_not_found(id.name) if id.is_group else resource_not_found(id)
    return entry


def _scope(call: Call) -> str:
    scope = "/" + call.path["scope"].strip("/")
    if not scope.casefold().startswith("/subscriptions/"):
        raise Refused(404, "NotFound", f"'{scope}' has no tags.")
    return scope


def _sent(call: Call) -> Mapping[str, Any]:
    tags = at(_body(call), "properties.tags", {})
    if not isinstance(tags, Mapping):
        raise bad_request("InvalidTags", "properties.tags is not an object.")
    check_tags(tags)
    return tags


def _body(call: Call) -> Mapping[str, Any]:
    return call.body if isinstance(call.body, Mapping) else {}


def _shown(call: Call, tags: Mapping[str, Any]) -> dict[str, Any]:
    return _as_resource(_scope(call), tags)


def _as_resource(scope: str, tags: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": f"{scope}/providers/Microsoft.Resources/tags/default",
        "name": "default",
        "type": "Microsoft.Resources/tags",
        "properties": {"tags": dict(tags)},
    }


# in a template


def is_of_resource(type: str, id: str) -> bool:
    """Whether a template's resource is the tags of another, or of its group, which have them
    in themselves."""
    owner = parse(_owner(id)) if type.casefold() == TAGS.name.casefold() else None
    return owner is not None


def document(cloud: EmulatedCloud, id: str) -> dict[str, Any] | None:
    """The tags as a resource; None where what they would be on is not there."""
    entry = cloud.get(_owner(id))
    return _as_resource(_owner(id), entry.document.get("tags", {})) if entry else None


def put(cloud: EmulatedCloud, id: str, body: Mapping[str, Any]) -> Done:
    """All tags of something at once. Raises Refused."""
    owner = parse(_owner(id))
    entry = cloud.get(owner) if owner else None
    if owner is None or entry is None:
        raise Refused(404, "ResourceNotFound", f"'{_owner(id)}' was not found.")
    tags = at(body, "properties.tags", {})
    if not isinstance(tags, Mapping):
        raise bad_request("InvalidTags", "properties.tags is not an object.")
    check_tags(tags)
    cloud.patch(entry.id, {"tags": dict(tags)})
    return Done(document(cloud, id))


def _owner(id: str) -> str:
    at_tags = id.casefold().rfind(f"/providers/{TAGS.name}/".casefold())
    return id[:at_tags] if at_tags > 0 else ""


def names(call: Call) -> Done:
    """Every tag in use in a subscription, with its values, counted."""
    found: dict[str, dict[str, int]] = {}
    for entry in call.cloud.find("*", f"/subscriptions/{call.path['subscriptionId']}"):
        for name, value in entry.document.get("tags", {}).items():
            values = found.setdefault(str(name), {})
            values[str(value)] = values.get(str(value), 0) + 1
    return Done(items=tuple(_counted(call, name, values) for name, values in found.items()))


def _counted(call: Call, name: str, values: Mapping[str, int]) -> dict[str, Any]:
    id = f"/subscriptions/{call.path['subscriptionId']}/tagNames/{name}"
    return {
        "id": id,
        "tagName": name,
        "count": {"type": "Total", "value": sum(values.values())},
        "values": [
            {
                "id": f"{id}/tagValues/{value}",
                "tagValue": value,
                "count": {"type": "Total", "value": count},
            }
            for value, count in values.items()
        ],
    }


ROUTES = (
    Route("GET", "/subscriptions/{subscriptionId}/tagNames", names),
    Route("GET", TEMPLATE, read),
    Route("PUT", TEMPLATE, replace_all),
    Route("PATCH", TEMPLATE, change),
    Route("DELETE", TEMPLATE, remove),
)
