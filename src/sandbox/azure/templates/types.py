"""Types of parameters and outputs.

https://learn.microsoft.com/azure/azure-resource-manager/templates/data-types
https://learn.microsoft.com/azure/azure-resource-manager/templates/definitions
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.azure.templates.faults import ExpressionFault
from sandbox.azure.templates.values import Json, key_of

TYPE_NAMES = {
    "array": "Array",
    "bool": "Bool",
    "int": "Int",
    "object": "Object",
    "secureobject": "SecureObject",
    "securestring": "SecureString",
    "string": "String",
}
"""As deployments tell them."""

EXPECTED = {
    "array": "Array",
    "bool": "Boolean",
    "int": "Integer",
    "object": "Object",
    "secureobject": "Object",
    "securestring": "String, Uri",
    "string": "String, Uri",
}
"""As messages name them."""

DEFINITIONS = "#/definitions/"
DEEPEST = 32


def resolved_type(declared: Any, definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    """A declaration with its ``$ref`` followed; what it says itself goes before what it refers
    to. Raises ExpressionFault."""
    found = dict(declared) if isinstance(declared, Mapping) else {}
    for _ in range(DEEPEST):
        ref = found.pop("$ref", None)
        if ref is None:
            return found
        key = key_of(definitions, str(ref).removeprefix(DEFINITIONS))
        if key is None:
            raise ExpressionFault(f"The type definition '{ref}' is not found.")
        found = {**definitions[key], **found}
    raise ExpressionFault("The type definitions refer to each other in a circle.")


def fits(type_: str, value: Json) -> bool:
    """Whether a value is of a type, by its name in lower case."""
    match type_:
        case "string" | "securestring":
            return isinstance(value, str)
        case "int":
            whole = isinstance(value, float) and value.is_integer()
            return whole or (isinstance(value, int) and not isinstance(value, bool))
        case "bool":
            return isinstance(value, bool)
        case "array":
            return isinstance(value, list)
        case "object" | "secureobject":
            return isinstance(value, Mapping)
    return True
