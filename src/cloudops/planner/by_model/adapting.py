"""A reading of other words, for words that differ from them in names and numbers alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cloudops.errors import NotUnderstood
from cloudops.planner.by_model import grounding
from cloudops.planner.by_model.grounding import Unfounded
from cloudops.planner.by_model.interpreter import intent_of
from cloudops.planner.by_model.reading import Reading
from cloudops.request import Context, Intent
from modalities.change import Operate
from modalities.codec import Malformed, decode, encode

OURS = frozenset(
    {
        *("change", "question", "kind", "power", "protocol", "provider", "service", "operation"),
        *("words", "explicit", "wording", "state", "direction", "hand"),
    }
)
"""Where our own words stand, or the vendor's, and nobody's values."""

NAME = r"([\w][\w.:/@-]*)"
NUMBER = r"(\d+(?:\.\d+)?)"


def adapted(intent: Intent, words: str, text: str, note: str, context: Context) -> Intent | None:
    """The reading of ``words``, for ``text``, with ``note`` of whose it is; None where the two
    are not the same but for values that went into the reading."""
    values = values_of(intent, words)
    other = _matched(words, text, values)
    if other is None:
        return None
    data = {"changes": encode(intent.changes), "question": encode(intent.question)}
    kept = [note, *(d for d in intent.defaults if d.startswith("left out") or ": " in d[:30])]
    changed = _replaced(data, other, text)
    try:
        if any(isinstance(change, Operate) for change in intent.changes) or intent.cloud:
            found = {**encode(intent), **changed, "defaults": kept}
            return decode(Intent, found)
        reading = decode(Reading, {**changed, "region": intent.region})
        reading, dropped = grounding.grounded(reading, text, ())
        return intent_of(reading, text, note, dropped, context)
    except (Malformed, Unfounded, NotUnderstood):
        return None


def values_of(intent: Intent, text: str) -> tuple[str, ...]:
    """Names and numbers of the reading that stand in the request, longest first."""
    data = [encode(intent.changes), encode(intent.question)]
    said = {str(value) for value in _leaves(data) if _pattern(str(value)).search(text)}
    return tuple(sorted(said, key=len, reverse=True))


def _leaves(data: Any, key: str = "") -> Iterator[str | int | float]:
    if isinstance(data, Mapping):
        for name, part in data.items():
            yield from _leaves(part, name)
    elif isinstance(data, list):
        for part in data:
            yield from _leaves(part, key)
    elif key not in OURS and data not in ("", None, True, False):
        yield data


def _pattern(*values: str) -> re.Pattern[str]:
    either = "|".join(re.escape(value) for value in values)
    return re.compile(rf"(?<![\w-])({either})(?![\w-])")


def _matched(old: str, new: str, values: tuple[str, ...]) -> dict[str, str] | None:
    """What stands in the new words in the place of each value; None where other words do."""
    parts = _pattern(*values).split(old) if values else [old]
    shape = "".join(
        (NUMBER if part.replace(".", "", 1).isdecimal() else NAME) if place % 2 else _plain(part)
        for place, part in enumerate(parts)
    )
    found = re.fullmatch(shape, new.strip())
    if found is None:
        return None
    other: dict[str, str] = {}
    for value, now in zip(parts[1::2], found.groups(), strict=True):
        if other.setdefault(value, now) != now:
            return None
    return other


def _plain(part: str) -> str:
    return r"\s+".join(re.escape(word) for word in re.split(r"\s+", part))


def _replaced(data: Any, other: Mapping[str, str], text: str, key: str = "") -> Any:
    if isinstance(data, Mapping):
        return {name: _replaced(part, other, text, name) for name, part in data.items()}
    if isinstance(data, list):
        return [_replaced(part, other, text, key) for part in data]
    if key == "explicit":
        return text if data else data
    if key in OURS or isinstance(data, bool) or str(data) not in other:
        return data
    now = other[str(data)]
    return now if isinstance(data, str) else type(data)(float(now))
