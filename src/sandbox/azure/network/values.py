"""What properties may say: choices in the service's own casing, numbers in their range."""

from __future__ import annotations

from typing import Any

from sandbox.azure.contract import Change
from sandbox.azure.documents import Document, at
from sandbox.azure.refusal import Refused, bad_request


def choice(change: Change, path: str, allowed: tuple[str, ...], default: str | None = None) -> str:
    """What is at ``path``, in the casing of ``allowed``. Raises Refused."""
    value = at(change.body, path)
    if value is None and default is not None:
        return default
    for one in allowed:
        if str(value).casefold() == one.casefold():
            return one
    if value is None:
        raise missing(path, change.id.text)
    raise bad_request(
        "InvalidRequestFormat",
        f"Cannot parse the request: value '{value}' of {path} in {change.id.text} is none of "
        f"{', '.join(allowed)}.",
        path,
    )


def number(change: Change, path: str, low: int, high: int, default: int | None = None) -> int:
    value = at(change.body, path)
    if value is None and default is not None:
        return default
    if value is None:
        raise missing(path, change.id.text)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise bad_request(
            "InvalidRequestFormat",
            f"Cannot parse the request: value '{value}' of {path} in {change.id.text} is not "
            f"between {low} and {high}.",
            path,
        )
    return value


def missing(path: str, id: str) -> Refused:
    return bad_request(
        "MissingJsonProperty",
        f"Cannot parse the request: required property {path} in {id} is missing.",
        path,
    )


def with_properties(change: Change, defaults: Document, fixed: Document) -> dict[str, Any]:
    """The body with ``defaults`` laid under what was sent, and ``fixed`` over it."""
    return {**change.body, "properties": {**defaults, **change.properties, **fixed}}


def kept(change: Change, name: str, otherwise: Any) -> Any:
    """A property that the service chose once, and keeps."""
    before = change.before.properties.get(name) if change.before else None
    return otherwise if before is None else before
