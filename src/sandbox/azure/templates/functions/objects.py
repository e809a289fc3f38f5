"""Object functions.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-object
"""

from __future__ import annotations

from sandbox.azure.lenient import loads
from sandbox.azure.templates.faults import ExpressionFault
from sandbox.azure.templates.functions.arrays import to_array
from sandbox.azure.templates.functions.entry import Function, array, integer, mapping, text
from sandbox.azure.templates.values import Json, element_of, key_of


def create_object(*values: Json) -> Json:
    if len(values) % 2:
        raise ExpressionFault(
            "The template language function 'createObject' expects an even number of parameters. "
            f"The function was invoked with '{len(values)}' parameter(s)."
        )
    keys = [text("createObject", key) for key in values[::2]]
    return dict(zip(keys, values[1::2], strict=True))


def items(value: Json) -> Json:
    """``{key, value}`` for each property, in the order of their names."""
    held = mapping("items", value)
    return [{"key": key, "value": held[key]} for key in sorted(held)]


def object_keys(value: Json) -> Json:
    return sorted(mapping("objectKeys", value))


def shallow_merge(value: Json) -> Json:
    merged: dict[str, Json] = {}
    for one in array("shallowMerge", value):
        for name, inner in mapping("shallowMerge", one).items():
            merged[key_of(merged, name) or name] = inner
    return merged


def parsed(value: Json) -> Json:
    """``json('null')`` is null, which is how older templates write it."""
    try:
        return loads(text("json", value).encode())
    except ValueError:
        raise ExpressionFault(
            "The template language function 'json' parameter is not valid. The provided value "
            f"'{value}' cannot be parsed to JSON."
        ) from None


def null() -> Json:
    return None


def try_get(value: Json, *keys: Json) -> Json:
    """Null where a step of the way is not there."""
    for key in keys:
        try:
            value = element_of(value, key)
        except ExpressionFault:
            return None
    return value


def try_index_from_end(value: Json, index: Json) -> Json:
    at = integer("tryIndexFromEnd", index)
    held = to_array(value) if value is not None else []
    return held[-at] if 1 <= at <= len(held) else None


FUNCTIONS = {
    "createobject": Function(create_object, 0, None),
    "items": Function(items, 1, 1),
    "json": Function(parsed, 1, 1),
    "null": Function(null, 0, 0),
    "objectkeys": Function(object_keys, 1, 1),
    "shallowmerge": Function(shallow_merge, 1, 1),
    "tryget": Function(try_get, 2, None),
    "tryindexfromend": Function(try_index_from_end, 2, 2),
}
