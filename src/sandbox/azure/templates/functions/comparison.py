"""Comparison functions. Strings compare as .NET's invariant culture does: letters without
regard to case first, and of two that differ in case only the lower one comes first.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-comparison
"""

from __future__ import annotations

from typing import TypeAlias

from sandbox.azure.templates.functions.entry import Function, integer, text
from sandbox.azure.templates.values import Json, same

Order: TypeAlias = tuple[int, str, str]


def equals(one: Json, other: Json) -> Json:
    return same(one, other)


def less(one: Json, other: Json) -> Json:
    first, second = _ordered("less", one, other)
    return first < second


def less_or_equals(one: Json, other: Json) -> Json:
    first, second = _ordered("lessOrEquals", one, other)
    return first <= second


def greater(one: Json, other: Json) -> Json:
    first, second = _ordered("greater", one, other)
    return first > second


def greater_or_equals(one: Json, other: Json) -> Json:
    first, second = _ordered("greaterOrEquals", one, other)
    return first >= second


def _ordered(name: str, one: Json, other: Json) -> tuple[Order, Order]:
    if isinstance(one, str):
        return _culture(one), _culture(text(name, other))
    return (integer(name, one), "", ""), (integer(name, other), "", "")


def _culture(value: str) -> Order:
    return 0, value.lower(), value.swapcase()


FUNCTIONS = {
    "equals": Function(equals, 2, 2),
    "greater": Function(greater, 2, 2),
    "greaterorequals": Function(greater_or_equals, 2, 2),
    "less": Function(less, 2, 2),
    "lessorequals": Function(less_or_equals, 2, 2),
}
