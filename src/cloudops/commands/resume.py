"""cloudops resume: a run that was parked or broken off goes on."""

from __future__ import annotations

from typing import Annotated

import typer

from cloudops.commands.journey import options_of, require_writing, shown
from cloudops.commands.opening import configured, opened, run_meant
from cloudops.commands.options import Common, Gates
from cloudops.commands.voice import Voice

EXAMPLES = ("cloudops resume", "cloudops resume 0412-153012-a1b2c3 --yes")

Run = Annotated[
    str | None,
    typer.Argument(metavar="RUN", help="A run, or the beginning of its id [the one that fits]."),
]


def resume(common: Common, gates: Gates, run: Run = None) -> int:
    """Go on with a run that waits for an approval, was interrupted or died on the way.

    What it had done is read back, and nothing is done twice.
    """
    config = configured(common, gates)
    require_writing(config)
    voice = Voice(config)
    meant = run_meant(config, voice, common, run, "resume")
    with opened(config, voice, meant.target) as app:
        return shown(app.resume(meant.id, options_of(config)), voice)
