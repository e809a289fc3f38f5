"""Progress line by line, moving, and as a stream; none of them ever ends a run."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pytest
from rich.console import Console

from cloudops.engine.contract import Observer
from cloudops.views.ndjson import Stream
from cloudops.views.progress import Lines, Moving, watching
from cloudops.views.tracker import Tracker
from fakes.clock import SetClock
from fakes.paper import Paper, console
from fakes.reports import done

AT = {"started_at": "2026-11-21T00:00:00Z", "finished_at": "2026-11-21T00:00:01.500000Z"}
NO = {"trouble": "capacity", "code": "NoCapacity", "message": "none left", "remedy": ""}


def receipt(step: str, outcome: str = "done", error: dict[str, str] | None = None) -> Any:
    return {"receipt": {"step": step, "outcome": outcome, "error": error, **AT}}


SDK, CLI = {"modality": "sdk"}, {"modality": "cli"}
STORY: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("sandbox", "notice", {"text": "started the sandbox cloud"}),
    ("interpret", "started", {}),
    ("interpret", "understood", {"summary": "create two VMs", "defaults": ["size: t3.small"]}),
    ("choose_route", "started", {}),
    (
        "choose_route",
        "ranked",
        {"score": 7.5, "ranked": [{"modality": "sdk"}, {"modality": "cli"}]},
    ),
    ("compose", "planned", {"digest": "d", "steps": [{"id": "a"}, {"id": "b"}]}),
    ("explore", "started", {}),
    ("explore", "rehearsing", {"steps": 2}),
    ("explore", "intended", {"step": "a", "why": "make a"}),
    ("explore", "receipt", receipt("a")),
    ("explore", "finished", {"seconds": 0.74}),
    ("judge", "verdict", {"findings": [{"policy": "p"}]}),
    ("confirm", "started", {}),
    ("confirm", "approved", {"means": "--yes --max-risk low"}),
    ("execute", "started", {}),
    ("execute", "waiting_for_lock", {"holders": ["bob (stop a)"]}),
    ("execute", "waiting_for_lock", {"holders": ["bob (stop a)"]}),
    ("execute", "locked", {"fence": 2}),
    ("execute", "intended", {"step": "a", "why": "make a"}),
    ("execute", "intended", {"step": "b", "why": "make b"}),
    ("execute", "receipt", receipt("a")),
    ("execute", "notice", {"text": "throttled, trying again"}),
    ("execute", "receipt", receipt("b", "failed", NO)),
    ("settle", "undoing", {"step": "undo-a", "undoes": "a"}),
    ("settle", "undone", {**receipt("undo-a"), "undoes": "a"}),
    ("settle", "read_back", {"failed": []}),
    ("settle", "ended", {"outcome": "failed"}),
)


def tell(observer: Observer, story: Any = STORY) -> None:
    for seq, (stage, what, body) in enumerate(story, 1):
        observer.event(seq, stage, what, body)


def test_line_by_line() -> None:
    paper = Paper()
    tell(Lines(console(paper)))
    assert paper.lines() == [
        "started the sandbox cloud",
        "understood: create two VMs",
        "  taken for granted: size: t3.small",
        "route: sdk, then cli (complexity 7.5)",
        "planned: 2 steps",
        "rehearsing: 2 steps in a copy",
        "rehearsed in 0.7 s",
        "policies: 1 finding",
        "approved: --yes --max-risk low",
        "waiting for a lock held by bob (stop a)",
        "[1/2] done: a (1.50 s)",
        "throttled, trying again",
        "[2/2] failed: b (1.50 s): NoCapacity: none left",
        "undoing: a",
        "undone: a",
        "read back: all is as it should be",
    ]


@pytest.mark.parametrize(
    ("outcome", "line"),
    [("failed", "undo failed: a"), ("unknown", "whether undone is not known: a")],
)
def test_what_was_not_taken_back_is_not_called_undone(outcome: str, line: str) -> None:
    paper = Paper()
    tell(Lines(console(paper)), [("settle", "undone", {"undoes": "a", "outcome": outcome})])
    assert paper.lines() == [line]


def test_the_picture_of_a_moment() -> None:
    clock = SetClock()
    paper = Paper("ascii")
    screen = Console(file=paper, width=60, color_system=None, force_terminal=False)
    moving = Moving(screen)
    moving._tracker = Tracker(clock=clock.uptime)
    for stage, what, body in STORY[5:20]:
        moving._tracker.event(stage, what, body)
    clock.pass_by(2.5)
    screen.print(moving.rendered())
    first, *steps = paper.lines()
    assert "executing" in first
    assert "0/2" in first
    assert steps == ["  a  make a  2.5 s", "  b  make b  2.5 s"]


def test_waiting_for_a_lock_is_shown_until_it_is_had() -> None:
    tracker = Tracker()
    tracker.event("execute", "waiting_for_lock", {"holders": ["bob"]})
    assert tracker.waiting_for == "bob"
    tracker.event("execute", "locked", {})
    assert tracker.waiting_for == ""


def test_moving_leaves_only_notices_and_the_cursor_behind() -> None:
    paper = Paper()
    screen = Console(file=paper, width=60, force_terminal=True, force_interactive=True)
    moving = Moving(screen)
    tell(moving)
    text = paper.bytes.getvalue().decode()
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") > 0, "the cursor is back"
    assert "throttled, trying again" in text
    assert moving._live is None
    moving.close()


def test_it_is_off_the_screen_while_a_person_is_asked() -> None:
    moving = Moving(Console(file=Paper(), force_terminal=True, force_interactive=True))
    tell(moving, STORY[:12])
    assert moving._live is not None
    tell(moving, STORY[12:13])
    assert moving._live is None
    tell(moving, STORY[14:15])
    assert moving._live is not None
    moving.close()


def test_what_was_understood_stands_above_the_question() -> None:
    paper = Paper()
    moving = Moving(Console(file=paper, force_terminal=True, force_interactive=True))
    said = "understood: create two VMs"
    tell(moving, STORY[:12])
    assert said not in paper.bytes.getvalue().decode()
    tell(moving, STORY[12:13])
    assert said in paper.bytes.getvalue().decode()
    moving.close()


def test_moving_only_where_somebody_sits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    screen = Console(file=Paper(), force_terminal=True, force_interactive=True)
    assert isinstance(watching(screen), Moving)
    assert isinstance(watching(Console(file=Paper())), Lines)
    monkeypatch.setenv("CI", "true")
    assert isinstance(watching(screen), Lines)


def test_the_stream_rises_by_one_and_ends_with_the_document() -> None:
    file = io.StringIO()
    stream = Stream(file)
    tell(stream)
    stream.end(done())
    *events, last = [json.loads(line) for line in file.getvalue().splitlines()]
    assert [event["seq"] for event in events] == list(range(1, len(STORY) + 1))
    assert events[1] == {"seq": 2, "stage": "interpret", "what": "started", "body": {}}
    assert last["schema_version"] == 1
    assert last["outcome"] == "done"


class Closing(Observer, Protocol):
    def close(self) -> None: ...


@pytest.fixture
def broken() -> Iterator[io.TextIOWrapper]:
    """A pipe whose reader has gone."""
    reader, writer = os.pipe()
    os.close(reader)
    file = os.fdopen(writer, "w")
    yield file
    try:
        file.close()
    except BrokenPipeError:
        return


@pytest.mark.parametrize(
    "made",
    [
        lambda file: watching(Console(file=file)),
        lambda file: Moving(Console(file=file, force_terminal=True, force_interactive=True)),
        Stream,
    ],
    ids=["lines", "moving", "stream"],
)
def test_a_reader_that_has_gone_ends_no_run(
    made: Callable[[Any], Closing], broken: io.TextIOWrapper
) -> None:
    observer = made(broken)
    tell(observer)
    observer.close()


def test_events_of_a_hostile_cloud_are_harmless() -> None:
    evil = "\x1b[2J[red]x[/red]\u202e"
    paper = Paper()
    observer = Lines(console(paper))
    observer.event(1, "execute", "notice", {"text": evil})
    observer.event(2, "execute", "receipt", receipt(evil, "failed", {**NO, "message": evil}))
    observer.event(3, "execute", "waiting_for_lock", {"holders": [evil]})
    text = "\n".join(paper.lines())
    assert not {"\x1b", "\u202e"} & set(text)
    assert text.count("[red]x[/red]") == 4


def test_bodies_that_are_not_as_expected_break_nothing() -> None:
    paper = Paper()
    observer = Lines(console(paper))
    for what in ("understood", "ranked", "planned", "receipt", "undone", "read_back", "notice"):
        observer.event(1, "execute", what, {})
    assert paper.lines()
