"""What a model, a log or a message is not to see: secrets by name, by shape, and by value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from cloudops.settings.secret_shapes import KNOWN
from cloudops.state.masking import MASK, PRIVATE_KEY, is_secret, masked

# Names are taken whole and from their start alone: a long word costs no more than its length.
NAMED = re.compile(
    r"""(?<![\w.-])(?P<name>[A-Za-z][\w.-]*+)(?P<is>["']?\s*[:=]\s*)(?P<value>"[^"\n]*"|\S+)"""
)
BEARER = re.compile(r"\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}")
LOGIN = re.compile(r"(?<=://)[^\s/@:]+:[^\s/@]+(?=@)")
PLAIN = re.compile(r"null|true|false|none", re.I)


def redacted(text: str, known: Iterable[str] = ()) -> str:
    """``text`` with :data:`MASK` in place of secrets. ``known`` are values that are secret."""
    for value in known:
        if value:
            text = text.replace(value, MASK)
    text = PRIVATE_KEY.sub(MASK, _structured(text))
    for shape in (KNOWN, BEARER, LOGIN):
        text = shape.sub(MASK, text)
    return NAMED.sub(_without_value, text)


def _structured(text: str) -> str:
    """JSON is masked entry by entry, so that pairs of name and value are seen as such."""
    if not text.lstrip().startswith(("{", "[")):
        return text
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return text
    clean = masked(data)
    return text if clean == data else json.dumps(clean, ensure_ascii=False)


def _without_value(match: re.Match[str]) -> str:
    value = match["value"]
    named = is_secret(match["name"]) and not PLAIN.fullmatch(value.strip("\",'}]"))
    if not named or MASK.split()[0] in value:
        return match[0]
    quote = '"' if value.startswith('"') else ""
    return f"{match['name']}{match['is']}{quote}{MASK}{quote}"
