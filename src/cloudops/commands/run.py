"""cloudops run: the whole journey of one request."""

from __future__ import annotations

from typing import Annotated

import typer

from cloudops.commands.journey import options_of, request_of, shown
from cloudops.commands.opening import configured, opened
from cloudops.commands.options import Common, Gates, Preview, Wishes
from cloudops.commands.voice import Voice
from cloudops.commands.wording import wording

Text = Annotated[
    list[str], typer.Argument(metavar="TEXT", help="What you want, in words; - reads stdin.")
]

EXAMPLES = (
    'cloudops run "Create a VM named web-1"',
    'cloudops run "Create three VMs in one network behind a load balancer" --yes',
    'cloudops run "Resize web-1 to 4 vCPUs" --yes --max-risk medium',
    'cloudops run "Which VMs are stopped?" -o json',
    'cloudops run "Delete VM web-1" --dry-run --detailed-exitcode',
)


def run(text: Text, common: Common, gates: Gates, wishes: Wishes, preview: Preview) -> int:
    """Do what is asked: understand, plan, rehearse, check, ask, execute, read back.

    A question is answered and asks nothing. A change is shown as a plan and asked about;
    without a terminal it is parked (exit 3) unless --yes and --max-risk cover it.
    """
    config = configured(common, gates, wishes)
    words = wording(text)
    voice = Voice(config)
    with opened(config, voice) as app:
        report = app.run(request_of(words, config), options_of(config, preview))
        return shown(report, voice, preview)
