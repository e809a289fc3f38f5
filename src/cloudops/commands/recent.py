"""What a session's next line may point back to: "it", "them", "the second one"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cloudops.engine.report import Report
from cloudops.request import (
    Answer,
    AnswerOf,
    Context,
    Details,
    DisksOf,
    Graph,
    Intent,
    Listing,
    PublicIpOf,
    ServiceHealth,
    StatusOf,
)
from modalities.change import Attach, Create, Delete, Operate, Selection
from modalities.resource import Kind, ResourceRef

MOST = 200
"""Refs that are kept; further back nobody points."""


def remembered(context: Context, report: Report) -> Context:
    """``context`` after a run. What a line made or named takes the place of earlier resources
    of its kind; one that was pointed at out of several is repeated after them, so that "it" is
    that one and "the third one" still counts from the first."""
    if report.identity is None or report.intent is None:
        return context
    recent = list(context.recent)
    spoken = list(dict.fromkeys(_refs(report, report.intent)))
    for kind in dict.fromkeys(ref.kind for ref in spoken):
        now = [ref for ref in spoken if ref.kind is kind]
        before = [ref for ref in recent if ref.kind is kind]
        recent = [ref for ref in recent if ref.kind is not kind]
        pointed = len(now) == 1 and now[0] in before and len(set(before)) > 1
        recent += [*dict.fromkeys(before), *now] if pointed else now
    if report.exit_code == 0 and report.outcome == "done":
        gone = {ref for c in report.intent.changes if isinstance(c, Delete) for ref in spoken}
        recent = [ref for ref in recent if ref not in gone]
    return Context(recent=tuple(recent[-MOST:]))


def _refs(report: Report, intent: Intent) -> Iterator[ResourceRef]:
    """What the intent speaks of, in its order, then what else the plan made."""
    assert report.identity is not None  # noqa: S101 (for the type checker)
    scope, provider = report.identity.scope, report.identity.provider
    steps = report.plan.steps if report.plan else ()
    touched = [ref for step in steps for ref in step.changes]
    for kind, name in list(_named(intent)) or _answered(report.answer):
        if kind is not None:
            yield ResourceRef(provider, scope, kind, name)
        else:
            yield from (ref for ref in touched if ref.name == name)
    made = {w.kind for c in intent.changes if isinstance(c, Create) for w in c.wanted}
    yield from (ref for ref in touched if ref.kind in made)


def _named(intent: Intent) -> Iterator[tuple[Kind | None, str]]:
    for change in intent.changes:
        if isinstance(change, Create):
            yield from ((w.kind, w.name) for w in change.wanted if w.name)
        elif isinstance(change, Attach):
            if isinstance(change.what, Selection):
                yield from _selected(change.what)
            elif change.what.name:
                yield Kind.DISK, change.what.name
            yield from _selected(change.to)
        elif not isinstance(change, Operate):
            yield from _selected(change.what)
    match intent.question:
        case None | ServiceHealth() | AnswerOf():
            return
        case Graph(focus=None):
            return
        case Graph(focus=Selection() as what):
            yield from _selected(what)
        case StatusOf() | PublicIpOf() | DisksOf() | Listing() | Details() as question:
            yield from _selected(question.what)


def _answered(answer: Answer | None) -> Iterator[tuple[Kind | None, str]]:
    """Resources that an answer lists; only those in the state that was asked about."""
    data = answer.data if answer else {}
    for entry in (*data.get("vms", ()), *data.get("resources", ())):
        kind, name = entry.get("kind"), entry.get("name")
        if kind in set(Kind) and name in data.get("in_state", (name,)):
            yield Kind(kind), name


def _selected(selection: Selection) -> Iterable[tuple[Kind | None, str]]:
    return ((selection.kind, name) for name in selection.names)
