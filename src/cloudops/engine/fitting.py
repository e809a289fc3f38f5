"""Which run is meant: the one that is named, or the one that fits."""

from __future__ import annotations

from typing import Literal

from cloudops.errors import Misused
from cloudops.state.contract import Run, Store

UNFINISHED = frozenset({"running", "parked", "interrupted", "timeout", "blocked", "partly_applied"})

Verb = Literal["resume", "undo"]


def fitting(store: Store, id: str | None, verb: Verb, target: str | None = None) -> Run:
    """The run with this id, or the one on ``target`` that fits, wherever it is None.

    Raises Misused where there is none, more than one, or it is on another target.
    """
    if id is not None:
        return _named(store, id, verb, target)
    candidates = [r for r in store.runs(limit=200) if _fits(r, verb) and target in (None, r.target)]
    if verb == "undo":
        candidates = [r for r in candidates if r.status == "done" and r.undoes is None][:1]
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise Misused(f"there is no run to {verb}", remedy="`cloudops runs` lists them")
    listing = ", ".join(f"{r.id} ({r.request[:40]})" for r in candidates[:5])
    raise Misused(f"more than one run to {verb}", detail=listing, remedy=f"{verb} RUN")


def _named(store: Store, id: str, verb: Verb, target: str | None) -> Run:
    run = store.run(id)
    if run is None:
        raise Misused(f"there is no run {id}", remedy="`cloudops runs` lists them")
    if target not in (None, run.target):
        raise Misused(
            f"run {run.id} is on target {run.target}, not {target}",
            remedy=f"use --target {run.target}",
        )
    if not _fits(run, verb):
        raise Misused(f"run {run.id} is {run.status}: there is nothing to {verb}")
    return run


def _fits(run: Run, verb: Verb) -> bool:
    if verb == "resume":
        return run.status in UNFINISHED
    return run.digest is not None and run.status != "undone"
