"""Policy definitions, sets of them, and assignments; of their effects deny alone is imitated.

https://learn.microsoft.com/azure/governance/policy/concepts/effect-deny
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.azure.authorization.builtin_policies import BUILT_IN, BY_KEY
from sandbox.azure.authorization.conditions import Subject, field, holds, value_of
from sandbox.azure.contract import Call, Change, Cloud, Done, ResourceType, Route, Scope
from sandbox.azure.documents import Document, at
from sandbox.azure.entry import Entry
from sandbox.azure.ids import group_id, key_of
from sandbox.azure.refusal import Refused, bad_request
from sandbox.azure.templates.place import Level, Place
from sandbox.azure.templates.scope import Given, Setting
from sandbox.azure.templates.scope import Scope as Sight
from sandbox.azure.templates.values import Json
from sandbox.azure.templates.values import key_of as named

DEFINITION = "Microsoft.Authorization/policyDefinitions"
SET = "Microsoft.Authorization/policySetDefinitions"
ASSIGNMENT = "Microsoft.Authorization/policyAssignments"
ALIASES = {"Microsoft.Compute/virtualMachines": {"sku": ("name", "hardwareProfile.vmSize")}}
"""Aliases that name a property by another path than its own."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """One definition as an assignment applies it, with the values of its parameters."""

    assignment: Entry
    definition: Document
    given: Mapping[str, Json]
    reference: str = ""
    """What a set calls it."""


def compliant(change: Change, type: ResourceType) -> None:
    """A rule: 403 where an assignment above denies the resource as it will be."""
    assignments = change.cloud.find(ASSIGNMENT)
    if not assignments or type.namespace == "Microsoft.Authorization":
        return
    denials = [
        rule
        for assignment in assignments
        if _applies(change, assignment)
        for rule in _rules(change.cloud, assignment)
        if _looks_at(rule, type) and _denies(change, type, rule)
    ]
    if denials:
        raise _disallowed(change, denials)


def _applies(change: Change, assignment: Entry) -> bool:
    scope = assignment.id.scope.casefold()
    if not change.id.key.startswith(f"{scope}/"):
        return False
    if str(assignment.properties.get("enforcementMode")).casefold() == "donotenforce":
        return False
    excluded = assignment.properties.get("notScopes") or ()
    return not any(f"{change.id.key}/".startswith(f"{key_of(str(one))}/") for one in excluded)


def _looks_at(rule: _Rule, type: ResourceType) -> bool:
    """Mode Indexed is about what has a location and tags; All about everything, groups too."""
    indexed = str(rule.definition["properties"].get("mode", "")).casefold() == "indexed"
    return type.located and not (indexed and type.name.endswith("/resourceGroups"))


def _rules(cloud: Cloud, assignment: Entry) -> Iterator[_Rule]:
    """The definition that is assigned, or each of the set that is."""
    wanted = definition_of(cloud, str(assignment.properties.get("policyDefinitionId", "")))
    if wanted is None:
        return
    given = _values(wanted, assignment.properties.get("parameters") or {})
    members = at(wanted, "properties.policyDefinitions")
    if members is None:
        yield _Rule(assignment, wanted, given)
        return
    outside = Subject({}, Sight(Setting(Place(Level.TENANT)), Given("parameter", given)))
    for member in members:
        one = definition_of(cloud, str(member.get("policyDefinitionId", "")))
        if one is not None:
            inner = value_of(member.get("parameters") or {}, outside)
            reference = str(member.get("policyDefinitionReferenceId", ""))
            yield _Rule(assignment, one, _values(one, inner), reference)


def _values(definition: Document, given: Mapping[str, Any]) -> dict[str, Json]:
    """Defaults, with what is given laid on them."""
    values: dict[str, Json] = {}
    for name, declared in (at(definition, "properties.parameters") or {}).items():
        key = named(given, name)
        if key is not None:
            values[name] = given[key].get("value")
        elif "defaultValue" in declared:
            values[name] = declared["defaultValue"]
    return values


def definition_of(cloud: Cloud, id: str) -> Document | None:
    """A definition or a set, the service's own among them."""
    entry = cloud.get(id)
    return BY_KEY.get(key_of(id)) if entry is None else entry.document


