"""JSON as clients really send it.

The Azure CLI puts a template's file into a request as it is: ``{"properties": {"template":`` or
even ``template:`` without quotes, then the file's own text with comments, line breaks in strings
and commas before a closing bracket. Azure takes it, so it is no error here.
"""

from __future__ import annotations

import json
import re
from typing import Any

TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*")'
    r"|(?P<single>'(?:[^'\\]|\\.)*')"
    r"|(?P<comment>//[^\n]*|/\*.*?\*/)"
    r"|(?P<key>[A-Za-z_$][\w$]*(?=\s*:))"
    r"|(?P<comma>,(?=(?:\s|//[^\n]*(?:\n|$)|/\*.*?\*/)*[}\]]))",
    re.DOTALL,
)


def loads(data: bytes) -> Any:
    """Raises ValueError where it is not JSON even with good will."""
    try:
        text = data.decode("utf-8-sig")
        try:
            return json.loads(text)
        except ValueError:
            return json.loads(TOKEN.sub(_strict, text), strict=False)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _strict(match: re.Match[str]) -> str:
    text = match.group()
    match match.lastgroup:
        case "string":
            return text
        case "single":
            inner = text[1:-1].replace("\\'", "'").replace('"', '\\"')
            return f'"{inner}"'
        case "key":
            return f'"{text}"'
        case _:
            return ""
