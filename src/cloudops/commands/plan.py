"""cloudops plan: the journey up to the question, kept in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cloudops.commands.journey import options_of, request_of, shown
from cloudops.commands.opening import configured, opened
from cloudops.commands.options import Common, Gates, Preview, Wishes
from cloudops.commands.run import Text
from cloudops.commands.voice import Voice
from cloudops.commands.wording import wording

EXAMPLES = (
    'cloudops plan "Create a VM named web-1"',
    'cloudops plan "Delete VM web-1" --out plan.json     then: show, policy check, apply',
)


def plan(
    text: Text,
    common: Common,
    gates: Gates,
    wishes: Wishes,
    preview: Preview,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Keep the plan in this file.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite FILE even where it is not a plan.")
    ] = False,
) -> int:
    """Plan what is asked and stop before the question; nothing is changed.

    The plan has been rehearsed in a copy and judged by the policies. `apply FILE` does it.
    """
    from cloudops import planfile

    config = configured(common, gates, wishes)
    words = wording(text)
    voice = Voice(config)
    if out is not None:
        planfile.check_place(out, force=force)
    with opened(config, voice) as app:
        report = app.plan(request_of(words, config), options_of(config))
    if out is not None and report.plan is not None and report.exit_code == 0:
        planfile.save(report.plan, out, force=force)
        voice.aside(f"the plan is in {out}: cloudops show {out}, cloudops apply {out}")
    return shown(report, voice, preview)
