"""A plan kept in a file, and its claims with it: what `plan` and `code plan` share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloudops.errors import Misused

if TYPE_CHECKING:
    from cloudops.app import App
    from cloudops.commands.voice import Voice
    from cloudops.engine.report import Report

Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Keep the plan in this file.")
]
Hold = Annotated[
    str | None,
    typer.Option(
        "--hold",
        metavar="[TIME]",
        help="Lock what the plan touches until `apply` takes it over, for at most so long: "
        "30m, 8h [1h; at most 24h].",
    ),
]


def held_for(hold: str | None, out: Path | None) -> float | None:
    """Seconds of ``--hold``; None where it was not said. Raises Misused."""
    if hold is None:
        return None
    from cloudops.engine.plan_hold import LONGEST, USUAL
    from cloudops.settings.parse import seconds

    if out is None:
        raise Misused("--hold is for a plan that is kept", remedy="say where with --out FILE")
    if not hold:
        return USUAL
    remedy = (
        f"at most {LONGEST / 3600:g}h, as long as a plan is good; {USUAL / 3600:g}h if left out"
    )
    try:
        wanted = seconds(hold)
    except ValueError as error:
        raise Misused(f"--hold: {error}", remedy=remedy) from None
    if not 0 < wanted <= LONGEST:
        what = "longer than a plan is good" if wanted else "no time at all"
        raise Misused(f"--hold: {hold} is {what}", remedy=remedy)
    return wanted


def saved(
    app: App, report: Report, voice: Voice, out: Path | None, *, hold: bool, force: bool
) -> None:
    """Write the plan of a run that came to one. Where that fails, nothing stays held.

    Raises Misused where it cannot be written.
    """
    from cloudops import planfile

    plan = report.plan
    if hold and report.hold is None:
        voice.aside(f"cloudops: nothing is held: {_why(report)}")
    if out is None or plan is None or report.exit_code != 0:
        return
    try:
        planfile.save(plan, out, force=force)
    except BaseException:
        app.let_go(plan)
        raise
    voice.aside(f"the plan is in {out}: cloudops show {out}, cloudops apply {out}")


def _why(report: Report) -> str:
    if report.exit_code:
        return report.error.summary if report.error else report.outcome
    if report.plan is None:
        return "there is nothing to do" if report.outcome == "no_op" else "nothing is to change"
    return "the plan changes nothing that could be locked"
