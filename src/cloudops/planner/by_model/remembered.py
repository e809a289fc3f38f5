"""What a model read before and what came through: the same words need no model a second time.

A reading is remembered with its run (the journal). It serves where all of the words are the same,
or differ only in names and numbers that went into it as they stood: those are put in. It counts
while the latest run of these words came to its end: one that failed or was undone ends it. A
person may have it forgotten, which is put down in the journal of its run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from cloudops.errors import NotUnderstood
from cloudops.planner.by_model.adapting import adapted
from cloudops.planner.by_model.interpreter import Reader
from cloudops.request import Context, Intent, Request
from cloudops.state.contract import Event, Run, StoreError
from modalities.codec import Malformed, decode

GOOD = frozenset({"done", "no_op", "answered"})
BAD = frozenset({"failed", "undone", "partly_applied", "handed_back", "not_undone"})
MOST = 500
"""Runs that are looked through."""

BY_MODEL = re.compile(
    r"^(?:(?:read|planned) by model (?P<model>\S+), |read as in run (?P<run>\S+), by a model then)"
)
FORGOTTEN = "reading forgotten"


class Past(Protocol):
    """As cloudops.state.contract.Store."""

    def runs(self, *, limit: int = 50, status: Sequence[str] = ()) -> tuple[Run, ...]: ...

    def journal(self, run: str) -> tuple[Event, ...]: ...


class Forgetting(Past, Protocol):
    def append(self, run: str, events: Sequence[Event]) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A reading that would serve again: of ``run``'s words. ``model`` is empty where that run
    itself took it from ``first``, the run that asked."""

    run: Run
    intent: Intent
    model: str
    first: str


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
            if stop.questions:
                raise
            try:
                found = recalled(self._past, request.text, context)
            except StoreError:
                found = None
            if found is None:
                raise
            return found[1]


def recalled(past: Past, text: str, context: Context) -> tuple[Run, Intent] | None:
    """What serves for ``text``, and the run it is from. Raises StoreError."""
    for run in past.runs(limit=MOST):
        if run.status not in GOOD | BAD or not _alike(run.request, text):
            continue
        kept = _kept(past, run)
        intent = _serves(kept, text, context) if kept else None
        if intent is not None:
            return (run, intent) if run.status in GOOD else None
    return None


def readings(past: Past) -> tuple[Kept, ...]:
    """All that would serve again, the latest first; of words that differ in values alone one.
    Raises StoreError."""
    found: list[Kept] = []
    ended: list[Kept] = []
    for run in past.runs(limit=MOST):
        kept = _kept(past, run) if run.status in GOOD | BAD else None
        if kept is None or any(_covers(each, run.request) for each in (*found, *ended)):
            continue
        (found if run.status in GOOD else ended).append(kept)
    return tuple(found)


def forget(past: Forgetting, text: str) -> tuple[str, ...]:
    """What serves for ``text`` serves no more; the runs it was from. Raises StoreError."""
    gone: list[str] = []
    while (found := recalled(past, text, Context())) is not None:
        run = found[0].id
        past.append(run, (Event(run, 0, datetime.now(UTC), "interpret", FORGOTTEN, {}),))
        gone.append(run)
    return tuple(gone)


def _kept(past: Past, run: Run) -> Kept | None:
    """What a model made of that run's words; None where none was asked, or it is forgotten."""
    kept: Kept | None = None
    for event in past.journal(run.id):
        if event.what == FORGOTTEN:
            return None
        if event.what != "understood" or not event.body.get("intent"):
            continue
        try:
            intent = decode(Intent, event.body["intent"])
        except Malformed:  # of another version, or something in it was masked
            return None
        by = next(filter(None, map(BY_MODEL.match, intent.defaults)), None)
        if by is None:
            return None
        kept = Kept(run=run, intent=intent, model=by["model"] or "", first=by["run"] or run.id)
    return kept


def _serves(kept: Kept, text: str, context: Context) -> Intent | None:
    note = f"read as in run {kept.first}, by a model then; none was asked now"
    return adapted(kept.intent, kept.run.request, text, note, context)


def _covers(kept: Kept, text: str) -> bool:
    return _alike(kept.run.request, text) and _serves(kept, text, Context()) is not None


def _alike(old: str, new: str) -> bool:
    """A quick look: as many words, and the first the same."""
    old_words, new_words = old.split(), new.split()
    return len(old_words) == len(new_words) and old_words[:1] == new_words[:1]
