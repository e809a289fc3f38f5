"""The end of a run as people see it, whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cloudops.engine.report import Error, Report
from cloudops.request import APPLY_CODE, Answer, Goal, Intent, OpenQuestion, StatusOf, Table
from cloudops.views.report import commands, show
from fakes.paper import shown
from fakes.plans import LOST
from fakes.reports import REQUEST, creation, done, partly, receipt, report
from modalities.action import IacChange
from modalities.change import Selection
from modalities.receipt import Failure, Outcome, Trouble


def test_a_run_that_is_done_tells_its_story() -> None:
    lines = shown(show, done())
    assert lines[0] == "understood: create VM web-1 in a new network"
    assert "2 to create, 0 to change, 0 to replace, 0 to destroy" in lines
    assert lines[-8:] == [
        "",
        " step                 outcome   id      seconds",
        " ──────────────────────────────────────────────",
        " create-network-lab   done      vpc-1      0.25",
        " create-vm-web-1      done      i-1        1.50",
        "",
        "run 1121-000000-abc123: done | 2 done | 2.5 s, 1.8 s executing",
        "undo:   cloudops undo 1121-000000-abc123",
    ]


def test_a_plan_that_was_just_shown_is_not_shown_again() -> None:
    lines = shown(show, done(), plan=False)
    assert lines[:2] == ["", " step                 outcome   id      seconds"]
    assert lines[-1] == "undo:   cloudops undo 1121-000000-abc123"


def test_undo_is_offered_only_where_something_can_be_undone() -> None:
    made = done()
    assert made.plan is not None
    steps = tuple(replace(step, undo=LOST) for step in made.plan.steps)
    lost = replace(made, plan=replace(made.plan, steps=steps))
    assert list(commands(made)) == ["undo:   cloudops undo 1121-000000-abc123"]
    assert list(commands(lost)) == []


def test_what_is_left_and_what_to_do() -> None:
    assert shown(show, partly(), plan=False) == [
        "",
        " step                 outcome   id                                               seconds",
        " ───────────────────────────────────────────────────────────────────────────────────────",
        " create-network-lab   done      vpc-1                                               0.25",
        " create-vm-web-1      failed    InsufficientInstanceCapacity: no t3.small left      0.25",
        "",
        "left: create-network-lab: undo failed: DependencyViolation",
        "error: failed, and not all that took effect could be undone",
        "  step create-vm-web-1: InsufficientInstanceCapacity: no t3.small left",
        "  what to do: see what is left; `cloudops resume` tries the undo again",
        "run 1121-000000-abc123: partly applied | 1 done, 1 failed | exit 7",
        "again:  cloudops resume 1121-000000-abc123",
        "see:    cloudops runs 1121-000000-abc123",
    ]


def test_ascii_terminals_get_ascii_lines() -> None:
    text = "\n".join(shown(show, done(), encoding="ascii"))
    assert text.isascii()
    assert "\\u" not in text, "lines are drawn with what the terminal has"


def test_an_answer_is_all_there_is_to_a_question() -> None:
    found = Report(
        run="r",
        request=REQUEST,
        outcome="done",
        exit_code=0,
        intent=Intent(
            goal=Goal.MONITOR, summary="status of VM web-1", question=StatusOf(what=Selection())
        ),
        answer=Answer(
            text="web-1 is running.",
            table=Table(columns=("name", "state"), rows=(("web-1", "running"),)),
            files=("pictures/x.svg",),
        ),
    )
    assert shown(show, found) == [
        "web-1 is running.",
        "",
        " name    state",
        " ───────────────",
        " web-1   running",
        "",
        "",
        "picture: pictures/x.svg",
    ]


def test_open_questions_and_the_nearest_requests() -> None:
    found = report(
        outcome="not_understood",
        exit_code=10,
        intent=None,
        questions=(
            OpenQuestion(
                text="Which VM?", options=("web-1", "web-2"), default="web-1", hint="name it"
            ),
        ),
        nearest=("stop web-1",),
        error=Error("Which VM?", remedy="say it in the request"),
    )
    assert shown(show, found) == [
        "open question: Which VM?",
        "  one of: web-1, web-2",
        "  otherwise: web-1",
        "  say it so: name it",
        "nearest: stop web-1",
        "error: Which VM?",
        "  what to do: say it in the request",
        "run 1121-000000-abc123: not understood | exit 10",
    ]


def test_hostile_text_from_a_cloud_is_harmless() -> None:
    evil = "\x1b]0;pwned\x07[red]no[/red]\u202e"
    found = report(
        None,
        "failed",
        1,
        receipts=(
            receipt(evil, Outcome.FAILED, error=Failure(Trouble.INVALID, evil, f"{evil}\n{evil}")),
            receipt("made", outputs={"id": evil}),
        ),
        undone=(receipt(f"undo-{evil}"),),
        left=(evil,),
        questions=(OpenQuestion(text=evil, options=(evil,), default=evil, hint=evil),),
        nearest=(evil,),
        error=Error(evil, evil, evil),
        answer=Answer(text=evil, table=Table(columns=(evil,), rows=((evil,),)), files=(evil,)),
    )
    text = "\n".join(shown(show, found))
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert text.count("[red]no[/red]") >= 14


@pytest.mark.parametrize(
    ("outcome", "command"),
    [
        ("planned", "do it:  cloudops run -t staging 'Create a VM named web-1'"),
        ("parked", "go on:  cloudops resume 1121-000000-abc123"),
        ("interrupted", "go on:  cloudops resume 1121-000000-abc123"),
        ("partly_applied", "again:  cloudops resume 1121-000000-abc123"),
    ],
)
def test_what_to_type_next(outcome: str, command: str) -> None:
    assert next(commands(report(creation(), outcome))) == command


def test_what_is_stale_is_asked_for_again_and_not_resumed() -> None:
    held = report(creation(), "blocked")
    assert list(commands(held)) == ["go on:  cloudops resume 1121-000000-abc123"]
    moved = replace(held, stale=True)
    assert list(commands(moved)) == ["again:  cloudops run -t staging 'Create a VM named web-1'"]


def test_a_planned_undo_is_asked_for_as_one() -> None:
    found = report(creation(), "planned")
    assert found.plan is not None
    back = replace(found, plan=replace(found.plan, undoes="1121-000000-fedcba"))
    assert next(commands(back)) == "do it:  cloudops undo 1121-000000-fedcba"


def test_code_is_applied_where_it_is() -> None:
    found = report(creation(), "planned")
    assert found.plan is not None
    action = IacChange({}, ("aws_vpc.x",), basis="sha256:1", module="/home/ana/my infra")
    step = replace(found.plan.steps[0], action=action)
    request = replace(found.request, text=APPLY_CODE)
    here = replace(found, plan=replace(found.plan, steps=(step,)), request=request)
    assert (
        next(commands(here)) == "do it:  cloudops code apply -t staging --dir '/home/ana/my infra'"
    )


def test_a_run_that_did_nothing_offers_no_undo() -> None:
    assert list(commands(report(creation(), "done"))) == []
