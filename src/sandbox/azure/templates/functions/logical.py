"""Logical functions that evaluate all that they are given; the others are in ``lazy``.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-logical
"""

from __future__ import annotations

from sandbox.azure.templates.faults import ExpressionFault
from sandbox.azure.templates.functions.entry import Function, boolean, text, wrong_type
from sandbox.azure.templates.values import Json


def to_bool(value: Json) -> Json:
    """From true and false as text in any case, and from 1 and 0."""
    match value:
        case bool():
            return value
        case int():
            return value != 0
        case str() if value.lower() in ("true", "false", "1", "0"):
            return value.lower() in ("true", "1")
    raise wrong_type("bool", "String or Integer", value)


def true() -> Json:
    return True


def false() -> Json:
    return False


def not_(value: Json) -> Json:
    return not boolean("not", value)


def fail(message: Json) -> Json:
    raise ExpressionFault(text("fail", message))


FUNCTIONS = {
    "bool": Function(to_bool, 1, 1),
    "fail": Function(fail, 1, 1),
    "false": Function(false, 0, 0),
    "not": Function(not_, 1, 1),
    "true": Function(true, 0, 0),
}
