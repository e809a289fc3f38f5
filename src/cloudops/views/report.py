"""What a run came to, for people: the story from top to bottom, the outcome last."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cloudops.request import APPLY_CODE, DESTROY_CODE
from cloudops.views import answer, candidates, plan, receipt
from cloudops.views.plain import plain, safe, tolerant
from modalities.action import IacChange

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from cloudops.engine.report import Error, Report
    from cloudops.request import OpenQuestion

GOOD = frozenset({"done", "no_op", "planned", "explored", "answered"})
OUTCOMES = {
    "done": "done",
    "no_op": "nothing to do",
    "planned": "planned; nothing was changed",
    "explored": "explored in copies; nothing was changed",
    "answered": "answered",
    "failed": "failed",
    "handed_back": "no way was found in copies; nothing was changed",
    "parked": "parked: waiting for an approval",
    "declined": "declined",
    "denied": "denied",
    "blocked": "blocked; it may succeed later",
    "limit": "a limit was reached",
    "partly_applied": "partly applied",
    "not_undone": "nothing was taken back",
    "not_evaluated": "a gate could not be evaluated, so it counts as closed",
    "not_understood": "not understood",
    "refused": "refused",
    "timeout": "out of time",
    "interrupted": "interrupted",
    "abandoned": "ended early; nothing was changed",
}


def show(report: Report, console: Console, *, plan: bool = True) -> None:
    """Everything a person needs of it. ``plan`` False where they have just seen the plan."""
    tolerant(console)
    for part in parts(report, whole=plan):
        console.print(part, highlight=False, markup=False, emoji=False)


def parts(report: Report, *, whole: bool) -> Iterator[RenderableType]:
    if whole and report.intent is not None and report.intent.question is None:
        yield safe(f"understood: {report.intent.summary}")
        yield ""
    if report.candidates:
        yield from candidates.parts(report.candidates, report.plan)
        yield ""
    if whole and report.plan is not None:
        yield from plan.parts(report.plan, report.verdict)
        yield ""
    if report.answer is not None:
        yield from answer.parts(report.answer)
    if report.receipts:
        yield receipt.receipts(report.receipts)
    yield from _undone(report)
    for question in report.questions:
        yield from _question(question)
    for text in report.nearest:
        yield safe(f"nearest: {text}")
    if report.error is not None:
        yield from _error(report.error)
    if report.hold is not None:
        until = f"{report.hold.until.astimezone():%Y-%m-%d %H:%M %Z}"
        yield safe(
            f"held:   {report.hold.claims} claims until {until}; `cloudops locks` lists them"
        )
    if report.answer is None or report.plan is not None or report.exit_code:
        yield safe(_ending(report), "bold green" if report.outcome in GOOD else "bold red")
        for command in commands(report):
            yield safe(command, "cyan")


def _undone(report: Report) -> Iterator[RenderableType]:
    if report.undone:
        yield safe(f"undone: {', '.join(r.step.removeprefix('undo-') for r in report.undone)}")
    for text in report.left:
        yield safe(f"left: {text}", "bold yellow")


def _question(question: OpenQuestion) -> Iterator[RenderableType]:
    yield safe(f"open question: {question.text}", "bold")
    if question.options:
        yield safe(f"  one of: {', '.join(question.options)}")
    if question.default is not None:
        yield safe(f"  otherwise: {question.default}")
    if question.hint:
        yield safe(f"  say it so: {question.hint}", "dim")


def _error(error: Error) -> Iterator[RenderableType]:
    yield safe(f"error: {error.summary}", "bold red")
    if error.detail:
        yield safe(f"  {plain(error.detail)}")
    if error.remedy:
        yield safe(f"  what to do: {plain(error.remedy)}")


def _ending(report: Report) -> str:
    words = OUTCOMES.get(report.outcome, report.outcome.replace("_", " "))
    usage = report.usage
    parts = [f"run {report.run}: {words}"]
    if report.receipts:
        parts.append(receipt.tally(report.receipts))
    if usage.seconds:
        executing = f", {usage.seconds_executing:.1f} s executing" if report.receipts else ""
        parts.append(f"{usage.seconds:.1f} s{executing}")
    if report.exit_code:
        parts.append(f"exit {report.exit_code}")
    return " | ".join(parts)


def _again(report: Report, target: str) -> str:
    """The command that does what was planned."""
    if report.plan and report.plan.undoes:
        return f"cloudops undo {plain(report.plan.undoes)}"
    text = report.request.text
    if text == APPLY_CODE:
        return f"cloudops code apply{target}{_directory(report)}"
    if text.startswith(DESTROY_CODE):
        return f"cloudops code destroy{target}{_directory(report)}"
    return f"cloudops run{target} {shlex.quote(plain(text))}"


def _directory(report: Report) -> str:
    """Where the code is, for a command that has to say so."""
    steps = report.plan.steps if report.plan else ()
    actions = (step.action for step in steps)
    module = next((a.module for a in actions if isinstance(a, IacChange) and a.module), "")
    return f" --dir {shlex.quote(plain(module))}" if module else ""


def commands(report: Report) -> Iterator[str]:
    """What to type next."""
    target = "" if report.request.target == "sandbox" else f" -t {report.request.target}"
    match report.outcome:
        case "done" if report.receipts and (not report.plan or plan.reversible(report.plan)):
            yield f"undo:   cloudops undo {report.run}"
        case "planned" if report.hold is None:  # else the hold would stand in its own way
            yield f"do it:  {_again(report, plain(target))}"
        case "blocked" if report.stale:
            yield f"again:  {_again(report, plain(target))}"
        case "parked" | "interrupted" | "timeout" | "blocked":
            yield f"go on:  cloudops resume {report.run}"
        case "partly_applied":
            yield f"again:  cloudops resume {report.run}"
            yield f"see:    cloudops runs {report.run}"
