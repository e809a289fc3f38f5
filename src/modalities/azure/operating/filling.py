"""What a call leaves to the target: its resource group, its location, and ids by names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from modalities.action import SdkCall
from modalities.azure import bodies, ids, model
from modalities.azure.ids import group_id
from modalities.azure.operating.names import one_of, words
from modalities.azure.operations import Operation, operations
from modalities.contract import Unsupported

RELATIVE = re.compile(r"[A-Za-z]+\.[A-Za-z.]+(/[A-Za-z]+/[^/]+)+")
"""``Microsoft.Compute/disks/data``: an id as it goes on from the group's own."""

SCOPES = ("scope", "resourceId", "resourceUri")
GROUP = "resourceGroupName"


def filled(call: SdkCall, scope: str, region: str) -> SdkCall:
    """The call with the target's group and location where it says none, and whole ids. Raises
    Unsupported for another group, and for names of which no type is known."""
    operation = model.operation_of(call)
    if operation is None:
        raise Unsupported(f"Azure's SDKs have no operation {call}. {model.near(call)}".strip())
    given = {**_places(operation, call, scope)}
    if operation.body and operation.method in ("PUT", "PATCH", "POST"):
        body = given.get("body", {} if operation.method == "PUT" else None)
        if isinstance(body, Mapping):
            body = _with_ids(operation.package, operation.body, body, scope)
            changes = "ifMatch" in given  # what is there stays where it is
            given["body"] = body if changes else _located(operation, body, region)
    return SdkCall(call.service, call.operation, given)


def _places(operation: Operation, call: SdkCall, scope: str) -> dict[str, Any]:
    given = dict(call.parameters)
    own = model.placeholders(operation)
    group = scope.partition("/")[2]
    if GROUP in own:
        said = given.setdefault(GROUP, group)
        if str(said).casefold() != group.casefold():
            raise Unsupported(f"the target is resource group {group}, and not {said}")
        given[GROUP] = group
    for name in SCOPES:
        if name in own:
            given[name] = whole(str(given.get(name) or group_id(scope)), scope).strip("/")
    return given


def whole(id: str, scope: str) -> str:
    """An id from the subscription on; what lies in the target's group may be said from there."""
    if RELATIVE.fullmatch(id.strip("/")):
        id = f"{group_id(scope)}/providers/{id.strip('/')}"
    return ids.canonical(id if id.startswith("/") else f"/{id}", scope)


def _located(operation: Operation, body: Mapping[str, Any], region: str) -> Mapping[str, Any]:
    """With a location where things of the type have one, as Azure spells it."""
    known = bodies.fields(operation.package, operation.body)
    if "location" not in known or known["location"][2] or operation.method != "PUT":
        return body
    if "location" not in body and "tags" not in known:
        return body  # a policy's location is that of its identity
    return {**body, "location": re.sub(r"\s", "", str(body.get("location") or region)).casefold()}


def _with_ids(package: str, name: str, body: Mapping[str, Any], scope: str) -> dict[str, Any]:
    known = bodies.fields(package, name)
    return {
        member: _member(
            package, member, known[member][0] if member in known else "any", value, scope
        )
        for member, value in body.items()
    }


def _member(package: str, member: str, kind: Any, value: Any, scope: str) -> Any:
    if isinstance(kind, list | tuple) and kind[0] == "list" and isinstance(value, list):
        return [_member(package, member, kind[1], item, scope) for item in value]
    if isinstance(kind, list | tuple) and kind[0] == "model" and isinstance(value, Mapping):
        if set(value) == {"id"} and isinstance(value["id"], str):
            return {"id": _id(member, value["id"], scope)}
        return _with_ids(package, kind[1], value, scope)
    told = isinstance(value, str) and kind == "str" and member.endswith("Id")
    return whole(value, scope) if told and RELATIVE.fullmatch(value) else value


def _id(member: str, said: str, scope: str) -> str:
    """The id of something in the group by its name: what it is, the member's own name says."""
    if "/" in said:
        return whole(said, scope)
    type = _type_called(member)
    if not type:
        raise Unsupported(f"{member} takes the whole id of a resource, and not {said!r}")
    return whole(f"{type}/{said}", scope)


def _type_called(member: str) -> str:
    """``Microsoft.Network/routeTables`` of ``routeTable`` and of ``remoteRouteTable``."""
    said = one_of(words(member)).split()
    for start in range(len(said)):
        found = _types().get(" ".join(said[start:]))
        if found:
            return found
    return ""


@cache
def _types() -> Mapping[str, str]:
    """Types that stand in a resource group by themselves, by what they are called."""
    found: dict[str, str] = {}
    for operation in operations():
        _, group, inner = operation.template.partition(
            "/resourceGroups/{resourceGroupName}/providers/"
        )
        parts = inner.split("/")
        if group and operation.method == "PUT" and len(parts) == 3 and "{" not in parts[1]:
            found.setdefault(one_of(words(parts[1])), f"{parts[0]}/{parts[1]}")
    return found