def _denies(change: Change, type: ResourceType, rule: _Rule) -> bool:
    subject = _subject(change, type, rule)
    written = rule.definition["properties"]["policyRule"]
    effect = value_of((written.get("then") or {}).get("effect", ""), subject)
    if str(effect).casefold() != "deny":
        return False
    return holds(written.get("if") or {}, subject)


def _subject(change: Change, type: ResourceType, rule: _Rule) -> Subject:
    id = change.id
    resource = {**change.body, "type": type.name, "name": id.name, "id": id.text}
    resource["fullName"] = "/".join(id.names)
    for top, (name, path) in ALIASES.get(type.name, {}).items():
        if (value := at(resource, f"properties.{path}")) is not None:
            resource[top] = {name: value}
    group = change.cloud.get(group_id(id.subscription, id.group)) if id.group else None
    place = Place(Level.GROUP if group else Level.SUBSCRIPTION, id.subscription, id.group)
    setting = Setting(
        place,
        subscription={"id": f"/subscriptions/{id.subscription}", "subscriptionId": id.subscription},
        resource_group=group.document if group else {},
        now=change.cloud.now(),
    )
    bare = Subject(resource, Sight(setting))
    sight = Sight(
        setting,
        Given("parameter", rule.given),
        fields=lambda name: field(name, bare),
        in_default=True,
    )
    return Subject(resource, sight)


def _disallowed(change: Change, denials: list[_Rule]) -> Refused:
    told = [_told(rule) for rule in denials]
    identifiers = [
        {
            "policyAssignment": {
                "name": one["policyAssignmentDisplayName"],
                "id": one["policyAssignmentId"],
            },
            "policyDefinition": {
                "name": one["policyDefinitionDisplayName"],
                "id": one["policyDefinitionId"],
            },
        }
        for one in told
    ]
    return Disallowed(
        f"Resource '{change.id.name}' was disallowed by policy. Policy identifiers: "
        f"'{json.dumps(identifiers)}'.",
        change.id.name,
        told,
    )


class Disallowed(Refused):
    """403, with the policies that said no."""

    def __init__(self, message: str, target: str, policies: list[dict[str, Any]]) -> None:
        super().__init__(403, "RequestDisallowedByPolicy", message, target=target)
        self._policies = policies

    @property
    def error(self) -> dict[str, Any]:
        info = [{"type": "PolicyViolation", "info": one} for one in self._policies]
        return {**super().error, "additionalInfo": info}


def _told(rule: _Rule) -> dict[str, Any]:
    properties, definition = rule.assignment.properties, rule.definition
    told = {
        "policyDefinitionDisplayName": definition["properties"].get("displayName")
        or definition["name"],
        "policyDefinitionId": definition["id"],
        "policyDefinitionName": definition["name"],
        "policyDefinitionEffect": "deny",
        "policyAssignmentId": rule.assignment.id.text,
        "policyAssignmentName": rule.assignment.name,
        "policyAssignmentDisplayName": properties.get("displayName") or rule.assignment.name,
        "policyAssignmentScope": rule.assignment.id.scope,
        "policyAssignmentParameters": properties.get("parameters") or {},
    }
    if rule.reference:
        told["policyDefinitionReferenceId"] = rule.reference
        told["policySetDefinitionId"] = properties["policyDefinitionId"]
    return told


def complete_definition(change: Change) -> Document:
    rule = change.properties.get("policyRule")
    if not isinstance(rule, Mapping) or not {"if", "then"} <= {key.lower() for key in rule}:
        raise bad_request(
            "InvalidPolicyRule", "The policy rule needs an 'if' and a 'then'.", "policyRule"
        )
    return {
        **change.body,
        "properties": {"policyType": "Custom", "mode": "All", **change.properties},
    }


