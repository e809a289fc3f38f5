"""Which run is meant: the one that is named, or the one that fits."""

from __future__ import annotations

from typing import Literal

from cloudops.engine.holder import is_gone
from cloudops.engine.recall import recall
from cloudops.engine.undone_before import beside, something_was_left
from cloudops.errors import Misused
from cloudops.state.contract import Run, Store

UNFINISHED = frozenset(
    {"running", "parked", "interrupted", "timeout", "blocked", "partly_applied", "handed_back"}
)

BROKEN_OFF = frozenset({"running", "interrupted", "timeout", "partly_applied"})
"""Runs that may have done something and did not come to their end."""

Verb = Literal["resume", "undo"]


def fitting(store: Store, id: str | None, verb: Verb, target: str | None = None) -> Run:
    """The run with this id, or the one on ``target`` that fits, wherever it is None.

    To undo, that is the latest that did something, whether it came to its end or not, and of
    which something is left; to resume, the only one that waits. One that another process is at
    work on is neither.

    Raises Misused where there is none, more than one, or it is on another target.
    """
    if id is not None:
        return _named(store, id, verb, target)
    at_work = (held for held in store.claims() if held.plan is None)
    busy = {held.run for held in at_work if not is_gone(held.holder)}
    there = [r for r in store.runs(limit=200) if _on(r, target) and r.id not in busy]
    if verb == "undo":
        latest = next((r for r in there if r.digest and _is_left(store, r)), None)
        candidates = [latest] if latest else []
    else:
        candidates = [r for r in there if _fits(r, verb) and _in_place_of(store, r) is None]
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise Misused(f"there is no run to {verb}", remedy="`cloudops runs` lists them")
    listing = ", ".join(f"{r.id} ({r.request[:40]})" for r in candidates[:5])
    raise Misused(
        f"more than one run to {verb}", detail=listing, remedy=f"name the one you mean: {verb} RUN"
    )


def chosen(run: Run, verb: Verb) -> str:
    """For people, before anything happens: which run was taken, since none was named."""
    begun = f"{run.started_at.astimezone():%Y-%m-%d %H:%M}"
    return f"{verb} {run.id}: {run.request!r} ({run.status}, begun {begun}, on {run.target})"


def _is_left(store: Store, run: Run) -> bool:
    """Whether something of the run, which is no undo, stands or may stand."""
    if _undoes(store, run):
        return False
    return something_was_left(store, run) if run.status == "undone" else _did(store, run)


def _did(store: Store, run: Run) -> bool:
    """Whether the run did something, or may have done it."""
    if run.status not in BROKEN_OFF:
        return run.status == "done"
    recalled = recall(store.journal(run.id))
    return bool(recalled.progress.took_effect or recalled.doubtful)


def _undoes(store: Store, run: Run) -> bool:
    """Whether it was itself an undo: to undo again is to go one run further back."""
    plan = store.plan(run.digest) if run.digest else None
    return plan is not None and plan.undoes is not None


def _named(store: Store, id: str, verb: Verb, target: str | None) -> Run:
    run = store.run(id)
    if run is None:
        raise Misused(f"there is no run {id}", remedy="`cloudops runs` lists them")
    if not _on(run, target):
        raise Misused(
            f"run {run.id} is on target {run.target}, not {target}",
            remedy=f"use --target {run.target}",
        )
    if not _fits(run, verb) and not (verb == "undo" and something_was_left(store, run)):
        raise Misused(f"run {run.id} is {run.status}: there is nothing to {verb}")
    if verb == "resume" and (other := _in_place_of(store, run)):
        raise Misused(
            f"run {run.undoes or run.id} is taken back by {other.id}",
            remedy=f"`cloudops runs {other.id}` shows it; where it did not come to its end, "
            f"`cloudops resume {other.id}` goes on with it",
        )
    return run


def _in_place_of(store: Store, run: Run) -> Run | None:
    """The undo of a run that has begun, or of an undo the later one that has taken its place: what
    it did or is still to do is not so any more."""
    other = beside(store, run, run.id)
    return other.run if other is not None else None


def _on(run: Run, target: str | None) -> bool:
    """Whether that is its own target; where a run was begun on several (``A,B``), the first is."""
    return target is None or _first(run.target) == _first(target)


def _first(target: str) -> str:
    return target.partition(",")[0].strip()


def _fits(run: Run, verb: Verb) -> bool:
    if verb == "resume":
        return run.status in UNFINISHED
    return bool(run.digest) and run.status != "undone"
