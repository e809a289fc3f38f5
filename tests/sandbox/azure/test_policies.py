"""Policies: their conditions, parameters, sets, exceptions, and what they say no with."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.arm import GROUP, HERE, NETWORK, Arm
from sandbox.azure.authorization.conditions import Subject, holds
from sandbox.azure.authorization.policies import DEFINITION
from sandbox.azure.refusal import Refused
from sandbox.azure.templates.place import Level, Place
from sandbox.azure.templates.scope import Given, Scope, Setting

AUTHORIZATION = "/providers/Microsoft.Authorization"
LOCATIONS = f"{AUTHORIZATION}/policyDefinitions/e56962a6-4747-49cd-b67b-bf8b01975c4c"
TAGGED = f"{AUTHORIZATION}/policyDefinitions/871b6d14-10aa-478d-b590-94f262ecfa99"
IP = f"{NETWORK}/publicIPAddresses/ip"
TYPE = "Microsoft.Network/networkSecurityGroups"

RESOURCE: dict[str, Any] = {
    "type": TYPE,
    "name": "web-01",
    "location": "eastus",
    "tags": {"Owner": "ann", "cost": "12"},
    "sku": {"name": "Standard"},
    "properties": {
        "count": 3,
        "mode": "On",
        "rules": [{"name": "a", "port": 22}, {"name": "b", "port": 443}],
        "empty": [],
    },
}


def true(condition: dict[str, Any], **parameters: Any) -> bool:
    setting = Setting(Place(Level.SUBSCRIPTION, "s"))
    return holds(condition, Subject(RESOURCE, Scope(setting, Given("parameter", parameters))))


def alias(path: str, **test: Any) -> dict[str, Any]:
    return {"field": f"{TYPE}/{path}", **test}


@pytest.mark.parametrize(
    "condition",
    [
        {"field": "location", "equals": "EastUS"},
        {"field": "location", "notEquals": "westus"},
        {"field": "type", "in": [TYPE.upper(), "other"]},
        {"field": "name", "like": "web-*"},
        {"field": "name", "match": "web-##"},
        {"field": "name", "matchInsensitively": "WEB-##"},
        {"field": "name", "notMatch": "app-##"},
        {"field": "name", "contains": "EB-"},
        {"field": "tags", "containsKey": "owner"},
        {"field": "tags", "notContainsKey": "other"},
        {"field": "tags.owner", "equals": "ANN"},
        {"field": "tags['owner']", "exists": "true"},
        {"field": "[concat('tags[', parameters('tag'), ']')]", "exists": True},
        {"field": "tags['none']", "exists": False},
        {"field": "tags['none']", "notIn": ["x"]},
        alias("count", greater=2),
        alias("count", greaterOrEquals=3),
        alias("count", less=4),
        alias("count", lessOrEquals=3),
        alias("mode", equals="on"),
        alias("sku.name", equals="standard"),
        alias("rules[*].port", less=1000),
        alias("empty[*].port", equals=1),
        {"value": "[toLower(parameters('tag'))]", "equals": "owner"},
        {"count": {"field": f"{TYPE}/rules[*]"}, "equals": 2},
        {
            "count": {
                "field": f"{TYPE}/rules[*]",
                "where": {"field": f"{TYPE}/rules[*].port", "equals": 22},
            },
            "equals": 1,
        },
        {
            "count": {
                "value": [22, 80],
                "name": "p",
                "where": {"value": "[current('p')]", "less": 50},
            },
            "equals": 1,
        },
        {"not": {"anyOf": [{"field": "location", "equals": "x"}, alias("count", less=1)]}},
        {"allOf": [{"field": "name", "exists": "true"}, alias("none", exists="false")]},
        {"value": "[ipRangeContains('10.0.0.0/8', '10.1.0.0/16')]", "equals": True},
    ],
)
def test_conditions(condition: dict[str, Any]) -> None:
    assert true(condition, tag="Owner")
    assert not true({"not": condition}, tag="Owner")


@pytest.mark.parametrize(
    "condition",
    [
        {"field": "location"},
        {"equals": 1},
        {"field": "a", "sounds": "b"},
        {"value": "[no()]", "equals": 1},
    ],
)
def test_what_is_no_condition(condition: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        true(condition)


def assign(arm: Arm, definition: str, scope: str = GROUP, **properties: Any) -> None:
    body = {"properties": {"policyDefinitionId": definition, **properties}}
    arm.done("PUT", f"{scope}{AUTHORIZATION}/policyAssignments/a", body)


def allowed(*locations: str) -> dict[str, Any]:
    return {"listOfAllowedLocations": {"value": list(locations)}}


def address(location: str, **more: Any) -> dict[str, Any]:
    return {"location": location, "properties": {}, **more}


def test_a_built_in_definition() -> None:
    arm = Arm()
    assert arm.done("GET", LOCATIONS)["properties"]["policyType"] == "BuiltIn"
    listed = arm.done("GET", f"{HERE}{AUTHORIZATION}/policyDefinitions")["value"]
    assert LOCATIONS in {one["id"] for one in listed}
    assign(arm, LOCATIONS, parameters=allowed("westeurope"), displayName="Only there")
    answer = arm.ask("PUT", IP, address("eastus"))
    assert answer.status == 403
    error = answer.body["error"]
    assert error["code"] == "RequestDisallowedByPolicy"
    assert error["target"] == "ip"
    assert "'ip' was disallowed by policy" in error["message"]
    (told,) = error["additionalInfo"]
    assert told["type"] == "PolicyViolation"
    assert told["info"]["policyAssignmentDisplayName"] == "Only there"
    arm.done("PUT", IP, address("westeurope"))


def test_what_is_there_already_is_asked_again_when_it_is_written() -> None:
    arm = Arm()
    arm.done("PUT", IP, address("eastus"))
    assign(arm, TAGGED, HERE, parameters={"tagName": {"value": "owner"}})
    tags = {"tags": {"Owner": "ann"}}
    assert arm.refused("PATCH", IP, {"tags": {"other": "x"}})[1] == "RequestDisallowedByPolicy"
    arm.done("PATCH", IP, tags)
    arm.done("GET", IP)
    arm.done("DELETE", IP)


def test_exceptions_and_assignments_that_only_look_on() -> None:
    arm = Arm()
    assign(arm, LOCATIONS, HERE, parameters=allowed("westeurope"), notScopes=[GROUP])
    arm.done("PUT", IP, address("eastus"))
    assign(arm, LOCATIONS, HERE, parameters=allowed("westeurope"), enforcementMode="DoNotEnforce")
    arm.done("PUT", f"{HERE}/resourceGroups/other", {"location": "eastus"})


def test_a_set_hands_its_parameters_on() -> None:
    arm = Arm()
    sets = f"{HERE}{AUTHORIZATION}/policySetDefinitions/ours"
    member = {
        "policyDefinitionId": TAGGED,
        "policyDefinitionReferenceId": "tagged",
        "parameters": {"tagName": {"value": "[parameters('tag')]"}},
    }
    properties = {"parameters": {"tag": {"type": "String"}}, "policyDefinitions": [member]}
    arm.done("PUT", sets, {"properties": properties})
    assign(arm, sets, parameters={"tag": {"value": "team"}})
    assert arm.refused("PUT", IP, address("eastus"))[1] == "RequestDisallowedByPolicy"
    arm.done("PUT", IP, address("eastus", tags={"team": "x"}))


def test_parameters_of_an_assignment() -> None:
    arm = Arm()
    where = f"{GROUP}{AUTHORIZATION}/policyAssignments/a"
    body: dict[str, Any] = {"properties": {"policyDefinitionId": LOCATIONS}}
    assert arm.refused("PUT", where, body) == (400, "MissingPolicyParameter")
    body["properties"]["parameters"] = {**allowed("eastus"), "other": {"value": 1}}
    assert arm.refused("PUT", where, body) == (400, "UndefinedPolicyParameter")


def test_an_effect_by_parameter_and_a_definition_in_use() -> None:
    arm = Arm()
    rule = {
        "if": {"field": "type", "equals": "Microsoft.Network/publicIPAddresses"},
        "then": {"effect": "[parameters('effect')]"},
    }
    declared = {"effect": {"type": "String", "defaultValue": "Audit"}}
    definition = f"{HERE}/providers/{DEFINITION}/ours"
    arm.done("PUT", definition, {"properties": {"policyRule": rule, "parameters": declared}})
    assign(arm, definition)
    arm.done("PUT", IP, address("eastus"))
    assign(arm, definition, parameters={"effect": {"value": "Deny"}})
    assert arm.refused("PUT", IP, address("eastus"))[1] == "RequestDisallowedByPolicy"
    assert arm.refused("DELETE", definition) == (400, "PolicyDefinitionHasAssignments")
