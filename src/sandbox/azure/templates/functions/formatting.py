"""format(): the part of .NET's composite formatting that templates use.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string#format
https://learn.microsoft.com/dotnet/standard/base-types/composite-formatting
"""

from __future__ import annotations

import re

from sandbox.azure.templates.faults import ExpressionFault
from sandbox.azure.templates.functions.entry import Function, text
from sandbox.azure.templates.values import Json, as_text

HOLE = re.compile(r"\{\{|\}\}|\{(\d+)(?:,(-?\d+))?(?::([^{}]*))?\}|[{}]")
STANDARD = re.compile(r"([DdNnFfXxGgPpBb])(\d*)")
MALFORMED = (
    "Unable to evaluate template language function 'format': Input string was not in a correct "
    "format."
)


def formatted(pattern: Json, *values: Json) -> Json:
    """``{index[,width][:format]}``; doubled braces stand for themselves."""

    def filled(hole: re.Match[str]) -> str:
        if hole[0] in ("{{", "}}"):
            return hole[0][0]
        if hole[1] is None:
            raise ExpressionFault(
                f"Unable to evaluate template language function 'format': {MALFORMED}"
            )
        return _aligned(_value(hole, values), hole[2])

    return HOLE.sub(filled, text("format", pattern))


def _value(hole: re.Match[str], values: tuple[Json, ...]) -> str:
    at = int(hole[1])
    if at >= len(values):
        raise ExpressionFault(
            "Unable to evaluate template language function 'format': Index (zero based) must be "
            "greater than or equal to zero and less than the size of the argument list."
        )
    value = values[at]
    if hole[3] and isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(value, hole[3])
    return as_text(value)


def _aligned(written: str, width: str | None) -> str:
    if not width:
        return written
    wide = int(width)
    return written.ljust(-wide) if wide < 0 else written.rjust(wide)


def number(value: float, pattern: str) -> str:
    """A number by a standard format (``N0``, ``D4``, ``X2``) or by zeros, hashes and marks."""
    found = STANDARD.fullmatch(pattern)
    if found is None:
        return _custom(value, pattern)
    kind, digits = found[1], int(found[2]) if found[2] else None
    match kind.upper():
        case "D":
            sign = "-" if value < 0 else ""
            return sign + str(abs(int(value))).zfill(digits or 0)
        case "X":
            return format(int(value) & 0xFFFFFFFF if value < 0 else int(value), kind).zfill(
                digits or 0
            )
        case "B":
            return format(int(value), "b").zfill(digits or 0)
        case "N":
            return f"{value:,.{2 if digits is None else digits}f}"
        case "F":
            return f"{value:.{2 if digits is None else digits}f}"
        case "P":
            return f"{value * 100:,.{2 if digits is None else digits}f} %"
        case _:
            return str(value)


def _custom(value: float, pattern: str) -> str:
    """``0000``, ``#,##0.00``, and text around the digits."""
    found = re.search(r"[0#][0#,.]*", pattern)
    if found is None:
        return pattern
    whole, _, fraction = found[0].partition(".")
    grouped = "," if "," in whole else ""
    written = f"{abs(value):{grouped}.{len(fraction)}f}"
    digits, _, decimals = written.partition(".")
    digits = digits.zfill(whole.count("0"))
    least = fraction.count("0")
    decimals = decimals[:least] + decimals[least:].rstrip("0")
    digits += f".{decimals}" if decimals else ""
    sign = "-" if value < 0 else ""
    return sign + pattern[: found.start()] + digits + pattern[found.end() :]


FUNCTIONS = {"format": Function(formatted, 1, None)}
