"""What a parameter's declaration demands of its value.

https://learn.microsoft.com/azure/azure-resource-manager/templates/parameters
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.azure.templates.faults import PARAMETER_HELP, Path, TemplateFault, refused
from sandbox.azure.templates.source import Source
from sandbox.azure.templates.types import EXPECTED, fits, resolved_type
from sandbox.azure.templates.values import Json, as_text, same, type_name


def check(
    name: str,
    value: Json,
    declared: Mapping[str, Any],
    definitions: Mapping[str, Any],
    source: Source,
) -> None:
    """Raises TemplateFault. A nullable parameter may be null."""
    type_ = str(declared.get("type", "")).lower()
    path: Path = ("parameters", name)
    if type_ not in EXPECTED:
        raise refused(
            f"The template parameter '{name}' {source.at(path)} is not valid: the type "
            f"'{declared.get('type', '')}' is not supported.",
            (*path, "type"),
        )
    if value is None and declared.get("nullable") is True:
        return
    if not fits(type_, value):
        raise _not_valid(
            name,
            f"Expected a value of type '{EXPECTED[type_]}', but received a value of type "
            f"'{type_name(value)}'.",
        )
    _allowed(name, value, declared, source)
    _bounds(name, value, declared)
    _parts(name, value, declared, definitions, source)


def _not_valid(name: str, why: str) -> TemplateFault:
    return refused(
        f"The provided value for the template parameter '{name}' is not valid. {why} "
        f"{PARAMETER_HELP}",
        ("parameters", name),
    )


def _allowed(name: str, value: Json, declared: Mapping[str, Any], source: Source) -> None:
    """An array may hold several of the allowed values."""
    allowed = declared.get("allowedValues")
    if not isinstance(allowed, list):
        return
    given = value if isinstance(value, list) else [value]
    whole = any(same(value, one) for one in allowed)
    if whole or all(any(same(item, one) for one in allowed) for item in given):
        return
    path = ("parameters", name)
    raise refused(
        f"The provided value for the template parameter '{name}' {source.at(path)} is not valid. "
        "The parameter value is not part of the allowed value(s): "
        f"'{','.join(as_text(one) for one in allowed)}'.",
        path,
    )


def _bounds(name: str, value: Json, declared: Mapping[str, Any]) -> None:
    measured, least, most, what = value, "minValue", "maxValue", "The value"
    if isinstance(value, (str, list)):
        measured, least, most = len(value), "minLength", "maxLength"
        what = "Length of the value"
    if isinstance(measured, bool) or not isinstance(measured, (int, float)):
        return
    if least in declared and measured < declared[least]:
        raise _not_valid(name, f"{what} should be greater than or equal to '{declared[least]}'.")
    if most in declared and measured > declared[most]:
        raise _not_valid(name, f"{what} should be less than or equal to '{declared[most]}'.")


def _parts(
    name: str,
    value: Json,
    declared: Mapping[str, Any],
    definitions: Mapping[str, Any],
    source: Source,
) -> None:
    """The properties and items of types that say what they are made of."""
    if isinstance(value, list) and isinstance(declared.get("items"), Mapping):
        inner = resolved_type(declared["items"], definitions)
        for at, item in enumerate(value):
            check(f"{name}[{at}]", item, inner, definitions, source)
    if isinstance(value, Mapping):
        for key, one in (declared.get("properties") or {}).items():
            inner = resolved_type(one, definitions)
            check(f"{name}.{key}", value.get(key), inner, definitions, source)
