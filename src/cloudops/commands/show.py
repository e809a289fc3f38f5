"""cloudops show: a saved plan, for review."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cloudops.commands.opening import configured
from cloudops.commands.options import Common
from cloudops.commands.voice import Voice

EXAMPLES = ("cloudops show plan.json", "cloudops show plan.json -o json")


def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A saved plan.")], common: Common
) -> None:
    """Show a saved plan: its steps as a diff, cost, risk, route and evidence. Needs no cloud."""
    from cloudops import planfile
    from modalities.codec import encode

    plan = planfile.load(file)
    voice = Voice(configured(common))
    voice.say({"plan": encode(plan)})
    if voice.human:
        from cloudops.views.plan import show as show_plan

        show_plan(plan, voice.console)
