"""One codec for plan files, the journal and a model's answer schema."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python

from modalities.garbage import looked_for_later
from modalities.plan import Plan, digest_of

T = TypeVar("T")


class Malformed(ValueError):
    """Data that is not what it should be; the text names the path and the fault."""


@cache
def _adapter(type_: Any) -> TypeAdapter[Any]:
    return TypeAdapter(type_)


def encode(value: object) -> Any:
    """``value`` as JSON data: dataclasses become objects, times ISO 8601."""
    return to_jsonable_python(value)


def decode(type_: type[T], data: Any) -> T:
    """The dataclass that ``data`` describes. Raises Malformed, naming the path."""
    try:
        value: T = _adapter(cast(Any, type_)).validate_python(data, strict=False, extra="forbid")
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"])
        raise Malformed(f"{path or 'the document'}: {first['msg']}") from None
    return value


def schema(type_: Any) -> dict[str, Any]:
    """The JSON schema of ``type_``."""
    return _adapter(type_).json_schema()


@looked_for_later()
def sealed(plan: Plan) -> Plan:
    """The plan with its digest."""
    return replace(plan, digest=digest_of(encode(plan)))
