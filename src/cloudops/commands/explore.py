"""cloudops explore: a request tried by every hand in the sandbox, and the plan of the best."""

from __future__ import annotations

from typing import Annotated

import typer

from cloudops.commands.journey import options_of, request_of, shown
from cloudops.commands.opening import configured, opened
from cloudops.commands.options import Common, Gates, Wishes
from cloudops.commands.run import Text
from cloudops.commands.saving import Out, saved
from cloudops.commands.voice import Voice
from cloudops.commands.wording import wording

EXAMPLES = (
    'cloudops explore "Create three VMs in one network behind a load balancer"',
    'cloudops explore "Make web-1 a spot VM" --out plan.json     then: show, apply',
    'cloudops explore "Attach a 20 GB disk to web-1" --broken --modality sdk',
)


def explore(
    text: Text,
    common: Common,
    gates: Gates,
    wishes: Wishes,
    out: Out = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Candidates side by side.")] = 2,
    broken: Annotated[
        bool,
        typer.Option(
            "--broken", help="Also end each after every one of its steps, and take it back there."
        ),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite FILE even where it is not a plan.")
    ] = False,
) -> int:
    """Try what is asked with each hand in a copy of the target, where nothing is real.

    Each candidate is done, looked at, taken back and looked at again: what it took, what came
    along, what undo left. The best becomes a plan: `apply FILE` does it after the usual
    questions. An error of a kind that may pass, or that another zone avoids, is tried again
    and told; what a person said is never changed.
    """
    from cloudops import planfile

    config = configured(common, gates, wishes)
    words = wording(text)
    voice = Voice(config)
    if out is not None:
        planfile.check_place(out, force=force)
    with opened(config, voice) as app:
        request = request_of(words, config)
        report = app.explore(request, options_of(config), jobs=jobs, broken=broken)
        for file in app.pictured(report):
            voice.aside(f"picture: {file}")
        saved(app, report, voice, out, hold=False, force=force)
    return shown(report, voice)
