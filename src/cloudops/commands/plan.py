"""cloudops plan: the journey up to the question, kept in a file."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from cloudops.commands.journey import options_of, request_of, shown
from cloudops.commands.opening import configured, opened
from cloudops.commands.options import Common, Gates, Preview, Wishes
from cloudops.commands.run import Text
from cloudops.commands.saving import Hold, Out, held_for, saved
from cloudops.commands.voice import Voice
from cloudops.commands.wording import wording

EXAMPLES = (
    'cloudops plan "Create a VM named web-1"',
    'cloudops plan "Delete VM web-1" --out plan.json     then: show, policy check, apply',
    'cloudops plan "Delete VM web-1" --out plan.json --hold 8h     nobody gets in between',
)


def plan(
    text: Text,
    common: Common,
    gates: Gates,
    wishes: Wishes,
    preview: Preview,
    out: Out = None,
    hold: Hold = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite FILE even where it is not a plan.")
    ] = False,
) -> int:
    """Plan what is asked and stop before the question; nothing is changed.

    The plan has been rehearsed in a copy and judged by the policies. `apply FILE` does it.

    With --hold its locks are taken now and kept, although this command ends: another run that
    wants them gets exit 5, or waits with --lock-timeout. `apply FILE` takes them over. They are
    free when it ends; when the plan is declined, denied or stale; by `undo` of the run that made
    it, or `locks break`; and when the time is over. A plan that is parked for an approval keeps
    them. `cloudops locks` lists them.
    """
    from cloudops import planfile

    seconds = held_for(hold, out)
    config = configured(common, gates, wishes)
    words = wording(text)
    voice = Voice(config)
    if out is not None:
        planfile.check_place(out, force=force)
    with opened(config, voice) as app:
        options = replace(options_of(config), hold=seconds)
        report = app.plan(request_of(words, config), options)
        saved(app, report, voice, out, hold=hold is not None, force=force)
    return shown(report, voice, preview)
