"""The templates of learned workflows: JSON in which parameters stand.

``"{size}"`` is the parameter itself, whatever it is; ``"/volumes/{volume}"`` is text, even of
what is known only later (a reference to a step's output). ``{"$each": "tags", "do": [...]}``
inside a list stands for its contents once for each item (``{item.Key}``, ``{number}`` from 1);
``{"$if": "key", "then": [...]}`` (``"unless"``: the contrary) for them where the parameter is
there; ``{"$case": "spot", "of": {"true": "on"}}`` for one of several. What comes to nothing is
left out of lists and objects alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from modalities.action import outputs_in

PLACE = re.compile(r"\{([\w.]+)\}")
JOIN = "$join"

Values = Mapping[str, Any]


def fill(template: Any, values: Values) -> Any:
    """The template with the values in it; None where nothing is left."""
    match template:
        case str():
            return _text(template, values)
        case {"$case": name, "of": cases}:
            return fill(cases.get(_word(value_of(values, name)), cases.get("else")), values)
        case {"$some": name}:
            found = value_of(values, name)
            return found or None
        case Mapping():
            filled = {key: fill(value, values) for key, value in template.items()}
            return {key: value for key, value in filled.items() if value is not None}
        case list() | tuple():
            return [item for each in template for item in _spliced(each, values)]
    return template


def value_of(values: Values, name: str) -> Any:
    """A parameter, or a part of one: ``item.Key``. None where there is none."""
    found: Any = values
    for part in name.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found


def rendered(value: Any) -> Any:
    """The value with its texts put together, as soon as every part of them is known."""
    match value:
        case {"$join": parts} if len(value) == 1:
            return "".join(_word(rendered(part)) for part in parts)
        case Mapping():
            return {key: rendered(item) for key, item in value.items()}
        case list() | tuple():
            return [rendered(item) for item in value]
    return value


def names_in(template: Any) -> Iterator[str]:
    """Every parameter that a template names."""
    match template:
        case str():
            yield from (name.split(".")[0] for name in PLACE.findall(template))
        case Mapping():
            for key in ("$each", "$if", "$case", "$some", "unless"):
                if isinstance(template.get(key), str):
                    yield template[key].split(".")[0]
            for item in template.values():
                yield from names_in(item) if not isinstance(item, str) else _within(template, item)
        case list() | tuple():
            for item in template:
                yield from names_in(item)


def _within(template: Mapping[str, Any], item: str) -> Iterator[str]:
    keys = {"$each", "$if", "$case", "$some", "unless"}
    if item not in [template.get(key) for key in keys]:
        yield from names_in(item)


def _text(template: str, values: Values) -> Any:
    whole = PLACE.fullmatch(template)
    if whole:
        return value_of(values, whole[1])
    parts: list[Any] = []
    end = 0
    for place in PLACE.finditer(template):
        parts += [template[end : place.start()], value_of(values, place[1])]
        end = place.end()
    parts = [part for part in (*parts, template[end:]) if part not in ("", None)]
    if any(True for _ in outputs_in(parts)):
        return {JOIN: parts}
    return "".join(_word(part) for part in parts)


def _spliced(each: Any, values: Values) -> Iterator[Any]:
    match each:
        case {"$each": name, "do": inner}:
            for number, item in enumerate(value_of(values, name) or (), 1):
                yield from fill(inner, {**values, "item": item, "number": number})
        case {"$if": name, "then": inner}:
            if value_of(values, name):
                yield from fill(inner, values)
        case {"unless": name, "then": inner}:
            if not value_of(values, name):
                yield from fill(inner, values)
        case _:
            filled = fill(each, values)
            if filled is not None:
                yield filled


def _word(value: Any) -> str:
    """A value as text; booleans as JSON writes them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
