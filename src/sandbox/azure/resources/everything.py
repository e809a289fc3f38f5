"""Resources of all types: by subscription, by group."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sandbox.azure.contract import Call, Done, Route
from sandbox.azure.resources.filtering import filtered
from sandbox.azure.showing import summary

if TYPE_CHECKING:
    from sandbox.azure.cloud import EmulatedCloud


def in_subscription(call: Call) -> Done:
    return _rows(call, f"/subscriptions/{call.path['subscriptionId']}")


def in_group(call: Call) -> Done:
    return _rows(call, call.resource.id.text)


def _rows(call: Call, within: str) -> Done:
    cloud = cast("EmulatedCloud", call.cloud)
    expand, text = call.query.get("$expand", ""), call.query.get("$filter", "")
    found = cloud.find("*", within)
    if text or (call.query.get("$top") or "0") != "0":
        rows = tuple(summary(cloud, entry, expand) for entry in found)
        return Done(items=filtered(rows, text))
    return Done(entries=found, row=lambda entry: summary(cloud, entry, expand))


ROUTES = (Route("GET", "/subscriptions/{subscriptionId}/resources", in_subscription),)
