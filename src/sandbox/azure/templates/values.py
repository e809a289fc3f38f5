"""JSON values as template expressions see them: types, properties, equality, text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from sandbox.azure.templates.faults import ExpressionFault

Json: TypeAlias = Any
"""None, bool, int, float, str, list or dict."""


def type_name(value: Json) -> str:
    """The name of a value's type in ARM's messages (Newtonsoft's names)."""
    match value:
        case None:
            return "Null"
        case bool():
            return "Boolean"
        case int():
            return "Integer"
        case float():
            return "Float"
        case str():
            return "String"
        case list() | tuple():
            return "Array"
        case _:
            return "Object"


def same(one: Json, other: Json) -> bool:
    """Deep equality, case-sensitive; a bool never equals a number.

    https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-comparison#equals
    """
    if isinstance(one, bool) != isinstance(other, bool):
        return False
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(same(a, b) for a, b in pairs)
    return bool(one == other)


def key_of(mapping: Mapping[str, Any], name: str) -> str | None:
    """The key that is ``name``, whatever its case: property names are not case-sensitive."""
    if name in mapping:
        return name
    lowered = name.lower()
    return next((key for key in mapping if key.lower() == lowered), None)


def property_of(value: Json, name: str) -> Json:
    """``value.name``. Raises ExpressionFault, naming the properties there are."""
    if not isinstance(value, Mapping):
        raise ExpressionFault(f"The language expression property '{name}' can't be evaluated.")
    key = key_of(value, name)
    if key is None:
        there = ", ".join(value)
        raise ExpressionFault(
            f"The language expression property '{name}' doesn't exist, "
            f"available properties are '{there}'."
        )
    return value[key]


def element_of(value: Json, index: Json) -> Json:
    """``value[index]``. Raises ExpressionFault."""
    if isinstance(index, str):
        return property_of(value, index)
    if not isinstance(value, list) or not isinstance(index, int) or isinstance(index, bool):
        raise ExpressionFault(f"The language expression property '{index}' can't be evaluated.")
    if not 0 <= index < len(value):
        raise ExpressionFault(
            f"The language expression property array index '{index}' is out of bounds."
        )
    return value[index]


def as_text(value: Json) -> str:
    """A value as ``string()`` writes it: True, 5, compact JSON for what is composed.

    https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string#string
    """
    match value:
        case str():
            return value
        case bool():
            return str(value)
        case None:
            return ""
        case int() | float():
            return str(value)
        case _:
            return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
