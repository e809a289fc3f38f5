"""Built-in policy definitions that people assign most, with the ids they have everywhere.

https://learn.microsoft.com/azure/governance/policy/samples/built-in-policies
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.azure.documents import Document

PREFIX = "/providers/Microsoft.Authorization/policyDefinitions/"
ARRAY, TEXT = "Array", "String"


def _definition(
    name: str, title: str, parameters: Mapping[str, str], condition: Any, mode: str = "Indexed"
) -> Document:
    declared = {key: {"type": type_} for key, type_ in parameters.items()}
    return {
        "id": f"{PREFIX}{name}",
        "name": name,
        "type": "Microsoft.Authorization/policyDefinitions",
        "properties": {
            "displayName": title,
            "policyType": "BuiltIn",
            "mode": mode,
            "parameters": declared,
            "policyRule": {"if": condition, "then": {"effect": "deny"}},
        },
    }


def _given(name: str) -> str:
    return f"[parameters('{name}')]"


TAG = "[concat('tags[', parameters('tagName'), ']')]"
MACHINE = "Microsoft.Compute/virtualMachines"

BUILT_IN = (
    _definition(
        "e56962a6-4747-49cd-b67b-bf8b01975c4c",
        "Allowed locations",
        {"listOfAllowedLocations": ARRAY},
        {
            "allOf": [
                {"field": "location", "notIn": _given("listOfAllowedLocations")},
                {"field": "location", "notEquals": "global"},
            ]
        },
    ),
    _definition(
        "a08ec900-254a-4555-9bf5-e42af04b5c5c",
        "Allowed resource types",
        {"listOfResourceTypesAllowed": ARRAY},
        {"not": {"field": "type", "in": _given("listOfResourceTypesAllowed")}},
    ),
    _definition(
        "6c112d4e-5bc7-47ae-a041-ea2d9dccd749",
        "Not allowed resource types",
        {"listOfResourceTypesNotAllowed": ARRAY},
        {"field": "type", "in": _given("listOfResourceTypesNotAllowed")},
        mode="All",
    ),
    _definition(
        "871b6d14-10aa-478d-b590-94f262ecfa99",
        "Require a tag on resources",
        {"tagName": TEXT},
        {"field": TAG, "exists": "false"},
    ),
    _definition(
        "1e30110a-5ceb-460c-a204-c1c3969c6d62",
        "Require a tag and its value on resources",
        {"tagName": TEXT, "tagValue": TEXT},
        {"not": {"field": TAG, "equals": _given("tagValue")}},
    ),
    _definition(
        "cccc23c7-8427-4f53-ad12-b6a63eb452b3",
        "Allowed virtual machine size SKUs",
        {"listOfAllowedSKUs": ARRAY},
        {
            "allOf": [
                {"field": "type", "equals": MACHINE},
                {"not": {"field": f"{MACHINE}/sku.name", "in": _given("listOfAllowedSKUs")}},
            ]
        },
    ),
)

BY_KEY: Mapping[str, Document] = {str(one["id"]).casefold(): one for one in BUILT_IN}
