"""Functions that do not evaluate all that they are given: conditions and lambdas.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-logical
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-lambda
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cmp_to_key
from typing import TypeAlias

from sandbox.azure.templates.faults import FUNCTION_HELP, ExpressionFault
from sandbox.azure.templates.functions.entry import array, boolean, mapping, text
from sandbox.azure.templates.scope import Scope
from sandbox.azure.templates.syntax import Call, Literal, Node
from sandbox.azure.templates.values import Json, as_text

Evaluate: TypeAlias = Callable[[Node, Scope], Json]
Lazy: TypeAlias = Callable[[Call, Scope, Evaluate], Json]


def if_(call: Call, scope: Scope, evaluate: Evaluate) -> Json:
    """Only the branch that is taken is evaluated."""
    condition, yes, no = _arguments(call, 3)
    chosen = yes if boolean("if", evaluate(condition, scope)) else no
    return evaluate(chosen, scope)


def and_(call: Call, scope: Scope, evaluate: Evaluate) -> Json:
    return all(boolean("and", evaluate(each, scope)) for each in _at_least(call, 2))


def or_(call: Call, scope: Scope, evaluate: Evaluate) -> Json:
    return any(boolean("or", evaluate(each, scope)) for each in _at_least(call, 2))


def coalesce(call: Call, scope: Scope, evaluate: Evaluate) -> Json:
    """The first that is not null."""
    for each in _at_least(call, 1):
        value = evaluate(each, scope)
        if value is not None:
            return value
    return None


def filter_(call: Call, scope: Scope, evaluate: Evaluate) -> Json:
    items, keep = _array_and_lambda(call, scope, evaluate)
    return [item for at, item in enumerate(items) if boolean("filter", keep(item, at))]


def map_(call: Call, scope: Scope, evaluate: Evaluate) -> Json:
    items, made = _array_and_lambda(call, scope, evaluate)
    return [made(item, at) for at, item in enumerate(items)]


def sort(call: Call, scope: Scope, evaluate: Evaluate) -> Json:
    """The lambda says whether its first comes before its second; equal ones keep their order."""
    items, before = _array_and_lambda(call, scope, evaluate)

    def compared(one: Json, other: Json) -> int:
        if boolean("sort", before(one, other)):
            return -1
        return 1 if boolean("sort", before(other, one)) else 0

    return sorted(items, key=cmp_to_key(compared))


def reduce(call: Call, scope: Scope, evaluate: Evaluate) -> Json:
    items, start, combined = _arguments(call, 3)
    step = _lambda("reduce", combined, scope, evaluate)
    total = evaluate(start, scope)
    for at, item in enumerate(array("reduce", evaluate(items, scope))):
        total = step(total, item, at)
    return total


def to_object(call: Call, scope: Scope, evaluate: Evaluate) -> Json:
    given = call.arguments
    if len(given) not in (2, 3):
        raise _wrong_count(call, "2 or 3")
    key = _lambda("toObject", given[1], scope, evaluate)
    value = _lambda("toObject", given[2], scope, evaluate) if len(given) == 3 else _itself
    items = array("toObject", evaluate(given[0], scope))
    return {text("toObject", key(item)): value(item) for item in items}


def group_by(call: Call, scope: Scope, evaluate: Evaluate) -> Json:
    items, key = _array_and_lambda(call, scope, evaluate)
    groups: dict[str, list[Json]] = {}
    for item in items:
        groups.setdefault(as_text(key(item)), []).append(item)
    return groups


def map_values(call: Call, scope: Scope, evaluate: Evaluate) -> Json:
    given, made = _arguments(call, 2)
    step = _lambda("mapValues", made, scope, evaluate)
    held = mapping("mapValues", evaluate(given, scope))
    return {name: step(value) for name, value in held.items()}


def lambda_variables(call: Call, scope: Scope, evaluate: Evaluate) -> Json:
    (given,) = _arguments(call, 1)
    name = text("lambdaVariables", evaluate(given, scope))
    if name not in scope.lambdas:
        raise ExpressionFault(f"The lambda variable '{name}' is not found. {FUNCTION_HELP}")
    return scope.lambdas[name]


def lambda_(call: Call, scope: Scope, evaluate: Evaluate) -> Json:  # noqa: ARG001 - one form of all
    raise ExpressionFault(
        "The template function 'lambda' is not expected at this location: it can only be given to "
        f"filter, groupBy, map, mapValues, reduce, sort and toObject. {FUNCTION_HELP}"
    )


def _array_and_lambda(
    call: Call, scope: Scope, evaluate: Evaluate
) -> tuple[list[Json], Callable[..., Json]]:
    items, made = _arguments(call, 2)
    step = _lambda(call.name, made, scope, evaluate)
    return array(call.name, evaluate(items, scope)), step


def _lambda(name: str, node: Node, scope: Scope, evaluate: Evaluate) -> Callable[..., Json]:
    """A Python function of the lambda; values beyond its variables are left out."""
    if not isinstance(node, Call) or node.name.lower() != "lambda" or not node.arguments:
        raise ExpressionFault(
            f"The template language function '{name}' expects a lambda. {FUNCTION_HELP}"
        )
    *named, body = node.arguments
    variables = [each.value for each in named if isinstance(each, Literal)]

    def step(*values: Json) -> Json:
        bound = {str(key): value for key, value in zip(variables, values, strict=False)}
        return evaluate(body, scope.binding(bound))

    return step


def _itself(item: Json) -> Json:
    return item


def _arguments(call: Call, count: int) -> tuple[Node, ...]:
    if len(call.arguments) != count:
        raise _wrong_count(call, str(count))
    return call.arguments


def _at_least(call: Call, count: int) -> tuple[Node, ...]:
    if len(call.arguments) < count:
        raise _wrong_count(call, f"at least {count}")
    return call.arguments


def _wrong_count(call: Call, wanted: str) -> ExpressionFault:
    return ExpressionFault(
        f"Unable to evaluate the template language function '{call.name}': it requires {wanted} "
        f"argument(s) while '{len(call.arguments)}' were provided. {FUNCTION_HELP}"
    )


LAZY: Mapping[str, Lazy] = {
    "and": and_,
    "coalesce": coalesce,
    "filter": filter_,
    "groupby": group_by,
    "if": if_,
    "lambda": lambda_,
    "lambdavariables": lambda_variables,
    "map": map_,
    "mapvalues": map_values,
    "or": or_,
    "reduce": reduce,
    "sort": sort,
    "toobject": to_object,
}
