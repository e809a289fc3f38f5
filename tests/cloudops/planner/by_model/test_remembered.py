"""A reading that came through serves again, with other values in it; and no further than that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cloudops.errors import NotUnderstood
from cloudops.planner.by_model.remembered import RememberedInterpreter, forget, readings
from cloudops.request import Context, Goal, Intent, Request
from cloudops.state.contract import Event, Run
from modalities.change import Change, Create, Delete, Power, Resize, Selection, SetPower
from modalities.codec import encode
from modalities.resource import Kind
from modalities.wanted import Vm

NOW = datetime(2031, 5, 4, tzinfo=UTC)
NOTE = "read by model m, since the built-in grammar did not understand it"


class Nobody:
    def interpret(self, request: Request, context: Context) -> Intent:
        raise NotUnderstood("not understood")


class Past:
    """Runs, latest first."""

    def __init__(
        self, *runs: tuple[str, str, Change], note: str = NOTE, notes: Sequence[str] = ()
    ) -> None:
        self._added: list[Event] = []
        notes = notes or (note,) * len(runs)
        self._runs = tuple(_run(n, text, status) for n, (text, status, _) in enumerate(runs))
        self._intents = {
            str(n): Intent(goal=Goal.UPDATE, summary="s", changes=(change,), defaults=(notes[n],))
            for n, (_, _, change) in enumerate(runs)
        }

    def runs(self, *, limit: int = 50, status: Sequence[str] = ()) -> tuple[Run, ...]:
        return self._runs

    def journal(self, run: str) -> tuple[Event, ...]:
        body: dict[str, Any] = {"intent": encode(self._intents[run])}
        said = Event(run, 1, NOW, "interpret", "understood", body)
        return (said, *(event for event in self._added if event.run == run))

    def append(self, run: str, events: Sequence[Event]) -> None:
        self._added += [replace(event, run=run) for event in events]


def _run(number: int, text: str, status: str) -> Run:
    return Run(str(number), text, "t", "s", "ann", status, NOW, NOW)


def changes(past: Past, text: str) -> tuple[Change, ...] | None:
    reader = RememberedInterpreter(Nobody(), past)
    try:
        return reader.interpret(Request(text=text, target="t", actor="a"), Context()).changes
    except NotUnderstood:
        return None


def vm(name: str) -> Selection:
    return Selection(kind=Kind.VM, names=(name,))


def stop(name: str) -> SetPower:
    return SetPower(what=vm(name), power=Power.STOP)


SLEEP = "pray let web-1 slumber and be shut"
DONE = (SLEEP, "done", stop("web-1"))


@pytest.mark.parametrize(
    ("text", "name"),
    [(SLEEP, "web-1"), ("pray let db-9 slumber and be shut", "db-9"), (f" {SLEEP} ", "web-1")],
)
def test_the_same_words_with_the_same_or_another_name(text: str, name: str) -> None:
    assert changes(Past(DONE), text) == (stop(name),)


@pytest.mark.parametrize(
    "text",
    [
        "pray let web-1 never slumber and be shut",
        "pray let web-1 slumber and be shut at dawn",
        "pray let web-1 slumber or be shut",
        "pray let web-1 and slumber and be shut",
    ],
)
def test_other_words_are_for_the_model(text: str) -> None:
    assert changes(Past(DONE), text) is None


def test_numbers_go_where_they_stood() -> None:
    was = "disk data-1 ought swell unto 200 GB, verily"
    past = Past((was, "done", Resize(what=Selection(names=("data-1",)), gib=200)))
    found = changes(past, was.replace("200", "350").replace("data-1", "logs-2"))
    assert found == (Resize(what=Selection(names=("logs-2",)), gib=350),)
    assert changes(past, was.replace("200 GB", "2 TB")) is None


def test_a_deletion_stands_on_the_words_of_now() -> None:
    gone = Delete(what=vm("web-2"), explicit="wipe web-2 away")
    found = changes(Past(("wipe web-2 away", "done", gone)), "wipe web-3 away")
    assert found == (Delete(what=vm("web-3"), explicit="wipe web-3 away"),)


@pytest.mark.parametrize("status", ["undone", "failed", "partly_applied"])
def test_what_did_not_last_is_not_remembered(status: str) -> None:
    assert changes(Past((SLEEP, status, stop("web-1")), DONE), SLEEP) is None


@pytest.mark.parametrize("status", ["planned", "parked", "not_understood"])
def test_what_came_to_nothing_says_nothing(status: str) -> None:
    assert changes(Past((SLEEP, status, stop("web-7")), DONE), SLEEP) == (stop("web-1"),)


def test_what_no_model_read_is_not_a_models_reading() -> None:
    assert changes(Past(DONE, note="size: the cheapest"), SLEEP) is None


def test_what_is_said_of_another_than_stands_there_is_not_believed() -> None:
    """A journal that somebody edited, or a name from that session's earlier lines."""
    assert changes(Past((SLEEP, "done", stop("prod-db"))), SLEEP) is None


def test_a_new_thing_that_had_no_name_gets_a_free_one() -> None:
    past = Past(("kindly conjure a crate", "done", Create(wanted=(Vm(name="box"),))))
    reader = RememberedInterpreter(Nobody(), past)
    request = Request(text="kindly conjure a crate", target="t", actor="a")
    taken = replace(Context(), taken=frozenset({(Kind.VM, "box")}))
    assert reader.interpret(request, taken).changes == (Create(wanted=(Vm(name="box-2"),)),)


AGAIN = "read as in run 1, by a model then; none was asked now"


@pytest.mark.parametrize("status", ["undone", "failed"])
def test_what_served_again_and_did_not_last_ends_it_too(status: str) -> None:
    past = Past((SLEEP, status, stop("web-1")), DONE, notes=(AGAIN, NOTE))
    assert changes(past, SLEEP) is None
    assert readings(past) == ()


def test_what_serves_is_told_once_for_words_that_differ_in_values() -> None:
    other = ("pray let db-9 slumber and be shut", "done", stop("db-9"))
    past = Past(other, ("wake db-9 anew", "planned", stop("db-9")), DONE, notes=(AGAIN, NOTE, NOTE))
    (kept,) = readings(past)
    assert (kept.run.request, kept.first, kept.model) == (other[0], "1", "")
    assert readings(Past(DONE))[0].model == "m"


def test_what_is_forgotten_serves_no_more_in_any_of_its_runs() -> None:
    other = ("pray let db-9 slumber and be shut", "done", stop("db-9"))
    past = Past(other, DONE, notes=(AGAIN, NOTE))
    assert forget(past, SLEEP) == ("0", "1")
    assert changes(past, SLEEP) is None
    assert readings(past) == ()
    assert forget(past, SLEEP) == ()
