"""The value of an expression, and of every value of a template that may hold one.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from sandbox.azure.templates.faults import FUNCTION_HELP, ExpressionFault, Path
from sandbox.azure.templates.functions.entry import counted
from sandbox.azure.templates.functions.lazy import LAZY
from sandbox.azure.templates.functions.resources import listed
from sandbox.azure.templates.functions.table import TABLE
from sandbox.azure.templates.parser import expression_in, parse, plain
from sandbox.azure.templates.scope import Given, Scope
from sandbox.azure.templates.syntax import Call, Index, Literal, Member, Node
from sandbox.azure.templates.values import Json, element_of, property_of

Said: TypeAlias = Callable[[str, Scope], Json]
"""What becomes of one string of a template: its value, or something that stands for it."""

SYSTEM = "sys"
"""The namespace of the built-in functions, which may be written out."""


def evaluate(node: Node, scope: Scope) -> Json:
    """Raises ExpressionFault; NeedsRuntime where a running deployment is asked and none is."""
    match node:
        case Literal():
            return node.value
        case Member():
            return property_of(evaluate(node.target, scope), node.name)
        case Index():
            return element_of(evaluate(node.target, scope), evaluate(node.key, scope))
        case Call():
            return _called(node, scope)


def said(text: str, scope: Scope) -> Json:
    """The value of one string of a template."""
    source = expression_in(text)
    return plain(text) if source is None else evaluate(parse(source), scope)


def resolve(value: Json, scope: Scope, path: Path = (), how: Said = said) -> Json:
    """A value with every expression in it evaluated, keys included. Raises ExpressionFault
    with the path of the innermost value that failed."""
    match value:
        case str():
            return told(value, scope, path, how)
        case list():
            return [resolve(item, scope, (*path, at), how) for at, item in enumerate(value)]
        case Mapping():
            return {
                told(key, scope, (*path, key), said): resolve(item, scope, (*path, key), how)
                for key, item in value.items()
            }
    return value


def told(text: str, scope: Scope, path: Path, how: Said) -> Json:
    """One string's value; a fault in it knows where it stands."""
    try:
        return how(text, scope)
    except ExpressionFault as fault:
        fault.path = fault.path or path
        raise


def _called(call: Call, scope: Scope) -> Json:
    if call.namespace and call.namespace.lower() != SYSTEM:
        return _own(call, scope)
    name = call.name.lower()
    if name in LAZY:
        return LAZY[name](call, scope, evaluate)
    if name not in TABLE and name.startswith("list"):
        return _listed(call, scope)
    if name not in TABLE:
        raise ExpressionFault(f"The template function '{call.name}' is not valid. {FUNCTION_HELP}")
    function = TABLE[name]
    counted(call.name, function, len(call.arguments))
    values = [evaluate(argument, scope) for argument in call.arguments]
    return function.call(scope, *values) if function.scoped else function.call(*values)


def _listed(call: Call, scope: Scope) -> Json:
    values = [evaluate(argument, scope) for argument in call.arguments]
    if not 2 <= len(values) <= 3:
        raise ExpressionFault(
            f"Unable to evaluate the template language function '{call.name}': it requires '2' to "
            f"'3' argument(s) while '{len(values)}' were provided. {FUNCTION_HELP}"
        )
    return listed(scope, call.name, *values)


def _own(call: Call, scope: Scope) -> Json:
    """A function of the template's own sees its parameters and nothing else.

    https://learn.microsoft.com/azure/azure-resource-manager/templates/user-defined-functions
    """
    name = f"{call.namespace}.{call.name}"
    function = scope.functions.get(name.lower())
    if function is None:
        raise ExpressionFault(f"The template function '{name}' is not valid. {FUNCTION_HELP}")
    if len(call.arguments) != len(function.parameters):
        raise ExpressionFault(
            f"The template function '{name}' expects '{len(function.parameters)}' argument(s) "
            f"while '{len(call.arguments)}' were provided. {FUNCTION_HELP}"
        )
    values = [evaluate(argument, scope) for argument in call.arguments]
    bound = dict(zip(function.parameters, values, strict=True))
    inner: Scope = replace(
        scope,
        parameters=Given("parameter", bound),
        variables=None,
        loops=(),
        default_loop=None,
        lambdas={},
        declared=(),
        runtime=None,
    )
    return resolve(function.output, inner)


def truth(value: Any, name: str) -> bool:
    """A condition, which may be written as text. Raises ExpressionFault."""
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if isinstance(value, bool):
        return value
    raise ExpressionFault(f"The {name} '{value}' is not a boolean.")
