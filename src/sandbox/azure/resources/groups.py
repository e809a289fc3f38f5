"""Resource groups: made, listed, deleted with all that is in them."""

from __future__ import annotations

import re

from sandbox.azure.contract import Action, Call, Change, Done, ResourceType, Route, Scope
from sandbox.azure.ids import GROUPS
from sandbox.azure.refusal import bad_request
from sandbox.azure.resources.everything import in_group
from sandbox.azure.resources.exporting import export_template
from sandbox.azure.resources.filtering import filtered

NAME = re.compile(r"[\w()\-.]{1,90}(?<!\.)")


def check(change: Change) -> None:
    if not NAME.fullmatch(change.id.name):
        raise bad_request(
            "InvalidResourceGroup",
            f"The provided resource group name '{change.id.name}' has these invalid characters or "
            "is too long. The name can only be a letter, digit, '-', '.', '(', ')' or '_'.",
        )


def every(call: Call) -> Done:
    found = call.cloud.find(GROUPS, f"/subscriptions/{call.path['subscriptionId']}")
    rows = tuple(call.cloud.shown(entry) for entry in found)
    return Done(items=filtered(rows, call.query.get("$filter", "")))


GROUP = ResourceType(
    name=GROUPS,
    scope=Scope.SUBSCRIPTION,
    check=check,
    actions=(
        Action("exportTemplate", export_template),
        Action("resources", in_group, method="GET"),
    ),
    seconds={"DELETE": 20},
)

ROUTES = (Route("GET", "/subscriptions/{subscriptionId}/resourcegroups", every),)
