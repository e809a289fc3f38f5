"""Locks, roles and policies: what they refuse, and when they are in nobody's way."""

from __future__ import annotations

from typing import Any

from fakes.arm import GROUP, HERE, NETWORK, Arm

PIP = f"{NETWORK}/publicIPAddresses/ip"
BODY = {"location": "eastus", "properties": {}}
LOCK = "/providers/Microsoft.Authorization/locks/keep"
ASSIGN = "/providers/Microsoft.Authorization/roleAssignments/"
READER = "/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"
CONTRIBUTOR = READER.replace(
    "acdd72a7-3385-48ef-bd42-f606fba81ae7", "b24988ac-6180-42a0-ab88-20f7382dd24c"
)


def lock(level: str) -> dict[str, Any]:
    return {"properties": {"level": level}}


def test_a_lock_on_a_group_keeps_what_is_in_it() -> None:
    arm = Arm()
    arm.address("ip")
    arm.done("PUT", f"{GROUP}{LOCK}", lock("canNotDelete"))
    assert arm.refused("DELETE", PIP) == (409, "ScopeLocked")
    assert arm.refused("DELETE", GROUP) == (409, "ScopeLocked")
    arm.address("ip")  # it may be written
    arm.done("PUT", f"{GROUP}{LOCK}", lock("ReadOnly"))
    assert arm.refused("PUT", PIP, BODY) == (409, "ScopeLocked")
    arm.done("DELETE", f"{GROUP}{LOCK}")
    arm.done("DELETE", GROUP)


def test_a_lock_on_a_resource_keeps_its_group_and_goes_with_neither() -> None:
    arm = Arm()
    arm.address("ip")
    arm.done("PUT", f"{PIP}{LOCK}", lock("CanNotDelete"))
    assert arm.refused("DELETE", GROUP) == (409, "ScopeLocked")
    rows = arm.done("GET", f"{GROUP}/providers/Microsoft.Authorization/locks")["value"]
    assert [row["id"] for row in rows] == [f"{PIP}{LOCK}"]
    assert arm.refused("PUT", f"{PIP}x{LOCK}", lock("ReadOnly")) == (404, "ResourceNotFound")
    assert arm.refused("PUT", f"{PIP}{LOCK}", lock("Loose")) == (400, "LockLevelNotSupported")


def test_whoever_has_a_role_may_do_what_it_grants() -> None:
    arm = Arm(who="owner")
    arm.address("ip")
    body = {"properties": {"roleDefinitionId": READER, "principalId": "guest"}}
    arm.done("PUT", f"{GROUP}{ASSIGN}1", body)
    arm.who = "guest"
    assert arm.ask("GET", PIP).status == 200
    assert arm.refused("PUT", PIP, BODY) == (403, "AuthorizationFailed")
    assert arm.refused("GET", f"{HERE}/resources") == (403, "AuthorizationFailed")
    arm.who = "owner"
    body = {"properties": {"roleDefinitionId": CONTRIBUTOR, "principalId": "guest"}}
    arm.done("PUT", f"{HERE}{ASSIGN}2", body)
    arm.who = "guest"
    assert arm.ask("PUT", PIP, BODY).status == 200
    assert arm.refused("PUT", f"{HERE}{ASSIGN}3", body) == (403, "AuthorizationFailed")


def test_role_assignments_are_checked() -> None:
    arm = Arm()
    body = {"properties": {"roleDefinitionId": READER, "principalId": "guest"}}
    arm.done("PUT", f"{GROUP}{ASSIGN}1", body)
    assert arm.refused("PUT", f"{GROUP}{ASSIGN}2", body) == (409, "RoleAssignmentExists")
    nobody = {"properties": {"roleDefinitionId": f"{READER}0", "principalId": "guest"}}
    assert arm.refused("PUT", f"{GROUP}{ASSIGN}3", nobody) == (400, "RoleDefinitionDoesNotExist")
    url = f"{HERE}/providers/Microsoft.Authorization/roleDefinitions?$filter=roleName eq 'Reader'"
    (reader,) = arm.done("GET", url)["value"]
    assert reader["properties"]["permissions"][0]["actions"] == ["*/read"]


def test_a_policy_that_denies() -> None:
    arm = Arm()
    rule = {
        "if": {
            "allOf": [
                {"field": "type", "equals": "Microsoft.Network/publicIPAddresses"},
                {"not": {"field": "tags['owner']", "in": "[parameters('owners')]"}},
            ]
        },
        "then": {"effect": "deny"},
    }
    definition = f"{HERE}/providers/Microsoft.Authorization/policyDefinitions/owned"
    declared = {"owners": {"type": "Array"}}
    arm.done("PUT", definition, {"properties": {"policyRule": rule, "parameters": declared}})
    assignment = f"{GROUP}/providers/Microsoft.Authorization/policyAssignments/owned"
    nothing = {"properties": {"policyDefinitionId": f"{definition}s"}}
    assert arm.refused("PUT", assignment, nothing) == (404, "PolicyDefinitionNotFound")
    parameters = {"owners": {"value": ["ann", "bob"]}}
    told = {"properties": {"policyDefinitionId": definition, "parameters": parameters}}
    assert arm.ask("PUT", assignment, told).status == 201
    assert arm.refused("PUT", PIP, BODY) == (403, "RequestDisallowedByPolicy")
    assert arm.ask("PUT", PIP, {**BODY, "tags": {"Owner": "ann"}}).status == 201
    arm.network()
    assert arm.refused("DELETE", definition) == (400, "PolicyDefinitionHasAssignments")
    arm.done("DELETE", assignment)
    arm.done("PUT", PIP, BODY)
