"""cloudops code: a directory of your own code, through the same gates as any request."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloudops.commands.exporting import exported
from cloudops.commands.journey import options_of, request_of, shown
from cloudops.commands.opening import configured, opened
from cloudops.commands.options import Common, Gates, Preview, command
from cloudops.commands.own_code import Dir, with_code
from cloudops.commands.saving import Hold, Out, held_for, saved
from cloudops.commands.voice import Voice

if TYPE_CHECKING:
    from cloudops.config import Config
    from cloudops.engine.report import Report

app = typer.Typer(
    no_args_is_help=True,
    help="Your own code as it stands, planned, rehearsed, judged, asked about, applied: Terraform "
    "on AWS, an ARM template or Bicep on Azure.",
)

ABOUT = "bring about the code"


@command(app, "plan", examples=("cloudops code plan --dir infra", "cloudops code plan -o json"))
def plan(
    common: Common,
    gates: Gates,
    preview: Preview,
    dir: Dir = None,
    out: Out = None,
    hold: Hold = None,
    destroy: Annotated[
        bool, typer.Option("--destroy", help="Plan to destroy all that the code looks after.")
    ] = False,
) -> int:
    """What the code would change, rehearsed in a copy and judged; nothing is changed.

    --hold locks it until `apply FILE`, as in `cloudops plan`.
    """
    from cloudops import planfile

    seconds = held_for(hold, out)
    config = with_code(configured(common, gates), dir)
    voice = Voice(config)
    if out is not None:
        planfile.check_place(out)
    request = request_of(ABOUT, config)
    with opened(config, voice) as app:
        options = replace(options_of(config, preview), hold=seconds)
        report = app.bring_about(request, options, destroy=destroy, whole=False)
        saved(app, report, voice, out, hold=hold is not None, force=False)
    return shown(report, voice, preview)


@command(app, "apply", examples=("cloudops code apply --dir infra",))
def apply(common: Common, gates: Gates, preview: Preview, dir: Dir = None) -> int:
    """Bring the cloud to what the code says."""
    config = with_code(configured(common, gates), dir)
    voice = Voice(config)
    whole = not preview.dry_run
    return shown(_brought_about(config, voice, preview, destroy=False, whole=whole), voice, preview)


@command(app, "destroy", examples=("cloudops code destroy --dir infra",))
def destroy(common: Common, gates: Gates, preview: Preview, dir: Dir = None) -> int:
    """Destroy all that the code looks after. The policies limit how much goes at once."""
    config = with_code(configured(common, gates), dir)
    voice = Voice(config)
    whole = not preview.dry_run
    return shown(_brought_about(config, voice, preview, destroy=True, whole=whole), voice, preview)


@command(
    app,
    "export",
    examples=(
        "cloudops code export --dir infra -t azure-sandbox",
        "cloudops code export --dir infra --plan plan.json",
    ),
)
def export(
    common: Common,
    dir: Annotated[
        Path, typer.Option("--dir", metavar="DIR", help="Where it goes; no code may be there yet.")
    ],
    plan: Annotated[
        Path | None,
        typer.Option("--plan", metavar="FILE", help="What this saved plan would make instead."),
    ] = None,
) -> int:
    """What the target holds as Terraform code that takes it over by import blocks: Azure only.

    It writes files and changes nothing else. What the provider azurerm cannot say exactly is left
    out by name, and the exit code is 8 then. Every argument and type is checked by the provider's
    schema; by the provider itself only where it can be had, which is said.

    With --plan it is what a saved plan would make, without import blocks, whole or not at all.
    """
    return exported(common, dir, plan)


def _brought_about(
    config: Config, voice: Voice, preview: Preview, *, destroy: bool, whole: bool
) -> Report:
    request = request_of(ABOUT, config)
    with opened(config, voice) as app:
        return app.bring_about(request, options_of(config, preview), destroy=destroy, whole=whole)
