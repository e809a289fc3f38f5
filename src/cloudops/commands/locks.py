"""cloudops locks: who holds what, and ending a hold that nobody will release."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cloudops.commands.opening import configured, read, stored
from cloudops.commands.options import Common, command, spread
from cloudops.commands.voice import Voice
from cloudops.errors import Misused

if TYPE_CHECKING:
    from cloudops.state.contract import Held

EXAMPLES = """\b
Examples:
  cloudops locks
  cloudops locks -o json
  cloudops locks break 0412-153012-a1b2c3 --reason "its machine is gone"
  cloudops run "Delete VM web-1" --lock-timeout 5m     waits for a lock that another run has
"""
app = typer.Typer(
    invoke_without_command=True,
    help="Resources that runs have locked; `locks break` frees them.",
    epilog=EXAMPLES,
)


@app.callback()
@spread
def locks(context: typer.Context, common: Common) -> int | None:
    """List the locks that are held, run by run: by whom, since when, until when, why, and what.

    A run that is at work prolongs its locks; those of one that died end at the time shown. What
    `plan --hold` keeps has nobody at work: it waits for `apply`, until the time shown.
    """
    if context.invoked_subcommand is not None:
        return None
    config = configured(common)
    voice = Voice(config)
    with read(config) as store:
        held = store.claims()
    voice.say({"locks": [_entry(h) for h in held]}, *(() if held else ("no locks are held",)))
    if voice.human:
        for of in _by_holder(held).values():
            first = of[0]
            voice.say({}, f"{_who(first)}", f"  {first.why}")
            rows = ((_short(h.key), h.mode) for h in of)
            voice.table({}, ("resource", "mode"), rows, "")
            voice.say({}, f'to end it: cloudops locks break {_named(first)} --reason "..."')
    return None


@command(
    app,
    "break",
    examples=(
        'cloudops locks break 0412-153012-a1b2c3 --reason "its machine is gone"',
        'cloudops locks break 0412-153012-a1b2c3 --reason "that plan will not be applied"',
    ),
)
def break_(
    holder: Annotated[str, typer.Argument(metavar="HOLDER", help="A holder, or its run.")],
    common: Common,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why; it goes into the journal.")
    ] = "",
) -> None:
    """End a holder's locks, with a record in the journal of its run.

    The run itself loses the right to write at once, even if it still lives. A plan that was
    held can still be applied, as one that never was: if nothing moved meanwhile.
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


def _entry(held: Held) -> dict[str, Any]:
    """A lock as -o json has it, with the run, and the plan where it is kept for one."""
    from modalities.codec import encode

    return {**encode(held), "run": held.run, "plan": held.plan}


def _by_holder(held: Sequence[Held]) -> dict[str, list[Held]]:
    found: dict[str, list[Held]] = {}
    for one in held:
        found.setdefault(one.holder, []).append(one)
    return found


def _who(held: Held) -> str:
    since = f"since {_time(held.since)} ({_age(held.since)})"
    return f"run {held.run}, {held.who}, {since}, until {_time(held.until)}:"


def _named(held: Held) -> str:
    """The shortest that `locks break` takes: a run where no process is at work on it."""
    return held.run if held.plan else held.holder


def _short(key: str) -> str:
    """``vm/web-1`` of a resource, ``sqs queue orders`` of what has no kind; a container as it
    is. -o json has the whole key."""
    from modalities.resource import Kind

    found = re.search(f":((?:{'|'.join(Kind)})/.*)", key)  # an account's name may have a port in it
    return found[1].removeprefix(f"{Kind.OTHER}/") if found else key


def _time(at: datetime) -> str:
    """As the reader's clock shows it; with the day where it is not today's."""
    here = at.astimezone()
    return (
        f"{here:%H:%M:%S}"
        if here.date() == datetime.now().astimezone().date()
        else f"{here:%m-%d %H:%M}"
    )


def _age(since: datetime) -> str:
    seconds = int((datetime.now(UTC) - since).total_seconds())
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
