"""The value that a word stands for, by the shape that the vendor's model gives it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from botocore.model import Shape

from modalities.aws.awscli import shorthand
from modalities.aws.awscli.options import said_in_json, wraps_text
from modalities.aws.awscli.refusal import Refused
from modalities.aws.model import WHOLE


def decoded(shape: Shape, text: str, path: str) -> Any:
    """``path`` names the option. Raises Refused."""
    kind = shape.type_name
    if said_in_json(shape):
        return parsed(text, path)
    if kind in ("structure", "map", "list"):
        return _compound(shape, text, path)
    if kind in WHOLE:
        if not re.fullmatch(r"-?\d+", text):
            raise Refused(path, f"must be a whole number, not {text[:80]!r}")
        return int(text)
    if kind in ("float", "double"):
        try:
            return float(text)
        except ValueError:
            raise Refused(path, f"must be a number, not {text[:80]!r}") from None
    if kind == "boolean":
        if text.casefold() not in ("true", "false"):
            raise Refused(path, f"must be true or false, not {text[:80]!r}")
        return text.casefold() == "true"
    return text


def _compound(shape: Shape, text: str, path: str) -> Any:
    if text.lstrip().startswith(("{", "[")):
        return parsed(text, path)
    if wraps_text(shape) and "=" not in text:
        return {"Value": text}
    try:
        return shorthand.parse(text, shape)
    except shorthand.Unreadable as error:
        raise Refused(path, str(error), "write it as JSON") from None


def parsed(text: str, path: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(path, f"is no JSON: {error}") from None


def members(word: Any, path: str) -> Mapping[str, Any]:
    """Parameters by their own names; what an option says goes before them."""
    given = parsed(word, path) if isinstance(word, str) else word
    if not isinstance(given, Mapping):
        raise Refused(path, "is an object with the names of parameters")
    return given
