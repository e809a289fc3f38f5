"""Times by .NET's format strings, in its invariant culture.

https://learn.microsoft.com/dotnet/standard/base-types/standard-date-and-time-format-strings
https://learn.microsoft.com/dotnet/standard/base-types/custom-date-and-time-format-strings
"""

from __future__ import annotations

import re
from datetime import datetime

STANDARD = {
    "d": "MM/dd/yyyy",
    "D": "dddd, dd MMMM yyyy",
    "f": "dddd, dd MMMM yyyy HH:mm",
    "F": "dddd, dd MMMM yyyy HH:mm:ss",
    "g": "M/d/yyyy h:mm tt",
    "G": "M/d/yyyy h:mm:ss tt",
    "m": "MMMM dd",
    "M": "MMMM dd",
    "o": "yyyy-MM-ddTHH:mm:ss.fffffffZ",
    "O": "yyyy-MM-ddTHH:mm:ss.fffffffZ",
    "r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "s": "yyyy-MM-ddTHH:mm:ss",
    "t": "HH:mm",
    "T": "HH:mm:ss",
    "u": "yyyy-MM-dd HH:mm:ssZ",
    "y": "yyyy MMMM",
    "Y": "yyyy MMMM",
}
"""``g`` and ``G`` stand as the reference's own examples of dateTimeAdd show them."""

WORD = re.compile(r"'[^']*'|\\.|y+|M+|d+|H+|h+|m+|s+|f+|F+|t+|K|z+")


def written(at: datetime, pattern: str) -> str:
    """A time in UTC by a standard or a custom format."""
    return WORD.sub(lambda word: _part(at, word[0]), STANDARD.get(pattern, pattern))


def _part(at: datetime, word: str) -> str:
    if word[0] in "'\\":
        return word.strip("'") if word[0] == "'" else word[1]
    match word[0], len(word):
        case "y", 2:
            return f"{at:%y}"
        case "y", many:
            return f"{at.year:0{many}}"
        case "M", 3:
            return f"{at:%b}"
        case "M", many if many > 3:
            return f"{at:%B}"
        case "d", 3:
            return f"{at:%a}"
        case "d", many if many > 3:
            return f"{at:%A}"
        case "t", many:
            return f"{at:%p}"[:many]
        case (("f" | "F"), many):
            return f"{at.microsecond:06}0"[:many]
        case "K", _:
            return "Z"
        case "z", many:
            return "+00:00"[: 6 if many > 2 else 3]
        case kind, many:
            return f"{_figure(at, kind):0{min(many, 2)}}"


def _figure(at: datetime, kind: str) -> int:
    twelve = (at.hour + 11) % 12 + 1
    figures = {"M": at.month, "d": at.day, "H": at.hour, "h": twelve, "m": at.minute}
    return figures.get(kind, at.second)
