"""cloudops locks: who holds what, and ending a hold that nobody will release."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from cloudops.commands.opening import configured, read, stored
from cloudops.commands.options import Common, command, spread
from cloudops.commands.voice import Voice
from cloudops.errors import Misused

app = typer.Typer(
    invoke_without_command=True, help="Resources that runs have locked; `locks break` frees them."
)


@app.callback()
@spread
def locks(context: typer.Context, common: Common) -> int | None:
    """List the locks that are held: which resource, by whom, since when, why."""
    if context.invoked_subcommand is not None:
        return None
    from modalities.codec import encode

    config = configured(common)
    voice = Voice(config)
    with read(config) as store:
        held = store.claims()
    voice.table(
        {"locks": encode(held)},
        ("resource", "mode", "held by", "until", "why"),
        (
            (
                _short(h.key),
                h.mode,
                f"{h.who}, {_age(h.since)}",
                f"{h.until.astimezone():%X}",
                h.why,
            )
            for h in held
        ),
        "no locks are held",
    )
    if held and voice.human:
        holder = held[0].holder
        voice.say({}, f'to end one: cloudops locks break {holder} --reason "..."')
    return None


@command(app, "break", examples=('cloudops locks break HOLDER --reason "its machine is gone"',))
def break_(
    holder: Annotated[str, typer.Argument(metavar="HOLDER", help="A holder, or its run.")],
    common: Common,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why; it goes into the journal.")
    ] = "",
) -> None:
    """End a holder's locks, with a record in the journal of its run.

    The run itself loses the right to write at once, even if it still lives.
    """
    if not reason.strip():
        raise Misused(
            "breaking a lock needs a reason", remedy='--reason "why"; it goes into the journal'
        )
    from cloudops.engine.holder import actor, run_of
    from modalities.codec import encode

    config = configured(common)
    voice = Voice(config)
    with stored(config) as store:
        holders = {h.holder for h in store.claims() if holder in (h.holder, run_of(h.holder))}
        if not holders:
            raise Misused(
                f"{holder} holds no lock", remedy="`cloudops locks` lists them with their holders"
            )
        broken = [
            b for h in sorted(holders) for b in store.break_claims(h, who=actor(), reason=reason)
        ]
    keys = ", ".join(held.key for held in broken)
    voice.say({"broken": encode(broken)}, f"broken: {len(broken)} ({keys})")


def _short(key: str) -> str:
    """``vm/web-1`` of a resource; a container as it is. -o json has the whole key."""
    parts = key.split(":", 2)
    return parts[2] if len(parts) == 3 else key


def _age(since: datetime) -> str:
    seconds = int((datetime.now(UTC) - since).total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"
