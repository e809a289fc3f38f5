"""Policy definitions and assignments; of their effects deny alone is imitated."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from sandbox.azure.contract import Change, Reference, ResourceType, Scope
from sandbox.azure.documents import Document, every
from sandbox.azure.entry import Entry
from sandbox.azure.ids import ResourceId, key_of
from sandbox.azure.refusal import Refused, bad_request

DEFINITION = "Microsoft.Authorization/policyDefinitions"
ASSIGNMENT = "Microsoft.Authorization/policyAssignments"
PARAMETER = re.compile(r"\[\s*parameters\(\s*'([^']+)'\s*\)\s*\]", re.IGNORECASE)
TAG = re.compile(r"tags(?:\['?([^'\]]+)'?\]|\.(.+))", re.IGNORECASE)


def compliant(change: Change, type: ResourceType) -> None:
    """A rule: 403 where an assignment above denies the resource as it will be."""
    if not type.located:
        return
    for assignment in change.cloud.find(ASSIGNMENT):
        scope = assignment.id.scope.casefold()
        if not change.id.key.startswith(f"{scope}/") or _excluded(change, assignment):
            continue
        definition = change.cloud.get(str(assignment.properties.get("policyDefinitionId", "")))
        if definition is not None and _denies(change, type, assignment, definition):
            raise _disallowed(change, assignment, definition)


def _excluded(change: Change, assignment: Entry) -> bool:
    scopes = assignment.properties.get("notScopes") or ()
    if str(assignment.properties.get("enforcementMode")).casefold() == "donotenforce":
        return True
    return any(change.id.key.startswith(key_of(str(scope))) for scope in scopes)


def _denies(change: Change, type: ResourceType, assignment: Entry, definition: Entry) -> bool:
    given = {
        **{
            name: said.get("defaultValue")
            for name, said in (definition.properties.get("parameters") or {}).items()
        },
        **{
            name: said.get("value")
            for name, said in (assignment.properties.get("parameters") or {}).items()
        },
    }
    rule = _filled(definition.properties.get("policyRule") or {}, given)
    effect = str((rule.get("then") or {}).get("effect", "")).casefold()
    resource = {**change.body, "type": type.name, "name": change.id.name, "id": change.id.text}
    return effect == "deny" and holds(rule.get("if") or {}, resource)


def _filled(value: Any, given: Mapping[str, Any]) -> Any:
    """With parameters in their places."""
    if isinstance(value, str) and (match := PARAMETER.fullmatch(value)):
        return given.get(match.group(1))
    if isinstance(value, Mapping):
        return {name: _filled(item, given) for name, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, given) for item in value]
    return value


def holds(condition: Mapping[str, Any], resource: Document) -> bool:
    """Whether a condition of a policy rule is true of a resource."""
    if "allOf" in condition:
        return all(holds(one, resource) for one in condition["allOf"])
    if "anyOf" in condition:
        return any(holds(one, resource) for one in condition["anyOf"])
    if "not" in condition:
        return not holds(condition["not"], resource)
    values = _field(str(condition.get("field", "")), resource)
    sign = next((name for name in condition if name in SIGNS), "")
    if not sign:
        raise bad_request(
            "NotEmulated", f"the sandbox cannot imitate a policy condition with {sorted(condition)}"
        )
    return bool(SIGNS[sign](values, condition[sign]))


def _field(field: str, resource: Document) -> list[Any]:
    """All values of a field; an alias (``Microsoft.X/type/a.b[*].c``) means properties."""
    if match := TAG.fullmatch(field):
        name = (match.group(1) or match.group(2)).casefold()
        tags = resource.get("tags") or {}
        return [value for key, value in tags.items() if str(key).casefold() == name]
    if "/" in field:
        path = field[len(resource["type"]) + 1 :].replace("[*]", "[]")
        if not field.casefold().startswith(f"{str(resource['type']).casefold()}/"):
            return []
        if path.startswith("sku."):
            return list(every(resource, path))
        return list(every(resource, f"properties.{path}"))
    return [resource[field]] if field in resource else []


def _same(one: Any, other: Any) -> bool:
    return str(one).casefold() == str(other).casefold()


def _like(one: Any, pattern: Any) -> bool:
    return fnmatchcase(str(one).casefold(), str(pattern).casefold())


SIGNS: dict[str, Any] = {
    "equals": lambda values, wanted: any(_same(v, wanted) for v in values),
    "notEquals": lambda values, wanted: not any(_same(v, wanted) for v in values),
    "in": lambda values, wanted: any(_same(v, w) for v in values for w in wanted or ()),
    "notIn": lambda values, wanted: not any(_same(v, w) for v in values for w in wanted or ()),
    "like": lambda values, wanted: any(_like(v, wanted) for v in values),
    "notLike": lambda values, wanted: not any(_like(v, wanted) for v in values),
    "contains": lambda values, wanted: any(
        str(wanted).casefold() in str(v).casefold() for v in values
    ),
    "exists": lambda values, wanted: bool(values) == (str(wanted).casefold() == "true"),
    "greater": lambda values, wanted: any(v > wanted for v in values),
    "less": lambda values, wanted: any(v < wanted for v in values),
}


def _disallowed(change: Change, assignment: Entry, definition: Entry) -> Refused:
    named = [
        {
            "policyAssignment": {
                "name": assignment.properties.get("displayName") or assignment.name,
                "id": assignment.id.text,
            },
            "policyDefinition": {
                "name": definition.properties.get("displayName") or definition.name,
                "id": definition.id.text,
            },
        }
    ]
    return Refused(
        403,
        "RequestDisallowedByPolicy",
        f"Resource '{change.id.name}' was disallowed by policy. Policy identifiers: "
        f"'{json.dumps(named)}'.",
        target=change.id.name,
    )


def complete_definition(change: Change) -> Document:
    if not isinstance(change.properties.get("policyRule"), Mapping):
        raise bad_request("InvalidPolicyRule", "properties.policyRule is required.")
    return {
        **change.body,
        "properties": {"policyType": "Custom", "mode": "All", **change.properties},
    }


def definition_missing(id: ResourceId, _: str) -> Refused:
    return Refused(
        404,
        "PolicyDefinitionNotFound",
        f"The policy definition specified in policy assignment '{id.name}' is out of scope or "
        "does not exist.",
    )


def complete_assignment(change: Change) -> Document:
    if not change.properties.get("policyDefinitionId"):
        raise definition_missing(change.id, "")
    properties = {"enforcementMode": "Default", **change.properties, "scope": change.id.scope}
    return {**change.body, "properties": properties}


def definition_in_use(entry: Entry, by: Entry) -> Refused:
    return Refused(
        400,
        "PolicyDefinitionHasAssignments",
        f"The policy definition '{entry.name}' cannot be deleted: {by.id.text} uses it.",
    )


TYPES = (
    ResourceType(
        name=DEFINITION,
        scope=Scope.SUBSCRIPTION,
        located=False,
        stateful=False,
        complete=complete_definition,
        in_use=definition_in_use,
    ),
    ResourceType(
        name=ASSIGNMENT,
        scope=Scope.ANY,
        located=False,
        stateful=False,
        complete=complete_assignment,
        references=(
            Reference(
                "properties.policyDefinitionId",
                DEFINITION,
                same_region=False,
                missing=definition_missing,
            ),
        ),
    ),
)
