"""Numeric functions. Division and remainder cut towards zero, as .NET does.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-numeric
"""

from __future__ import annotations

from sandbox.azure.templates.faults import ExpressionFault
from sandbox.azure.templates.functions.entry import Function, integer, text
from sandbox.azure.templates.scope import Scope
from sandbox.azure.templates.values import Json

NO_LOOP = (
    "The template function 'copyIndex' is not expected at this location. The function can only "
    "be used in a resource with copy specified. Please see https://aka.ms/arm-copy for usage "
    "details."
)


def add(one: Json, other: Json) -> Json:
    return integer("add", one) + integer("add", other)


def sub(one: Json, other: Json) -> Json:
    return integer("sub", one) - integer("sub", other)


def mul(one: Json, other: Json) -> Json:
    return integer("mul", one) * integer("mul", other)


def div(one: Json, other: Json) -> Json:
    by = _not_zero("div", other)
    whole = abs(integer("div", one)) // abs(by)
    return whole if (one < 0) == (by < 0) else -whole


def mod(one: Json, other: Json) -> Json:
    by = _not_zero("mod", other)
    rest = abs(integer("mod", one)) % abs(by)
    return -rest if one < 0 else rest


def _not_zero(name: str, value: Json) -> int:
    by = integer(name, value)
    if by == 0:
        raise ExpressionFault(
            f"Unable to evaluate template language function '{name}': attempted to divide by zero."
        )
    return by


def to_int(value: Json) -> Json:
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            raise ExpressionFault(
                "The template language function 'int' cannot convert provided value "
                f"'{value}' to integer value."
            ) from None
    return int(value) if isinstance(value, float) else integer("int", value)


def to_float(value: Json) -> Json:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    try:
        return float(text("float", value))
    except ValueError:
        raise ExpressionFault(
            f"The template language function 'float' cannot convert provided value '{value}'."
        ) from None


def copy_index(scope: Scope, *given: Json) -> Json:
    """``copyIndex([loop], [offset])``: the turn, from zero, of the loop that it stands in."""
    named = [value for value in given if isinstance(value, str)]
    offsets = [integer("copyIndex", value) for value in given if not isinstance(value, str)]
    name = named[0] if named else scope.default_loop
    if name is None:
        raise ExpressionFault(NO_LOOP)
    for loop in reversed(scope.loops):
        if loop.name.lower() == name.lower():
            return loop.index + sum(offsets)
    if not scope.loops:
        raise ExpressionFault(NO_LOOP)
    raise ExpressionFault(
        f"The provided copy name '{name}' doesn't exist in the resource. "
        "Please see https://aka.ms/arm-copy for usage details."
    )


FUNCTIONS = {
    "add": Function(add, 2, 2),
    "copyindex": Function(copy_index, 0, 2, scoped=True),
    "div": Function(div, 2, 2),
    "float": Function(to_float, 1, 1),
    "int": Function(to_int, 1, 1),
    "mod": Function(mod, 2, 2),
    "mul": Function(mul, 2, 2),
    "sub": Function(sub, 2, 2),
}
