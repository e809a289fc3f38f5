"""What must not be shown: values of secure parameters, and whatever is made from them.

https://learn.microsoft.com/azure/azure-resource-manager/templates/data-types#secure-strings-and-objects
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sandbox.azure.templates.evaluator import said
from sandbox.azure.templates.faults import ExpressionFault, NeedsRuntime
from sandbox.azure.templates.parser import expression_in, parse
from sandbox.azure.templates.scope import Scope, Values
from sandbox.azure.templates.syntax import Call, Literal, calls
from sandbox.azure.templates.values import Json, key_of

MASK = "*******"
"""What stands in a preview for a secure value."""

SECURE_TYPES = frozenset({"securestring", "secureobject"})


def secret(text: str, scope: Scope) -> bool:
    """Whether an expression reads a secure value, directly or through variables."""
    source = expression_in(text)
    if source is None:
        return False
    try:
        return any(_secret_call(call, scope) for call in calls(parse(source)))
    except ExpressionFault:
        return False  # it is no expression, and is refused for that elsewhere


def secure_texts(template: Json, given: Mapping[str, Any]) -> tuple[str, ...]:
    """The secure values that a request hands in, longest first: they must be in no message."""
    declared = template.get("parameters") if isinstance(template, Mapping) else None
    found: set[str] = set()
    for name, one in declared.items() if isinstance(declared, Mapping) else ():
        key = key_of(given, name)
        secure = isinstance(one, Mapping) and str(one.get("type", "")).lower() in SECURE_TYPES
        if secure and key is not None and isinstance(given[key], Mapping):
            found.update(_texts(given[key].get("value")))
    return tuple(sorted(found, key=len, reverse=True))


def _texts(value: Json) -> Iterator[str]:
    match value:
        case str() if value:
            yield value
        case list():
            for item in value:
                yield from _texts(item)
        case dict():
            for item in value.values():
                yield from _texts(item)


SHORT = 4
"""Characters. Shorter secrets are hidden where they stand alone: they are parts of many words."""


def cleaned(text: str, hidden: Sequence[str]) -> str:
    """A text without what must not be shown."""
    for one in hidden:
        if len(one) >= SHORT or text == one:
            text = text.replace(one, MASK)
    return text


def scrubbed(value: Json, hidden: Sequence[str]) -> Json:
    """A document with every text in it cleaned: the last net, where no expression tells."""
    if not hidden:
        return value
    match value:
        case str():
            return cleaned(value, hidden)
        case list():
            return [scrubbed(item, hidden) for item in value]
        case Mapping():
            return {key: scrubbed(item, hidden) for key, item in value.items()}
    return value


def _secret_call(call: Call, scope: Scope) -> bool:
    values = _read_by(call, scope)
    if values is None or not call.arguments:
        return False
    named = call.arguments[0]
    # A name that is worked out could be any.
    return not isinstance(named, Literal) or values.secret(str(named.value))


def _read_by(call: Call, scope: Scope) -> Values | None:
    match call.namespace, call.name.lower():
        case "", "parameters":
            return scope.parameters
        case "", "variables":
            return scope.variables
    return None


def holds_secret(value: Json, scope: Scope) -> bool:
    """Whether any expression anywhere in a value reads a secure value."""
    match value:
        case str():
            return secret(value, scope)
        case list():
            return any(holds_secret(item, scope) for item in value)
        case dict():
            return any(holds_secret(item, scope) for item in value.values())
    return False


def as_far_as_known(text: str, scope: Scope) -> Json:
    """A string's value, or its text where only a running deployment can tell."""
    try:
        return said(text, scope)
    except NeedsRuntime:
        return text


def shown(text: str, scope: Scope) -> Json:
    """The same, with a mask for what must not be shown."""
    return MASK if secret(text, scope) else as_far_as_known(text, scope)