def complete_set(change: Change) -> Document:
    members = change.properties.get("policyDefinitions")
    if not isinstance(members, list):
        raise bad_request(
            "InvalidCreatePolicySetDefinitionRequest", "policyDefinitions is required."
        )
    for member in members:
        if definition_of(change.cloud, str(member.get("policyDefinitionId", ""))) is None:
            raise _unknown(change, "policy set")
    return {**change.body, "properties": {"policyType": "Custom", **change.properties}}


def complete_assignment(change: Change) -> Document:
    wanted = definition_of(change.cloud, str(change.properties.get("policyDefinitionId", "")))
    if wanted is None:
        raise _unknown(change, "policy assignment")
    given = change.properties.get("parameters") or {}
    _all_given(wanted, given)
    properties = {"enforcementMode": "Default", **change.properties, "scope": change.id.scope}
    return {**change.body, "properties": properties}


def _all_given(definition: Document, given: Mapping[str, Any]) -> None:
    declared = at(definition, "properties.parameters") or {}
    missing = [
        n for n, d in declared.items() if "defaultValue" not in d and named(given, n) is None
    ]
    if missing:
        raise bad_request(
            "MissingPolicyParameter",
            f"The policy assignment is missing the parameter(s) '{', '.join(missing)}' as defined "
            f"in the policy definition '{definition['name']}'.",
        )
    others = [name for name in given if named(declared, name) is None]
    if others:
        raise bad_request(
            "UndefinedPolicyParameter",
            f"The policy assignment has defined parameters '{', '.join(others)}' which are not "
            f"defined in the policy definition '{definition['name']}'.",
        )


def _unknown(change: Change, what: str) -> Refused:
    return Refused(
        404,
        "PolicyDefinitionNotFound",
        f"The policy definition specified in {what} '{change.id.name}' is out of scope or does not "
        "exist.",
    )


def unused(cloud: Cloud, entry: Entry) -> None:
    """Raises Refused where it is assigned, or in a set."""
    for other in (*cloud.find(ASSIGNMENT), *cloud.find(SET)):
        members = other.properties.get("policyDefinitions") or ()
        ids = [other.properties.get("policyDefinitionId")]
        ids += [member.get("policyDefinitionId") for member in members]
        if entry.key in {key_of(str(id)) for id in ids}:
            raise Refused(
                400,
                "PolicyDefinitionHasAssignments",
                f"The policy definition '{entry.name}' cannot be deleted: {other.id.text} uses it.",
            )


def built_in(_: Call) -> Done:
    """The service's own definitions, which are every tenant's."""
    return Done(items=BUILT_IN)


def built_in_one(call: Call) -> Done:
    found = BY_KEY.get(key_of(call.url))
    if found is None:
        raise Refused(
            404,
            "PolicyDefinitionNotFound",
            f"The policy definition '{call.path['policyDefinitionName']}' could not be found.",
        )
    return Done(found)


def every_definition(call: Call) -> Done:
    """Of a subscription: its own, and the service's."""
    own = call.cloud.find(DEFINITION, f"/subscriptions/{call.path['subscriptionId']}")
    return Done(items=(*BUILT_IN, *(call.cloud.shown(entry) for entry in own)))


TENANT = "/providers/Microsoft.Authorization/policyDefinitions"
ROUTES = (
    Route("GET", TENANT, built_in),
    Route("GET", f"{TENANT}/{{policyDefinitionName}}", built_in_one),
    Route("GET", f"/subscriptions/{{subscriptionId}}{TENANT}", every_definition),
)

TYPES = (
    ResourceType(
        name=DEFINITION,
        scope=Scope.SUBSCRIPTION,
        located=False,
        stateful=False,
        complete=complete_definition,
        guard=unused,
    ),
    ResourceType(
        name=SET,
        scope=Scope.SUBSCRIPTION,
        located=False,
        stateful=False,
        complete=complete_set,
        guard=unused,
    ),
    ResourceType(
        name=ASSIGNMENT,
        scope=Scope.ANY,
        located=False,
        stateful=False,
        complete=complete_assignment,
    ),
)
