"""What a model read before and what came through: the same words need no model a second time.

A reading is remembered with its run (the journal). It serves where all of the words are the same,
or differ only in names and numbers that went into it as they stood: those are put in. It counts
while the latest run of these words came to its end: one that failed or was undone ends it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from cloudops.errors import NotUnderstood
from cloudops.planner.by_model import grounding
from cloudops.planner.by_model.grounding import Unfounded
from cloudops.planner.by_model.interpreter import Reader, intent_of
from cloudops.planner.by_model.reading import Reading
from cloudops.request import Context, Intent, Request
from cloudops.state.contract import Event, Run, StoreError
from modalities.change import Operate
from modalities.codec import Malformed, decode, encode

GOOD = frozenset({"done", "no_op", "answered"})
BAD = frozenset({"failed", "undone", "partly_applied", "handed_back", "not_undone"})
MOST = 500
"""Runs that are looked through."""

BY_MODEL = re.compile(r"^(?:read|planned) by model (?P<model>\S+), ")
OURS = frozenset(
    {
        *("change", "question", "kind", "power", "protocol", "provider", "service", "operation"),
        *("words", "explicit", "wording", "state", "direction", "hand"),
    }
)
"""Where our own words stand, or the vendor's, and nobody's values."""

NAME = r"([\w][\w.:/@-]*)"
NUMBER = r"(\d+(?:\.\d+)?)"


class Past(Protocol):
    """As cloudops.state.contract.Store."""

    def runs(self, *, limit: int = 50, status: Sequence[str] = ()) -> tuple[Run, ...]: ...

    def journal(self, run: str) -> tuple[Event, ...]: ...


class RememberedInterpreter:
    """Asks ``first``, and the past about what that does not understand."""

    def __init__(self, first: Reader, past: Past) -> None:
        self._first = first
        self._past = past

    def interpret(self, request: Request, context: Context) -> Intent:
        """Raises NotUnderstood."""
        try:
            return self._first.interpret(request, context)
        except NotUnderstood as stop:
            if stop.questions or (found := self._recalled(request, context)) is None:
                raise
            return found

    def _recalled(self, request: Request, context: Context) -> Intent | None:
        try:
            for run in self._past.runs(limit=MOST):
                if run.status not in GOOD | BAD:
                    continue
                intent = self._read(run) if _alike(run.request, request.text) else None
                found = adapted(intent, run, request.text, context) if intent else None
                if found is not None:
                    return found if run.status in GOOD else None
        except StoreError:
            return None
        return None

    def _read(self, run: Run) -> Intent | None:
        """What a model made of that run's words; None where none was asked."""
        for event in self._past.journal(run.id):
            if event.what == "understood" and event.body.get("intent"):
                try:
                    intent = decode(Intent, event.body["intent"])
                except Malformed:  # of another version, or something in it was masked
                    return None
                return intent if any(map(BY_MODEL.match, intent.defaults)) else None
        return None


def adapted(intent: Intent, run: Run, text: str, context: Context) -> Intent | None:
    """The reading of that run, for ``text``; None where it is not the same but for its values."""
    values = _values(intent, run.request)
    other = _matched(run.request, text, values)
    if other is None:
        return None
    data = {"changes": encode(intent.changes), "question": encode(intent.question)}
    note = f"read as in run {run.id}, by a model then; none was asked now"
    kept = [note, *(d for d in intent.defaults if d.startswith("left out") or ": " in d[:30])]
    changed = _replaced(data, other, text)
    try:
        if any(isinstance(change, Operate) for change in intent.changes) or intent.cloud:
            found = {**encode(intent), **changed, "defaults": kept}
            return decode(Intent, found)
        reading = decode(Reading, {**changed, "region": intent.region})
        reading, dropped = grounding.grounded(reading, text, ())
    except (Malformed, Unfounded):
        return None
    return intent_of(reading, text, note, dropped, context)


def _alike(old: str, new: str) -> bool:
    """A quick look: as many words, and the first the same."""
    old_words, new_words = old.split(), new.split()
    return len(old_words) == len(new_words) and old_words[:1] == new_words[:1]


def _values(intent: Intent, text: str) -> tuple[str, ...]:
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
