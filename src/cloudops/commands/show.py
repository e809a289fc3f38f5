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
    """Show a saved plan: its steps as a diff, cost, risk, route and evidence. Needs no cloud.

    Then what is proved of it, what was only rehearsed, and what neither. Nothing of that is taken
    from the file: it is proved here, beside what the state knows of the target. `apply` proves it
    again, beside what is there then.
    """
    from cloudops import planfile
    from cloudops.commands.proofs import properties_of
    from modalities.codec import encode

    plan = planfile.load(file)
    config = configured(common)
    voice = Voice(config)
    properties = properties_of(plan, config)
    voice.say({"plan": encode(plan), "properties": encode(properties)})
    if voice.human:
        from cloudops.views.plan import show as show_plan

        show_plan(plan, voice.console, properties=properties)
