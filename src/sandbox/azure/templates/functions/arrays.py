"""Array functions, most of which take strings and objects too.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-array
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any

from sandbox.azure.templates.faults import ExpressionFault
from sandbox.azure.templates.functions.entry import (
    Function,
    array,
    integer,
    text,
    wrong_type,
)
from sandbox.azure.templates.values import Json, as_text, key_of, same

LONGEST_RANGE = 10_000


def to_array(value: Json) -> Json:
    return value if isinstance(value, list) else [value]


def concat(*values: Json) -> Json:
    """Arrays to one array, or anything else to one string; never both."""
    if any(isinstance(value, list) for value in values):
        return [item for value in values for item in array("concat", value)]
    if any(isinstance(value, Mapping) for value in values):
        raise wrong_type("concat", "String or Array", {})
    return "".join(as_text(value) for value in values)


def contains(container: Json, item: Json) -> Json:
    """Whether an array has the element, an object the key, a string the substring."""
    match container:
        case list():
            return has(container, item)
        case str():
            return text("contains", as_text(item)) in container
        case Mapping():
            return key_of(container, text("contains", item)) is not None
    raise wrong_type("contains", "Array, Object or String", container)


def has(items: list[Json], item: Json) -> bool:
    return any(same(one, item) for one in items)


def create_array(*values: Json) -> Json:
    return list(values)


def empty(value: Json) -> Json:
    if value is None:
        return True
    if isinstance(value, (list, str, Mapping)):
        return len(value) == 0
    raise wrong_type("empty", "Array, Object or String", value)


def length(value: Json) -> Json:
    if isinstance(value, (list, str, Mapping)):
        return len(value)
    raise wrong_type("length", "Array, Object or String", value)


def first(value: Json) -> Json:
    """The first element (null of none) or the first character (empty of none)."""
    if isinstance(value, str):
        return value[:1]
    items = array("first", value)
    return items[0] if items else None


def last(value: Json) -> Json:
    if isinstance(value, str):
        return value[-1:]
    items = array("last", value)
    return items[-1] if items else None


def flatten(value: Json) -> Json:
    return [item for inner in array("flatten", value) for item in array("flatten", inner)]


def intersection(*values: Json) -> Json:
    return reduce(_common, values)


def _common(one: Json, other: Json) -> Json:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return {k: v for k, v in one.items() if k in other and same(v, other[k])}
    common: list[Json] = []
    for item in array("intersection", one):
        if has(array("intersection", other), item) and not has(common, item):
            common.append(item)
    return common


def union(*values: Json) -> Json:
    """Objects are merged deeply, the later wins; arrays keep each element once, in order."""
    return reduce(_merged, values)


def _merged(one: Json, other: Json) -> Json:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return merge(one, other)
    together: list[Json] = []
    for item in (*array("union", one), *array("union", other)):
        if not has(together, item):
            together.append(item)
    return together


def merge(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Nested objects are merged, nested arrays replaced, as the page's second example has it."""
    merged = dict(one)
    for name, value in other.items():
        key = key_of(merged, name) or name
        before = merged.get(key)
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            merged[key] = merge(before, value)
        else:
            merged[key] = value
    return merged


def index_of(where: Json, what: Json) -> Json:
    """In a string without regard to case, in an array with it; -1 where it is not."""
    if isinstance(where, str):
        return where.lower().find(text("indexOf", what).lower())
    items = array("indexOf", where)
    return next((at for at, item in enumerate(items) if same(item, what)), -1)


def last_index_of(where: Json, what: Json) -> Json:
    if isinstance(where, str):
        return where.lower().rfind(text("lastIndexOf", what).lower())
    items = array("lastIndexOf", where)
    found = [at for at, item in enumerate(items) if same(item, what)]
    return found[-1] if found else -1


def index_from_end(items: Json, index: Json) -> Json:
    """Counted from 1, which is the last."""
    held = array("indexFromEnd", items)
    at = integer("indexFromEnd", index)
    if not 1 <= at <= len(held):
        raise ExpressionFault(
            f"The language expression property array index '{index}' is out of bounds."
        )
    return held[-at]


def range_of(start: Json, count: Json) -> Json:
    begin, many = integer("range", start), integer("range", count)
    if not 0 <= many <= LONGEST_RANGE:
        raise ExpressionFault(
            f"The range function expects its count to be between '0' and '{LONGEST_RANGE}'. "
            f"The provided value is '{many}'."
        )
    return list(range(begin, begin + many))


def skip(value: Json, count: Json) -> Json:
    many = max(integer("skip", count), 0)
    return value[many:] if isinstance(value, str) else array("skip", value)[many:]


def take(value: Json, count: Json) -> Json:
    many = max(integer("take", count), 0)
    return value[:many] if isinstance(value, str) else array("take", value)[:many]


def largest(*values: Json) -> Json:
    return max(_integers("max", values))


def smallest(*values: Json) -> Json:
    return min(_integers("min", values))


def _integers(name: str, values: tuple[Json, ...]) -> list[int]:
    """One array of them, or each an argument of its own."""
    given = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    if not given:
        raise ExpressionFault(
            f"The template language function '{name}' expects at least one value."
        )
    return [integer(name, value) for value in given]


FUNCTIONS = {
    "array": Function(to_array, 1, 1),
    "concat": Function(concat, 1, None),
    "contains": Function(contains, 2, 2),
    "createarray": Function(create_array, 0, None),
    "empty": Function(empty, 1, 1),
    "first": Function(first, 1, 1),
    "flatten": Function(flatten, 1, 1),
    "indexfromend": Function(index_from_end, 2, 2),
    "indexof": Function(index_of, 2, 2),
    "intersection": Function(intersection, 2, None),
    "last": Function(last, 1, 1),
    "lastindexof": Function(last_index_of, 2, 2),
    "length": Function(length, 1, 1),
    "max": Function(largest, 1, None),
    "min": Function(smallest, 1, None),
    "range": Function(range_of, 2, 2),
    "skip": Function(skip, 2, 2),
    "take": Function(take, 2, 2),
    "union": Function(union, 2, None),
}
