"""cloudops runs: what was done, and the journal of one run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cloudops.commands.opening import configured, read
from cloudops.commands.options import Common
from cloudops.commands.voice import Voice
from cloudops.errors import Misused

if TYPE_CHECKING:
    from cloudops.state.contract import Run, Store

EXAMPLES = ("cloudops runs", "cloudops runs 0412-1530", "cloudops runs --status parked")


def runs(
    common: Common,
    run: Annotated[
        str | None, typer.Argument(metavar="RUN", help="A run, or the beginning of its id.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many to list.")] = 20,
    status: Annotated[
        list[str] | None, typer.Option("--status", help="Only these: parked, done, failed ...")
    ] = None,
) -> None:
    """List runs, latest first; with RUN show its journal, line by line as it was written."""
    config = configured(common)
    voice = Voice(config)
    with read(config) as store:
        if run is not None:
            journal(store, voice, run)
        else:
            listing(store, voice, limit, tuple(status or ()))


def listing(store: Store, voice: Voice, limit: int = 20, status: Sequence[str] = ()) -> None:
    from modalities.codec import encode

    found = store.runs(limit=limit, status=status)
    kept = {held.run for held in store.claims() if held.plan}
    voice.table(
        {"runs": encode(found)},
        ("run", "when", "status", "request"),
        (_row(run, held=run.id in kept) for run in found),
        "no runs yet: cloudops run TEXT makes the first",
    )


def journal(store: Store, voice: Voice, id: str) -> None:
    """Raises Misused for a run that does not exist."""
    from modalities.codec import encode

    run = store.run(id)
    if run is None:
        raise Misused(f"there is no run {id}", remedy="`cloudops runs` lists them")
    events = store.journal(run.id)
    voice.say(
        {"run": encode(run), "journal": encode(events)},
        f"{run.id}  {run.status}  on {run.target}  by {run.actor}",
        f"  {run.request}",
    )
    if voice.human:
        rows = (
            (str(e.seq), f"{e.at.astimezone():%H:%M:%S.%f}"[:-3], e.stage, e.what, _brief(e.body))
            for e in events
        )
        voice.table({}, ("#", "at", "stage", "what", ""), rows, "its journal is empty")


def _row(run: Run, *, held: bool) -> tuple[str, ...]:
    """``held``: its plan's locks are kept for `apply`."""
    where = "" if run.target == "sandbox" else f"[{run.target}] "
    request = run.request if len(run.request) <= 100 else run.request[:97] + "..."
    status = f"{run.status}, held" if held else run.status
    return (run.id, f"{run.started_at.astimezone():%m-%d %H:%M}", status, where + request)


def _brief(body: Mapping[str, Any]) -> str:
    """One line of an event's body; `-o json` has the whole of it."""
    for key in ("text", "summary", "why"):
        if isinstance(body.get(key), str):
            return str(body[key])
    match body.get("receipt"):
        case {"step": step, "outcome": outcome}:
            return f"{step}: {outcome}"
    text = json.dumps(body, ensure_ascii=False, default=str) if body else ""
    return text if len(text) <= 100 else text[:97] + "..."
