"""What `cloudops memory` says of requests that a model read, and that serve again without one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudops.errors import Misused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudops.commands.voice import Voice
    from cloudops.planner.by_model.remembered import Kept
    from cloudops.state.contract import Store

LONGEST = 100
"""Characters of a request in a table."""


def named(store: Store, id: str) -> Kept | None:
    """By its run's id, or the beginning of it. Raises Misused where it fits several."""
    from cloudops.planner.by_model.remembered import readings

    fits = [kept for kept in readings(store) if kept.run.id.startswith(id)]
    if len(fits) > 1 and id != fits[0].run.id:
        raise Misused(f"several readings begin with {id}", remedy="give more of its id")
    return fits[0] if fits else None


def forgotten(store: Store, readings: Sequence[Kept]) -> list[str]:
    """The runs whose readings serve no more."""
    from cloudops.planner.by_model.remembered import forget

    return [run for kept in readings for run in forget(store, kept.run.request)]


def listed(voice: Voice, readings: Sequence[Kept]) -> None:
    if voice.human and readings:
        rows = ((k.run.id, _short(k.run.request), k.intent.summary) for k in readings)
        voice.table({}, ("reading", "of the words", "as a model read them"), rows, "")


def shown(voice: Voice, kept: Kept) -> None:
    others = ", ".join(_values(kept)) or "nothing"
    voice.say(
        {"reading": entry(kept)},
        f"{kept.run.id}  {kept.intent.summary}",
        f"  words          {kept.run.request}",
        f"  read by        {_by(kept)}, {kept.run.started_at:%Y-%m-%d %H:%M}; {kept.run.status}",
        f"  may be other   {others}",
        "  serves without a model while all other words are the same; every gate stands as ever",
    )


def entry(kept: Kept) -> dict[str, Any]:
    return {
        "id": kept.run.id,
        "request": kept.run.request,
        "summary": kept.intent.summary,
        "model": kept.model or None,
        "first_run": kept.first,
        "at": kept.run.started_at.isoformat(),
        "outcome": kept.run.status,
        "values": list(_values(kept)),
    }


def _by(kept: Kept) -> str:
    return f"model {kept.model}" if kept.model else f"a model in run {kept.first}"


def _values(kept: Kept) -> tuple[str, ...]:
    from cloudops.planner.by_model.adapting import values_of

    return values_of(kept.intent, kept.run.request)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}..."
