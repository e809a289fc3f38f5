"""cloudops apply: a saved plan, asked about and done."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cloudops.commands.journey import options_of, require_writing, shown
from cloudops.commands.opening import configured, opened
from cloudops.commands.options import Common, Gates
from cloudops.commands.voice import Voice
from cloudops.errors import Misused

EXAMPLES = ("cloudops apply plan.json", "cloudops apply plan.json --yes --max-risk high")


def apply(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A saved plan.")],
    common: Common,
    gates: Gates,
) -> int:
    """Ask about a saved plan, then do it.

    Refused where the plan was edited, expired, is for another identity or target (exit 64),
    or where the cloud moved since (exit 5).
    """
    from cloudops import planfile

    plan = planfile.load(file)
    config = configured(common, gates)
    require_writing(config)
    every = ",".join((plan.target, *(also.target for also in plan.also)))
    if common.target not in (None, plan.target, every):
        raise Misused(
            f"this plan is for target {plan.target}, not {common.target}",
            remedy="leave --target out, or make another plan",
        )
    voice = Voice(config)
    with opened(config, voice, plan.target) as app:
        return shown(app.apply(plan, options_of(config)), voice)
