"""Enums, patterns and bounds of single values, which botocore itself leaves to the cloud."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from botocore.model import StringShape

LONGEST = 2000
"""Longer strings are not held against patterns: AWS itself will."""

ANCHORED = re.compile(r"^(\(\?\w+\))?\(*\^|\$\)*$")
ASTRAL = r"\u10"


def fault_in_string(value: str, shape: StringShape) -> tuple[str, str]:
    """The fault and its cure; both empty where there is none."""
    if shape.enum:
        if value in shape.enum:
            return "", ""
        return f"{value[:80]!r} is not one that AWS knows", _suggest(value, shape.enum)
    fault = fault_in_length(len(value), shape.metadata, "characters")
    if fault:
        return fault, ""
    pattern = shape.metadata.get("pattern")
    if pattern and len(value) <= LONGEST:
        compiled = _compiled(pattern)
        if compiled is not None and not compiled.search(value):
            return f"{value[:80]!r} does not fit the pattern {pattern}", ""
    return "", ""


def fault_in_number(value: float, bounds: Mapping[str, Any]) -> str:
    """``bounds`` is a shape's metadata."""
    low, high = bounds.get("min"), bounds.get("max")
    if low is not None and value < low:
        return f"{value} is below the least, {low}"
    if high is not None and value > high:
        return f"{value} is above the most, {high}"
    return ""


def fault_in_length(length: int, bounds: Mapping[str, Any], unit: str) -> str:
    low, high = bounds.get("min"), bounds.get("max")
    if low is not None and length < low:
        return f"has {length} {unit}, the least is {low}"
    if high is not None and length > high:
        return f"has {length} {unit}, the most is {high}"
    return ""


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """None where the pattern is one that only Java reads (``\\p{L}``, ``\\u10000``). One
    without anchors means the whole value, as AWS's references to its APIs say."""
    if ASTRAL in pattern:
        return None
    whole = pattern if ANCHORED.search(pattern) else rf"\A(?:{pattern})\Z"
    try:
        return re.compile(whole)
    except re.error:
        return None


def _suggest(value: str, known: list[str]) -> str:
    folded = {k.casefold(): k for k in known}
    close = get_close_matches(value.casefold(), folded, n=3, cutoff=0.6)
    if close:
        return "did you mean " + " or ".join(folded[c] for c in close) + "?"
    return "it may be " + ", ".join(known[:8]) + (", ..." if len(known) > 8 else "")
