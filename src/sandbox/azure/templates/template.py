"""A whole template, read for one deployment.

https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sandbox.azure.templates.dependencies import in_order
from sandbox.azure.templates.faults import (
    FUNCTION_HELP,
    ExpressionFault,
    Path,
    TemplateFault,
    refused,
    unparsable,
)
from sandbox.azure.templates.outputs import Outputs
from sandbox.azure.templates.parameters import Parameters
from sandbox.azure.templates.parser import expression_in, parse
from sandbox.azure.templates.resources import Resource, declared_in
from sandbox.azure.templates.scope import Declared, Scope, Setting, UserFunction
from sandbox.azure.templates.source import Source
from sandbox.azure.templates.values import Json
from sandbox.azure.templates.variables import Variables

SECTIONS = ("parameters", "variables", "outputs", "definitions")


@dataclass(frozen=True, slots=True)
class Template:
    """``resources`` are in the order of their deployment, those with a false condition and the
    existing ones among them."""

    resources: tuple[Resource, ...]
    parameters: Parameters
    outputs: Outputs
    scope: Scope


def read(
    template: Any,
    given: Mapping[str, Any],
    setting: Setting,
    *,
    outer: Scope | None = None,
    source: Source | None = None,
) -> Template:
    """The template as it will be deployed. Raises TemplateFault.

    ``given`` are the request's parameters. ``outer`` is what the expressions of a nested
    template see where they are evaluated in the template around it: its own parameters and
    variables count for nothing then.
    """
    source = source or Source()
    _shape(template, source)
    _parses(template)
    definitions = template.get("definitions") or {}
    parameters, scope = _scope(template, given, setting, outer, source, definitions)
    resources = list(declared_in(template.get("resources"), scope, source))
    scope = replace(scope, declared=tuple(_declared(one) for one in resources))
    resources = [_seeing(one, scope) for one in resources]
    outputs = Outputs(template.get("outputs") or {}, definitions, scope, source)
    ordered = in_order(resources)
    for one in ordered:
        _bodies(one, source)
    outputs.check()
    return Template(ordered, parameters, outputs, scope)


def _scope(
    template: Mapping[str, Any],
    given: Mapping[str, Any],
    setting: Setting,
    outer: Scope | None,
    source: Source,
    definitions: Mapping[str, Any],
) -> tuple[Parameters, Scope]:
    symbolic = isinstance(template.get("resources"), Mapping)
    bare = Scope(setting, functions=_functions(template), symbolic=symbolic)
    if outer is not None:
        none = Parameters({}, {}, {}, bare)
        return none, replace(outer, setting=setting, declared=(), symbolic=symbolic)
    parameters = Parameters(template.get("parameters") or {}, given, definitions, bare, source)
    parameters.check()
    scope = replace(bare, parameters=parameters)
    variables = Variables(template.get("variables") or {}, scope)
    variables.check()
    return parameters, replace(scope, variables=variables)


def _declared(one: Resource) -> Declared:
    loop = (one.symbol or one.loop) if one.loop else ""
    return Declared(one.key, one.id, one.name, one.api_version, one.deployed, loop, one.own_name)


def _seeing(one: Resource, scope: Scope) -> Resource:
    """With the template's resources in sight, for reference()."""
    return replace(one, scope=replace(one.scope, declared=scope.declared))


def _bodies(one: Resource, source: Source) -> None:
    """Every body is worked out as far as it can be. Raises TemplateFault."""
    if not one.condition:
        return
    try:
        one.preview(masked=False)
    except ExpressionFault as fault:
        where = fault.path or one.path
        raise refused(
            f"The template resource '{one.name}' {source.at(where)} is not valid: "
            f"{fault.message}. {FUNCTION_HELP}",
            where,
        ) from None


def _shape(template: Any, source: Source) -> None:
    if not isinstance(template, Mapping):
        raise TemplateFault(
            "The request content was invalid and could not be deserialized: the template is not "
            "an object.",
            code="InvalidRequestContent",
        )
    for name in ("$schema", "contentVersion", "resources"):
        if name not in template:
            raise refused(
                f"Required property '{name}' not found in JSON. Path '' {source.at(())}.", ()
            )
    for name in SECTIONS:
        if not isinstance(template.get(name) or {}, Mapping):
            raise refused(f"The template {name} {source.at((name,))} are not valid.", (name,))


def _parses(value: Json, path: Path = ()) -> None:
    """Every expression is one, whether it will be evaluated or not. Raises TemplateFault."""
    match value:
        case str():
            expression = expression_in(value)
            try:
                if expression is not None:
                    parse(expression)
            except ExpressionFault as fault:
                raise unparsable(fault.message.removesuffix("."), path) from None
        case list():
            for at, item in enumerate(value):
                _parses(item, (*path, at))
        case Mapping():
            for key, item in value.items():
                if path or key != "metadata":
                    _parses(item, (*path, key))


def _functions(template: Mapping[str, Any]) -> dict[str, UserFunction]:
    """https://learn.microsoft.com/azure/azure-resource-manager/templates/user-defined-functions"""
    found: dict[str, UserFunction] = {}
    for one in template.get("functions") or ():
        for name, member in (one.get("members") or {}).items():
            parameters = tuple(p["name"] for p in member.get("parameters") or ())
            output = (member.get("output") or {}).get("value")
            found[f"{one.get('namespace', '')}.{name}".lower()] = UserFunction(parameters, output)
    return found
