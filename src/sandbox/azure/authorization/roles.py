"""Role definitions and assignments, and what they allow.

Whoever has an assignment anywhere may do what his assignments grant, and nothing else; whoever
has none owns the sandbox. So nothing is in the way until somebody wants it to be.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from sandbox.azure.contract import Call, Change, Cloud, Done, Order, ResourceType, Route, Scope
from sandbox.azure.documents import Document
from sandbox.azure.entry import Entry
from sandbox.azure.ids import key_of, segments
from sandbox.azure.refusal import Refused, bad_request, conflict

ASSIGNMENT = "Microsoft.Authorization/roleAssignments"
DEFINITION = "Microsoft.Authorization/roleDefinitions"

NEVER = (
    "Microsoft.Authorization/*/Delete",
    "Microsoft.Authorization/*/Write",
    "Microsoft.Authorization/elevateAccess/Action",
)
READS = ("Microsoft.Authorization/*/read", "Microsoft.Resources/subscriptions/resourceGroups/read")
BUILT_IN: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner", ("*",), ()),
    ("b24988ac-6180-42a0-ab88-20f7382dd24c", "Contributor", ("*",), NEVER),
    ("acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader", ("*/read",), ()),
    (
        "9980e02c-c2be-4d73-94e8-173b1dc7cf3c",
        "Virtual Machine Contributor",
        (
            *READS,
            "Microsoft.Compute/availabilitySets/*",
            "Microsoft.Compute/locations/*",
            "Microsoft.Compute/virtualMachines/*",
            "Microsoft.Compute/virtualMachineScaleSets/*",
            "Microsoft.Compute/disks/write",
            "Microsoft.Compute/disks/read",
            "Microsoft.Compute/disks/delete",
            "Microsoft.Network/networkInterfaces/*",
            "Microsoft.Network/*/read",
            "Microsoft.Network/virtualNetworks/subnets/join/action",
            "Microsoft.Resources/deployments/*",
        ),
        (),
    ),
    (
        "4d97b98b-1d4f-4787-a291-c67834d212e7",
        "Network Contributor",
        (*READS, "Microsoft.Network/*", "Microsoft.Resources/deployments/*"),
        (),
    ),
    (
        "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
        "User Access Administrator",
        ("*/read", "Microsoft.Authorization/*"),
        (),
    ),
)
"""Id, name, actions, what is taken out of them: as Microsoft documents them, in parts."""


def permitted(cloud: Cloud, order: Order) -> None:
    """A gate: 403 for whoever has assignments and none that grants this."""
    if not order.principal:
        return
    mine = [a for a in cloud.find(ASSIGNMENT) if a.properties["principalId"] == order.principal]
    if not mine or any(_grants(cloud, one, order) for one in mine):
        return
    raise Refused(
        403,
        "AuthorizationFailed",
        f"The client '{order.principal}' with object id '{order.principal}' does not have "
        f"authorization to perform action '{order.operation}' over scope '{order.resource}' or "
        "the scope is invalid. If access was recently granted, please refresh your credentials.",
    )


def _grants(cloud: Cloud, assignment: Entry, order: Order) -> bool:
    scope, here = assignment.id.scope.casefold(), key_of(order.resource)
    if here != scope and not here.startswith(f"{scope}/"):
        return False
    wanted = order.operation.casefold()
    for one in _permissions(cloud, str(assignment.properties["roleDefinitionId"])):
        granted = any(fnmatchcase(wanted, a.casefold()) for a in one.get("actions", ()))
        taken = any(fnmatchcase(wanted, a.casefold()) for a in one.get("notActions", ()))
        if granted and not taken:
            return True
    return False


def _permissions(cloud: Cloud, definition: str) -> list[dict[str, Any]]:
    name = definition.rpartition("/")[2].casefold()
    for id, _, actions, without in BUILT_IN:
        if id == name:
            return [{"actions": actions, "notActions": without}]
    for entry in cloud.find(DEFINITION):
        if entry.name.casefold() == name:
            found: list[dict[str, Any]] = entry.properties.get("permissions", [])
            return found
    return []


def complete_assignment(change: Change) -> Document:
    definition, principal = (
        change.properties.get(name) for name in ("roleDefinitionId", "principalId")
    )
    if not definition or not principal:
        raise bad_request("InvalidRoleAssignment", "roleDefinitionId and principalId are required.")
    if not _permissions(change.cloud, str(definition)):
        raise bad_request(
            "RoleDefinitionDoesNotExist",
            f"The specified role definition '{definition}' does not exist.",
        )
    for other in change.cloud.find(ASSIGNMENT, change.id.scope):
        same = all(
            str(other.properties.get(name)).casefold() == str(value).casefold()
            for name, value in (("roleDefinitionId", definition), ("principalId", principal))
        )
        if same and other.key != change.id.key:
            raise conflict("RoleAssignmentExists", "The role assignment already exists.")
    if change.before is not None:
        raise conflict(
            "RoleAssignmentUpdateNotPermitted",
            "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
        )
    properties = {
        "principalType": "ServicePrincipal",
        **change.properties,
        "scope": change.id.scope,
    }
    return {**change.body, "properties": properties}


def definitions(call: Call) -> Done:
    """Built-in ones and those of the subscription; ``$filter=roleName eq 'Reader'``."""
    from sandbox.azure.resources.filtering import filtered

    scope = "/" + call.path["scope"].strip("/")
    own = (dict(call.cloud.shown(entry)) for entry in call.cloud.find(DEFINITION))
    rows = [*(_built_in(scope, *one) for one in BUILT_IN), *own]
    flat = [{**row, **row["properties"]} for row in rows]
    wanted = {row["id"] for row in filtered(flat, call.query.get("$filter", ""))}
    return Done(items=tuple(row for row in rows if row["id"] in wanted))


def definition(call: Call) -> Done:
    name, scope = call.path["roleDefinitionId"].casefold(), "/" + call.path["scope"].strip("/")
    for one in BUILT_IN:
        if one[0] == name:
            return Done(_built_in(scope, *one))
    entry = next((e for e in call.cloud.find(DEFINITION) if e.name.casefold() == name), None)
    if entry is None:
        raise Refused(
            404,
            "RoleDefinitionDoesNotExist",
            f"The specified role definition with ID '{name}' does not exist.",
        )
    return Done(call.cloud.shown(entry))


def _built_in(
    scope: str, id: str, name: str, actions: tuple[str, ...], without: tuple[str, ...]
) -> dict[str, Any]:
    parts = segments(scope)
    inside = len(parts) > 1 and parts[0].casefold() == "subscriptions"
    root = f"/subscriptions/{parts[1]}" if inside else ""
    return {
        "id": f"{root}/providers/{DEFINITION}/{id}",
        "type": DEFINITION,
        "name": id,
        "properties": {
            "roleName": name,
            "type": "BuiltInRole",
            "description": "",
            "assignableScopes": ["/"],
            "permissions": [
                {
                    "actions": list(actions),
                    "notActions": list(without),
                    "dataActions": [],
                    "notDataActions": [],
                }
            ],
        },
    }


def complete_definition(change: Change) -> Document:
    return {**change.body, "properties": {**change.properties, "type": "CustomRole"}}


TYPES = (
    ResourceType(
        name=ASSIGNMENT,
        scope=Scope.ANY,
        located=False,
        stateful=False,
        complete=complete_assignment,
    ),
    ResourceType(
        name=DEFINITION,
        scope=Scope.ANY,
        located=False,
        stateful=False,
        complete=complete_definition,
    ),
)
ROUTES = (
    Route("GET", f"/{{scope}}/providers/{DEFINITION}", definitions),
    Route("GET", f"/{{scope}}/providers/{DEFINITION}/{{roleDefinitionId}}", definition),
)
